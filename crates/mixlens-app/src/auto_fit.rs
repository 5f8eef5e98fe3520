//! Fitting by itself: a quick surrogate at once, then the one that predicts unseen runs best.

use mixlens_core::fit::SurrogateParams;
use mixlens_study::{Command, Study};

/// Quick to fit and good on smooth tables, so that predictions are there at once.
const FIRST: &str = "log-quadratic";

/// What is fitted to new runs without being asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoFit {
    /// A quick surrogate, then a comparison of all, then the best of them.
    #[default]
    Best,
    /// The quick surrogate alone.
    Quick,
}

impl AutoFit {
    /// What to do about runs that are new.
    pub(crate) fn start(self, study: &Study) -> Vec<Command> {
        if study.table().is_none() || study.fit().is_some() {
            return Vec::new();
        }
        let mut commands: Vec<Command> = SurrogateParams::named(FIRST, &[]).map(Command::Fit).into_iter().collect();
        if self == Self::Best {
            commands.push(Command::Compare { surrogates: Vec::new(), params: Default::default() });
        }
        commands
    }
}

/// The fit that a comparison recommends, unless it is the one in use.
pub(crate) fn recommended_fit(study: &Study) -> Option<Command> {
    let best = &study.evidence()?.entries.first()?.surrogate;
    (study.fit()?.name() != best.name()).then(|| Command::Fit(best.clone()))
}
