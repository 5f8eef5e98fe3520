//! [`ScarceTarget`]: the best proportion of a small pool in plentiful data.

use crate::CoreError;
use crate::numbers::{fraction, positive};
use crate::supply::Repetition;

/// Intervals of the grid for the first search of the optimum.
const GRID: u32 = 1000;
/// Steps of the golden-section search after the grid; each keeps 0.618 of the interval.
const STEPS: u32 = 60;

/// Loss on a target with a small pool of data, mixed into unlimited generic data.
///
/// ```text
/// r = h D / T      D_T = h D for r ≤ 1, T (1 + r₁ (1 − exp(−(r − 1) / r₁))) for r > 1
/// D_eff = (1 − h) D + τ D_T      L = E + A / D_eff^α + g h
/// ```
/// h target proportion, D training tokens, T unique target tokens. The best h is determined by the
/// epochs r and scales like T / D. Source: Sedova et al. 2026, arXiv 2605.12715; the optimum by a
/// grid and golden-section search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScarceTarget {
    /// Irreducible loss E (nats).
    pub irreducible: f64,
    /// Scale A.
    pub scale: f64,
    /// Exponent α.
    pub exponent: f64,
    /// g, the cost of mixing.
    pub price: f64,
    /// r₁, the repetition constant of the target pool (epochs).
    pub repetition: Repetition,
    /// τ, the value of a target token in generic tokens.
    pub coefficient: f64,
    /// Unique target tokens T.
    pub target_tokens: f64,
}

impl ScarceTarget {
    /// Epochs over the target pool.
    pub fn epochs(&self, proportion: f64, training_tokens: f64) -> f64 {
        proportion * training_tokens / self.target_tokens
    }

    /// The loss on the target.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for a proportion outside [0, 1] or tokens that are not above
    /// zero.
    pub fn loss(&self, proportion: f64, training_tokens: f64) -> Result<f64, CoreError> {
        fraction("target proportion", proportion)?;
        positive("training-tokens", training_tokens)?;
        positive("target tokens", self.target_tokens)?;
        Ok(self.loss_at(proportion, training_tokens))
    }

    fn loss_at(&self, proportion: f64, training_tokens: f64) -> f64 {
        // D_eff = (1 − h) D + τ D_T, L = E + A / D_eff^α + g h
        let target = self
            .repetition
            .effective_tokens(proportion * training_tokens, self.target_tokens);
        let effective = (1.0 - proportion) * training_tokens + self.coefficient * target;
        self.irreducible + self.scale / effective.powf(self.exponent) + self.price * proportion
    }

    /// The proportion of the target with the lowest loss.
    ///
    /// # Errors
    /// As [`ScarceTarget::loss`].
    pub fn best_proportion(&self, training_tokens: f64) -> Result<f64, CoreError> {
        self.loss(0.0, training_tokens)?;
        let loss = |proportion: f64| self.loss_at(proportion, training_tokens);
        // The loss has a kink at one epoch, which is a separate candidate.
        let kink = (self.target_tokens / training_tokens).min(1.0);
        let grid = (0..=GRID).map(|step| f64::from(step) / f64::from(GRID));
        let near = grid
            .min_by(|a, b| loss(*a).total_cmp(&loss(*b)))
            .unwrap_or(0.0);
        let step = 1.0 / f64::from(GRID);
        let refined = golden_section(loss, (near - step).max(0.0), (near + step).min(1.0));
        Ok([near, refined, kink]
            .into_iter()
            .min_by(|a, b| loss(*a).total_cmp(&loss(*b)))
            .unwrap_or(near))
    }
}

fn golden_section(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_894_8;
    let (mut a, mut b) = (high - RATIO * (high - low), low + RATIO * (high - low));
    let (mut at_a, mut at_b) = (f(a), f(b));
    for _ in 0..STEPS {
        if at_a <= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - RATIO * (high - low);
            at_a = f(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + RATIO * (high - low);
            at_b = f(b);
        }
    }
    f64::midpoint(low, high)
}
