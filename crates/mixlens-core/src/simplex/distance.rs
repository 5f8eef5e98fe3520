//! Distances between mixtures.

/// Total variation distance: ½ Σ |pᵢ − qᵢ|, the share of the data that differs (from 0 to 1).
///
/// Slices of different lengths are compared up to the end of the shorter one.
pub fn total_variation(p: &[f64], q: &[f64]) -> f64 {
    0.5 * p.iter().zip(q).map(|(a, b)| (a - b).abs()).sum::<f64>()
}
