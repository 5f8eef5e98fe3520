//! Fitting by itself: a quick surrogate at once, then the one that predicts unseen runs best.

use mixlens_study::{Analysis, Command, Study};

/// Cross-validating every surrogate takes minutes beyond this many runs: then only who asks for it
/// waits for it.
const MAX_COMPARED: usize = 2000;

/// What is fitted to new runs without being asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoFit {
    /// A quick surrogate, then a comparison of all, then the best of them.
    #[default]
    Best,
    /// The quick surrogate alone.
    Quick,
}

/// What fitting by itself does when the work before is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Nothing.
    Nothing,
    /// Nothing, once the fit on its way is there.
    Last,
    /// Compare; not before the quick surrogate is there, which would wait for it.
    Compare,
    /// Fit the surrogate that the comparison found best.
    FitBest,
}

impl AutoFit {
    /// What to do about runs that are new, and after it.
    pub(crate) fn start(self, study: &Study) -> (Option<Command>, NextStep) {
        let Some(table) = study.table().filter(|_| study.fit().is_none()) else {
            return (None, NextStep::Nothing);
        };
        let is_compared = self == Self::Best && table.len() <= MAX_COMPARED;
        (
            Some(Command::fit_first()),
            if is_compared {
                NextStep::Compare
            } else {
                NextStep::Last
            },
        )
    }
}

impl NextStep {
    /// What to do now, and after it.
    pub(crate) fn after_work(self, study: &Study) -> (Option<Command>, Self) {
        match self {
            Self::Compare => (Some(Command::compare_usual()), Self::FitBest),
            Self::FitBest if study.evidence().is_some() => match recommended_fit(study) {
                Some(fit) => (Some(fit), Self::Last),
                None => (None, Self::Nothing),
            },
            Self::Last => (None, Self::Nothing),
            step => (None, step),
        }
    }
}

/// The fit that a comparison recommends, unless it is the one in use.
fn recommended_fit(study: &Study) -> Option<Command> {
    let best = &study.evidence()?.entries.first()?.surrogate;
    study
        .fit()
        .is_none_or(|fit| fit.name() != best.name())
        .then(|| Command::Analysis(Analysis::Fit(best.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comparison_waits_for_the_quick_surrogate() {
        let study = Study::demo().unwrap();
        let (first, next) = AutoFit::Best.start(&study);
        assert!(matches!(first, Some(Command::Analysis(Analysis::Fit(_)))));
        let (second, last) = next.after_work(&study);
        assert!(matches!(
            second,
            Some(Command::Analysis(Analysis::Compare { .. }))
        ));
        let (third, last) = last.after_work(&study);
        assert!(
            third.is_none() && last == NextStep::FitBest,
            "nothing was compared yet"
        );
        assert_eq!(AutoFit::Quick.start(&study).1, NextStep::Last);
    }
}
