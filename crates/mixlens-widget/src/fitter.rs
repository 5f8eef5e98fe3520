//! [`Fitter`]: a run table becomes a surrogate file.

use mixlens_core::CoreError;
use mixlens_core::compute::Control;
use mixlens_core::fit::effective_data::EffectiveDataParams;
use mixlens_core::fit::{FittedMetric, SurrogateParams, SurrogateSet};
use mixlens_core::table::RunTable;
use mixlens_formats::{ImportOptions, NamedBytes, import_run_table};

use crate::WidgetError;
use crate::wire::{FitStep, SourceFiles};

/// Seed of the folds and of the law's starts.
const SEED: u64 = 0;

/// Fits the effective-data law to a run table, one metric at a time.
///
/// It is the most accurate of the laws and polynomials on the published run tables
/// (`docs/evidence.md`), takes milliseconds a metric, and predicts with intervals. What comes out
/// is what `mixlens fit --surrogate effective-data --intervals` writes, to the bit.
#[derive(Debug)]
pub struct Fitter {
    table: RunTable,
    notices: Vec<String>,
    next: usize,
    fitted: Vec<FittedMetric>,
}

impl Fitter {
    /// Reads a run table: one file, or one with proportions and one with metrics, in any order.
    ///
    /// # Errors
    /// Those of [`import_run_table`].
    pub fn open(files: SourceFiles) -> Result<Self, WidgetError> {
        let files: Vec<NamedBytes> = files
            .0
            .into_iter()
            .map(|file| NamedBytes::new(file.name, file.text))
            .collect();
        let imported = import_run_table(&files, &ImportOptions::default())?;
        let notices = imported.notices.iter().map(ToString::to_string).collect();
        Ok(Self {
            table: imported.table,
            notices,
            next: 0,
            fitted: Vec::new(),
        })
    }

    /// Fits the next metric. A metric that never varies is left out, with a notice.
    ///
    /// # Errors
    /// Too few runs, or those of the law.
    pub fn step(&mut self) -> Result<FitStep, WidgetError> {
        let total = self.table.metrics().len();
        if self.next < total {
            let estimator = EffectiveDataParams {
                seed: SEED,
                ..EffectiveDataParams::default()
            };
            let params = SurrogateParams::EffectiveData(estimator);
            match FittedMetric::of_kind(
                &self.table,
                self.next,
                &estimator,
                params,
                SEED,
                &Control::default(),
            ) {
                Ok(fitted) => self.fitted.push(fitted),
                Err(problem @ CoreError::ConstantMetric { .. }) => {
                    self.notices.push(problem.to_string())
                }
                Err(problem) => return Err(problem.into()),
            }
            self.next += 1;
        }
        Ok(FitStep {
            done: self.next,
            total,
        })
    }

    /// What the user should know about the files.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The surrogate file of the metrics fitted so far.
    ///
    /// # Errors
    /// No metric varies.
    pub fn finish(self) -> Result<String, WidgetError> {
        Ok(SurrogateSet::from_fitted(&self.table, self.fitted)?.to_json())
    }
}
