//! [`History`]: the states that undo and redo return to.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::State;

/// The maximum number of steps that can be undone. A state is a few numbers per domain, without
/// tables and fits.
pub(crate) const MAX_STEPS: usize = 500;

/// A state to return to, and the title of the step away from it.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    title: &'static str,
    state: Arc<State>,
}

/// The states before and after the current one.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    past: VecDeque<Step>,
    future: Vec<Step>,
}

impl History {
    /// Records that `title` is about to change `before`.
    pub fn record(&mut self, title: &'static str, before: Arc<State>) {
        self.future.clear();
        self.past.push_back(Step {
            title,
            state: before,
        });
        if self.past.len() > MAX_STEPS {
            self.past.pop_front();
        }
    }

    /// The state before `present`; redo then returns to `present`.
    pub fn undo(&mut self, present: &Arc<State>) -> Option<Arc<State>> {
        let Step { title, state } = self.past.pop_back()?;
        self.future.push(Step {
            title,
            state: Arc::clone(present),
        });
        Some(state)
    }

    /// The state after `present`; undo then returns to `present`.
    pub fn redo(&mut self, present: &Arc<State>) -> Option<Arc<State>> {
        let Step { title, state } = self.future.pop()?;
        self.past.push_back(Step {
            title,
            state: Arc::clone(present),
        });
        Some(state)
    }

    /// The title of the step that undo reverts.
    pub fn undo_title(&self) -> Option<&'static str> {
        self.past.back().map(|step| step.title)
    }

    /// The title of the step that redo repeats.
    pub fn redo_title(&self) -> Option<&'static str> {
        self.future.last().map(|step| step.title)
    }

    /// How many steps can be undone.
    pub fn len(&self) -> usize {
        self.past.len()
    }

    /// Every state that can be reached.
    pub fn states(&self) -> impl Iterator<Item = &State> {
        self.past
            .iter()
            .chain(&self.future)
            .map(|step| &*step.state)
    }
}
