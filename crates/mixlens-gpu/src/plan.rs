//! [`Plan`]: the number of samples per chunk, from the limits of the device.

use crate::kernel::WORKGROUP;

/// Samples of the first chunk, which sets the threshold and measures the speed of the device.
const FIRST: u32 = 8192;
/// Target time of a chunk, in seconds: cancellation waits for two chunks.
const TARGET_SECS: f64 = 0.02;
/// Maximum growth from one chunk to the next.
const MAX_GROWTH: f64 = 4.0;
/// Maximum samples of a chunk: larger chunks are no faster.
const MAX_SAMPLES: u64 = 1 << 21;

/// Sizes of buffers and chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Length of a column: the maximum samples of a chunk.
    pub stride: u32,
    /// Maximum number of candidates.
    pub capacity: u32,
}

impl Plan {
    /// The largest chunks that the limits allow.
    ///
    /// # Errors
    /// A text about the buffers that are too small.
    pub fn new(columns: u32, keep: u32, limits: &wgpu::Limits) -> Result<Self, String> {
        let binding = limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size);
        let by_columns = binding / (4 * u64::from(columns.max(2)));
        let by_candidates = (binding / 8).saturating_sub(u64::from(keep));
        let by_groups =
            u64::from(limits.max_compute_workgroups_per_dimension) * u64::from(WORKGROUP);
        let samples = by_columns
            .min(by_candidates)
            .min(by_groups)
            .min(MAX_SAMPLES);
        let stride = (samples as u32) / WORKGROUP * WORKGROUP;
        if stride == 0 {
            return Err(format!(
                "the buffers of the device ({binding} bytes) are too small for {columns} columns \
                 and {keep} candidates"
            ));
        }
        Ok(Self {
            stride,
            capacity: stride + keep,
        })
    }

    /// Samples of the first chunk.
    pub fn first(self) -> u32 {
        FIRST.min(self.stride)
    }

    /// Samples of the next chunk, after one of `count` that took `secs`.
    pub fn next(self, count: u32, secs: f64) -> u32 {
        let growth = (TARGET_SECS / secs.max(1e-9)).clamp(1.0 / MAX_GROWTH, MAX_GROWTH);
        let target = (f64::from(count) * growth) as u32 / WORKGROUP * WORKGROUP;
        target.clamp(WORKGROUP.min(self.stride), self.stride)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_fit_into_the_buffers_of_the_device() {
        let limits = wgpu::Limits {
            max_storage_buffer_binding_size: 1 << 20,
            ..wgpu::Limits::default()
        };
        let plan = Plan::new(34, 150, &limits).unwrap();
        assert!(plan.stride > 0 && u64::from(plan.stride) * 34 * 4 <= 1 << 20);
        assert!(u64::from(plan.capacity) * 8 <= 1 << 20 && plan.capacity == plan.stride + 150);
        assert!(Plan::new(1 << 15, 150, &limits).is_err());
    }

    #[test]
    fn chunks_grow_to_the_target_time_and_shrink_again() {
        let plan = Plan::new(34, 150, &wgpu::Limits::default()).unwrap();
        assert_eq!(plan.next(8192, 0.001), 32_768);
        assert_eq!(plan.next(8192, 0.02), 8192);
        assert_eq!(plan.next(8192, 10.0), 2048);
        assert_eq!(plan.next(64, 10.0), 64);
        assert_eq!(plan.next(plan.stride, 0.001), plan.stride);
    }
}
