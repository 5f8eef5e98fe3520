//! Decimal text of a mixture that sums to one exactly.

use mixlens_core::simplex::{Mixture, apportion};

/// The maximum number of digits: beyond it, a unit comes near the rounding of the mixture's sum.
const MAX_DIGITS: u32 = 11;

/// The proportions with `digits` decimals (at most 11) whose decimal values sum to exactly 1.
///
/// Rounded by largest remainders ([`apportion`]), so no part moves by a whole unit or more.
///
/// ```
/// use mixlens_core::simplex::{DomainSet, Mixture};
/// use mixlens_formats::decimals_that_sum_to_one;
/// let thirds = Mixture::uniform(&DomainSet::new(["a", "b", "c"])?);
/// assert_eq!(decimals_that_sum_to_one(&thirds, 2), ["0.34", "0.33", "0.33"]);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
pub fn decimals_that_sum_to_one(mixture: &Mixture, digits: u32) -> Vec<String> {
    let digits = digits.min(MAX_DIGITS);
    let one = 10_u64.pow(digits);
    let units = apportion(mixture.parts(), one);
    let width = digits as usize;
    let text = |units: u64| match width {
        0 => format!("{units}"),
        _ => format!("{}.{:0width$}", units / one, units % one),
    };
    units.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use mixlens_core::simplex::DomainSet;
    use proptest::prelude::*;

    use super::*;

    /// Adds decimals as integers, so that the check itself does not round.
    fn sum_of(decimals: &[String], digits: u32) -> u128 {
        let one = 10_u128.pow(digits);
        let units = |text: &String| match text.split_once('.') {
            Some((whole, fraction)) => {
                whole.parse::<u128>().unwrap() * one + fraction.parse::<u128>().unwrap()
            }
            None => text.parse::<u128>().unwrap() * one,
        };
        decimals.iter().map(units).sum()
    }

    proptest! {
        #[test]
        fn written_decimals_sum_to_one_and_stay_close(
            weights in prop::collection::vec(0.0..1.0_f64, 1..40), digits in 0..=11_u32,
        ) {
            let domains = DomainSet::new((0..weights.len()).map(|i| i.to_string())).unwrap();
            let Ok((mixture, _)) = Mixture::from_weights(&domains, &weights) else { return Ok(()) };
            let decimals = decimals_that_sum_to_one(&mixture, digits);
            prop_assert_eq!(sum_of(&decimals, digits), 10_u128.pow(digits));
            for (text, part) in decimals.iter().zip(mixture.parts()) {
                let off = (text.parse::<f64>().unwrap() - part).abs();
                prop_assert!(off < 1.001 * 10_f64.powi(-(digits as i32)), "{} for {}", text, part);
            }
        }
    }
}
