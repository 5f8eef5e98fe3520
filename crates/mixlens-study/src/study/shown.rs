//! The values that front ends read every frame.

use std::sync::Arc;

use super::Study;
use crate::derived::{
    BaselinePrediction, difference_table, domain_rows, inferred_plot, measured_pairs, noise,
    parallel_lines, parallel_marks, parallel_plot, pareto_plane, predictions, run_colours,
    run_order, survey_plot, training_plan,
};
use crate::state::MAX_COMPARED;
use crate::{
    DifferenceTable, DomainRow, InferredPlot, MeasuredPair, MixtureFormat, MixtureSheet,
    ParallelMarks, ParallelPlot, ParetoPlane, Predictions, State, SurveyPlot, TrainingPlan,
};
use mixlens_jobs::LocalProfile;

impl Study {
    /// Every metric of the current mixture, compared with the baseline; `None` without a fit.
    pub fn predictions(&self) -> Option<&Predictions> {
        let compute = || {
            predictions(
                self.fit()?,
                self.baseline_prediction()?,
                &self.state,
                &self.view.pinned,
            )
            .ok()
        };
        self.caches.predictions.get_or_init(compute).as_ref()
    }

    /// The predictions at the baseline.
    fn baseline_prediction(&self) -> Option<&BaselinePrediction> {
        let compute = || BaselinePrediction::new(self.fit()?, &self.state.baseline.mixture).ok();
        self.caches.baseline.get_or_init(compute).as_ref()
    }

    /// The rows of the mixture panel, one per domain in the order of the domain set.
    pub fn domain_rows(&self) -> &[DomainRow] {
        self.caches
            .domain_rows
            .get_or_init(|| domain_rows(self.dataset(), &self.state))
    }

    /// The rows of [`Study::domain_rows`] that pass the filter, in the chosen order.
    pub fn listed_domains(&self) -> Vec<&DomainRow> {
        use crate::DomainOrder::{Difference, Name, Proportion, Table};
        let pattern = self.view.domain_filter.trim().to_lowercase();
        let mut rows: Vec<&DomainRow> = self
            .domain_rows()
            .iter()
            .filter(|row| row.name.to_lowercase().contains(&pattern))
            .collect();
        match self.view.domain_order {
            Table => {}
            Name => rows.sort_by(|a, b| a.name.cmp(&b.name)),
            Proportion => rows.sort_by(|a, b| b.proportion.total_cmp(&a.proportion)),
            Difference => rows.sort_by(|a, b| b.difference.abs().total_cmp(&a.difference.abs())),
        }
        rows
    }

    /// The differences of the compared mixtures to the baseline; of all saved ones, up to 8, when
    /// none is chosen.
    pub fn differences(&self) -> Option<&DifferenceTable> {
        let compute = || {
            difference_table(
                self.fit(),
                self.baseline_prediction(),
                &self.state,
                MAX_COMPARED,
            )
            .ok()
        };
        self.caches.differences.get_or_init(compute).as_ref()
    }

    /// The rows of the run table that pass the filter, sorted.
    pub fn listed_runs(&self) -> &[usize] {
        let compute = || {
            self.table()
                .map(|table| run_order(table, &self.view.runs))
                .unwrap_or_default()
        };
        &self.caches.run_order.get_or_init(compute).rows
    }

    /// Runs and predicted front in the plane of the two metrics of the Pareto plot; the same `Arc`
    /// until it changes.
    pub fn pareto(&self) -> &Arc<ParetoPlane> {
        let compute = || {
            let (table, front) = (
                self.table().map(|table| &**table),
                self.dataset().work.results.front.as_deref(),
            );
            Arc::new(pareto_plane(
                table,
                front,
                &self.state.goal,
                self.view.pareto,
            ))
        };
        self.caches.pareto.get_or_init(compute)
    }

    /// The latest survey, ready to be drawn.
    pub fn survey(&self) -> Option<&SurveyPlot> {
        let compute = || {
            self.dataset()
                .work
                .results
                .survey
                .as_deref()
                .map(survey_plot)
        };
        self.caches.survey.get_or_init(compute).as_ref()
    }

    /// The predictions of the current mixture and of the baseline in that plane.
    pub fn pareto_marks(&self) -> Option<[[f64; 2]; 2]> {
        let predictions = self.predictions()?;
        let [first, second] = self.view.pareto.map(|metric| predictions.row_of(metric));
        let (first, second) = first.zip(second)?;
        Some([
            [first.current.value, second.current.value],
            [first.baseline.value, second.baseline.value],
        ])
    }

    /// The position of each run on the colour scale, from 0 to 1; empty when runs are not coloured.
    pub fn run_colours(&self) -> &[Option<f32>] {
        let compute = || {
            let table = self.table().zip(self.view.runs.colour_by);
            table
                .map(|(table, colour_by)| run_colours(table, colour_by))
                .unwrap_or_default()
        };
        self.caches.colours.get_or_init(compute)
    }

    /// Runs and sampled mixtures as lines over domains and metrics; the same `Arc` until it
    /// changes.
    pub fn parallel(&self) -> &Arc<ParallelPlot> {
        let lines = || {
            let (table, cloud) = (
                self.table().map(|table| &**table),
                self.dataset().work.results.cloud.as_deref(),
            );
            Arc::new(parallel_lines(table, cloud, &self.state, &self.view))
        };
        let lines = || self.caches.parallel_lines.get_or_init(lines);
        self.caches
            .parallel
            .get_or_init(|| Arc::new(parallel_plot(lines(), &self.view.brushes)))
    }

    /// The current mixture and the baseline on the axes of [`Study::parallel`].
    pub fn parallel_marks(&self) -> ParallelMarks {
        parallel_marks(self.parallel(), &self.state, self.predictions())
    }

    /// Held-out predictions of a metric with the measured values; empty for a fit without
    /// cross-fits.
    pub fn measured_pairs(&self, metric: usize) -> &[MeasuredPair] {
        let pairs = self.caches.pairs.get_or_init(|| {
            let Some((table, fit)) = self.table().zip(self.fit()) else {
                return Vec::new();
            };
            let metrics = self.state.goal.metrics.iter();
            metrics
                .map(|metric| measured_pairs(table, fit, &metric.name))
                .collect()
        });
        pairs.get(metric).map_or(&[], Vec::as_slice)
    }

    /// The training mixture of the tokenizer; `None` until it has been inferred.
    pub fn inferred(&self) -> Option<&InferredPlot> {
        let compute = || {
            self.tokenizer
                .found
                .as_ref()
                .map(|found| inferred_plot(found, self.view.shares))
        };
        self.caches.inferred.get_or_init(compute).as_ref()
    }

    /// The target run in phases, with epochs and checks.
    pub fn training_plan(&self) -> Option<&TrainingPlan> {
        self.caches
            .training_plan
            .get_or_init(|| training_plan(&self.state))
            .as_ref()
    }

    /// Index and name of the metric shown; of the first metric while the objective is shown.
    pub fn shown_metric(&self) -> Option<(usize, &str)> {
        let metric = self.view.metric.unwrap_or(0);
        Some((metric, self.goal().metrics.get(metric)?.name.as_str()))
    }

    /// The typical error of predictions of a metric, in its unit; `None` where it is unknown.
    pub fn noise(&self, metric: usize) -> Option<f64> {
        noise(self.fit()?, &self.goal().metrics.get(metric)?.name)
    }

    /// Traces, ternary grid and best single move: the latest profile, perhaps of an earlier
    /// mixture.
    ///
    /// [`Analysis::UpdateProfile`](crate::Analysis::UpdateProfile) requests a newer one.
    pub fn look(&self) -> Option<&Arc<LocalProfile>> {
        self.look.as_ref()
    }

    /// Whether the latest profile belongs to the current state and view.
    pub fn is_profile_current(&self) -> bool {
        self.look.is_some() && self.profiled.as_ref() == Some(&self.profile_key())
    }

    /// The current mixture as text, with decimals that sum to exactly one.
    pub fn mixture_text(&self, format: MixtureFormat) -> String {
        let State {
            current,
            baseline,
            limits,
            ..
        } = self.state();
        MixtureSheet {
            current,
            baseline,
            limits,
        }
        .text(format)
    }
}
