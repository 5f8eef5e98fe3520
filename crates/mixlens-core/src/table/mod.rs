//! Metrics and the run table: what each proxy run was trained on and what was measured.

mod metric;
mod run_table;

pub use metric::{Direction, Metric, MetricSet};
pub use run_table::{RowSums, Run, RunTable, RunTableBuilder};
