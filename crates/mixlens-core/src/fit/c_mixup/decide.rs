//! [`Mixup`]: whether rows between the runs are added, decided by runs that were held out.

use serde::{Deserialize, Serialize};

use super::Mixing;
use crate::CoreError;
use crate::compute::Control;
use crate::fit::Estimator;
use crate::fit::column::{Column, Rows};
use crate::fit::out_of_fold::{groups, predict_out_of_fold, squared_error};
use crate::stats::{mean, standard_error};

/// Bandwidths tried.
const QUANTILES: [f64; 4] = [0.05, 0.1, 0.25, 0.5];
/// Shapes of λ tried.
const SHAPES: [f64; 3] = [0.5, 1.0, 2.0];
/// Folds by which bandwidths and shape are chosen.
const SEARCH_FOLDS: usize = 5;
/// Mixtures up to which each is left out by itself; there are [`MANY_FOLDS`] folds beyond.
const LEAVE_ONE_OUT: usize = 100;
const MANY_FOLDS: usize = 20;

/// Whether rows between the runs are added to the runs; see [`Mixing`].
///
/// Off by default, because it seldom helps. Measured with [`Mixup::Auto`]:
///
/// | table | surrogate | kept | held out |
/// |---|---|---|---|
/// | RegMix, 64 runs, 13 losses, 3 draws | `trees` | 37 of 39 | Spearman 0.896 to 0.963, error 0.21 to 0.13 |
/// | 1 draw, 200 trees at rate 0.05 | `trees`, leaves of 5, bins of 1 | 0 of 13 | Spearman 0.965, as without |
/// | two draws | `scheffe`, `log-quadratic` | 0 of 52 | as without |
/// | mixing laws, 26 runs, 5 domains, 22 losses | `scheffe` | 94 of 330 | error 0.1 to 1.6 % higher |
/// | the same | `log-quadratic` | 152 of 330 | error 2.9 % lower to 1.6 % higher |
/// | the same, 70M and 160M | `trees`, leaves of 3 runs, bins of 1 | 71 of 220 | error 43 % lower |
///
/// What it does for trees on RegMix's runs, leaves of 5 runs do too, in a hundredth of the time:
/// added rows are a way to have smaller leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mixup {
    /// No.
    #[default]
    Off,
    /// Where they lower the squared error on runs that were left out, by more than the standard
    /// error of the difference.
    ///
    /// Bandwidths and shape come from 5 folds, the decision from leaving out one mixture at a time
    /// with all its runs; departs from that beyond 100 mixtures, with 20 folds. Rows are made from
    /// the runs that were not held out. Takes the time of about 60 fits to five times the rows, and
    /// two more for every run (64 runs of 17 domains: 7 s for 1,000 trees, 2 s for a quadratic).
    ///
    /// Best of twelve ways on the runs that also decide, so a small gain is still flattered.
    Auto,
    /// Yes, drawn like this.
    Always(Mixing),
}

/// What became of [`Mixup`] in a fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixupReport {
    /// How rows were drawn; `None` where the runs are alone.
    pub kept: Option<Mixing>,
    /// What they brought on runs that were left out; `None` where that was not asked, or the runs
    /// are too few to tell.
    pub gain: Option<MixupGain>,
}

/// How much lower a mean squared error is with rows between the runs, in the metric's unit squared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixupGain {
    /// The mean over mixtures of the difference, above zero where the error is lower.
    pub mean: f64,
    /// The standard error of that mean.
    pub standard_error: f64,
}

impl Mixup {
    pub(in crate::fit) fn is_off(&self) -> bool {
        *self == Self::Off
    }

    /// # Errors
    /// [`CoreError::BadParameter`] for the first parameter of [`Mixup::Always`] out of range.
    pub(in crate::fit) fn check(&self) -> Result<(), CoreError> {
        match self {
            Self::Always(mixing) => mixing.check(),
            Self::Off | Self::Auto => Ok(()),
        }
    }

    /// How the runs of `column` are mixed, or why not; `with` makes the same estimator with another
    /// [`Mixup`].
    ///
    /// # Errors
    /// Those of the estimator.
    pub(in crate::fit) fn decide<E: Estimator>(
        self,
        column: Column<'_>,
        seed: u64,
        control: &Control,
        with: impl Fn(Self) -> E,
    ) -> Result<Option<MixupReport>, CoreError> {
        match self {
            Self::Off => Ok(None),
            Self::Always(mixing) => Ok(Some(MixupReport {
                kept: Some(mixing),
                gain: None,
            })),
            Self::Auto => {
                let trial = Trial {
                    column,
                    seed,
                    control: &control.without_progress(),
                    with,
                };
                trial.run().map(|found| {
                    let gain = found.map(|(_, gain)| gain);
                    let kept = found
                        .filter(|(_, gain)| gain.mean > gain.standard_error)
                        .map(|(mixing, _)| mixing);
                    Some(MixupReport { kept, gain })
                })
            }
        }
    }
}

/// The rows between the given runs that a report asks for.
pub(in crate::fit) fn rows_between(
    report: Option<MixupReport>,
    rows: &[f64],
    values: &[f64],
) -> Rows {
    report
        .and_then(|report| report.kept)
        .map(|mixing| mixing.draw(rows, values))
        .unwrap_or_default()
}

/// Fits with and without rows between the runs.
struct Trial<'a, F> {
    column: Column<'a>,
    seed: u64,
    control: &'a Control,
    with: F,
}

impl<E: Estimator, F: Fn(Mixup) -> E> Trial<'_, F> {
    /// The best way to mix, and what it brings; `None` where the runs are too few to hold any out.
    fn run(&self) -> Result<Option<(Mixing, MixupGain)>, CoreError> {
        let groups = groups(self.column);
        let mixtures = groups.iter().max().map_or(0, |last| last + 1);
        let folds = if mixtures <= LEAVE_ONE_OUT {
            mixtures
        } else {
            MANY_FOLDS
        };
        if mixtures < 2 {
            return Ok(None);
        }
        let Some(without) = self.predict(Mixup::Off, folds)? else {
            return Ok(None);
        };
        let mut best: Option<(f64, Mixing)> = None;
        for quantile in QUANTILES {
            for shape in SHAPES {
                let mixing = Mixing {
                    quantile,
                    shape,
                    seed: self.seed,
                    ..Mixing::default()
                };
                let Some(predicted) = self.predict(Mixup::Always(mixing), SEARCH_FOLDS)? else {
                    return Ok(None);
                };
                let error = squared_error(&predicted, self.column.values);
                if best.is_none_or(|(least, _)| error < least) {
                    best = Some((error, mixing));
                }
            }
        }
        let Some((_, mixing)) = best else {
            return Ok(None);
        };
        let Some(mixed) = self.predict(Mixup::Always(mixing), folds)? else {
            return Ok(None);
        };
        // Replicates are held out together: a mixture counts once.
        let mut sums = vec![(0.0, 0.0); mixtures];
        for (((group, value), without), mixed) in groups
            .iter()
            .zip(self.column.values)
            .zip(without)
            .zip(mixed)
        {
            if let Some((sum, count)) = sums.get_mut(*group) {
                *sum += (without - value).powi(2) - (mixed - value).powi(2);
                *count += 1.0;
            }
        }
        let differences: Vec<f64> = sums.into_iter().map(|(sum, count)| sum / count).collect();
        let gain = mean(&differences).zip(standard_error(&differences));
        Ok(gain.map(|(mean, standard_error)| {
            (
                mixing,
                MixupGain {
                    mean,
                    standard_error,
                },
            )
        }))
    }

    /// Predictions of held-out runs; `None` where too few remain to fit.
    fn predict(&self, mixup: Mixup, folds: usize) -> Result<Option<Vec<f64>>, CoreError> {
        match predict_out_of_fold(
            &(self.with)(mixup),
            self.column,
            folds,
            self.seed,
            self.control,
        ) {
            Ok(predicted) => Ok(Some(predicted)),
            Err(CoreError::TooFewRuns { .. } | CoreError::ConstantMetric { .. }) => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}
