//! [`Study::apply`]: the only function that changes a study.

use std::sync::Arc;

use mixlens_core::simplex::Mixture;

use super::{Drag, Study};
use crate::link::Linked;
use crate::{Command, Edit, Event, Session, State, StudyError};

impl Study {
    /// Executes a command. On an error the study is unchanged.
    ///
    /// # Errors
    /// A [`StudyError`] with what was expected, what was found and what to do.
    pub fn apply(&mut self, command: impl Into<Command>) -> Result<Vec<Event>, StudyError> {
        let command = command.into();
        let title = command.info().title.trim_end_matches('…');
        let events = self.done(title, command);
        self.refresh_caches();
        events
    }

    fn done(&mut self, title: &'static str, command: Command) -> Result<Vec<Event>, StudyError> {
        match command {
            Command::Session(change) => self.change_session(change),
            Command::Edit(edit) => self.edit(title, &edit),
            Command::View(change) => self.change_view(change),
            Command::Analysis(analysis) => self.analyse(title, analysis),
            Command::Tokenizer(change) => self.change_tokenizer(change),
            Command::Output(output) => self.output(title, output),
            Command::Front(request) => Ok(vec![Event::FrontRequested(request)]),
        }
    }

    /// Executes a command on the study as a whole.
    fn change_session(&mut self, change: Session) -> Result<Vec<Event>, StudyError> {
        match change {
            Session::Undo => Ok(self.travel(Study::undo_state)),
            Session::Redo => Ok(self.travel(Study::redo_state)),
            Session::BeginDrag => {
                self.drag = Some(Drag {
                    before: Arc::clone(&self.state),
                    is_recorded: false,
                    base: None,
                });
                Ok(Vec::new())
            }
            Session::EndDrag => {
                self.drag = None;
                Ok(Vec::new())
            }
            Session::StudySaved(edits) => {
                self.saved_edits = Some(edits);
                Ok(Vec::new())
            }
            Session::StudyRecovered => {
                self.saved_edits = None;
                Ok(Vec::new())
            }
            Session::OpenLink(fragment) => self.open_link(&fragment),
        }
    }

    /// Changes the state by a command that can be undone.
    fn edit(&mut self, title: &'static str, edit: &Edit) -> Result<Vec<Event>, StudyError> {
        let base = self.drag_base(edit);
        let edited = self.edited(base.as_ref().unwrap_or(&self.state.current), edit)?;
        Ok(self.step(title, edited))
    }

    /// Loads the state in a link as one step; the change of the view is not undone, as always.
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

    /// Makes `state` the current one, as a separate step or as part of a drag.
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

    /// Makes `state` the current one.
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

    fn travel(&mut self, to: fn(&mut Self) -> Option<Arc<State>>) -> Vec<Event> {
        self.drag = None;
        match to(self) {
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
    fn drag_base(&mut self, edit: &Edit) -> Option<Mixture> {
        let Edit::SetProportion { domain, .. } = edit else {
            return None;
        };
        let drag = self.drag.as_mut()?;
        let current = &self.state.current;
        if drag
            .base
            .as_ref()
            .is_none_or(|(dragged, _)| dragged != domain)
        {
            drag.base = Some((*domain, current.clone()));
        }
        drag.base.as_ref().map(|(_, base)| base.clone())
    }

    /// Gives the metrics of fits the directions of the objective.
    pub(super) fn follow_directions(&mut self) {
        let (goal, current) = (&self.state.goal, self.state.dataset);
        let Some(dataset) = self
            .datasets
            .iter_mut()
            .find(|dataset| dataset.id == current)
        else {
            return;
        };
        for fit in &mut dataset.work.fits {
            for metric in &goal.metrics {
                let index = fit.set.metrics().iter().position(|fitted| {
                    fitted.metric.name == metric.name && fitted.metric.direction != metric.direction
                });
                if let Some(index) = index {
                    Arc::make_mut(&mut fit.set).set_direction(index, metric.direction);
                }
            }
        }
    }

    /// Drops data sets that no reachable state needs.
    fn drop_unreachable_data(&mut self) {
        let mut needed: Vec<_> = self.history.states().map(|state| state.dataset).collect();
        needed.push(self.state.dataset);
        needed.extend(self.jobs.running().iter().map(|job| job.dataset));
        self.datasets.retain(|dataset| needed.contains(&dataset.id));
    }
}
