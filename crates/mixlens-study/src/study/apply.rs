//! [`Study::apply`]: the one door through which a study changes.

use std::sync::Arc;

use mixlens_core::simplex::Mixture;

use super::{Drag, Study};
use crate::link::Linked;
use crate::{
    Ask, Brush, ColumnRef, Command, Edit, Event, FrontRequest, Output, RunSelection, Session,
    State, StudyError, View, ViewChange, embed, export,
};

/// The least and greatest magnification.
const ZOOM: std::ops::RangeInclusive<f32> = 0.5..=3.0;
/// One step of magnification.
const ZOOM_STEP: f32 = 1.1;

impl Study {
    /// Does what the user asks. On an error the study stays as it was.
    ///
    /// # Errors
    /// A [`StudyError`] that says what was expected, what was found and what to do.
    pub fn apply(&mut self, command: Command) -> Result<Vec<Event>, StudyError> {
        if let Some(ask) = ask(&command) {
            return Ok(vec![Event::FrontRequested(ask)]);
        }
        let title = command.info().title.trim_end_matches('…');
        let events = self.done(title, command);
        self.refresh_caches();
        events
    }

    fn done(&mut self, title: &'static str, command: Command) -> Result<Vec<Event>, StudyError> {
        match command {
            Command::Session(Session::Undo) => Ok(self.travel(Study::undo_state)),
            Command::Session(Session::Redo) => Ok(self.travel(Study::redo_state)),
            Command::Session(Session::BeginDrag) => {
                self.drag = Some(Drag {
                    before: Arc::clone(&self.state),
                    is_recorded: false,
                    base: None,
                });
                Ok(Vec::new())
            }
            Command::Session(Session::EndDrag) => {
                if self.drag.take().is_some_and(|drag| drag.is_recorded) {
                    self.profile_basis += 1;
                }
                Ok(Vec::new())
            }
            Command::Output(Output::CopyMixture(format)) => {
                Ok(vec![Event::TextCopied(self.mixture_text(format))])
            }
            Command::Output(Output::CopyComparison) => {
                let (what, advice) = ("kept mixtures", "keep a mixture first");
                let table = self.differences().filter(|_| !self.saved().is_empty());
                let table = table.ok_or(StudyError::Missing {
                    command: title,
                    what,
                    advice,
                })?;
                Ok(vec![Event::TextCopied(export::comparison_text(table))])
            }
            Command::Output(Output::CopyEmbed) => {
                let (what, advice) = ("surrogate", "fit one first");
                let fit = self.fit().ok_or(StudyError::Missing {
                    command: title,
                    what,
                    advice,
                })?;
                let file = Event::FileReady {
                    name: embed::FILE.to_owned(),
                    text: fit.set.to_json(),
                };
                Ok(vec![
                    Event::TextCopied(embed::embed_code(&self.state)),
                    file,
                ])
            }
            Command::Output(Output::ExportMixture(format)) => {
                let name = format!("mixture.{}", format.ending());
                Ok(vec![Event::FileReady {
                    name,
                    text: self.mixture_text(format),
                }])
            }
            Command::Output(Output::ExportPlotData(panel)) => {
                let text = self.needed_plot_data(title, panel)?;
                Ok(vec![Event::FileReady {
                    name: panel.file_name("csv"),
                    text,
                }])
            }
            Command::Output(Output::ExportSvg(panel)) => {
                self.needed_plot_data(title, panel)?;
                Ok(vec![Event::FrontRequested(FrontRequest::ExportSvg(panel))])
            }
            Command::Output(Output::ExportPng(panel)) => {
                self.needed_plot_data(title, panel)?;
                Ok(vec![Event::FrontRequested(FrontRequest::ExportPng(panel))])
            }
            Command::Session(Session::StudySaved(edits)) => {
                self.saved_edits = Some(edits);
                Ok(Vec::new())
            }
            Command::Session(Session::StudyRecovered) => {
                self.saved_edits = None;
                Ok(Vec::new())
            }
            Command::Session(Session::OpenLink(fragment)) => self.open_link(&fragment),
            command if command.is_about_tokenizer() => self.change_tokenizer(command),
            command if command.is_work() => self.start_work(command),
            command if command.is_view() => self.change_view(command),
            command => self.edit(&command),
        }
    }

    /// Changes the state by a command that can be undone.
    fn edit(&mut self, title: &'static str, edit: &Edit) -> Result<Vec<Event>, StudyError> {
        let base = self.drag_base(edit);
        let edited = self.edited(base.as_ref().unwrap_or(&self.state.current), edit)?;
        Ok(self.step(title, edited))
    }

    /// Takes over the state in a link as one step; how it is looked at is not undone, as ever.
    fn open_link(&mut self, fragment: &str) -> Result<Vec<Event>, StudyError> {
        let linked = Linked::parse(fragment)?;
        let state = linked.state(&self.state)?;
        let before = self.view.clone();
        let mut view = self.view.clone();
        linked.show(&mut view)?;
        self.drag = None;
        let mut events = self.step("Open link", state);
        self.view = view;
        self.fit_view();
        events.extend(self.view_changed(&before));
        Ok(events)
    }

    /// Makes `state` the present one, as a step of its own or as part of a drag.
    pub(super) fn step(&mut self, title: &'static str, state: State) -> Vec<Event> {
        if state == *self.state {
            return Vec::new();
        }
        match &mut self.drag {
            None => self.history.record(title, Arc::clone(&self.state)),
            Some(drag) if !drag.is_recorded => {
                drag.is_recorded = true;
                self.history.record(title, Arc::clone(&drag.before));
            }
            Some(_) => {}
        }
        self.enter(Arc::new(state))
    }

    /// Makes `state` the present one.
    fn enter(&mut self, state: Arc<State>) -> Vec<Event> {
        let is_other_data = state.dataset != self.state.dataset;
        self.state = state;
        self.follow_directions();
        self.basis.state += 1;
        self.revision += 1;
        self.edits += 1;
        if is_other_data {
            self.look = None;
            self.fit_view();
            self.drop_unreachable_data();
            return vec![Event::DataChanged, Event::StateChanged];
        }
        vec![Event::StateChanged]
    }

    fn travel(&mut self, way: fn(&mut Self) -> Option<Arc<State>>) -> Vec<Event> {
        self.drag = None;
        match way(self) {
            Some(state) => self.enter(state),
            None => Vec::new(),
        }
    }

    fn undo_state(&mut self) -> Option<Arc<State>> {
        self.history.undo(&self.state)
    }

    fn redo_state(&mut self) -> Option<Arc<State>> {
        self.history.redo(&self.state)
    }

    /// The mixture that a drag of this domain began with.
    fn drag_base(&mut self, command: &Command) -> Option<Mixture> {
        let Command::Edit(Edit::SetProportion { domain, .. }) = command else {
            return None;
        };
        let drag = self.drag.as_mut()?;
        let current = &self.state.current;
        if drag.base.as_ref().is_none_or(|(own, _)| own != domain) {
            drag.base = Some((*domain, current.clone()));
        }
        drag.base.as_ref().map(|(_, base)| base.clone())
    }

    /// Changes how the study is looked at; such changes are not undone.
    fn change_view(&mut self, command: Command) -> Result<Vec<Event>, StudyError> {
        let before = self.view.clone();
        match command {
            Command::View(ViewChange::ShowPanel {
                panel,
                is_shown: true,
            }) => {
                self.view.panels.insert(panel);
            }
            Command::View(ViewChange::ShowPanel {
                panel,
                is_shown: false,
            }) => {
                self.view.panels.remove(&panel);
            }
            Command::View(ViewChange::SetLayout(layout)) => self.view.layout = layout,
            Command::View(ViewChange::SetTheme(theme)) => self.view.theme = theme,
            Command::View(ViewChange::SetZoom(zoom)) => self.set_zoom(zoom)?,
            Command::View(ViewChange::ZoomIn) => self.set_zoom(self.view.zoom * ZOOM_STEP)?,
            Command::View(ViewChange::ZoomOut) => self.set_zoom(self.view.zoom / ZOOM_STEP)?,
            Command::View(ViewChange::ZoomReset) => self.set_zoom(1.0)?,
            Command::View(ViewChange::ShowMetric(metric)) => self.view.metric = metric,
            Command::View(ViewChange::ShowEvidence(plot)) => self.view.evidence = plot,
            Command::View(ViewChange::ShowShares(of)) => self.view.shares = of,
            Command::View(ViewChange::SetTernary(corners)) => self.set_ternary(corners)?,
            Command::View(ViewChange::SetParetoMetrics(metrics)) => self.view.pareto = metrics,
            Command::View(ViewChange::PinMetric {
                metric,
                is_pinned: true,
            }) => {
                self.view.pinned.insert(metric);
            }
            Command::View(ViewChange::PinMetric {
                metric,
                is_pinned: false,
            }) => {
                self.view.pinned.remove(&metric);
            }
            Command::View(ViewChange::SelectRuns(selection)) => self.select_runs(selection),
            Command::View(ViewChange::FilterRuns(filter)) => self.view.runs.filter = filter,
            Command::View(ViewChange::SortRuns(sort)) => self.view.runs.sort = sort,
            Command::View(ViewChange::ColourRuns(colour_by)) => {
                self.view.runs.colour_by = colour_by
            }
            Command::View(ViewChange::FilterDomains(filter)) => self.view.domain_filter = filter,
            Command::View(ViewChange::SortDomains(order)) => self.view.domain_order = order,
            Command::View(ViewChange::SetAxes(axes)) => self.view.axes = axes,
            Command::View(ViewChange::SetLogAxis { axis, is_log: true }) => {
                self.view.log_axes.insert(axis);
            }
            Command::View(ViewChange::SetLogAxis {
                axis,
                is_log: false,
            }) => {
                self.view.log_axes.remove(&axis);
            }
            Command::View(ViewChange::BrushAxis { axis, to }) => self.brush(axis, to)?,
            Command::View(ViewChange::DismissNotice(place)) => {
                return Ok(self.dismiss_notice(place));
            }
            _ => {}
        }
        self.fit_view();
        Ok(self.view_changed(&before))
    }

    /// Forgets what depended on the view as it was `before`.
    fn view_changed(&mut self, before: &View) -> Vec<Event> {
        let view = &self.view;
        if view == before {
            return Vec::new();
        }
        let (own, other) = (
            (view.metric, view.ternary, view.evidence),
            (before.metric, before.ternary, before.evidence),
        );
        if own != other || view.panels != before.panels {
            self.profile_basis += 1;
        }
        if view.pinned != before.pinned {
            self.caches.predictions.take();
            self.profile_basis += 1;
        }
        if (&view.axes, &view.log_axes) != (&before.axes, &before.log_axes) {
            self.caches.forget_lines();
        }
        if view.brushes != before.brushes {
            self.caches.parallel.take();
        }
        if view.shares != before.shares {
            self.caches.inferred.take();
        }
        if view.pareto != before.pareto {
            self.caches.pareto.take();
        }
        if view.runs != before.runs {
            self.caches.forget_list();
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
                expected: "finite ends of a brush",
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

    fn dismiss_notice(&mut self, place: usize) -> Vec<Event> {
        let own = self.state.dataset;
        let dataset = self.datasets.iter_mut().find(|dataset| dataset.id == own);
        match dataset.filter(|dataset| place < dataset.notices.len()) {
            Some(dataset) => {
                dataset.notices.remove(place);
                self.revision += 1;
                vec![Event::ViewChanged]
            }
            None => Vec::new(),
        }
    }

    /// The metrics of fits improve as the objective says.
    pub(super) fn follow_directions(&mut self) {
        let (goal, own) = (&self.state.goal, self.state.dataset);
        let Some(dataset) = self.datasets.iter_mut().find(|dataset| dataset.id == own) else {
            return;
        };
        for fit in &mut dataset.work.fits {
            for metric in &goal.metrics {
                let place = fit.set.metrics().iter().position(|fitted| {
                    fitted.metric.name == metric.name && fitted.metric.direction != metric.direction
                });
                if let Some(place) = place {
                    Arc::make_mut(&mut fit.set).set_direction(place, metric.direction);
                }
            }
        }
    }

    /// Data sets that no state needs any more.
    fn drop_unreachable_data(&mut self) {
        let mut needed: Vec<_> = self.history.states().map(|state| state.dataset).collect();
        needed.push(self.state.dataset);
        needed.extend(self.jobs.running().iter().map(|job| job.dataset));
        self.datasets.retain(|dataset| needed.contains(&dataset.id));
    }
}

/// What only a front can do.
fn ask(command: &Command) -> Option<Ask> {
    Some(match command {
        Command::Front(FrontRequest::OpenExample(example)) => FrontRequest::OpenExample(*example),
        Command::Front(FrontRequest::OpenRecent(place)) => FrontRequest::OpenRecent(*place),
        Command::Front(FrontRequest::Answer(answer)) => FrontRequest::Answer(*answer),
        Command::Front(FrontRequest::OpenFiles) => FrontRequest::OpenFiles,
        Command::Front(FrontRequest::OpenStudy) => FrontRequest::OpenStudy,
        Command::Front(FrontRequest::OpenTokenizer) => FrontRequest::OpenTokenizer,
        Command::Front(FrontRequest::AddSamples(from)) => FrontRequest::AddSamples(*from),
        Command::Front(FrontRequest::SaveStudy) => FrontRequest::SaveStudy,
        Command::Front(FrontRequest::SaveStudyAs) => FrontRequest::SaveStudyAs,
        Command::Front(FrontRequest::CopyLink) => FrontRequest::CopyLink,
        Command::Front(FrontRequest::ShowPalette) => FrontRequest::ShowPalette,
        Command::Front(FrontRequest::ShowShortcuts) => FrontRequest::ShowShortcuts,
        Command::Front(FrontRequest::ShowAbout) => FrontRequest::ShowAbout,
        Command::Front(FrontRequest::Quit) => FrontRequest::Quit,
        _ => return None,
    })
}

impl Command {
    /// Whether the command starts, stops or ends work.
    fn is_work(&self) -> bool {
        use Command::*;
        matches!(
            self,
            PreviewFiles { .. }
                | ImportFiles { .. }
                | LoadFit { .. }
                | Fit(_)
                | FitBest
                | ExamineFit
                | Compare { .. }
                | ChooseFit(_)
                | Search(_)
                | Survey(_)
                | FollowFront(_)
                | ProposeRuns(_)
                | InferMixture
                | SampleMixtures(_)
                | UpdateProfile
                | CancelJob(_)
                | JobFinished(_)
        )
    }

    /// Whether the command is about a tokenizer, but starts no work.
    fn is_about_tokenizer(&self) -> bool {
        use Command::*;
        matches!(
            self,
            TakeTokenizer(_)
                | TakeSamples { .. }
                | RenameSamples { .. }
                | RemoveSamples(_)
                | ChooseCategories { .. }
                | SetMerges(_)
                | SetPretokenizer(_)
                | CopyInferred
                | ExportInferred
        )
    }

    /// Whether the command changes how the study is looked at.
    fn is_view(&self) -> bool {
        use Command::*;
        matches!(
            self,
            ShowPanel { .. }
                | SetLayout(_)
                | SetTheme(_)
                | SetZoom(_)
                | ZoomIn
                | ZoomOut
                | ZoomReset
                | ShowMetric(_)
                | ShowEvidence(_)
                | ShowShares(_)
                | SetTernary(_)
                | SetParetoMetrics(_)
                | PinMetric { .. }
                | SelectRuns(_)
                | FilterRuns(_)
                | SortRuns(_)
                | ColourRuns(_)
                | FilterDomains(_)
                | SortDomains(_)
                | SetAxes(_)
                | SetLogAxis { .. }
                | BrushAxis { .. }
                | DismissNotice(_)
        )
    }
}
