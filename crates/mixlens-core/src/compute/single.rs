//! Elementary functions in single precision, for estimates that are checked in double precision.
//!
//! They use base two, so that a power xᵃ costs one product and few further steps. There are no
//! branches, so that loops vectorise.
#![cfg(feature = "simd")]

/// Result of [`log2_single`] for numbers that are zero or denormal.
const NOTHING: f32 = -1e30;

/// Adding and subtracting this rounds a small number to the nearest integer (1.5 · 2²³).
const ROUND: f32 = 12_582_912.0;
/// 2ʳ for |r| ≤ ½, the lowest power first: the minimax polynomial, with a relative error of 7.5e-8.
const EXP2: [f32; 6] = [
    1.000_000_1,
    0.693_146_97,
    0.240_221_2,
    0.055_507_133,
    0.009_675_541,
    0.001_327_647,
];

/// 2ˣ for x up to 126, with a relative error of 3e-7; results below 2⁻¹²⁵ are clamped to it.
#[inline(always)]
pub(crate) fn exp2_single(x: f32) -> f32 {
    let x = x.max(-125.0);
    let shifted = x + ROUND;
    let r = x - (shifted - ROUND);
    let [a, b, c, d, e, f] = EXP2;
    let power = a + r * (b + r * (c + r * (d + r * (e + r * f))));
    // The lowest bits of the shifted number are the integer: it is added to the exponent.
    f32::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// log₂ of m in [√½, √2).
#[inline(always)]
fn log2_near_one(m: f32) -> f32 {
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let tail = z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z / 9.0)));
    2.0 * std::f32::consts::LOG2_E * (s + s * tail)
}

/// log₂ x of a double: right down to the smallest normal double, very low below it.
#[inline(always)]
pub(crate) fn log2_single(x: f64) -> f32 {
    // x = 2ⁿ · m with m in [√½, √2); the exponent is that of the double, all else is single.
    let bits = x
        .to_bits()
        .wrapping_sub(std::f64::consts::FRAC_1_SQRT_2.to_bits());
    let n = ((bits.wrapping_add(1 << 62) >> 52) as u32).wrapping_sub(1024) as i32 as f32;
    let m = f64::from_bits(
        (bits & 0x000f_ffff_ffff_ffff).wrapping_add(std::f64::consts::FRAC_1_SQRT_2.to_bits()),
    );
    if x >= f64::MIN_POSITIVE {
        n + log2_near_one(m as f32)
    } else {
        NOTHING
    }
}

/// log₂ x of a positive normal number.
#[inline(always)]
pub(crate) fn log2_of_single(x: f32) -> f32 {
    let bits = x
        .to_bits()
        .wrapping_sub(std::f32::consts::FRAC_1_SQRT_2.to_bits());
    let n = (bits as i32 >> 23) as f32;
    n + log2_near_one(f32::from_bits(
        (bits & 0x007f_ffff).wrapping_add(std::f32::consts::FRAC_1_SQRT_2.to_bits()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_accurate() {
        for step in -12_500..=12_600 {
            let x = 0.01 * step as f32;
            let exact = f64::from(x).exp2();
            assert!(
                (f64::from(exp2_single(x)) / exact - 1.0).abs() < 3e-7,
                "{x}"
            );
        }
        assert!(exp2_single(f32::NEG_INFINITY) < 3e-38 && exp2_single(NOTHING) < 3e-38);
    }

    #[test]
    fn logarithms_of_the_smallest_numbers_are_accurate() {
        for step in 0..20_000 {
            let exact = -0.05 * f64::from(step);
            let found = f64::from(log2_single(exact.exp2()));
            assert!(
                (found - exact).abs() < 4e-7 * (1.0 + exact.abs()),
                "{exact} {found}"
            );
        }
        assert!(log2_single(0.0) <= NOTHING && log2_single(5e-324) <= NOTHING);
        for step in -12_400..=12_700 {
            let x = (0.01 * f64::from(step)).exp2() as f32;
            let exact = f64::from(x).log2();
            let found = f64::from(log2_of_single(x));
            assert!(
                (found - exact).abs() < 4e-7 * (1.0 + exact.abs()),
                "{exact} {found}"
            );
        }
    }
}
