//! Metrics and the run table: what each proxy run was trained on and what was measured.

mod conditions;
mod groups;
mod metric;
mod near_duplicates;
mod noise;
mod run_table;
mod saved;
mod summary;
#[cfg(test)]
mod tests;

pub use conditions::{Condition, Conditions};
pub use groups::RunGroup;
pub use metric::{Direction, Metric, MetricSet};
pub use near_duplicates::{NEAR_DUPLICATE_DISTANCE, NearDuplicate};
pub use noise::{NEAR_REPLICATE_DISTANCE, NoiseFloor, NoiseSource};
pub use run_table::{RowSums, Run, RunTable, RunTableBuilder};
pub use summary::{ColumnSummary, TableSummary};
