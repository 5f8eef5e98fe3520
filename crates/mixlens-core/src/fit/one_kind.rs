//! [`FittedMetric::of_kind`]: one metric by one kind of surrogate that is known when the program is
//! built.

use super::cross_fit::CrossFit;
use super::runs::Runs;
use super::{Estimator, Fitted, FittedMetric, FittedSurrogate, Formula, SurrogateParams};
use crate::CoreError;
use crate::compute::Control;
use crate::table::RunTable;

impl FittedMetric {
    /// Fits one metric (by its position in `table`) with intervals, the same to the bit as
    /// [`SurrogateSet::fit_with_intervals`](super::SurrogateSet::fit_with_intervals) with these
    /// parameters.
    ///
    /// A program that fits by this alone holds the code of no other kind. `params` are
    /// those of `estimator` as one of all kinds.
    /// [`SurrogateSet::from_fitted`](super::SurrogateSet::from_fitted) puts metrics together.
    ///
    /// # Errors
    /// Those of the estimator; [`CoreError::WrongLength`] for a position beyond the metrics;
    /// [`CoreError::Cancelled`].
    pub fn of_kind<F: Into<Formula>>(
        table: &RunTable,
        metric: usize,
        estimator: &impl Estimator<Fitted = Fitted<F>>,
        params: SurrogateParams,
        seed: u64,
        control: &Control,
    ) -> Result<Self, CoreError> {
        let own =
            table
                .metrics()
                .as_slice()
                .get(metric)
                .cloned()
                .ok_or(CoreError::WrongLength {
                    what: "metrics",
                    expected: metric + 1,
                    found: table.metrics().len(),
                })?;
        let runs = Runs::of_table(table, metric);
        let fit = |runs: &Runs| {
            estimator
                .fit_metric(&runs.metric, &runs.rows, &runs.values, control)
                .map(|fitted| FittedSurrogate::of_kind(params.name(), fitted))
        };
        let missing = table
            .metric_values(metric)
            .enumerate()
            .filter(|(_, value)| value.is_none());
        Ok(Self {
            surrogate: fit(&runs)?,
            cross: CrossFit::by(&runs, seed, fit)?,
            metric: own,
            runs: runs.len(),
            params: Some(params),
            missing: missing.map(|(row, _)| row).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::SurrogateSet;
    use super::super::effective_data::EffectiveDataParams;
    use super::*;
    use crate::compute::Sequential;
    use crate::simplex::DomainSet;
    use crate::table::{Direction, Metric, MetricSet, RowSums, RunTableBuilder};

    #[test]
    fn a_metric_of_one_kind_is_fitted_to_the_same_bits_as_among_all_kinds() {
        let metrics = ["loss", "late"].map(|name| Metric {
            name: name.to_owned(),
            direction: Direction::Lower,
        });
        let domains = DomainSet::new(["a", "b", "c"]).unwrap();
        let mut table = RunTableBuilder::new(
            domains,
            MetricSet::new(metrics.to_vec()).unwrap(),
            RowSums::Rescale,
        );
        for run in 0..24 {
            let (a, b) = (f64::from(run % 6) / 10.0, f64::from(run % 5) / 12.0);
            let late = (run > 3).then_some(2.0 - 0.4 * (b + 0.05).sqrt());
            table
                .push(
                    &format!("{run}"),
                    &[a, b, 1.0 - a - b],
                    &[Some(3.0 - (a + 0.1).sqrt()), late],
                )
                .unwrap();
        }
        let (table, control) = (table.finish(), Control::default());
        let own = EffectiveDataParams::default();
        let params = SurrogateParams::EffectiveData(own);
        let all =
            SurrogateSet::fit_with_intervals(&table, &[0, 1], &params, 7, &control, &Sequential)
                .unwrap();
        let one = |metric| {
            FittedMetric::of_kind(&table, metric, &own, params.clone(), 7, &control).unwrap()
        };
        assert!(all.metrics()[0].cross.is_some() && all.metrics()[1].missing == [0, 1, 2, 3]);
        assert_eq!(
            SurrogateSet::from_fitted(&table, vec![one(0), one(1)]).unwrap(),
            all
        );
        let beyond = FittedMetric::of_kind(&table, 2, &own, params.clone(), 7, &control);
        assert!(matches!(beyond, Err(CoreError::WrongLength { .. })));
    }
}
