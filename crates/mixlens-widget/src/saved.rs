//! Saving and restoring the state of a reader.

use mixlens_study::NamedMixture;

use crate::WidgetError;
use crate::calculator::Calculator;
use crate::lists::{locks_from_names, mixture_from_names, names_from_mixture};
use crate::wire::{SavedBaseline, State};

/// The newest version of the state that is read, and the one that is written.
pub const STATE_VERSION: u32 = 1;

impl Calculator {
    /// Mixture, locks and baseline.
    pub fn save(&self) -> State {
        let names = self.set.domains().names().iter().enumerate();
        let locked = names
            .filter(|(domain, _)| self.locks.is_locked(*domain))
            .map(|(_, name)| name.clone());
        State {
            version: STATE_VERSION,
            weights: names_from_mixture(&self.current),
            locked: locked.collect(),
            baseline: Some(SavedBaseline {
                name: self.baseline.name.clone(),
                weights: names_from_mixture(&self.baseline.mixture),
            }),
        }
    }

    /// Restores a saved state, whole or not at all.
    ///
    /// # Errors
    /// [`WidgetError::NewerState`]; version 0; a name that is no domain; weights that are no
    /// mixture.
    pub fn restore(&mut self, state: &State) -> Result<(), WidgetError> {
        match state.version {
            1..=STATE_VERSION => {}
            0 => {
                return Err(WidgetError::BadValue {
                    expected: "a state with a version",
                    found: "0".to_owned(),
                });
            }
            found => {
                return Err(WidgetError::NewerState {
                    found,
                    newest: STATE_VERSION,
                });
            }
        }
        let domains = self.set.domains();
        let current = mixture_from_names(domains, &state.weights)?;
        let locks = locks_from_names(domains, &state.locked)?;
        if let Some(SavedBaseline { name, weights }) = &state.baseline {
            let mixture = mixture_from_names(domains, weights)?;
            self.compare_with(NamedMixture {
                name: name.clone(),
                mixture,
            })?;
        }
        self.release();
        (self.current, self.locks) = (current, locks);
        Ok(())
    }
}
