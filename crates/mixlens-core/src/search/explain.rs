//! [`explain`]: what each domain does to each metric around a mixture.

use crate::CoreError;
use crate::compute::Control;
use crate::fit::{Difference, SurrogateSet};
use crate::simplex::Mixture;

/// A percentage point, as a proportion.
const POINT: f64 = 0.01;
/// Points along a trace.
const TRACE_POINTS: u32 = 41;

/// Maximum effects: domains × metrics. Each comes with a trace.
const MAX_EFFECTS: usize = 250_000;

/// What each domain does to each metric around a mixture.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The mixture.
    pub at: Mixture,
    /// The predictions there, in the order of the metrics.
    pub values: Vec<f64>,
    /// Change of each metric (outer) when one percentage point moves into each domain (inner) from
    /// all others.
    pub effects: Vec<Vec<Difference>>,
    /// One trace per domain.
    pub traces: Vec<Trace>,
    /// Predictions without each domain in turn; `None` where nothing would be left.
    pub left_out: Vec<Option<LeftOut>>,
}

/// Predictions along a domain's Cox direction: its proportion from 0 to 1, the others in their
/// ratios.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The domain's proportions.
    pub parts: Vec<f64>,
    /// The predictions of each metric (outer) at each of them (inner).
    pub values: Vec<Vec<f64>>,
}

/// Predictions without a domain; the other domains keep their ratios.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// The change of each metric from the whole mixture.
    pub changes: Vec<f64>,
}

/// Effects, traces and leave-one-domain-out predictions around `at`.
///
/// ```text
/// x(p) = at, with part j set to p and the others scaled by (1 − p) / (1 − atⱼ)
///                                        Cox direction of domain j
/// effect = L(x(atⱼ + 0.01)) − L(at)      from the other side where atⱼ is above 0.99
/// ```
/// Where `at` consists of one domain alone, the others share the rest evenly. Effects are
/// differences, not slopes: slopes of power laws have no limit at zero. Source: Cox 1971, "A note
/// on polynomial response functions for mixtures", Biometrika 58.
///
/// # Errors
/// [`CoreError::WrongLength`] when `at` is over another number of domains,
/// [`CoreError::BadParameter`] for more than 250,000 domains times metrics;
/// [`CoreError::Cancelled`].
pub fn explain(
    set: &SurrogateSet,
    at: &Mixture,
    control: &Control,
) -> Result<Explanation, CoreError> {
    let width = set.domains().len();
    check_size(width, set.metrics().len())?;
    let values = set.predict(at.parts())?.values;
    let against = set.against(at.parts())?;
    let changes = |parts: &[f64]| -> Vec<f64> {
        let there = set.predict_values(parts);
        there
            .iter()
            .zip(&values)
            .map(|(there, here)| there - here)
            .collect()
    };
    let stage = control.stage("explaining domains", width as u64);
    let mut effects = vec![Vec::with_capacity(width); values.len()];
    let (mut traces, mut left_out) = (Vec::with_capacity(width), Vec::with_capacity(width));
    for domain in 0..width {
        let part = at.parts().get(domain).copied().unwrap_or(0.0);
        let sign = if part + POINT <= 1.0 { 1.0 } else { -1.0 };
        let moved = against.differences(&along_cox(at.parts(), domain, part + sign * POINT))?;
        let forward = |change: Difference| {
            if sign > 0.0 {
                change
            } else {
                change.reversed()
            }
        };
        effects
            .iter_mut()
            .zip(moved)
            .for_each(|(effects, change)| effects.push(forward(change)));
        traces.push(trace(set, at, domain));
        let is_possible = width > 1 && part < 1.0;
        left_out.push(is_possible.then(|| LeftOut {
            changes: changes(&along_cox(at.parts(), domain, 0.0)),
        }));
        stage.advance(1)?;
    }
    Ok(Explanation {
        at: at.clone(),
        values,
        effects,
        traces,
        left_out,
    })
}

fn check_size(domains: usize, metrics: usize) -> Result<(), CoreError> {
    let found = domains.saturating_mul(metrics);
    if found <= MAX_EFFECTS {
        return Ok(());
    }
    let expected = "a fit with at most 250000 domains times metrics";
    Err(CoreError::BadParameter {
        name: "fit",
        expected,
        found: found.to_string(),
    })
}

/// `parts` with one domain's part set to `part` and the others in their ratios: a point in the
/// domain's Cox direction.
///
/// Where `parts` consists of one domain alone, the others share the rest evenly. `part` is from 0
/// to 1.
pub fn along_cox(parts: &[f64], domain: usize, part: f64) -> Vec<f64> {
    let rest: f64 = parts
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != domain)
        .map(|(_, part)| part)
        .sum();
    let others = (parts.len() as f64 - 1.0).max(1.0);
    // Part j becomes p (`part`); the others are scaled by (1 − p) / (1 − atⱼ), as `rest` = 1 − atⱼ.
    let scaled = |(index, &current): (usize, &f64)| match index == domain {
        true => part,
        false if rest > 0.0 => current * ((1.0 - part) / rest),
        false => (1.0 - part) / others,
    };
    parts.iter().enumerate().map(scaled).collect()
}

fn trace(set: &SurrogateSet, at: &Mixture, domain: usize) -> Trace {
    let parts: Vec<f64> = (0..TRACE_POINTS)
        .map(|step| f64::from(step) / f64::from(TRACE_POINTS - 1))
        .collect();
    let mut values = vec![Vec::with_capacity(parts.len()); set.metrics().len()];
    for &part in &parts {
        let predicted = set.predict_values(&along_cox(at.parts(), domain, part));
        values
            .iter_mut()
            .zip(predicted)
            .for_each(|(values, value)| values.push(value));
    }
    Trace { parts, values }
}
