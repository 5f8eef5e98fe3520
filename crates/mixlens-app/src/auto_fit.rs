//! Automatic fitting: a quick surrogate at once, then the one that predicts unseen runs best.

use mixlens_study::{Analysis, Command, Study};

/// Cross-validating every surrogate takes minutes beyond this number of runs, so it is then left to
/// the user.
const MAX_COMPARED: usize = 2000;

/// Surrogates that are fitted to new runs automatically.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoFit {
    /// A quick surrogate, then a comparison of all, then the best of them.
    #[default]
    Best,
    /// The quick surrogate alone.
    Quick,
}

/// The step of automatic fitting after the current job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Nothing.
    Nothing,
    /// Nothing, once the running fit is done.
    Last,
    /// Compare the surrogates. This starts after the quick fit, which it would delay otherwise.
    Compare,
    /// Fit the surrogate that the comparison found best.
    FitBest,
}

impl AutoFit {
    /// The command for new runs, and the next step.
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
    /// The command for this step, and the next step.
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
            "nothing has been compared yet"
        );
        assert_eq!(AutoFit::Quick.start(&study).1, NextStep::Last);
    }
}
