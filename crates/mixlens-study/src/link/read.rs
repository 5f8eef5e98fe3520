//! Reading a link, which may come from any source.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixlens_core::simplex::{DomainSet, Locks, Mixture, Redistribution};
use mixlens_core::table::Direction;
use mixlens_core::{brief, listed};

use super::{MAX_CHARS, VERSION, pack};
use crate::{NamedMixture, Panel, ScalarisationKind, State, StudyError, View};

/// Digits of the panels shown; links from before the latest panel have fewer.
const PANEL_DIGITS: usize = Panel::ALL.len().div_ceil(4);

/// How far the sum of the proportions in a link may be from one (they are whole billionths that sum
/// to a billion).
const SUM_ROUNDING: f64 = 1e-9;

/// The domains that a link names, for a front end without a study; `None` when it only has
/// fingerprints.
///
/// # Errors
/// [`StudyError::BadLink`] or [`StudyError::NewerVersion`].
pub fn link_domains(fragment: &str) -> Result<Option<Arc<DomainSet>>, StudyError> {
    let linked = Linked::parse(fragment)?;
    let Some(names) = linked.get("d") else {
        return Ok(None);
    };
    let names = texts(names).ok_or_else(|| bad("d"))?;
    DomainSet::new(names)
        .map(Some)
        .map_err(|problem| StudyError::BadLink {
            problem: brief(problem),
        })
}

/// The pairs of a link.
pub(crate) struct Linked<'a> {
    pairs: BTreeMap<&'a str, &'a str>,
}

impl<'a> Linked<'a> {
    /// Splits a fragment, with or without its `#`.
    pub fn parse(fragment: &'a str) -> Result<Self, StudyError> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        if fragment.len() > MAX_CHARS {
            let problem = format!(
                "expected at most {MAX_CHARS} characters, found {}",
                fragment.len()
            );
            return Err(StudyError::BadLink { problem });
        }
        let pairs: BTreeMap<&str, &str> = fragment
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        let linked = Self { pairs };
        match linked
            .get("v")
            .and_then(|version| version.parse::<u64>().ok())
        {
            None => Err(bad("v")),
            Some(found) if found > VERSION => Err(StudyError::NewerVersion {
                found,
                newest: VERSION,
            }),
            Some(_) => Ok(linked),
        }
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.pairs.get(key).copied()
    }

    /// A key's value as parsed by `read`; `None` where there is no such key.
    fn read<T>(
        &self,
        key: &'static str,
        read: impl Fn(&'a str) -> Option<T>,
    ) -> Result<Option<T>, StudyError> {
        self.get(key)
            .map(|value| read(value).ok_or_else(|| bad(key)))
            .transpose()
    }

    /// The state of the link, over the domains of `state`, with defaults for what is not in the
    /// link.
    pub fn state(&self, state: &State) -> Result<State, StudyError> {
        self.check_domains(state.domains())?;
        let domains = Arc::clone(state.domains());
        let count = domains.len();
        let mixture = |text: &str| {
            let parts = pack::parse_proportions(text)?;
            Mixture::from_proportions(&domains, &parts, SUM_ROUNDING).ok()
        };
        let mut next = state.clone();
        next.current = self.read("m", mixture)?.ok_or_else(|| bad("m"))?;
        let name = self
            .read("bn", pack::unescape)?
            .unwrap_or_else(|| "baseline".to_owned());
        next.baseline = NamedMixture {
            name,
            mixture: self.read("b", mixture)?.ok_or_else(|| bad("b"))?,
        };
        next.locks = Locks::none(&domains);
        for (domain, is_locked) in self
            .read("l", |text| bits(text, count))?
            .unwrap_or_default()
            .into_iter()
            .enumerate()
        {
            next.locks.set(domain, is_locked);
        }
        self.limits(&mut next)?;
        next.redistribution = self
            .read("r", |text| redistribution(text, count))?
            .unwrap_or_default();
        self.goal(&mut next)?;
        next.seed = self
            .read("s", |text| text.parse().ok())?
            .unwrap_or_default();
        Ok(next)
    }

    /// Checks that the link names the same domains in the same order, or has their fingerprints.
    fn check_domains(&self, domains: &DomainSet) -> Result<(), StudyError> {
        let is_same = match (self.get("d"), self.get("f")) {
            (Some(names), _) => texts(names).is_some_and(|names| names == domains.names()),
            (None, Some(prints)) => {
                prints
                    == domains
                        .names()
                        .iter()
                        .map(|name| pack::fingerprint(name))
                        .collect::<String>()
            }
            (None, None) => return Err(bad("d")),
        };
        if is_same {
            return Ok(());
        }
        let names = listed(domains.names());
        let problem = format!("the link is for other domains than {names}");
        Err(StudyError::BadLink { problem })
    }

    fn limits(&self, next: &mut State) -> Result<(), StudyError> {
        let count = next.domains().len();
        let list = |values: Vec<Option<f64>>| (values.len() == count).then_some(values);
        let mut limits = crate::Limits::none(count);
        let single = |text: &str| {
            pack::parse_numbers(text).and_then(|values| values.first().copied().flatten())
        };
        if let Some(lower) = self.read("lo", |text| list(pack::parse_bounds(text)?))? {
            limits.lower = lower;
        }
        if let Some(upper) = self.read("hi", |text| list(pack::parse_bounds(text)?))? {
            limits.upper = upper;
        }
        if let Some(tokens) = self.read("u", |text| list(pack::parse_numbers(text)?))? {
            limits.unique_tokens = tokens;
        }
        limits.training_tokens = self.read("t", single)?;
        limits.max_epochs = self.read("e", single)?.unwrap_or(limits.max_epochs);
        limits.linear = self.read("c", texts)?.unwrap_or_default();
        next.constraints = limits.constraints(&Arc::clone(next.domains()))?;
        next.limits = limits;
        Ok(())
    }

    /// Metrics that the study does not have are ignored: links are shared between studies of the
    /// same domains.
    fn goal(&self, next: &mut State) -> Result<(), StudyError> {
        let weights = self.read("w", weights)?.unwrap_or_default();
        for metric in &mut next.goal.metrics {
            let linked = weights.get(pack::fingerprint(&metric.name).as_str());
            metric.weight = linked.map_or(0.0, |(_, weight)| *weight);
            metric.direction = linked.map_or(metric.direction, |(direction, _)| *direction);
        }
        let aim = |text: &str| match text {
            "minimax" => Some(ScalarisationKind::Minimax),
            "desirability" => Some(ScalarisationKind::Desirability),
            _ => None,
        };
        next.goal.aim = self.read("a", aim)?.unwrap_or_default();
        next.goal.bounds = self.read("mb", texts)?.unwrap_or_default();
        Ok(())
    }

    /// Changes the view to that of the link; the study corrects indices beyond the data.
    pub fn show(&self, view: &mut View) -> Result<(), StudyError> {
        if let Some(shown) = self.read("p", |text| {
            bits(&format!("{text:0<PANEL_DIGITS$}"), Panel::ALL.len())
        })? {
            let panels = Panel::ALL
                .into_iter()
                .zip(shown)
                .filter(|(_, is_shown)| *is_shown);
            view.panels = panels.map(|(panel, _)| panel).collect();
            // The previous layout is for other panels.
            view.layout = None;
        }
        view.metric = self.read("x", |text| text.parse().ok())?;
        if let Some(corners) = self.read("tr", indices::<3>)? {
            view.ternary = corners;
        }
        if let Some(metrics) = self.read("pa", indices::<2>)? {
            view.pareto = metrics;
        }
        Ok(())
    }
}

fn texts(text: &str) -> Option<Vec<String>> {
    text.split(',').map(pack::unescape).collect()
}

fn bits(text: &str, count: usize) -> Option<Vec<bool>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() == count.div_ceil(4))?;
    let bits = digits
        .into_iter()
        .flat_map(|digit| [8, 4, 2, 1].map(|bit| digit & bit != 0));
    Some(bits.take(count).collect())
}

fn indices<const N: usize>(text: &str) -> Option<[usize; N]> {
    let indices: Option<Vec<usize>> = text.split(',').map(|text| text.parse().ok()).collect();
    let indices: [usize; N] = indices?.try_into().ok()?;
    let is_distinct = indices
        .iter()
        .enumerate()
        .all(|(position, index)| !indices.iter().take(position).any(|other| other == index));
    is_distinct.then_some(indices)
}

fn redistribution(text: &str, count: usize) -> Option<Redistribution> {
    match text.strip_prefix("swap") {
        Some(with) => with
            .parse()
            .ok()
            .filter(|&with| with < count)
            .map(|with| Redistribution::Swap { with }),
        None => (text == "even").then_some(Redistribution::Even),
    }
}

/// Direction and weight of each metric, by fingerprint; the first entry wins.
fn weights(text: &str) -> Option<BTreeMap<&str, (Direction, f64)>> {
    const EACH: usize = 10;
    if !text.is_ascii() || !text.len().is_multiple_of(EACH) {
        return None;
    }
    let one = |start: usize| {
        let direction = match text.get(start + 4..start + 5)? {
            "l" => Direction::Lower,
            "h" => Direction::Higher,
            _ => return None,
        };
        let weight = pack::parse_numbers(text.get(start + 5..start + EACH)?)?
            .first()
            .copied()
            .flatten()?;
        Some((text.get(start..start + 4)?, (direction, weight)))
    };
    (0..text.len()).step_by(EACH).rev().map(one).collect()
}

fn bad(key: &str) -> StudyError {
    StudyError::BadLink {
        problem: format!("part `{key}` of the link is missing or damaged"),
    }
}
