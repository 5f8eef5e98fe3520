//! Whole numbers in given proportions: bytes of a budget, decimals of a mixture.

/// Splits `total` units in proportion to `parts` (which sum to one), exactly.
///
/// Each part first gets the integer part of its quota. The units left go to the largest remainders,
/// ties to the first (Hamilton's method), so that no part moves by a whole unit or more.
///
/// ```
/// use mixlens_core::simplex::apportion;
/// assert_eq!(apportion(&[0.5, 0.25, 0.25], 10), [5, 3, 2]);
/// ```
pub fn apportion(parts: &[f64], total: u64) -> Vec<u64> {
    let due: Vec<f64> = parts.iter().map(|part| part * total as f64).collect();
    let mut units: Vec<u64> = due.iter().map(|due| due.floor() as u64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let remainder = |index: usize| due.get(index).map_or(0.0, |due| due - due.floor());
    order.sort_by(|&a, &b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b)));
    let given: u64 = units.iter().sum();
    // Rounding of the sum may leave a unit or two more than there are parts, or too few; they are
    // handed out in turn.
    let mut left = total.saturating_sub(given);
    for &index in order.iter().cycle() {
        if left == 0 {
            break;
        }
        if let Some(unit) = units.get_mut(index) {
            *unit += 1;
            left -= 1;
        }
    }
    let mut surplus = given.saturating_sub(total);
    for unit in &mut units {
        let taken = surplus.min(*unit);
        *unit -= taken;
        surplus -= taken;
    }
    units
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_part_is_a_whole_unit_away(
            weights in prop::collection::vec(0.0_f64..1.0, 1..40),
            total in 0_u64..5_000_000,
        ) {
            let sum: f64 = weights.iter().sum();
            prop_assume!(sum > 0.0);
            let parts: Vec<f64> = weights.iter().map(|weight| weight / sum).collect();
            let units = apportion(&parts, total);
            prop_assert_eq!(units.iter().sum::<u64>(), total);
            for (part, unit) in parts.iter().zip(units) {
                prop_assert!((part * total as f64 - unit as f64).abs() < 1.0 + 1e-6);
            }
        }
    }
}
