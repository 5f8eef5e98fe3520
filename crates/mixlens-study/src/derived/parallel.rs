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

/// Ticks along an axis, about.
const TICKS: usize = 5;
/// Axes shown while none was chosen, at most.
const MAX_AXES: usize = 30;
/// How far beyond the ends of an axis a mark may lie, in lengths of the axis.
const BEYOND: f32 = 0.03;

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelAxis {
    /// The column.
    pub column: ColumnRef,
    /// Its name.
    pub name: String,
    /// Least and greatest value.
    pub range: (f64, f64),
    /// Whether places are by the logarithm of the value.
    pub is_log: bool,
    /// Places from 0 to 1 and their labels.
    pub ticks: Vec<(f32, String)>,
    /// The part that is brushed, as places.
    pub brush: Option<(f32, f32)>,
}

/// Where a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineSource {
    /// The run in this row.
    Run(usize),
    /// The sampled mixture with this number.
    Sample(usize),
}

/// Lines over axes, whatever is brushed.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelLines {
    /// Where each line comes from: sampled mixtures first, so that runs are drawn over them.
    pub sources: Vec<LineSource>,
    /// Places from 0 (least) to 1 (greatest): one per axis, line after line; not a number where
    /// there is no value.
    pub places: Vec<f32>,
    /// The axes, without brushes.
    axes: Vec<ParallelAxis>,
}

/// Lines over axes, and which of them the brushes leave.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelPlot {
    /// The axes, from left to right.
    pub axes: Vec<ParallelAxis>,
    /// The lines; the same `Arc` whatever is brushed.
    pub lines: Arc<ParallelLines>,
    /// Whether each line passes through every brush.
    pub is_brushed: Vec<bool>,
}

/// Where the mixture and the baseline lie among the lines: one place per axis, a little below 0 or
/// above 1 where they are beyond every line; not a number where there is no prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelMarks {
    /// The mixture under the sliders.
    pub current: Vec<f32>,
    /// What everything is compared with.
    pub baseline: Vec<f32>,
}

/// Places every run, and every sampled mixture, on the axes chosen.
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
    let mut places = vec![f32::NAN; sources.len() * columns.len()];
    let mut axes = Vec::with_capacity(columns.len());
    for (place, &column) in columns.iter().enumerate() {
        let values = column_values(table, cloud, state, column);
        let axis = axis(state, view, column, &values);
        for (slot, value) in places
            .iter_mut()
            .skip(place)
            .step_by(columns.len())
            .zip(&values)
        {
            *slot = value.map_or(f32::NAN, |value| position(&axis, value).clamp(0.0, 1.0));
        }
        axes.push(axis);
    }
    ParallelLines {
        sources,
        places,
        axes,
    }
}

/// Brushes the lines.
pub(crate) fn parallel_plot(lines: &Arc<ParallelLines>, brushes: &[Brush]) -> ParallelPlot {
    let mut axes = lines.axes.clone();
    let mut is_brushed = vec![true; lines.sources.len()];
    let width = axes.len();
    for (place, axis) in axes.iter_mut().enumerate() {
        let Some(brush) = brushes.iter().find(|brush| brush.column == axis.column) else {
            continue;
        };
        let [low, high] =
            [brush.low, brush.high].map(|value| position(axis, value).clamp(0.0, 1.0));
        axis.brush = Some((low, high));
        for (is_brushed, own) in is_brushed
            .iter_mut()
            .zip(lines.places.iter().skip(place).step_by(width))
        {
            *is_brushed &= (low..=high).contains(own);
        }
    }
    ParallelPlot {
        axes,
        lines: Arc::clone(lines),
        is_brushed,
    }
}

/// Domains, then metrics; of too many, the first of both.
fn usual_axes(state: &State) -> Vec<ColumnRef> {
    let (domains, metrics) = (state.domains().len(), state.goal.metrics.len());
    let shown = domains.min(MAX_AXES - metrics.min(MAX_AXES / 2));
    (0..shown)
        .map(ColumnRef::Domain)
        .chain((0..metrics.min(MAX_AXES - shown)).map(ColumnRef::Metric))
        .collect()
}

/// Places the mixture and the baseline on the axes of a plot.
pub(crate) fn parallel_marks(
    plot: &ParallelPlot,
    state: &State,
    predictions: Option<&Predictions>,
) -> ParallelMarks {
    let places = |mixture: &Mixture, predicted: fn(&MetricRow) -> Estimate| {
        let value = |axis: &ParallelAxis| match axis.column {
            ColumnRef::Id => None,
            ColumnRef::Domain(domain) => mixture.parts().get(domain).copied(),
            ColumnRef::Metric(metric) => {
                predictions?.row_of(metric).map(|row| predicted(row).value)
            }
        };
        let place = |axis| {
            value(axis).map_or(f32::NAN, |own| {
                position(axis, own).clamp(-BEYOND, 1.0 + BEYOND)
            })
        };
        plot.axes.iter().map(place).collect()
    };
    ParallelMarks {
        current: places(&state.current, |row| row.current),
        baseline: places(&state.baseline.mixture, |row| row.baseline),
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
            let own = |parts: &[f64]| -> Vec<Option<f64>> {
                parts
                    .iter()
                    .skip(domain)
                    .step_by(width)
                    .map(|&part| Some(part))
                    .collect()
            };
            let mut values = cloud.map_or_else(Vec::new, |cloud| own(&cloud.parts));
            values.extend(table.map_or_else(Vec::new, |table| own(table.parts())));
            values
        }
        ColumnRef::Metric(metric) => {
            let name = state
                .goal
                .metrics
                .get(metric)
                .map_or("", |own| own.name.as_str());
            let mut values = cloud.map_or_else(Vec::new, |cloud| cloud.metric(name));
            let place = table.and_then(|table| table.metrics().index_of(name));
            values.extend(table.into_iter().flat_map(|table| {
                let values = place.map(|place| table.metric_values(place).collect());
                values.unwrap_or_else(|| vec![None; table.len()])
            }));
            values
        }
    }
}

fn axis(state: &State, view: &View, column: ColumnRef, values: &[Option<f64>]) -> ParallelAxis {
    let positive = |value: &f64| *value > 0.0;
    let is_log = view.log_axes.contains(&column) && values.iter().flatten().any(positive);
    // On a logarithmic axis zeros go to the lower end.
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
            .map_or("", |own| own.name.as_str()),
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

/// 0 at the least value, 1 at the greatest.
fn position(axis: &ParallelAxis, value: f64) -> f32 {
    let (low, high) = axis.range;
    let place = if axis.is_log {
        (value.max(f64::MIN_POSITIVE) / low).ln() / (high / low).ln().max(f64::MIN_POSITIVE)
    } else {
        (value - low) / (high - low)
    };
    place as f32
}

impl ParallelAxis {
    /// The value at a place from 0 to 1, for brushing.
    pub fn value_at(&self, place: f32) -> f64 {
        let (low, high) = self.range;
        let place = f64::from(place.clamp(0.0, 1.0));
        if self.is_log {
            low * (high / low).powf(place)
        } else {
            low + place * (high - low)
        }
    }
}
