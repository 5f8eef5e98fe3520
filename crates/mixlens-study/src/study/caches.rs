//! [`Caches`]: what fronts read every frame, computed once after a change.

use std::sync::{Arc, OnceLock};

use crate::derived::BaselinePrediction;
use crate::{
    DifferenceTable, DomainRow, InferredPlot, MeasuredPair, ParallelLines, ParallelPlot,
    ParetoPlane, Predictions, RunOrder, SurveyPlot, TrainingPlan,
};

/// Filled when read, emptied when something they depend on changes.
#[derive(Debug, Default)]
pub(super) struct Caches {
    /// What the fit says of the baseline: kept while the mixture is dragged.
    pub beside: OnceLock<Option<BaselinePrediction>>,
    pub predictions: OnceLock<Option<Predictions>>,
    pub domain_rows: OnceLock<Vec<DomainRow>>,
    pub differences: OnceLock<Option<DifferenceTable>>,
    pub training_plan: OnceLock<Option<TrainingPlan>>,
    pub run_order: OnceLock<RunOrder>,
    pub pareto: OnceLock<Arc<ParetoPlane>>,
    pub survey: OnceLock<Option<SurveyPlot>>,
    pub parallel_lines: OnceLock<Arc<ParallelLines>>,
    pub parallel: OnceLock<Arc<ParallelPlot>>,
    pub colours: OnceLock<Vec<Option<f32>>>,
    pub inferred: OnceLock<Option<InferredPlot>>,
    pub pairs: OnceLock<Vec<Vec<MeasuredPair>>>,
}

impl Caches {
    /// After a change of mixtures, limits, objective or fits.
    pub fn forget_predictions(&mut self) {
        self.predictions.take();
        self.domain_rows.take();
        self.differences.take();
        self.training_plan.take();
        self.pairs.take();
    }

    /// After a change of the baseline or of the fits.
    pub fn forget_baseline(&mut self) {
        self.beside.take();
    }

    /// After a change of what is listed, or how it is coloured.
    pub fn forget_list(&mut self) {
        self.run_order.take();
        self.colours.take();
    }

    /// After a change of the runs, or of what else is drawn among them.
    pub fn forget_plots(&mut self) {
        self.forget_lines();
        self.pareto.take();
        self.survey.take();
    }

    /// After a change of the axes of the parallel coordinates.
    pub fn forget_lines(&mut self) {
        self.parallel_lines.take();
        self.parallel.take();
    }
}
