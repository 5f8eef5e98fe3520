//! Minimum and maximum of values.

/// Minimum and maximum; +∞ and −∞ of no values. NaN is skipped.
pub fn value_range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    values
        .into_iter()
        .fold(none, |(low, high), value| (low.min(value), high.max(value)))
}
