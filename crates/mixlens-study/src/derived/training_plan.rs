//! [`TrainingPlan`]: the content of the plan panel.

use mixlens_core::plan::{Check, CheckParams, Phase, Plan, check_plan};

use crate::State;
use mixlens_jobs::{number_text, percent_text, token_text};

/// The target run: phases, epochs of each domain, and checks.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingPlan {
    /// The phases in order; a plan without phases has one.
    pub phases: Vec<PlanPhase>,
    /// A row per domain.
    pub rows: Vec<PlanRow>,
    /// The results of the checks, in order; empty while training tokens are not known.
    pub checks: Vec<Check>,
}

/// One phase.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanPhase {
    /// Start and end, as fractions of the run.
    pub span: (f64, f64),
    /// The phase's fraction of the run as text.
    pub part_text: String,
    /// The phase's tokens as text, empty where they are not known.
    pub tokens_text: String,
    /// Start and end of each domain's proportion in the stack of all, from 0 to 1.
    pub stack: Vec<(f64, f64)>,
}

/// One domain over the whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRow {
    /// The domain.
    pub name: String,
    /// The domain's proportion of the whole run as text.
    pub part_text: String,
    /// Epochs in each phase and in total, as text; empty where tokens are not known.
    pub epochs_text: String,
    /// `green`, `amber`, `red` or `spent`; empty where tokens are not known.
    pub light: &'static str,
    /// Effective tokens as a fraction of the tokens read, as text; empty where tokens are not
    /// known.
    pub effective_text: String,
    /// Epochs over the domain; `None` where tokens are not known.
    pub epochs: Option<f64>,
}

impl State {
    /// The phases as a plan, on a run of one token where training tokens are not known.
    pub(crate) fn plan(&self) -> Option<Plan> {
        let total = self.limits.training_tokens.unwrap_or(1.0);
        let phases = match self.phases.as_slice() {
            [] => vec![Phase {
                training_tokens: total,
                mixture: self.current.clone(),
            }],
            phases => {
                let phase = |planned: &crate::PlannedPhase| {
                    let mixture = planned.mixture.clone();
                    Phase {
                        training_tokens: planned.part * total,
                        mixture,
                    }
                };
                phases.iter().map(phase).collect()
            }
        };
        let unique = match self.limits.training_tokens {
            Some(_) => self.limits.unique_tokens.clone(),
            None => vec![None; self.domains().len()],
        };
        Plan::new(phases, unique).ok()
    }
}

pub(crate) fn training_plan(state: &State) -> Option<TrainingPlan> {
    let plan = state.plan()?;
    let has_tokens = state.limits.training_tokens.is_some();
    let total = plan.training_tokens();
    let count = plan.domains().len();
    let params = CheckParams {
        max_epochs: vec![state.limits.max_epochs; count],
        ..CheckParams::usual(count)
    };
    let effective = plan.effective_tokens(&params.repetitions).ok()?;
    let checks = if has_tokens {
        check_plan(&plan, &params).ok()?
    } else {
        Vec::new()
    };
    let mut begin = 0.0;
    let phases = plan.phases().iter().map(|phase| {
        let part = phase.training_tokens / total;
        let span = (begin, begin + part);
        begin += part;
        let mut low = 0.0;
        let stack = phase.mixture.parts().iter().map(|part| {
            low += part;
            (low - part, low)
        });
        let tokens_text = if has_tokens {
            token_text(phase.training_tokens)
        } else {
            String::new()
        };
        PlanPhase {
            span,
            part_text: percent_text(part),
            tokens_text,
            stack: stack.collect(),
        }
    });
    let phases: Vec<PlanPhase> = phases.collect();
    let by_phase: Vec<Vec<Option<f64>>> = (0..phases.len())
        .map(|phase| plan.phase_epochs(phase))
        .collect();
    let (epochs, tokens) = (plan.epochs(), plan.domain_tokens());
    let rows = plan.mean_mixture();
    let rows = rows.iter().enumerate().map(|(domain, (name, part))| {
        let domain_epochs = epochs.get(domain).copied().flatten();
        let in_phase = |list: &Vec<Option<f64>>| list.get(domain).copied().flatten();
        let texts = by_phase
            .iter()
            .filter_map(in_phase)
            .map(|epochs| number_text(epochs, 2))
            .collect::<Vec<_>>();
        let epochs_text = match (domain_epochs, texts.as_slice()) {
            (None, _) => String::new(),
            (Some(total), [_]) => number_text(total, 2),
            (Some(total), several) => {
                format!("{} = {}", several.join(" + "), number_text(total, 2))
            }
        };
        let read = tokens.get(domain).copied().unwrap_or(0.0);
        let value = effective
            .get(domain)
            .filter(|_| domain_epochs.is_some() && read > 0.0)
            .map(|effective| effective / read);
        PlanRow {
            name: name.to_owned(),
            part_text: percent_text(part),
            epochs_text,
            light: domain_epochs.map_or("", |epochs| params.lights.light(epochs).name()),
            effective_text: value.map_or_else(String::new, percent_text),
            epochs: domain_epochs,
        }
    });
    Some(TrainingPlan {
        rows: rows.collect(),
        phases,
        checks,
    })
}

#[cfg(test)]
mod tests {
    use mixlens_core::plan::CheckLevel;
    use mixlens_core::simplex::{DomainSet, Mixture};

    use crate::{Edit, SavedStudy, Session, Study, parse_study};

    fn study() -> Study {
        let mut study = Study::of_domains("test", DomainSet::new(["web", "code"]).unwrap());
        study.apply(Edit::SetTrainingTokens(Some(1e12))).unwrap();
        study
            .apply(Edit::SetUniqueTokens {
                domain: 0,
                to: Some(1e12),
            })
            .unwrap();
        study
            .apply(Edit::SetUniqueTokens {
                domain: 1,
                to: Some(1e11),
            })
            .unwrap();
        set(&mut study, &[9.0, 1.0]);
        study
    }

    fn set(study: &mut Study, weights: &[f64]) {
        let (mixture, _) = Mixture::from_weights(study.domains(), weights).unwrap();
        study.apply(Edit::SetMixture(mixture)).unwrap();
    }

    #[test]
    fn without_phases_the_plan_is_the_mixture_under_the_sliders() {
        let study = study();
        let plan = study.training_plan().unwrap();
        assert_eq!(
            (
                plan.phases.len(),
                plan.rows[1].epochs_text.as_str(),
                plan.rows[1].light
            ),
            (1, "1", "green")
        );
        assert!(
            plan.checks
                .iter()
                .all(|check| check.level == CheckLevel::Ok),
            "{:?}",
            plan.checks
        );
    }

    #[test]
    fn phases_add_up_as_on_the_command_line() {
        let mut study = study();
        study.apply(Edit::AddPhase).unwrap();
        set(&mut study, &[1.0, 1.0]);
        study.apply(Edit::SetPhaseMixture(1)).unwrap();
        let plan = study.training_plan().unwrap();
        assert_eq!(plan.phases[1].tokens_text, "200B");
        assert_eq!(
            (
                plan.rows[1].part_text.as_str(),
                plan.rows[1].epochs_text.as_str()
            ),
            ("18.00 %", "0.8 + 1 = 1.8")
        );
        study
            .apply(Edit::SetPhasePart { index: 1, to: 0.5 })
            .unwrap();
        assert_eq!(study.training_plan().unwrap().rows[1].part_text, "30.00 %");
        let text = SavedStudy::of(&study).to_text();
        assert_eq!(
            parse_study(&text).unwrap().state().phases,
            study.state().phases
        );
        study.apply(Edit::RemovePhase(0)).unwrap();
        assert_eq!(study.training_plan().unwrap().rows[1].part_text, "50.00 %");
        study.apply(Session::Undo).unwrap();
        assert_eq!(study.training_plan().unwrap().phases.len(), 2);
        assert!(study.apply(Edit::RemovePhase(2)).is_err());
        assert!(
            study
                .apply(Edit::SetPhasePart {
                    index: 0,
                    to: f64::NAN
                })
                .is_err()
        );
    }

    #[test]
    fn a_domain_over_its_cap_is_reported() {
        let mut study = study();
        study.apply(Edit::SetMaxEpochs(20.0)).unwrap();
        set(&mut study, &[0.0, 1.0]);
        let plan = study.training_plan().unwrap();
        assert_eq!(plan.rows[1].light, "amber");
        assert!(
            plan.checks
                .iter()
                .any(|check| check.level == CheckLevel::Warn && check.text.contains("10.00 times"))
        );
    }
}
