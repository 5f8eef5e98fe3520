//! [`Comparison`]: several surrogates side by side, with everything that tells which to believe.

use serde::{Deserialize, Serialize};

use super::choice::unexplained;
use super::{
    Choice, CompareParams, Coverage, CoverageMeter, CrossValidation, CrossValidator, LearningCurve,
    choose, learning_curve,
};
use crate::CoreError;
use crate::compute::{Control, Executor};
use crate::fit::SurrogateParams;
use crate::stats::Score;
use crate::table::{NoiseFloor, RunTable};

/// How much a comparison finds out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Accuracy alone.
    Accuracy,
    /// Also how many left-out runs the intervals hold, and how accuracy grows with the number of
    /// runs.
    Full,
}

/// One surrogate on every metric of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The surrogate.
    pub params: SurrogateParams,
    /// Its accuracy, one per metric.
    pub results: Vec<CrossValidation>,
    /// How many left-out runs its intervals hold, one per metric; nothing unless it was measured.
    pub coverage: Vec<Coverage>,
}

impl Compared {
    /// The mean of each figure over the metrics.
    pub fn mean(&self) -> Option<Score> {
        Score::mean(
            &self
                .results
                .iter()
                .map(|result| result.score)
                .collect::<Vec<_>>(),
        )
    }

    /// The coverage over all metrics together.
    pub fn coverage_of_all(&self) -> Coverage {
        self.coverage
            .iter()
            .copied()
            .fold(Coverage::default(), Coverage::and)
    }
}

/// Several surrogates on the same metrics, runs and splits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How the runs were split.
    pub params: CompareParams,
    /// Names of the metrics.
    pub metrics: Vec<String>,
    /// The surrogates, in the order in which they were added.
    pub surrogates: Vec<Compared>,
    /// How much each metric varies between runs of the same mixture; `None` where no runs tell.
    pub noise: Vec<Option<NoiseFloor>>,
    /// The best on each metric, as positions among the surrogates.
    pub choices: Vec<Choice>,
    /// The accuracy of the best surrogate by number of runs; `None` unless it was asked for.
    pub curve: Option<LearningCurve>,
}

impl Comparison {
    /// Position of the surrogate that leaves least unexplained over all metrics: the least mean of
    /// √(1 − R²).
    pub fn best(&self) -> Option<usize> {
        let left: Vec<f64> = self
            .surrogates
            .iter()
            .map(|own| unexplained(&own.results))
            .collect();
        let all = left.iter().enumerate();
        all.min_by(|a, b| a.1.total_cmp(b.1))
            .map(|(position, _)| position)
    }
}

/// A comparison in the making: surrogates are added one by one, so that a front can show and time
/// each.
pub struct Comparer<'a> {
    table: &'a RunTable,
    metrics: &'a [usize],
    params: CompareParams,
    depth: Depth,
    validator: CrossValidator,
    /// `None` for accuracy alone, and where intervals would have too few runs.
    meter: Option<CoverageMeter>,
    surrogates: Vec<Compared>,
}

impl<'a> Comparer<'a> {
    /// Splits the runs of the given metrics of `table`; differences are measured to its natural
    /// mixture, or to the mean of its runs.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for fewer than two folds, more folds than different mixtures, or
    /// no repeats; [`CoreError::AllZero`] without runs.
    pub fn new(
        table: &'a RunTable,
        metrics: &'a [usize],
        params: CompareParams,
        depth: Depth,
    ) -> Result<Self, CoreError> {
        let mean = table.mean_mixture().ok_or(CoreError::AllZero)?;
        let baseline = table.natural().unwrap_or(&mean);
        let validator = CrossValidator::new(table, metrics, params)?;
        let meter = match depth {
            Depth::Accuracy => None,
            // The splits are fine, or the validator would have said so; their parts may be too
            // small to split again.
            Depth::Full => CoverageMeter::new(table, metrics, baseline.parts(), params).ok(),
        };
        Ok(Self {
            table,
            metrics,
            params,
            depth,
            validator,
            meter,
            surrogates: Vec::new(),
        })
    }

    /// Cross-validates one more surrogate.
    ///
    /// # Errors
    /// The estimator's errors, after which the comparison goes on without it;
    /// [`CoreError::Cancelled`].
    pub fn add(
        &mut self,
        surrogate: &SurrogateParams,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<&Compared, CoreError> {
        let results = self.validator.validate(surrogate, control, executor)?;
        let coverage = match self
            .meter
            .as_mut()
            .map(|meter| meter.measure(surrogate, control, executor))
        {
            // Intervals need fits to still fewer runs.
            None => Vec::new(),
            Some(Err(problem)) if problem.is_refusal() => Vec::new(),
            Some(measured) => measured?,
        };
        self.surrogates.push(Compared {
            params: surrogate.clone(),
            results,
            coverage,
        });
        Ok(self.surrogates.last().expect("one was just added"))
    }

    /// The verdicts, and the learning curve of the best.
    ///
    /// # Errors
    /// [`CoreError::NoNames`] without surrogates; [`CoreError::Cancelled`].
    pub fn finish(
        self,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Comparison, CoreError> {
        let all = self.table.metrics().as_slice();
        let choice = |metric: usize| {
            choose(
                &self
                    .surrogates
                    .iter()
                    .filter_map(|own| own.results.get(metric))
                    .collect::<Vec<_>>(),
            )
        };
        let mut comparison = Comparison {
            params: self.params,
            metrics: self
                .metrics
                .iter()
                .filter_map(|&metric| Some(all.get(metric)?.name.clone()))
                .collect(),
            noise: self
                .metrics
                .iter()
                .map(|&metric| self.table.noise_floor(metric))
                .collect(),
            choices: (0..self.metrics.len())
                .map(choice)
                .collect::<Option<_>>()
                .ok_or(CoreError::NoNames { what: "surrogates" })?,
            surrogates: self.surrogates,
            curve: None,
        };
        let best = comparison
            .best()
            .and_then(|best| comparison.surrogates.get(best));
        if let (Depth::Full, Some(best)) = (self.depth, best) {
            let curve = learning_curve(
                self.table,
                self.metrics,
                &best.params,
                self.params,
                control,
                executor,
            )?;
            comparison.curve = Some(curve);
        }
        Ok(comparison)
    }
}
