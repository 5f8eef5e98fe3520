//! Fitting the law, then what it leaves.

use super::{StackParams, StackValidParams, StackWhen};
use crate::CoreError;
use crate::compute::Control;
use crate::fit::column::Column;
use crate::fit::formula::Stack;
use crate::fit::out_of_fold::{predict_out_of_fold, squared_error};
use crate::fit::{Fitted, Surrogate};
use crate::stats::is_constant;

impl StackValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// ```text
    /// ŷ(x) = law(x) + rest(x)        rest fitted to yₙ − law(xₙ)
    /// ```
    /// Unless told otherwise, the rest is kept only when it lowers the squared error on runs that
    /// neither part has seen.
    ///
    /// # Errors
    /// Those of both parts.
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<Stack>, CoreError> {
        let params = &self.0;
        let law = params.law.fit(metric, rows, values, control)?;
        let mut predicted = vec![0.0; values.len()];
        law.predict_rows(rows, &mut predicted);
        let left: Vec<f64> = values
            .iter()
            .zip(&predicted)
            .map(|(value, predicted)| value - predicted)
            .collect();
        if is_constant(&left)
            || !self.is_better(
                Column {
                    metric,
                    rows,
                    values,
                },
                control,
            )?
        {
            return Ok(Stack::new(law, None)?.into());
        }
        let rest = params.residual.fit(metric, rows, &left, control)?;
        Ok(Stack::new(law, Some(rest))?.into())
    }

    fn is_better(&self, column: Column<'_>, control: &Control) -> Result<bool, CoreError> {
        let params = &self.0;
        if params.when == StackWhen::Always {
            return Ok(true);
        }
        let (folds, seed) = (params.folds, params.seed);
        let always = StackParams {
            when: StackWhen::Always,
            ..params.clone()
        };
        let stacked = predict_out_of_fold(&always, column, folds, seed, control)?;
        let alone = predict_out_of_fold(params.law.as_ref(), column, folds, seed, control)?;
        Ok(squared_error(&stacked, column.values) < squared_error(&alone, column.values))
    }
}
