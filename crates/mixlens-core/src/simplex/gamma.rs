//! Logarithms of gamma variates, many at a time, each determined by its counter.

#![expect(
    clippy::indexing_slicing,
    reason = "dense kernel over arrays of constant length"
)]

use crate::compute::{cos_tau, exp, halves, ln, philox4x32};

/// Samples drawn side by side, so that the compiler can use vector registers.
pub(super) const LANES: usize = 64;

/// Constants of Marsaglia and Tsang's method for one shape α.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaShape {
    /// α − 1/3 (of α + 1 for α < 1).
    pub d: f64,
    /// 1/√(9d).
    pub c: f64,
    /// 1/α for α < 1, else 0: the exponent of the uniform that brings a draw with shape α + 1 down
    /// to α.
    pub boost: f64,
    /// Whether α is zero, so that every draw is zero.
    pub is_zero: bool,
}

impl GammaShape {
    /// A valid shape, for lanes whose draw is not used.
    pub(super) const ONE: Self = Self {
        d: 1.0,
        c: 1.0,
        boost: 0.0,
        is_zero: false,
    };

    pub(super) fn new(alpha: f64) -> Self {
        let boosted = if alpha < 1.0 { alpha + 1.0 } else { alpha };
        let d = boosted - 1.0 / 3.0;
        let boost = if alpha > 0.0 && alpha < 1.0 {
            1.0 / alpha
        } else {
            0.0
        };
        Self {
            d,
            c: 1.0 / (9.0 * d).sqrt(),
            boost,
            is_zero: alpha <= 0.0,
        }
    }
}

/// Position of a block's draws in the random stream: two words of sample index per lane, the index
/// of the domain, and how often the whole sample has been redrawn.
pub(super) struct StreamPosition<'a, const N: usize> {
    pub index_low: &'a [u32; N],
    pub index_high: &'a [u32; N],
    pub domain: u32,
    pub redraw: u32,
    pub key: [u32; 2],
}

/// ln of one gamma variate per lane.
///
/// For α ≥ 1, with d = α − 1/3, c = 1/√(9d), a normal z and a uniform u: d·v with v = (1 + c·z)³ is
/// accepted when ln u < z²/2 + d − d·v + d·ln v. For α < 1 a draw for α + 1 is multiplied with
/// U^(1/α). Working with logarithms keeps draws of tiny shapes apart that would all underflow to
/// zero. Source: Marsaglia and Tsang 2000, "A simple method for generating gamma variables",
/// sections 2 and 6; normals after Box and Muller 1958.
#[inline(always)]
pub(super) fn log_gamma<const N: usize>(
    position: &StreamPosition<'_, N>,
    shapes: &[GammaShape; N],
    out: &mut [f64; N],
) {
    let accepted = attempt(position, 0, shapes, out);
    for lane in 0..N {
        if !accepted[lane] {
            out[lane] = retry(position, lane, shapes[lane]);
        }
        if shapes[lane].is_zero {
            out[lane] = f64::NEG_INFINITY;
        }
    }
}

/// A draw from Beta(α, α), α above zero, that belongs to one (seed, index) pair: the share of one
/// gamma variate in the sum of two.
pub(crate) fn symmetric_beta(alpha: f64, seed: u64, index: u64) -> f64 {
    let [low, high] = halves(index);
    let log = |domain| {
        let position = StreamPosition {
            index_low: &[low],
            index_high: &[high],
            domain,
            redraw: 0,
            key: halves(seed),
        };
        let mut out = [0.0];
        log_gamma(&position, &[GammaShape::new(alpha)], &mut out);
        out[0]
    };
    1.0 / (1.0 + exp(log(1) - log(0)))
}

/// Later attempts for one lane; each succeeds with more than 95 % probability.
#[cold]
fn retry<const N: usize>(position: &StreamPosition<'_, N>, lane: usize, shape: GammaShape) -> f64 {
    let single = StreamPosition {
        index_low: &[position.index_low[lane]],
        index_high: &[position.index_high[lane]],
        domain: position.domain,
        redraw: position.redraw,
        key: position.key,
    };
    let mut out = [0.0];
    for number in 1..MAX_ATTEMPTS {
        if attempt(&single, number, &[shape], &mut out)[0] {
            break;
        }
    }
    out[0]
}

/// Maximum attempts: the probability that all fail is below 1e-80.
const MAX_ATTEMPTS: u32 = 64;

#[inline(always)]
fn attempt<const N: usize>(
    position: &StreamPosition<'_, N>,
    number: u32,
    shapes: &[GammaShape; N],
    out: &mut [f64; N],
) -> [bool; N] {
    let mut words = [[0_u32; N]; 4];
    let counter_top = number | position.redraw << 8;
    for lane in 0..N {
        let counter = [
            position.index_low[lane],
            position.index_high[lane],
            position.domain,
            counter_top,
        ];
        let random = philox4x32(counter, position.key);
        for (word, random) in words.iter_mut().zip(random) {
            word[lane] = random;
        }
    }
    let mut accepted = [false; N];
    for lane in 0..N {
        let GammaShape { d, c, boost, .. } = shapes[lane];
        // z normal (Box and Muller), v = (1 + c·z)³; accepted when
        // ln u < z²/2 + d − d·v + d·ln v. The variate is d·v · U^(1/α).
        let z = (-2.0 * ln(unit(words[0][lane]))).sqrt() * cos_tau(unit(words[1][lane]));
        let root = 1.0 + c * z;
        let v = (root * root * root).max(1e-300);
        let ln_v = ln(v);
        let limit = 0.5 * z * z + d - d * v + d * ln_v;
        accepted[lane] = root > 0.0 && ln(unit(words[2][lane])) < limit;
        out[lane] = ln(d) + ln_v + boost * ln(unit(words[3][lane]));
    }
    accepted
}

/// A number in (0, 1) from 32 random bits.
#[inline(always)]
fn unit(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean ½ and variance 1 / (4 (2α + 1)).
    #[test]
    fn symmetric_beta_draws_have_their_mean_and_variance() {
        for alpha in [0.5, 1.0, 2.0] {
            let draws: Vec<f64> = (0..40_000)
                .map(|index| symmetric_beta(alpha, 3, index))
                .collect();
            let mean = draws.iter().sum::<f64>() / 4e4;
            let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / 4e4;
            let expected = 0.25 / (2.0 * alpha + 1.0);
            assert!((mean - 0.5).abs() < 0.01, "{alpha}: mean {mean}");
            assert!(
                (variance / expected - 1.0).abs() < 0.03,
                "{alpha}: variance {variance}, expected {expected}"
            );
        }
    }
}
