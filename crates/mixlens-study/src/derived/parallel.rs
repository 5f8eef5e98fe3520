//! [`ParallelPlot`]: runs and sampled mixtures as lines over domains and metrics;
//! [`ParallelMarks`]: the mixture among them.

use std::sync::Arc;

use mixlens_core::simplex::Mixture;
use mixlens_core::table::RunTable;

use super::{MetricRow, Predictions};
use crate::{Brush, ColumnRef, SampledMixtures, State, View};
use mixlens_jobs::Estimate;
use mixlens_jobs::ticks;
use mixlens_jobs::value_range;

/// The approximate number of ticks along an axis.
const TICKS: usize = 5;
/// The maximum number of axes shown while none are chosen.
const MAX_AXES: usize = 30;
/// How far beyond the ends of an axis a mark may lie, in lengths of the axis.
const BEYOND: f32 = 0.03;

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelAxis {
    /// The column.
    pub column: ColumnRef,
    /// The name of the column.
    pub name: String,
    /// Minimum and maximum value.
    pub range: (f64, f64),
    /// Whether the axis is logarithmic.
    pub is_log: bool,
    /// Positions from 0 to 1 and their labels.
    pub ticks: Vec<(f32, String)>,
    /// The brushed section, as positions.
    pub brush: Option<(f32, f32)>,
}

/// The source of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineSource {
    /// The run in this row.
    Run(usize),
    /// The sampled mixture with this number.
    Sample(usize),
}

/// Lines over axes, independent of brushes.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelLines {
    /// The source of each line: sampled mixtures first, so that runs are drawn over them.
    pub sources: Vec<LineSource>,
    /// Positions from 0 (minimum) to 1 (maximum): one per axis, line after line; NaN where there is
    /// no value.
    pub positions: Vec<f32>,
    /// The axes, without brushes.
    axes: Vec<ParallelAxis>,
}

/// Lines over axes, and which of them pass through the brushes.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelPlot {
    /// The axes, from left to right.
    pub axes: Vec<ParallelAxis>,
    /// The lines; the same `Arc` for all brushes.
    pub lines: Arc<ParallelLines>,
    /// Whether each line passes through every brush.
    pub is_brushed: Vec<bool>,
}

/// The mixture and the baseline among the lines: one position per axis, a little below 0 or above 1
/// where they are beyond every line; NaN where there is no prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelMarks {
    /// The mixture under the sliders.
    pub current: Vec<f32>,
    /// The baseline.
    pub baseline: Vec<f32>,
}

/// Computes the positions of every run and every sampled mixture on the chosen axes.
pub(crate) fn parallel_lines(
    table: Option<&RunTable>,
    cloud: Option<&SampledMixtures>,
    state: &State,
    view: &View,
) -> ParallelLines {
    let columns = if view.axes.is_empty() {
        usual_axes(state)
    } else {
        view.axes.clone()
    };
    let columns: Vec<ColumnRef> = columns
        .into_iter()
        .filter(|column| *column != ColumnRef::Id)
        .collect();
    let (samples, runs) = (
        cloud.map_or(0, SampledMixtures::len),
        table.map_or(0, RunTable::len),
    );
    let sources: Vec<LineSource> = (0..samples)
        .map(LineSource::Sample)
        .chain((0..runs).map(LineSource::Run))
        .collect();
    let mut positions = vec![f32::NAN; sources.len() * columns.len()];
    let mut axes = Vec::with_capacity(columns.len());
    for (column_index, &column) in columns.iter().enumerate() {
        let values = column_values(table, cloud, state, column);
        let axis = axis(state, view, column, &values);
        for (slot, value) in positions
            .iter_mut()
            .skip(column_index)
            .step_by(columns.len())
            .zip(&values)
        {
            *slot = value.map_or(f32::NAN, |value| position(&axis, value).clamp(0.0, 1.0));
        }
        axes.push(axis);
    }
    ParallelLines {
        sources,
        positions,
        axes,
    }
}

/// Applies the brushes to the lines.
pub(crate) fn parallel_plot(lines: &Arc<ParallelLines>, brushes: &[Brush]) -> ParallelPlot {
    let mut axes = lines.axes.clone();
    let mut is_brushed = vec![true; lines.sources.len()];
    let width = axes.len();
    for (index, axis) in axes.iter_mut().enumerate() {
        let Some(brush) = brushes.iter().find(|brush| brush.column == axis.column) else {
            continue;
        };
        let [low, high] =
            [brush.low, brush.high].map(|value| position(axis, value).clamp(0.0, 1.0));
        axis.brush = Some((low, high));
        for (is_brushed, position) in is_brushed
            .iter_mut()
            .zip(lines.positions.iter().skip(index).step_by(width))
        {
            *is_brushed &= (low..=high).contains(position);
        }
    }
    ParallelPlot {
        axes,
        lines: Arc::clone(lines),
        is_brushed,
    }
}

/// Domains, then metrics; where there are too many, the first of both.
fn usual_axes(state: &State) -> Vec<ColumnRef> {
    let (domains, metrics) = (state.domains().len(), state.goal.metrics.len());
    let shown = domains.min(MAX_AXES - metrics.min(MAX_AXES / 2));
    (0..shown)
        .map(ColumnRef::Domain)
        .chain((0..metrics.min(MAX_AXES - shown)).map(ColumnRef::Metric))
        .collect()
}

/// Computes the positions of the mixture and the baseline on the axes of a plot.
pub(crate) fn parallel_marks(
    plot: &ParallelPlot,
    state: &State,
    predictions: Option<&Predictions>,
) -> ParallelMarks {
    let positions = |mixture: &Mixture, predicted: fn(&MetricRow) -> Estimate| {
        let value = |axis: &ParallelAxis| match axis.column {
            ColumnRef::Id => None,
            ColumnRef::Domain(domain) => mixture.parts().get(domain).copied(),
            ColumnRef::Metric(metric) => {
                predictions?.row_of(metric).map(|row| predicted(row).value)
            }
        };
        let position_on = |axis| {
            value(axis).map_or(f32::NAN, |number| {
                position(axis, number).clamp(-BEYOND, 1.0 + BEYOND)
            })
        };
        plot.axes.iter().map(position_on).collect()
    };
    ParallelMarks {
        current: positions(&state.current, |row| row.current),
        baseline: positions(&state.baseline.mixture, |row| row.baseline),
    }
}

impl ParallelPlot {
    /// Whether anything is brushed.
    pub fn has_brush(&self) -> bool {
        self.axes.iter().any(|axis| axis.brush.is_some())
    }

    /// Rows of the runs that pass through every brush.
    pub fn brushed_runs(&self) -> impl Iterator<Item = usize> {
        let brushed = self
            .lines
            .sources
            .iter()
            .zip(&self.is_brushed)
            .filter(|(_, is_brushed)| **is_brushed);
        brushed.filter_map(|(line, _)| match line {
            LineSource::Run(row) => Some(*row),
            LineSource::Sample(_) => None,
        })
    }
}

/// The column's value on every line: samples first, then runs.
fn column_values(
    table: Option<&RunTable>,
    cloud: Option<&SampledMixtures>,
    state: &State,
    column: ColumnRef,
) -> Vec<Option<f64>> {
    let width = state.domains().len();
    match column {
        ColumnRef::Id => Vec::new(),
        ColumnRef::Domain(domain) => {
            let column = |parts: &[f64]| -> Vec<Option<f64>> {
                parts
                    .iter()
                    .skip(domain)
                    .step_by(width)
                    .map(|&part| Some(part))
                    .collect()
            };
            let mut values = cloud.map_or_else(Vec::new, |cloud| column(&cloud.parts));
            values.extend(table.map_or_else(Vec::new, |table| column(table.parts())));
            values
        }
        ColumnRef::Metric(metric) => {
            let name = state
                .goal
                .metrics
                .get(metric)
                .map_or("", |metric| metric.name.as_str());
            let mut values = cloud.map_or_else(Vec::new, |cloud| cloud.metric(name));
            let index = table.and_then(|table| table.metrics().index_of(name));
            values.extend(table.into_iter().flat_map(|table| {
                let values = index.map(|index| table.metric_values(index).collect());
                values.unwrap_or_else(|| vec![None; table.len()])
            }));
            values
        }
    }
}

fn axis(state: &State, view: &View, column: ColumnRef, values: &[Option<f64>]) -> ParallelAxis {
    let positive = |value: &f64| *value > 0.0;
    let is_log = view.log_axes.contains(&column) && values.iter().flatten().any(positive);
    // On a logarithmic axis, zeros are drawn at the lower end.
    let (low, high) = value_range(
        values
            .iter()
            .copied()
            .flatten()
            .filter(|value| !is_log || positive(value)),
    );
    let range = if low < high {
        (low, high)
    } else {
        (low.min(0.0), low.max(0.0) + 1.0)
    };
    let range = if range.0.is_finite() && range.1.is_finite() {
        range
    } else {
        (0.0, 1.0)
    };
    let name = match column {
        ColumnRef::Id => "",
        ColumnRef::Domain(domain) => state
            .domains()
            .names()
            .get(domain)
            .map_or("", String::as_str),
        ColumnRef::Metric(metric) => state
            .goal
            .metrics
            .get(metric)
            .map_or("", |metric| metric.name.as_str()),
    };
    let mut axis = ParallelAxis {
        column,
        name: name.to_owned(),
        range,
        is_log,
        ticks: Vec::new(),
        brush: None,
    };
    axis.ticks = ticks(range.0, range.1, TICKS)
        .into_iter()
        .map(|(value, text)| (position(&axis, value), text))
        .collect();
    axis
}

/// 0 at the minimum, 1 at the maximum.
///
/// ```text
/// (v − l) / (h − l), or ln(v / l) / ln(h / l) on a logarithmic axis
/// ```
/// v is the value, l and h the ends of the axis.
fn position(axis: &ParallelAxis, value: f64) -> f32 {
    let (low, high) = axis.range;
    let share = if axis.is_log {
        (value.max(f64::MIN_POSITIVE) / low).ln() / (high / low).ln().max(f64::MIN_POSITIVE)
    } else {
        (value - low) / (high - low)
    };
    share as f32
}

impl ParallelAxis {
    /// The value at a position from 0 to 1, for brushing.
    pub fn value_at(&self, position: f32) -> f64 {
        let (low, high) = self.range;
        let position = f64::from(position.clamp(0.0, 1.0));
        if self.is_log {
            low * (high / low).powf(position)
        } else {
            low + position * (high - low)
        }
    }
}
