//! [`Plan`]: how many samples go through the kernels together, from the limits of the device.

use crate::kernel::WORKGROUP;

/// Samples of the first chunk, which sets the bar and tells how fast the device is.
const FIRST: u32 = 8192;
/// What a chunk may take: cancellation waits for two.
const TARGET_SECS: f64 = 0.02;
/// Largest growth from one chunk to the next.
const GROWTH: f64 = 4.0;
/// Most samples of a chunk: more does not make a device faster.
const MOST: u64 = 1 << 21;

/// Sizes of buffers and chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Places of a column: the most samples of a chunk.
    pub stride: u32,
    /// Places for candidates.
    pub capacity: u32,
}

impl Plan {
    /// The largest chunk that the limits allow.
    ///
    /// # Errors
    /// What does not fit.
    pub fn new(columns: u32, keep: u32, limits: &wgpu::Limits) -> Result<Self, String> {
        let binding = limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size);
        let by_columns = binding / (4 * u64::from(columns.max(2)));
        let by_candidates = (binding / 8).saturating_sub(u64::from(keep));
        let by_groups =
            u64::from(limits.max_compute_workgroups_per_dimension) * u64::from(WORKGROUP);
        let most = by_columns.min(by_candidates).min(by_groups).min(MOST);
        let stride = (most as u32) / WORKGROUP * WORKGROUP;
        if stride == 0 {
            return Err(format!(
                "its buffers of {binding} bytes are too small for {columns} columns and {keep} \
                candidates"
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
        let growth = (TARGET_SECS / secs.max(1e-9)).clamp(1.0 / GROWTH, GROWTH);
        let wished = (f64::from(count) * growth) as u32 / WORKGROUP * WORKGROUP;
        wished.clamp(WORKGROUP.min(self.stride), self.stride)
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
    fn chunks_grow_to_the_time_they_may_take_and_shrink_again() {
        let plan = Plan::new(34, 150, &wgpu::Limits::default()).unwrap();
        assert_eq!(plan.next(8192, 0.001), 32_768);
        assert_eq!(plan.next(8192, 0.02), 8192);
        assert_eq!(plan.next(8192, 10.0), 2048);
        assert_eq!(plan.next(64, 10.0), 64);
        assert_eq!(plan.next(plan.stride, 0.001), plan.stride);
    }
}
