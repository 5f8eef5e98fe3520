//! Elementary functions with the same bits on every machine.
//!
//! The standard library's `ln` and `exp` differ in the last bit between platforms, and a sampler
//! that compares such a number with another one then takes a different branch. The functions here
//! use only additions, multiplications, divisions and bit operations, which IEEE 754 fixes, and no
//! branches, so that loops over them vectorise. Relative error below 1e-15 for [`exp`] and [`ln`],
//! absolute below 1e-12 for [`cos_tau`].

/// Adding and subtracting this rounds a small number to the nearest integer (1.5 · 2⁵²).
const ROUND: f64 = 6_755_399_441_055_744.0;
const LN2_HI: f64 = 6.931_471_803_691_238e-1;
const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;

/// A polynomial in `$x`, highest coefficient first. It is written out, because a build for size
/// would keep a loop.
macro_rules! horner {
    ($x:expr, $first:expr $(, $next:expr)+) => {{
        let sum = $first;
        $(let sum = sum * $x + $next;)+
        sum
    }};
}

/// eˣ for x in [-700, 700]; arguments beyond are clamped to that range.
#[cfg_attr(feature = "simd", inline(always))]
pub fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN2_HI) - n * LN2_LO;
    // Taylor series to r¹³: |r| ≤ ln 2 / 2, so the remainder is below 1e-17.
    let sum = horner!(
        r,
        1.0 / 6_227_020_800.0,
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0
    );
    // The low bits of `shifted` hold n; moved to the exponent field they make 2ⁿ.
    let scale = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
    sum * scale
}

/// ln x for positive normal x.
#[cfg_attr(feature = "simd", inline(always))]
pub fn ln(x: f64) -> f64 {
    // x = 2ⁿ · m with m in [√½, √2).
    let bits = x
        .to_bits()
        .wrapping_sub(std::f64::consts::FRAC_1_SQRT_2.to_bits());
    // Arithmetic shift by 52 in a form that needs no 64-bit signed shift: bias, shift, unbias.
    let biased = bits.wrapping_add(1 << 62) >> 52;
    let n = f64::from_bits(biased | ROUND_BITS) - (ROUND_FLOOR + 1024.0);
    let m = f64::from_bits(
        (bits & 0x000f_ffff_ffff_ffff).wrapping_add(std::f64::consts::FRAC_1_SQRT_2.to_bits()),
    );
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    // 2 atanh s = 2s + 2s³/3 + …; |s| ≤ 0.1716, so terms to s²¹ leave less than 1e-18.
    let sum = horner!(
        z,
        1.0 / 21.0,
        1.0 / 19.0,
        1.0 / 17.0,
        1.0 / 15.0,
        1.0 / 13.0,
        1.0 / 11.0,
        1.0 / 9.0,
        1.0 / 7.0,
        1.0 / 5.0,
        1.0 / 3.0
    );
    let tail = 2.0 * s * z * sum;
    n * LN2_HI + (2.0 * s + (tail + n * LN2_LO))
}

/// xʸ for x that is 0 or positive and normal, and y from 0 up (0⁰ is 0), where the result is
/// between e⁻⁷⁰⁰ and e⁷⁰⁰. The relative error grows with y ln x, to 1e-13 at the ends.
pub fn pow(x: f64, y: f64) -> f64 {
    if x == 0.0 { 0.0 } else { exp(y * ln(x)) }
}

/// 2⁵², whose mantissa bits count integers.
const ROUND_FLOOR: f64 = 4_503_599_627_370_496.0;
const ROUND_BITS: u64 = ROUND_FLOOR.to_bits();

/// cos(2πu) for u in [0, 1].
#[cfg_attr(feature = "simd", inline(always))]
pub fn cos_tau(u: f64) -> f64 {
    // cos 2πu = sin 2πy with y = |u − ½| − ¼, which lies in [−¼, ¼].
    let y = (u - 0.5).abs() - 0.25;
    let a = std::f64::consts::TAU * y;
    let z = a * a;
    // Taylor series of sine to a¹⁷; the remainder at π/2 is below 1e-13.
    let sum = horner!(
        z,
        1.0 / 355_687_428_096_000.0,
        -1.0 / 1_307_674_368_000.0,
        1.0 / 6_227_020_800.0,
        -1.0 / 39_916_800.0,
        1.0 / 362_880.0,
        -1.0 / 5_040.0,
        1.0 / 120.0,
        -1.0 / 6.0,
        1.0
    );
    a * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(
        points: impl Iterator<Item = f64>,
        ours: fn(f64) -> f64,
        theirs: fn(f64) -> f64,
    ) -> f64 {
        points
            .map(|x| (ours(x) - theirs(x)).abs() / theirs(x).abs().max(1e-300))
            .fold(0.0, f64::max)
    }

    #[test]
    fn exp_is_accurate() {
        let points = (-70_000..=70_000).map(|i| f64::from(i) * 0.009_999_7);
        assert!(worst(points, exp, f64::exp) < 1e-15);
        assert!(exp(-1e9) < 1e-300);
    }

    #[test]
    fn ln_is_accurate() {
        let wide = (-3000..3000).map(|i| f64::from(i).exp2().powf(0.3) * 1.234_567);
        assert!(worst(wide, ln, f64::ln) < 1e-15);
        let near_one = (1..4000).map(|i| 0.5 + f64::from(i) * 0.000_371);
        assert!(worst(near_one, ln, f64::ln) < 1e-15);
        assert!(ln(1.0).abs() < 1e-300);
    }

    #[test]
    fn powers_are_accurate() {
        let bases = (1..2000).map(|i| f64::from(i) * 0.000_731);
        assert!(worst(bases.clone(), |x| pow(x, 0.5), f64::sqrt) < 1e-15);
        assert!(worst(bases, |x| pow(x, 3.7), |x| x.powf(3.7)) < 1e-14);
        assert_eq!((pow(0.0, 2.0), pow(7.0, 0.0)), (0.0, 1.0));
    }

    #[test]
    fn cosine_is_accurate() {
        for i in 0..=10_000 {
            let u = f64::from(i) / 10_000.0;
            assert!(
                (cos_tau(u) - (std::f64::consts::TAU * u).cos()).abs() < 1e-12,
                "{u}"
            );
        }
    }
}
