//! The published sweep over the length of end-of-training upsampling.

/// Fractions of training with the late mixture in the published sweep.
pub const DURATION_FRACTIONS: [f64; 5] = [0.0, 0.05, 0.10, 0.20, 0.30];

/// A benchmark of the published sweep, at each of [`DURATION_FRACTIONS`] (per cent).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DurationResult {
    /// The benchmark.
    pub benchmark: &'static str,
    /// Scores at each of [`DURATION_FRACTIONS`] (per cent).
    pub scores: [f64; 5],
}

/// The published sweep: 7B, 1T tokens, one run per cell and no variance reported.
///
/// Source: Blakeney et al. 2024, "Does your data spark joy? Performance gains from domain
/// upsampling at the end of training", arXiv 2406.03476.
pub const DURATION_RESULTS: [DurationResult; 6] = [
    DurationResult {
        benchmark: "MMLU",
        scores: [35.69, 40.20, 43.19, 42.59, 41.78],
    },
    DurationResult {
        benchmark: "GSM8K",
        scores: [14.71, 16.98, 20.47, 22.97, 24.56],
    },
    DurationResult {
        benchmark: "HumanEval",
        scores: [17.23, 18.50, 20.39, 23.40, 24.17],
    },
    DurationResult {
        benchmark: "Gauntlet core average",
        scores: [35.37, 37.63, 38.46, 39.32, 38.89],
    },
    DurationResult {
        benchmark: "language understanding",
        scores: [61.52, 61.05, 60.41, 60.08, 60.35],
    },
    DurationResult {
        benchmark: "reading comprehension",
        scores: [37.02, 41.23, 43.35, 45.45, 42.50],
    },
];

impl DurationResult {
    /// The measured fraction with the best score.
    pub fn best_fraction(&self) -> f64 {
        let pairs = DURATION_FRACTIONS.iter().zip(&self.scores);
        pairs
            .max_by(|a, b| a.1.total_cmp(b.1))
            .map_or(0.0, |(fraction, _)| *fraction)
    }

    /// The score at another fraction: the parabola through the three nearest of 5 measured points.
    ///
    /// An interpolation, not a measurement. `None` outside the measured fractions.
    pub fn score_at(&self, fraction: f64) -> Option<f64> {
        duration_between(&DURATION_FRACTIONS, &self.scores, fraction)
    }
}

/// The parabola through the three points nearest to `at`; `None` outside the points or for fewer
/// than three.
pub fn duration_between(fractions: &[f64], scores: &[f64], at: f64) -> Option<f64> {
    let (low, high) = (fractions.first()?, fractions.last()?);
    if !(*low..=*high).contains(&at) {
        return None;
    }
    let distance = |three: &[f64]| three.iter().map(|x| (x - at).abs()).sum::<f64>();
    let (nearest, x) = fractions
        .windows(3)
        .enumerate()
        .min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)))?;
    let (&[x0, x1, x2], &[y0, y1, y2]) = (x, scores.get(nearest..nearest + 3)?) else {
        return None;
    };
    // Lagrange's form: Σ y (at − a)(at − b) / ((x − a)(x − b)).
    let term = |y: f64, x: f64, a: f64, b: f64| y * (at - a) * (at - b) / ((x - a) * (x - b));
    Some(term(y0, x0, x1, x2) + term(y1, x1, x0, x2) + term(y2, x2, x0, x1))
}
