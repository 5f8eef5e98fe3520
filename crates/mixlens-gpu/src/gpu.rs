//! [`Gpu`]: an open device.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use mixlens_core::search::DeviceChoice;

use crate::GpuError;
use crate::kernel::{Kernel, MAX_WORKGROUP, STORAGE_BUFFERS};
use crate::platform::{MIN_SAMPLES, Turnstile};

/// Bytes of the uniform block of a step, the layout of [`Work`](crate::lower::Work).
pub(crate) const WORK_BYTES: u64 = 32;
/// Bytes of the uniform block of a chunk.
pub(crate) const CHUNK_BYTES: u64 = 32;

/// Which adapters are acceptable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Adapters {
    /// Graphics processors only: a driver that computes on the CPU is slower than the CPU code.
    #[default]
    Hardware,
    /// Any adapter, for tests and for users who choose the graphics processor.
    Any,
}

impl Adapters {
    /// The adapters for a simulation of `samples` samples; `None` where the CPU was chosen or
    /// finishes sooner.
    pub fn for_simulation(choice: DeviceChoice, samples: u64) -> Option<Self> {
        match choice {
            DeviceChoice::Cpu => None,
            DeviceChoice::Auto => (samples >= MIN_SAMPLES).then_some(Self::Hardware),
            DeviceChoice::Gpu => Some(Self::Any),
        }
    }
}

/// A graphics processor with the kernels compiled so far.
pub struct Gpu {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) bind_layout: wgpu::BindGroupLayout,
    layout: wgpu::PipelineLayout,
    pipelines: Mutex<BTreeMap<(Kernel, usize, bool), wgpu::ComputePipeline>>,
    #[cfg_attr(
        target_arch = "wasm32",
        expect(dead_code, reason = "a page has one thread")
    )]
    pub(crate) turnstile: Turnstile,
    faults: Faults,
    name: String,
    is_software: bool,
}

/// The first fault of the device.
#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<Option<String>>>);

impl Faults {
    fn note(&self, what: String) {
        if let Ok(mut first) = self.0.lock() {
            first.get_or_insert(what);
        }
    }

    /// The first fault, if there was one.
    pub fn first(&self) -> Option<String> {
        self.0.lock().map_or_else(
            |_| Some("a callback of the driver panicked".to_owned()),
            |first| first.clone(),
        )
    }
}

impl Gpu {
    /// Opens the fastest acceptable adapter.
    ///
    /// # Errors
    /// [`GpuError`]; the caller then computes on the CPU.
    pub async fn open(adapters: Adapters) -> Result<Self, GpuError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let fastest = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..wgpu::RequestAdapterOptions::default()
        };
        let adapter = instance.request_adapter(&fastest).await;
        let adapter = adapter.map_err(|problem| GpuError::NoAdapter {
            why: problem.to_string(),
        })?;
        let info = adapter.get_info();
        let is_software = info.device_type == wgpu::DeviceType::Cpu;
        // Browsers do not disclose the name.
        let adapter_name = match (info.name.as_str(), is_software) {
            ("", true) => "a driver without a name",
            ("", false) => "a graphics processor",
            (name, _) => name,
        };
        let name = match info.backend {
            wgpu::Backend::BrowserWebGpu => format!("{adapter_name} (WebGPU)"),
            backend => format!("{adapter_name} ({backend:?})"),
        };
        if is_software && adapters == Adapters::Hardware {
            return Err(GpuError::OnlySoftware { name });
        }
        let limits = Self::needed(&name, &adapter.limits())?;
        let described = wgpu::DeviceDescriptor {
            label: Some("mixlens"),
            required_limits: limits,
            ..wgpu::DeviceDescriptor::default()
        };
        let opened = adapter.request_device(&described).await;
        let (device, queue) = opened.map_err(|problem| GpuError::NotOpened {
            name: name.clone(),
            why: problem.to_string(),
        })?;
        let faults = Faults::default();
        let uncaptured = faults.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            uncaptured.note(error.to_string())
        }));
        let lost = faults.clone();
        device.set_device_lost_callback(move |_, why| {
            lost.note(format!("the device was lost: {why}"))
        });
        let bind_layout = bind_layout(&device);
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            bind_group_layouts: &[Some(&bind_layout)],
            ..wgpu::PipelineLayoutDescriptor::default()
        });
        let (pipelines, turnstile) = Default::default();
        Ok(Self {
            device,
            queue,
            bind_layout,
            layout,
            pipelines,
            turnstile,
            faults,
            name,
            is_software,
        })
    }

    /// The limits to request: those that the kernels need, and the largest buffers available.
    fn needed(name: &str, has: &wgpu::Limits) -> Result<wgpu::Limits, GpuError> {
        let defaults = wgpu::Limits::downlevel_defaults();
        let needs = [
            (
                "storage buffers per kernel",
                has.max_storage_buffers_per_shader_stage,
                STORAGE_BUFFERS,
            ),
            (
                "invocations per workgroup",
                has.max_compute_invocations_per_workgroup,
                MAX_WORKGROUP,
            ),
            (
                "width of a workgroup",
                has.max_compute_workgroup_size_x,
                MAX_WORKGROUP,
            ),
        ];
        if let Some(&(what, found, needed)) = needs.iter().find(|(_, found, needed)| found < needed)
        {
            let (found, needed) = (u64::from(found), u64::from(needed));
            return Err(GpuError::TooSmall {
                name: name.to_owned(),
                what,
                found,
                needed,
            });
        }
        Ok(wgpu::Limits {
            max_storage_buffers_per_shader_stage: STORAGE_BUFFERS,
            max_storage_buffer_binding_size: has.max_storage_buffer_binding_size,
            max_buffer_size: has.max_buffer_size,
            max_compute_invocations_per_workgroup: MAX_WORKGROUP,
            max_compute_workgroup_size_x: MAX_WORKGROUP,
            max_compute_workgroups_per_dimension: has.max_compute_workgroups_per_dimension,
            ..defaults
        })
    }

    /// Name and interface of the device.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the driver computes on the CPU.
    pub fn is_software(&self) -> bool {
        self.is_software
    }

    /// Loses the device, as unplugging it or resetting its driver would: every later operation
    /// fails.
    pub fn lose(&self) {
        self.device.destroy();
        self.faults
            .note("the device was lost: it was closed".to_owned());
    }

    /// The first fault of the device, if there was one.
    pub(crate) fn fault(&self) -> Option<String> {
        self.faults.first()
    }

    /// A kernel for a number of domains, compiled at its first use.
    pub(crate) fn pipeline(
        &self,
        kernel: Kernel,
        width: usize,
        with_logs: bool,
    ) -> wgpu::ComputePipeline {
        let compile = || {
            let source = kernel.source(width, with_logs);
            let described = wgpu::ShaderModuleDescriptor {
                label: None,
                source: wgpu::ShaderSource::Wgsl(source.into()),
            };
            let module = self.device.create_shader_module(described);
            self.device
                .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                    label: None,
                    layout: Some(&self.layout),
                    module: &module,
                    entry_point: Some("main"),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    cache: None,
                })
        };
        match self.pipelines.lock() {
            Ok(mut known) => known
                .entry((kernel, width, with_logs))
                .or_insert_with(compile)
                .clone(),
            Err(_) => compile(),
        }
    }
}

/// The bindings of every kernel, as declared in `wgsl/prelude.wgsl`.
fn bind_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |(binding, ty, has_dynamic_offset, min_bytes)| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset,
            min_binding_size: wgpu::BufferSize::new(min_bytes),
        },
        count: None,
    };
    let read = wgpu::BufferBindingType::Storage { read_only: true };
    let write = wgpu::BufferBindingType::Storage { read_only: false };
    let uniform = wgpu::BufferBindingType::Uniform;
    let entries = [
        (0, uniform, false, CHUNK_BYTES),
        (1, uniform, true, WORK_BYTES),
        // The masks of trees are read as vectors of four words.
        (2, read, false, 16),
        (3, write, false, 4),
        (4, write, false, 4),
        (5, write, false, 4),
        (6, write, false, 8),
        (7, write, false, 8),
        (8, write, false, 8),
        (9, write, false, 12),
    ];
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: None,
        entries: &entries.map(entry),
    })
}
