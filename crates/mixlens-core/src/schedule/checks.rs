//! [`check_plan`]: the checks that every plan should pass.

use serde::Serialize;

use super::{BatchSampling, Caps, Light, LightLimits, Plan, Repetition, proxy_match};
use crate::{CoreError, listed, shown};

/// Shares below this are almost zero (proportion): a typing error, or a domain that can be left
/// out.
const NEARLY_NOTHING: f64 = 1e-4;
/// Relative excess of epochs over a cap that still counts as within it.
const AT_CAP: f64 = 1e-9;

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckLevel {
    /// Nothing to do.
    Ok,
    /// Should be reviewed.
    Warn,
    /// The plan cannot be carried out as written.
    Fail,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// Id of the check: `epochs`, `shares`, `caps`, `effective_tokens`, `proxy_match`,
    /// `smallest_domain` or `sampler_resolution`.
    pub id: &'static str,
    /// Severity.
    pub level: CheckLevel,
    /// The finding, as one sentence.
    pub text: String,
}

/// Parameters of the checks.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckParams {
    /// Maximum epochs per domain.
    pub max_epochs: Vec<f64>,
    /// Epochs at which the light turns amber and red.
    pub lights: LightLimits,
    /// Cost of repetition, per domain.
    pub repetitions: Vec<Repetition>,
    /// Tokens per batch and per sequence, where known.
    pub batch: Option<(f64, f64)>,
    /// Tokens of the proxy runs that the mixture comes from, if any.
    pub proxy_tokens: Option<f64>,
}

impl CheckParams {
    /// The usual parameters for `count` domains: at most 4 epochs, repetition as of web text.
    pub fn usual(count: usize) -> Self {
        Self {
            max_epochs: vec![LightLimits::default().green; count],
            lights: LightLimits::default(),
            repetitions: vec![Repetition::default(); count],
            batch: None,
            proxy_tokens: None,
        }
    }
}

/// Runs all checks, in a fixed order.
///
/// # Errors
/// [`CoreError::WrongLength`] or [`CoreError::BadParameter`] for parameters that do not match the
/// plan.
pub fn check_plan(plan: &Plan, params: &CheckParams) -> Result<Vec<Check>, CoreError> {
    let caps = Caps::new(
        plan.domains(),
        plan.unique_tokens().to_vec(),
        params.max_epochs.clone(),
    )?;
    let mut checks = Vec::new();
    epochs(plan, params, &mut checks);
    shares(plan, &mut checks);
    capacity(plan, &caps, &mut checks);
    effective(plan, params, &mut checks)?;
    if let Some(tokens) = params.proxy_tokens {
        repetition_match(plan, tokens, &mut checks)?;
    }
    if let Some((batch_tokens, sequence_tokens)) = params.batch {
        batches(plan, batch_tokens, sequence_tokens, &mut checks)?;
    }
    Ok(checks)
}

/// The names of the domains, escaped for messages.
fn names(plan: &Plan) -> impl Iterator<Item = String> {
    plan.domains()
        .names()
        .iter()
        .map(|name| shown(name).to_string())
}

/// 1. Epochs of the whole run against the caps and the lights; a domain over its cap gets a
///    separate message.
fn epochs(plan: &Plan, params: &CheckParams, checks: &mut Vec<Check>) {
    let id = "epochs";
    let all = plan.epochs();
    if all.iter().all(Option::is_none) {
        let text =
            "unique tokens are unknown, so epochs cannot be computed; give them for every domain"
                .to_owned();
        return checks.push(Check {
            id,
            level: CheckLevel::Warn,
            text,
        });
    }
    let unknown: Vec<String> = names(plan)
        .zip(&all)
        .filter(|(_, epochs)| epochs.is_none())
        .map(|(name, _)| name)
        .collect();
    if !unknown.is_empty() {
        let text = format!(
            "unique tokens of {} are unknown, so epochs cannot be computed",
            listed(unknown)
        );
        checks.push(Check {
            id,
            level: CheckLevel::Warn,
            text,
        });
    }
    let before = checks.len();
    for ((name, epochs), cap) in names(plan).zip(&all).zip(&params.max_epochs) {
        let Some(epochs) = *epochs else { continue };
        let light = params.lights.light(epochs);
        if epochs > cap * (1.0 + AT_CAP) {
            let text = if epochs.is_finite() {
                format!(
                    "{name} is read {epochs:.2} times, more than its cap of {cap} ({})",
                    light.name()
                )
            } else {
                format!("{name} is read but has no unique tokens")
            };
            checks.push(Check {
                id,
                level: CheckLevel::Fail,
                text,
            });
        } else if light > Light::Green {
            let text = format!(
                "{name} is read {epochs:.2} times ({}): within its cap of {cap}, but repeated \
                tokens are worth less",
                light.name()
            );
            checks.push(Check {
                id,
                level: CheckLevel::Warn,
                text,
            });
        }
    }
    for (index, phase) in plan
        .phases()
        .iter()
        .enumerate()
        .filter(|_| plan.phases().len() > 1)
    {
        for ((name, epochs), cap) in names(plan)
            .zip(plan.phase_epochs(index))
            .zip(&params.max_epochs)
        {
            if let Some(epochs) =
                epochs.filter(|epochs| *epochs > cap * (1.0 + AT_CAP) && epochs.is_finite())
            {
                let text = format!(
                    "phase {} alone ({:.3e} tokens) reads {name} {epochs:.2} times, more than its \
                    cap of {cap}",
                    index + 1,
                    phase.training_tokens
                );
                checks.push(Check {
                    id,
                    level: CheckLevel::Fail,
                    text,
                });
            }
        }
    }
    if checks.len() == before {
        let read = names(plan)
            .zip(&all)
            .filter_map(|(name, epochs)| epochs.map(|epochs| (name, epochs)));
        if let Some((name, epochs)) = read.max_by(|a, b| a.1.total_cmp(&b.1)) {
            let text = format!(
                "every domain is within its cap; the highest is {name}, read {epochs:.2} times"
            );
            checks.push(Check {
                id,
                level: CheckLevel::Ok,
                text,
            });
        }
    }
}

/// 2. Shares: a [`Plan`] holds mixtures, so sums and signs are right; what remains to check is
///    shares that are almost zero.
fn shares(plan: &Plan, checks: &mut Vec<Check>) {
    let id = "shares";
    let mean = plan.mean_mixture();
    let tiny: Vec<String> = mean
        .iter()
        .filter(|(_, part)| *part > 0.0 && *part < NEARLY_NOTHING)
        .map(|(name, part)| format!("{} ({part:.1e})", shown(name)))
        .collect();
    let (level, text) = if tiny.is_empty() {
        (
            CheckLevel::Ok,
            "the proportions of every phase sum to 1 and none is negative".to_owned(),
        )
    } else {
        let text = format!(
            "almost nothing is read of {}: laws are unreliable for such shares; leave these \
            domains out or raise their shares",
            listed(tiny)
        );
        (CheckLevel::Warn, text)
    };
    checks.push(Check { id, level, text });
}

/// 3. Whether any mixture fits the caps, and the largest budget of this one.
fn capacity(plan: &Plan, caps: &Caps, checks: &mut Vec<Check>) {
    let id = "caps";
    let planned = plan.training_tokens();
    if let Some(capacity) = caps
        .capacity()
        .filter(|capacity| *capacity < planned * (1.0 - AT_CAP))
    {
        let text = format!(
            "no mixture keeps all caps: all domains at their maximum epochs give {capacity:.3e} of \
            {planned:.3e} tokens"
        );
        return checks.push(Check {
            id,
            level: CheckLevel::Fail,
            text,
        });
    }
    let Some(budget) = caps.largest_budget(&plan.mean_mixture()) else {
        return;
    };
    let name = names(plan).nth(budget.domain).unwrap_or_default();
    let largest = budget.training_tokens;
    let (level, text) = if largest < planned * (1.0 - AT_CAP) {
        (
            CheckLevel::Fail,
            format!(
                "{name} stays within its cap up to {largest:.3e} training tokens, but the plan has \
                {planned:.3e}"
            ),
        )
    } else {
        (
            CheckLevel::Ok,
            format!(
                "this mixture stays within its caps up to {largest:.3e} training tokens; {name} \
                reaches its cap first"
            ),
        )
    };
    checks.push(Check { id, level, text });
}

/// 4. The cost of repetition.
fn effective(plan: &Plan, params: &CheckParams, checks: &mut Vec<Check>) -> Result<(), CoreError> {
    let total = plan.training_tokens();
    let effective: f64 = plan.effective_tokens(&params.repetitions)?.iter().sum();
    let lost = total - effective;
    // Six epochs of every domain lose about a tenth.
    let level = if lost > 0.1 * total {
        CheckLevel::Warn
    } else {
        CheckLevel::Ok
    };
    let text = format!(
        "{effective:.3e} of {total:.3e} tokens are effective; {:.1} % are lost to repetition",
        100.0 * (lost / total).max(0.0)
    );
    checks.push(Check {
        id: "effective_tokens",
        level,
        text,
    });
    Ok(())
}

/// 5. Whether proxy runs repeat scarce data as the plan does.
fn repetition_match(
    plan: &Plan,
    proxy_tokens: f64,
    checks: &mut Vec<Check>,
) -> Result<(), CoreError> {
    let (factor, matches) = proxy_match(plan, proxy_tokens)?;
    let repeated: Vec<String> = names(plan)
        .zip(&matches)
        .filter_map(|(name, matched)| {
            let (proxy, target) = (matched.proxy_epochs?, matched.target_epochs?);
            (target > 1.0 && target.is_finite())
                .then(|| format!("{name} ({proxy:.2} instead of {target:.2} epochs)"))
        })
        .collect();
    let (level, text) = if repeated.is_empty() {
        (
            CheckLevel::Ok,
            "no domain is repeated in the target run, so proxy runs need no subsampling".to_owned(),
        )
    } else {
        let text = format!(
            "proxy runs repeat less than the target run: {}; subsample unique tokens by \
            {factor:.3e}",
            listed(repeated)
        );
        (CheckLevel::Warn, text)
    };
    checks.push(Check {
        id: "proxy_match",
        level,
        text,
    });
    Ok(())
}

/// 6. and 7. The smallest domain in a batch, and how precisely batches match the proportions.
fn batches(
    plan: &Plan,
    batch_tokens: f64,
    sequence_tokens: f64,
    checks: &mut Vec<Check>,
) -> Result<(), CoreError> {
    for (number, phase) in (1..).zip(plan.phases()) {
        let batch = BatchSampling::new(&phase.mixture, batch_tokens, sequence_tokens)?;
        let name = names(plan).nth(batch.smallest).unwrap_or_default();
        let level = if batch.smallest_sequences < 1.0 {
            CheckLevel::Warn
        } else {
            CheckLevel::Ok
        };
        let text = format!(
            "phase {number}: {name} has {:.3e} tokens per batch, {:.2} sequences; {:.1} % of \
            batches contain none",
            batch.smallest_tokens,
            batch.smallest_sequences,
            100.0 * batch.batches_without
        );
        checks.push(Check {
            id: "smallest_domain",
            level,
            text,
        });
    }
    let resolution =
        BatchSampling::new(&plan.mean_mixture(), batch_tokens, sequence_tokens)?.resolution;
    let text = format!(
        "rounding to whole sequences changes a proportion by up to {:.3} % in one batch",
        100.0 * resolution
    );
    checks.push(Check {
        id: "sampler_resolution",
        level: CheckLevel::Ok,
        text,
    });
    Ok(())
}
