//! [`Logs`]: what single-precision estimates of many mixtures start from.
#![cfg(feature = "simd")]
#![expect(
    clippy::indexing_slicing,
    reason = "dense kernel over blocks of constant length"
)]

use crate::compute::{Kernel, log2_single, run_on_best};

/// Mixtures estimated side by side.
pub(crate) const BLOCK: usize = 64;

/// Logarithms (base 2) of proportions in blocks of [`BLOCK`] mixtures, domain after domain in each;
/// in a last block that is not full, the places beyond the mixtures hold anything.
#[derive(Default)]
pub(crate) struct Logs {
    values: Vec<[f32; BLOCK]>,
    width: usize,
}

impl Logs {
    /// Takes the logarithms of `rows` (n × width).
    pub fn load(&mut self, rows: &[f64], width: usize) {
        let blocks = rows.len().div_ceil(BLOCK * width.max(1));
        self.width = width;
        self.values.resize(blocks * width, [0.0; BLOCK]);
        run_on_best(Load {
            rows,
            width,
            out: &mut self.values,
        });
    }

    /// Every block: the logarithms of each domain in it.
    #[inline(always)]
    pub fn blocks(&self) -> impl Iterator<Item = &[[f32; BLOCK]]> {
        self.values.chunks_exact(self.width.max(1))
    }
}

struct Load<'a> {
    rows: &'a [f64],
    width: usize,
    out: &'a mut [[f32; BLOCK]],
}

impl Kernel for Load<'_> {
    #[inline(always)]
    fn run(self) {
        let mut column = [1.0; BLOCK];
        for (rows, out) in self
            .rows
            .chunks(BLOCK * self.width)
            .zip(self.out.chunks_exact_mut(self.width))
        {
            let count = rows.len() / self.width;
            for (domain, out) in out.iter_mut().enumerate() {
                for lane in 0..count {
                    column[lane] = rows[lane * self.width + domain];
                }
                for lane in 0..BLOCK {
                    out[lane] = log2_single(column[lane]);
                }
            }
        }
    }
}
