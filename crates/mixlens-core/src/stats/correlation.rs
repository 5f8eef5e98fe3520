//! Correlations between two lists of numbers.

/// Pearson's correlation of two equally long lists.
///
/// ```text
/// r = Σ (aᵢ − ā)(bᵢ − b̄) / √( Σ (aᵢ − ā)² · Σ (bᵢ − b̄)² )
/// ```
/// `None` when the lists differ in length, hold fewer than two numbers, or one of them is constant.
///
/// ```
/// use mixlens_core::stats::pearson;
/// assert!((pearson(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]).unwrap() - 1.0).abs() < 1e-15);
/// assert_eq!(pearson(&[1.0, 2.0], &[5.0, 5.0]), None);
/// ```
pub fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || is_constant(a) || is_constant(b) {
        return None;
    }
    let (mean_a, mean_b) = (super::mean(a)?, super::mean(b)?);
    // Sums of products of aᵢ − ā (`x`) and bᵢ − b̄ (`y`).
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    // Two roots instead of the root of the product, which may overflow or underflow.
    let r = ab / (aa.sqrt() * bb.sqrt());
    r.is_finite().then(|| r.clamp(-1.0, 1.0))
}

/// Spearman's rank correlation: Pearson's correlation of the [`average_ranks`], so that ties share
/// a rank.
///
/// `None` in the same cases as [`pearson`], and when a number is `NaN`.
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.iter().chain(b).any(|value| value.is_nan()) {
        return None;
    }
    pearson(&average_ranks(a), &average_ranks(b))
}

/// Ranks from 1 in rising order; equal numbers share the mean of the ranks they cover.
///
/// ```
/// use mixlens_core::stats::average_ranks;
/// assert_eq!(average_ranks(&[3.0, 1.0, 3.0]), [2.5, 1.0, 2.5]);
/// ```
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    // Adding zero turns −0 into 0, which total order would distinguish.
    let mut sorted: Vec<(f64, usize)> = values
        .iter()
        .enumerate()
        .map(|(index, &value)| (value + 0.0, index))
        .collect();
    sorted.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for ties in sorted.chunk_by(|x, y| x.0.total_cmp(&y.0).is_eq()) {
        let rank = before as f64 + (ties.len() as f64 + 1.0) / 2.0;
        for &(_, index) in ties {
            if let Some(slot) = ranks.get_mut(index) {
                *slot = rank;
            }
        }
        before += ties.len();
    }
    ranks
}

/// Whether all numbers are equal (true for none or one).
pub fn is_constant(values: &[f64]) -> bool {
    let (lowest, highest) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
            (a.min(*x), b.max(*x))
        });
    lowest >= highest || values.is_empty()
}
