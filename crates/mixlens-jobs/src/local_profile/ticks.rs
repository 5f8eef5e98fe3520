//! Round values along an axis.

use crate::number::number_text;

/// Up to `count` + 1 round values from `low` to `high`, as many as possible, with as many decimals
/// as distinguish them.
///
/// Steps are 1, 2 or 5 times a power of ten. Empty for a range that is empty or not finite.
pub fn ticks(low: f64, high: f64, count: usize) -> Vec<(f64, String)> {
    let width = high - low;
    if !(width.is_finite() && width > 0.0) || count == 0 {
        return Vec::new();
    }
    let power = 10_f64.powf((width / count as f64).log10().floor());
    let is_few =
        |step: &f64| ((high / step + 1e-9).floor() - (low / step - 1e-9).ceil()) as usize <= count;
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|step| step * power)
        .into_iter()
        .find(is_few)
        .unwrap_or(10.0 * power);
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let first = (low / step - 1e-9).ceil();
    let value = |index: usize| (first + index as f64) * step;
    let values = (0..=2 * count)
        .map(value)
        .take_while(|value| *value <= high + 1e-9 * step);
    values
        .map(|value| (value, number_text(value, decimals)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let texts = |low, high, count| {
            ticks(low, high, count)
                .into_iter()
                .map(|tick| tick.1)
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(0.0, 1.0, 5), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(
            texts(2.317, 2.362, 4),
            ["2.32", "2.33", "2.34", "2.35", "2.36"]
        );
        assert_eq!(texts(2.317, 2.362, 3), ["2.32", "2.34", "2.36"]);
        assert_eq!(texts(0.4, 8.9, 3), ["2", "4", "6", "8"]);
        assert_eq!(texts(-130.0, 120.0, 5), ["−100", "−50", "0", "50", "100"]);
        assert!(texts(1.0, 1.0, 5).is_empty() && texts(0.0, f64::INFINITY, 5).is_empty());
    }
}
