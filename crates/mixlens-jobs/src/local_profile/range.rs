//! The least and the greatest of some values.

/// Least and greatest value; +∞ and −∞ of none. What is not a number does not count.
pub fn value_range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    values
        .into_iter()
        .fold(none, |(low, high), value| (low.min(value), high.max(value)))
}
