//! [`RunOrder`]: the runs listed, and their order.

use mixlens_core::table::RunTable;

use crate::{ColumnRef, RunsView, SortOrder};

/// Rows of the run table that pass the filter, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunOrder {
    /// The rows, by index in the table.
    pub rows: Vec<usize>,
}

/// Filters and sorts. Runs without a value come last in either order; equal runs stay in file
/// order.
pub(crate) fn run_order(table: &RunTable, view: &RunsView) -> RunOrder {
    let filter = view.filter.trim();
    let mut rows = match Condition::parse(filter, table) {
        Some(condition) => {
            let values = column(table, condition.column);
            let holds = |row: &usize| {
                values
                    .get(*row)
                    .copied()
                    .flatten()
                    .is_some_and(|value| condition.holds(value))
            };
            (0..table.len()).filter(holds).collect()
        }
        None if filter.is_empty() => (0..table.len()).collect(),
        None => {
            let pattern = filter.to_lowercase();
            let named = table
                .runs()
                .enumerate()
                .filter(|(_, run)| run.id.to_lowercase().contains(&pattern));
            named.map(|(row, _)| row).collect::<Vec<usize>>()
        }
    };
    match view.sort {
        None => {}
        Some((ColumnRef::Id, order)) => {
            let ids: Vec<&str> = table.runs().map(|run| run.id).collect();
            rows.sort_by(|&a, &b| directed(ids.get(a).cmp(&ids.get(b)), order));
        }
        Some((sorted_by, order)) => {
            let values = column(table, sorted_by);
            let value = |row: usize| values.get(row).copied().flatten();
            rows.sort_by(|&a, &b| match (value(a), value(b)) {
                (Some(a), Some(b)) => directed(a.total_cmp(&b), order),
                (a, b) => a.is_none().cmp(&b.is_none()),
            });
        }
    }
    RunOrder { rows }
}

fn directed(ordering: std::cmp::Ordering, order: SortOrder) -> std::cmp::Ordering {
    if order == SortOrder::Falling {
        ordering.reverse()
    } else {
        ordering
    }
}

/// The numbers of a column; empty for ids.
pub(super) fn column(table: &RunTable, column: ColumnRef) -> Vec<Option<f64>> {
    match column {
        ColumnRef::Id => Vec::new(),
        ColumnRef::Metric(metric) => table.metric_values(metric).collect(),
        ColumnRef::Domain(domain) => table
            .parts()
            .iter()
            .skip(domain)
            .step_by(table.domains().len())
            .map(|&part| Some(part))
            .collect(),
    }
}

/// A condition such as `web_loss <= 2.5` or `code > 0.1`.
struct Condition {
    column: ColumnRef,
    sign: &'static str,
    value: f64,
}

impl Condition {
    /// `None` for text that is no condition on a known column.
    fn parse(text: &str, table: &RunTable) -> Option<Self> {
        let sign = ["<=", ">=", "<", ">", "="]
            .into_iter()
            .find(|sign| text.contains(sign))?;
        let (name, value) = text.split_once(sign)?;
        let name = name.trim();
        let metric = table.metrics().index_of(name).map(ColumnRef::Metric);
        let column = metric.or_else(|| table.domains().index_of(name).map(ColumnRef::Domain))?;
        let value = value.trim().parse().ok()?;
        Some(Self {
            column,
            sign,
            value,
        })
    }

    fn holds(&self, value: f64) -> bool {
        match self.sign {
            "<=" => value <= self.value,
            ">=" => value >= self.value,
            "<" => value < self.value,
            ">" => value > self.value,
            _ => value.total_cmp(&self.value).is_eq(),
        }
    }
}
