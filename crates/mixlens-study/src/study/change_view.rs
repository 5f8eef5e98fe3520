//! Changes of view settings.

use super::Study;
use crate::{Brush, ColumnRef, Event, RunSelection, StudyError, View, ViewChange};

/// The minimum and maximum magnification.
const ZOOM: std::ops::RangeInclusive<f32> = 0.5..=3.0;
/// One step of magnification.
const ZOOM_STEP: f32 = 1.1;

impl Study {
    /// Changes view settings; such changes are not undone.
    pub(super) fn change_view(&mut self, change: ViewChange) -> Result<Vec<Event>, StudyError> {
        let before = self.view.clone();
        match change {
            ViewChange::ShowPanel {
                panel,
                is_shown: true,
            } => {
                self.view.panels.insert(panel);
            }
            ViewChange::ShowPanel {
                panel,
                is_shown: false,
            } => {
                self.view.panels.remove(&panel);
            }
            ViewChange::SetLayout(layout) => self.view.layout = layout,
            ViewChange::SetTheme(theme) => self.view.theme = theme,
            ViewChange::SetZoom(zoom) => self.set_zoom(zoom)?,
            ViewChange::ZoomIn => self.set_zoom(self.view.zoom * ZOOM_STEP)?,
            ViewChange::ZoomOut => self.set_zoom(self.view.zoom / ZOOM_STEP)?,
            ViewChange::ZoomReset => self.set_zoom(1.0)?,
            ViewChange::ShowMetric(metric) => self.view.metric = metric,
            ViewChange::ShowEvidence(plot) => self.view.evidence = plot,
            ViewChange::ShowShares(of) => self.view.shares = of,
            ViewChange::SetTernary(corners) => self.set_ternary(corners)?,
            ViewChange::SetParetoMetrics(metrics) => self.view.pareto = metrics,
            ViewChange::PinMetric {
                metric,
                is_pinned: true,
            } => {
                self.view.pinned.insert(metric);
            }
            ViewChange::PinMetric {
                metric,
                is_pinned: false,
            } => {
                self.view.pinned.remove(&metric);
            }
            ViewChange::SelectRuns(selection) => self.select_runs(selection),
            ViewChange::FilterRuns(filter) => self.view.runs.filter = filter,
            ViewChange::SortRuns(sort) => self.view.runs.sort = sort,
            ViewChange::ColourRuns(colour_by) => self.view.runs.colour_by = colour_by,
            ViewChange::FilterDomains(filter) => self.view.domain_filter = filter,
            ViewChange::SortDomains(order) => self.view.domain_order = order,
            ViewChange::SetAxes(axes) => self.view.axes = axes,
            ViewChange::SetLogAxis { axis, is_log: true } => {
                self.view.log_axes.insert(axis);
            }
            ViewChange::SetLogAxis {
                axis,
                is_log: false,
            } => {
                self.view.log_axes.remove(&axis);
            }
            ViewChange::BrushAxis { axis, to } => self.brush(axis, to)?,
            ViewChange::DismissNotice(index) => {
                return Ok(self.dismiss_notice(index));
            }
        }
        self.fit_view();
        Ok(self.view_changed(&before))
    }

    /// The event for a change from the view `before`.
    pub(super) fn view_changed(&mut self, before: &View) -> Vec<Event> {
        if self.view == *before {
            return Vec::new();
        }
        self.revision += 1;
        vec![Event::ViewChanged]
    }

    fn set_zoom(&mut self, zoom: f32) -> Result<(), StudyError> {
        if !zoom.is_finite() {
            return Err(StudyError::BadValue {
                expected: "a finite magnification",
                found: zoom.to_string(),
            });
        }
        self.view.zoom = zoom.clamp(*ZOOM.start(), *ZOOM.end());
        Ok(())
    }

    fn set_ternary(&mut self, corners: [usize; 3]) -> Result<(), StudyError> {
        let [a, b, c] = corners;
        if a == b || b == c || a == c {
            let expected = "three different domains";
            return Err(StudyError::BadValue {
                expected,
                found: format!("{a}, {b}, {c}"),
            });
        }
        self.view.ternary = corners;
        Ok(())
    }

    fn brush(&mut self, axis: ColumnRef, to: Option<(f64, f64)>) -> Result<(), StudyError> {
        if let Some((low, high)) = to.filter(|(low, high)| !(low.is_finite() && high.is_finite())) {
            return Err(StudyError::BadValue {
                expected: "a brush with finite ends",
                found: format!("{low}, {high}"),
            });
        }
        self.view.brushes.retain(|brush| brush.column != axis);
        let brush = to.map(|(a, b)| Brush {
            column: axis,
            low: a.min(b),
            high: a.max(b),
        });
        self.view.brushes.extend(brush);
        Ok(())
    }

    fn select_runs(&mut self, selection: RunSelection) {
        match selection {
            RunSelection::Only(rows) => self.view.selected = rows,
            RunSelection::Toggle(row) => {
                if !self.view.selected.remove(&row) {
                    self.view.selected.insert(row);
                }
            }
            RunSelection::Shown => {
                self.view.selected = self.listed_runs().iter().copied().collect()
            }
            RunSelection::Nothing => self.view.selected.clear(),
        }
    }

    fn dismiss_notice(&mut self, index: usize) -> Vec<Event> {
        let current = self.state.dataset;
        let dataset = self
            .datasets
            .iter_mut()
            .find(|dataset| dataset.id == current);
        match dataset.filter(|dataset| index < dataset.notices.len()) {
            Some(dataset) => {
                dataset.notices.remove(index);
                self.revision += 1;
                vec![Event::ViewChanged]
            }
            None => Vec::new(),
        }
    }
}
