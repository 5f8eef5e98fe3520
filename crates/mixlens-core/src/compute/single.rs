//! Elementary functions in single precision, for estimates that are checked in double precision.
//!
//! Relative error of [`exp_single`] and absolute error of [`ln_single`] below 3e-7; no branches, so that loops vectorise.
#![cfg(feature = "simd")]

/// What [`ln_single`] says of numbers that are zero or denormal.
pub(crate) const NOTHING: f32 = -1e30;

/// Added and subtracted again, rounds a small number to the nearest integer (1.5 · 2²³).
const ROUND: f32 = 12_582_912.0;
const LN2_HI: f32 = 0.693_359_4;
const LN2_LO: f32 = -2.121_944_4e-4;

/// eˣ; arguments beyond [-87, 88] are taken to the end of that range.
#[inline(always)]
pub(crate) fn exp_single(x: f32) -> f32 {
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN2_HI) - n * LN2_LO;
    // Taylor series to r⁷: |r| ≤ ln 2 / 2.
    let sum = 1.0
        + r * (1.0
            + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r / 5040.0))))));
    sum * f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()))
}

/// ln x of a double, so that nothing above the least normal double counts as zero; [`NOTHING`] below it.
#[inline(always)]
pub(crate) fn ln_single(x: f64) -> f32 {
    // x = 2ⁿ · m with m in [√½, √2); the exponent is that of the double, all else is single.
    let bits = x.to_bits().wrapping_sub(std::f64::consts::FRAC_1_SQRT_2.to_bits());
    let n = ((bits.wrapping_add(1 << 62) >> 52) as u32).wrapping_sub(1024) as i32 as f32;
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(std::f64::consts::FRAC_1_SQRT_2.to_bits()));
    let m = m as f32;
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let tail = z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z / 9.0)));
    let ln = n * std::f32::consts::LN_2 + 2.0 * (s + s * tail);
    if x >= f64::MIN_POSITIVE { ln } else { NOTHING }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_are_accurate() {
        for step in -8600..=8600 {
            let x = 0.01 * step as f32;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp_single(x)) / exact - 1.0).abs() < 3e-7, "{x}");
        }
    }

    #[test]
    fn logarithms_of_the_smallest_doubles_are_accurate() {
        for step in 0..20_000 {
            let exact = -0.035 * f64::from(step);
            let found = f64::from(ln_single(exact.exp()));
            assert!((found - exact).abs() < 3e-7 * (1.0 + exact.abs()), "{exact} {found}");
        }
        assert!(ln_single(0.0) <= NOTHING && ln_single(5e-324) <= NOTHING);
    }
}
