//! Screening: the loop over chunks.

use std::ops::Range;

use mixlens_core::compute::Control;
use mixlens_core::search::{DeviceFailure, Screened, ScreeningSpec, SurveySpec, Tally};

use crate::Gpu;
use crate::gpu::{CHUNK_BYTES, WORK_BYTES};
use crate::kernel::Kernel;
use crate::lower::{Lowered, Work};
use crate::plan::Plan;
use crate::platform::{Signal, Stopwatch, wait};

/// Maximum samples of a piece, whose offsets fit into one word; longer spans are split.
const MAX_PIECE: u64 = 1 << 31;
/// Bytes of a cell of a survey.
const TALLY_BYTES: u64 = 12;
/// Maximum chunks in flight: while the device computes one, the next is queued.
const MAX_IN_FLIGHT: usize = 2;

impl Gpu {
    /// [`Accelerator::screen`](mixlens_core::search::Screener::screen) as a future; outside
    /// browsers the trait method blocks on it.
    pub(crate) async fn screen_later(
        &self,
        screening: &ScreeningSpec<'_>,
        control: &Control,
    ) -> Result<Screened, DeviceFailure> {
        self.check()?;
        let unable = |why| DeviceFailure::Unable { why };
        let lowered = Lowered::of_screening(screening).map_err(unable)?;
        let keep = u32::try_from(screening.keep)
            .map_err(|_| unable("too many mixtures to keep".to_owned()))?;
        let span = screening.span.clone();
        let stage = control.stage("simulating mixtures", span.end.saturating_sub(span.start));
        let mut run = Run::new(self, &lowered, keep, 1, control)?;
        let mut best = Vec::new();
        for piece in pieces(span) {
            let start = piece.start;
            run.restart();
            run.screen(piece, control, |done| stage.advance(done).is_ok())
                .await?;
            let found = run.best(control).await?;
            best.extend(
                found
                    .into_iter()
                    .map(|[key, offset]| (start + u64::from(offset), value_of(key))),
            );
            best.sort_by(|a: &(u64, f32), b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            best.truncate(screening.keep);
        }
        Ok(best)
    }

    /// [`Accelerator::survey`](mixlens_core::search::Screener::survey) as a future; outside
    /// browsers the trait method blocks on it.
    pub(crate) async fn survey_later(
        &self,
        surveying: &SurveySpec<'_>,
        control: &Control,
    ) -> Result<Vec<Tally>, DeviceFailure> {
        self.check()?;
        let unable = |why| DeviceFailure::Unable { why };
        let lowered = Lowered::of_survey(surveying).map_err(unable)?;
        let cells = surveying.cells();
        let cells_on_device =
            u32::try_from(cells).map_err(|_| unable("there are too many cells".to_owned()))?;
        let stage = control.stage("surveying mixtures", surveying.samples);
        let mut run = Run::new(self, &lowered, 1, cells_on_device, control)?;
        let mut all = vec![Tally::default(); cells];
        for piece in pieces(0..surveying.samples) {
            run.restart();
            run.screen(piece, control, |done| stage.advance(done).is_ok())
                .await?;
            for (all, [count, good, lowest]) in all.iter_mut().zip(run.tallies(control).await?) {
                let lowest = (count > 0).then(|| f64::from(value_of(lowest)));
                all.merge(Tally {
                    count: u64::from(count),
                    good: u64::from(good),
                    lowest,
                });
            }
        }
        Ok(all)
    }

    /// Checks the device.
    ///
    /// # Errors
    /// The first fault of the device.
    fn check(&self) -> Result<(), DeviceFailure> {
        self.fault()
            .map_or(Ok(()), |why| Err(DeviceFailure::Failed { why }))
    }
}

/// A span in pieces of at most [`MAX_PIECE`] samples.
fn pieces(span: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let starts = span.clone().step_by(MAX_PIECE as usize);
    starts.map(move |start| start..span.end.min(start + MAX_PIECE))
}

/// The objective of a key; inverse of `key_of` in `wgsl/prelude.wgsl`.
fn value_of(key: u32) -> f32 {
    f32::from_bits(if key >= 0x8000_0000 {
        key ^ 0x8000_0000
    } else {
        !key
    })
}

/// Buffers and pipelines of one screening or survey.
struct Run<'a> {
    gpu: &'a Gpu,
    plan: Plan,
    keep: u32,
    cells: u32,
    strengths: u64,
    /// The kernels with their pipelines and rows of workgroups.
    steps: Vec<(Kernel, wgpu::ComputePipeline, u32)>,
    works_stride: u32,
    group: wgpu::BindGroup,
    chunk: wgpu::Buffer,
    state: wgpu::Buffer,
    kept: wgpu::Buffer,
    tallies: wgpu::Buffer,
    read: wgpu::Buffer,
    size: u32,
}

impl<'a> Run<'a> {
    fn new(
        gpu: &'a Gpu,
        lowered: &Lowered,
        keep: u32,
        cells: u32,
        control: &Control,
    ) -> Result<Self, DeviceFailure> {
        let limits = gpu.device.limits();
        let width = lowered.width as u32;
        let columns = if lowered.with_logs { 2 * width } else { width };
        let unable = |why| DeviceFailure::Unable { why };
        let plan = Plan::new(columns, keep, &limits).map_err(unable)?;
        let numbers_bytes = 4 * lowered.numbers.len() as u64;
        if numbers_bytes > limits.max_storage_buffer_binding_size {
            return Err(unable(format!(
                "the surrogates take {numbers_bytes} bytes, more than a buffer of the device holds"
            )));
        }
        let buffer = |label, size: u64, usage| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size,
                usage,
                mapped_at_creation: false,
            })
        };
        let storage = wgpu::BufferUsages::STORAGE;
        let (to, from) = (wgpu::BufferUsages::COPY_DST, wgpu::BufferUsages::COPY_SRC);
        let column_bytes = |columns: u32| 4 * u64::from(plan.stride) * u64::from(columns);
        let chunk = buffer("chunk", CHUNK_BYTES, wgpu::BufferUsages::UNIFORM | to);
        let works_stride = limits
            .min_uniform_buffer_offset_alignment
            .max(WORK_BYTES as u32);
        let works_bytes = u64::from(works_stride) * lowered.steps.len() as u64;
        let works = buffer("works", works_bytes, wgpu::BufferUsages::UNIFORM | to);
        let numbers = buffer("numbers", numbers_bytes.max(16), storage | to);
        let parts = buffer("parts", column_bytes(columns), storage);
        let bins = buffer(
            "bins",
            if lowered.with_bins {
                column_bytes(width)
            } else {
                4
            },
            storage,
        );
        let values = buffer("values", column_bytes(2), storage);
        let state = buffer("state", 8, storage | to | from);
        let kept = buffer("kept", 8 * u64::from(plan.capacity), storage | from);
        let spare = buffer("spare", 8 * u64::from(keep), storage);
        let tallies_bytes = TALLY_BYTES * u64::from(cells);
        if tallies_bytes > limits.max_storage_buffer_binding_size {
            return Err(unable(format!(
                "the cells take {tallies_bytes} bytes, more than a buffer of the device holds"
            )));
        }
        let tallies = buffer("tallies", tallies_bytes, storage | to | from);
        let read_bytes = tallies_bytes.max(8 + 8 * u64::from(keep));
        let read = buffer("read", read_bytes, wgpu::BufferUsages::MAP_READ | to);
        gpu.queue
            .write_buffer(&numbers, 0, &bytes(lowered.numbers.iter().copied()));
        for (step, (_, work)) in lowered.steps.iter().enumerate() {
            gpu.queue.write_buffer(
                &works,
                u64::from(works_stride) * step as u64,
                &bytes(work.words()),
            );
        }
        let work = wgpu::BufferBinding {
            buffer: &works,
            offset: 0,
            size: wgpu::BufferSize::new(WORK_BYTES),
        };
        let bound = [
            &numbers, &parts, &bins, &values, &state, &kept, &spare, &tallies,
        ];
        let first = [
            chunk.as_entire_binding(),
            wgpu::BindingResource::Buffer(work),
        ];
        let all = first
            .into_iter()
            .chain(bound.map(wgpu::Buffer::as_entire_binding))
            .enumerate();
        let entries: Vec<_> = all
            .map(|(binding, resource)| wgpu::BindGroupEntry {
                binding: binding as u32,
                resource,
            })
            .collect();
        let described = wgpu::BindGroupDescriptor {
            label: None,
            layout: &gpu.bind_layout,
            entries: &entries,
        };
        let group = gpu.device.create_bind_group(&described);
        // Some drivers take seconds to compile a kernel.
        let pipeline = |&(kernel, work): &(Kernel, Work)| {
            if control.is_cancelled() {
                return Err(DeviceFailure::Cancelled);
            }
            Ok((
                kernel,
                gpu.pipeline(kernel, lowered.width, lowered.with_logs),
                kernel.rows(work.mode, width),
            ))
        };
        let steps = lowered
            .steps
            .iter()
            .map(pipeline)
            .collect::<Result<_, _>>()?;
        gpu.check()?;
        let strengths = lowered.strengths;
        Ok(Self {
            gpu,
            plan,
            keep,
            cells,
            strengths,
            steps,
            works_stride,
            group,
            chunk,
            state,
            kept,
            tallies,
            read,
            size: plan.first(),
        })
    }

    /// Clears all candidates and counts.
    fn restart(&self) {
        let queue = &self.gpu.queue;
        queue.write_buffer(&self.state, 0, &bytes([0, u32::MAX]));
        queue.write_buffer(
            &self.tallies,
            0,
            &bytes((0..self.cells).flat_map(|_| [0, 0, u32::MAX])),
        );
    }

    /// Sends the samples of a span through the kernels, chunk by chunk.
    async fn screen(
        &mut self,
        span: Range<u64>,
        control: &Control,
        mut advance: impl FnMut(u64) -> bool,
    ) -> Result<(), DeviceFailure> {
        let mut first = span.start;
        let mut in_flight = std::collections::VecDeque::new();
        let mut stopwatch = Stopwatch::start();
        while first < span.end || !in_flight.is_empty() {
            if first < span.end && in_flight.len() < MAX_IN_FLIGHT {
                let count = (span.end - first).min(u64::from(self.size)) as u32;
                in_flight.push_back((self.submit(first, first - span.start, count), count));
                first += u64::from(count);
                continue;
            }
            let Some((signal, count)) = in_flight.pop_front() else {
                break;
            };
            let is_done = wait(&self.gpu.device, &signal, || {
                control.is_cancelled() || self.gpu.fault().is_some()
            })
            .await;
            self.gpu.check()?;
            if !is_done || !advance(u64::from(count)) {
                return Err(DeviceFailure::Cancelled);
            }
            self.size = self.plan.next(count, stopwatch.secs());
            stopwatch = Stopwatch::start();
        }
        Ok(())
    }

    /// Submits one chunk; the signal is given when the chunk is done.
    fn submit(&self, first: u64, offset: u64, count: u32) -> Signal {
        let Self {
            gpu, plan, keep, ..
        } = self;
        let turn = (first % self.strengths) as u32;
        let words = [
            first as u32,
            (first >> 32) as u32,
            offset as u32,
            count,
            plan.stride,
            turn,
            *keep,
            plan.capacity,
        ];
        gpu.queue.write_buffer(&self.chunk, 0, &bytes(words));
        let mut encoder = gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for (step, (kernel, pipeline, rows)) in self.steps.iter().enumerate() {
                pass.set_pipeline(pipeline);
                pass.set_bind_group(0, &self.group, &[self.works_stride * step as u32]);
                pass.dispatch_workgroups(kernel.workgroups(count), *rows, 1);
            }
        }
        gpu.queue.submit([encoder.finish()]);
        let signal = Signal::default();
        let given = signal.clone();
        gpu.queue.on_submitted_work_done(move || given.give());
        signal
    }

    /// The best of all samples, as keys and offsets in the piece.
    async fn best(&self, control: &Control) -> Result<Vec<[u32; 2]>, DeviceFailure> {
        let words = self
            .read(
                [(&self.state, 8), (&self.kept, 8 * u64::from(self.keep))],
                control,
            )
            .await?;
        let count = words.first().map_or(0, |count| (*count).min(self.keep)) as usize;
        Ok(words
            .get(2..)
            .unwrap_or_default()
            .as_chunks::<2>()
            .0
            .iter()
            .take(count)
            .copied()
            .collect())
    }

    /// The counts of all cells, with the keys of the lowest objectives.
    async fn tallies(&self, control: &Control) -> Result<Vec<[u32; 3]>, DeviceFailure> {
        let words = self
            .read(
                [(&self.tallies, TALLY_BYTES * u64::from(self.cells))],
                control,
            )
            .await?;
        Ok(words.as_chunks::<3>().0.to_vec())
    }

    /// The first bytes of several buffers, one after the other, as words.
    async fn read<const COUNT: usize>(
        &self,
        from: [(&wgpu::Buffer, u64); COUNT],
        control: &Control,
    ) -> Result<Vec<u32>, DeviceFailure> {
        let Self { gpu, read, .. } = self;
        let mut encoder = gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut end = 0;
        for (buffer, size) in from {
            encoder.copy_buffer_to_buffer(buffer, 0, read, end, size);
            end += size;
        }
        gpu.queue.submit([encoder.finish()]);
        let signal = Signal::default();
        let given = signal.clone();
        read.map_async(wgpu::MapMode::Read, 0..end, move |_| given.give());
        let is_done = wait(&gpu.device, &signal, || {
            control.is_cancelled() || gpu.fault().is_some()
        })
        .await;
        gpu.check()?;
        if !is_done {
            return Err(DeviceFailure::Cancelled);
        }
        let view = read
            .get_mapped_range(0..end)
            .map_err(|problem| DeviceFailure::Failed {
                why: problem.to_string(),
            })?;
        let words = view
            .as_chunks::<4>()
            .0
            .iter()
            .map(|word| u32::from_le_bytes(*word))
            .collect();
        drop(view);
        read.unmap();
        Ok(words)
    }
}

/// Words in the byte order of the device.
fn bytes(words: impl IntoIterator<Item = u32>) -> Vec<u8> {
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}
