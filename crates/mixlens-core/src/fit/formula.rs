//! [`Formula`]: a fitted surrogate as plain numbers, for devices that compute it in their own way.

use super::FittedSurrogate;
use super::gp::Inputs;
use super::scheffe::ScheffeDegree;

/// What a fitted surrogate computes from proportions x, with its numbers.
///
/// [`Surrogate::predict_rows`](super::Surrogate::predict_rows) stays the reference; a formula is
/// for programs that run elsewhere, as on a graphics processor.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula<'a> {
    /// b + w · x, or e to that.
    Line {
        /// b.
        intercept: f64,
        /// w, one per domain.
        slopes: &'a [f64],
        /// Whether the line is for the logarithm.
        is_log: bool,
    },
    /// c + exp(b + t · x).
    Exponential {
        /// c.
        floor: f64,
        /// b.
        log_scale: f64,
        /// t, one per domain.
        slopes: &'a [f64],
        /// Least and most that is predicted.
        range: [f64; 2],
    },
    /// c + (e + Σⱼ wⱼ xⱼ^aⱼ)^(−g), where nothing of a domain is worth nothing.
    EffectiveData {
        /// c.
        floor: f64,
        /// g.
        steepness: f64,
        /// e.
        base: f64,
        /// w, one per domain.
        coefficients: &'a [f64],
        /// a, one per domain or one for all.
        exponents: &'a [f64],
        /// Least and most that is predicted.
        range: [f64; 2],
    },
    /// c + Σⱼ kⱼ (1 + xⱼ/aⱼ)^(−b).
    Power {
        /// c.
        floor: f64,
        /// b.
        exponent: f64,
        /// k, one per domain.
        heights: &'a [f64],
        /// a, one per domain.
        offsets: &'a [f64],
        /// Least and most that is predicted.
        range: [f64; 2],
    },
    /// Scheffé's polynomial.
    Scheffe {
        /// Which products it has.
        degree: ScheffeDegree,
        /// Singles, then pairs, then triples, each in rising order of domains.
        coefficients: &'a [f64],
    },
    /// b + Σⱼ βⱼ zⱼ + Σ_{j≤k} βⱼₖ zⱼ zₖ with zⱼ = (ln(xⱼ + offset) − centreⱼ) / spreadⱼ.
    LogQuadratic {
        /// Added to every proportion.
        offset: f64,
        /// One per domain.
        centres: &'a [f64],
        /// One per domain.
        spreads: &'a [f64],
        /// b.
        intercept: f64,
        /// Singles, then pairs (1,1), (1,2) … (2,2) ….
        coefficients: &'a [f64],
        /// Least and most that is predicted.
        range: [f64; 2],
    },
    /// centre + unit · Σᵢ αᵢ k(rᵢ), or e to that, with Matérn's k of smoothness 5/2.
    Gp {
        /// What is made of a proportion before distances are measured.
        inputs: Inputs,
        /// Whether the process is for the logarithm.
        is_log: bool,
        /// The mean of the runs.
        centre: f64,
        /// Unit times amplitude.
        scale: f64,
        /// ℓ, one per domain.
        lengths: &'a [f64],
        /// Inputs of the runs over their lengths, run after run.
        runs: &'a [f64],
        /// α, one per run.
        weights: &'a [f64],
    },
    /// The sum of one leaf value per tree.
    Trees(Vec<TreeNodes<'a>>),
    /// A weighted sum.
    Sum(Vec<(f64, Formula<'a>)>),
}

/// Operations that an exponential or a logarithm counts for in [`Formula::operations`].
const ELEMENTARY: u64 = 20;

impl Formula<'_> {
    /// About how many additions and multiplications (comparisons, of trees) one prediction for
    /// `width` domains takes.
    pub fn operations(&self, width: usize) -> u64 {
        let d = width as u64;
        match self {
            Self::Line { is_log, .. } => 2 * d + if *is_log { ELEMENTARY } else { 0 },
            Self::Exponential { .. } => 2 * d + ELEMENTARY,
            Self::EffectiveData { .. } => d * (3 + 2 * ELEMENTARY) + 2 * ELEMENTARY,
            Self::Power { .. } => d * (5 + 2 * ELEMENTARY),
            Self::Scheffe { coefficients, .. } => 2 * coefficients.len() as u64 + d * d,
            Self::LogQuadratic { coefficients, .. } => {
                2 * coefficients.len() as u64 + d * (4 + ELEMENTARY)
            }
            Self::Gp { weights, .. } => {
                weights.len() as u64 * (3 * d + 8 + ELEMENTARY) + d * (1 + ELEMENTARY)
            }
            Self::Trees(trees) => trees
                .iter()
                .map(|tree| u64::from(tree.values.len().max(1).ilog2()) + 1)
                .sum(),
            Self::Sum(parts) => parts
                .iter()
                .map(|(_, part)| part.operations(width) + 2)
                .sum(),
        }
    }
}

/// Where a split of a tree leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// To another split.
    Split(usize),
    /// To a leaf.
    Leaf(usize),
}

/// One split of a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The domain that it asks for.
    pub domain: usize,
    /// Proportions above it go right.
    pub threshold: f64,
    /// Where the others go.
    pub left: Child,
    /// Where those above go.
    pub right: Child,
}

/// One tree; without nodes it has one leaf.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeNodes<'a> {
    /// Its splits; the first is the root.
    pub nodes: Vec<Node>,
    /// The values of its leaves.
    pub values: &'a [f64],
}

/// Least and most of a formula that is not cut off.
pub(super) const WIDE: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

impl FittedSurrogate {
    /// What it computes.
    pub fn formula(&self) -> Formula<'_> {
        match self {
            Self::Ridge(fitted) => fitted.formula(),
            Self::Trees(fitted) => fitted.formula(),
            Self::EffectiveData(fitted) => fitted.formula(),
            Self::Exponential(fitted) => fitted.formula(),
            Self::Power(fitted) => fitted.formula(),
            Self::Scheffe(fitted) => fitted.formula(),
            Self::LogQuadratic(fitted) => fitted.formula(),
            Self::Gp(fitted) => fitted.formula(),
            Self::Stack(fitted) => {
                let parts = [Some(fitted.law()), fitted.rest()];
                Formula::Sum(
                    parts
                        .into_iter()
                        .flatten()
                        .map(|part| (1.0, part.formula()))
                        .collect(),
                )
            }
            Self::Ensemble(fitted) => Formula::Sum(
                fitted
                    .members()
                    .map(|(weight, member)| (weight, member.formula()))
                    .collect(),
            ),
        }
    }
}
