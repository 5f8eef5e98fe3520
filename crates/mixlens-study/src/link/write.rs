//! Writing a link.

use mixlens_core::simplex::Redistribution;
use mixlens_core::table::Direction;

use super::{MAX_NAME_CHARS, VERSION, pack};
use crate::{ObjectiveSettings, Panel, ScalarisationKind, Study};

/// The state of a study as the fragment of a link, without the `#`.
///
/// At most 2,000 characters for 32 domains, unless the user's constraints and names make it longer.
pub fn study_link(study: &Study) -> String {
    let (state, view) = (study.state(), study.view());
    let mut link = Link(format!("v={VERSION}"));
    let names: Vec<String> = state
        .domains()
        .names()
        .iter()
        .map(|name| pack::escape(name))
        .collect();
    let written = names.join(",");
    if written.len() <= MAX_NAME_CHARS {
        link.add("d", &written);
    } else {
        link.add(
            "f",
            &state
                .domains()
                .names()
                .iter()
                .map(|name| pack::fingerprint(name))
                .collect::<String>(),
        );
    }
    link.add("m", &pack::proportions(state.current.parts()));
    link.add("b", &pack::proportions(state.baseline.mixture.parts()));
    link.add("bn", &pack::escape(&state.baseline.name));
    link.add(
        "l",
        &bits((0..names.len()).map(|domain| state.locks.is_locked(domain))),
    );
    let limits = &state.limits;
    for (key, list) in [("lo", &limits.lower), ("hi", &limits.upper)] {
        if list.iter().any(Option::is_some) {
            link.add(key, &pack::bounds(list));
        }
    }
    if limits.unique_tokens.iter().any(Option::is_some) {
        link.add("u", &pack::numbers(&limits.unique_tokens));
    }
    if limits.training_tokens.is_some() {
        link.add("t", &pack::numbers(&[limits.training_tokens]));
    }
    link.add("e", &pack::numbers(&[Some(limits.max_epochs)]));
    link.add("c", &texts(&limits.linear));
    link.add("r", &redistribution(state.redistribution));
    goal(&mut link, &state.goal);
    link.add("s", &state.seed.to_string());
    link.add(
        "p",
        &bits(Panel::ALL.iter().map(|panel| view.panels.contains(panel))),
    );
    if let Some(metric) = view.metric {
        link.add("x", &metric.to_string());
    }
    let indices = |indices: &[usize]| {
        indices
            .iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join(",")
    };
    link.add("tr", &indices(&view.ternary));
    link.add("pa", &indices(&view.pareto));
    link.0
}

struct Link(String);

impl Link {
    /// Adds a pair, unless the value is empty.
    fn add(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.0 += &format!("&{key}={value}");
        }
    }
}

fn goal(link: &mut Link, goal: &ObjectiveSettings) {
    let weighted = goal
        .metrics
        .iter()
        .filter(|metric| metric.weight > 0.0)
        .map(|metric| {
            let direction = match metric.direction {
                Direction::Lower => 'l',
                Direction::Higher => 'h',
            };
            format!(
                "{}{direction}{}",
                pack::fingerprint(&metric.name),
                pack::numbers(&[Some(metric.weight)])
            )
        });
    link.add("w", &weighted.collect::<String>());
    let aim = match goal.aim {
        ScalarisationKind::Mean => "",
        ScalarisationKind::Minimax => "minimax",
        ScalarisationKind::Desirability => "desirability",
    };
    link.add("a", aim);
    link.add("mb", &texts(&goal.bounds));
}

fn texts(texts: &[String]) -> String {
    texts
        .iter()
        .map(|text| pack::escape(text))
        .collect::<Vec<_>>()
        .join(",")
}

fn redistribution(how: Redistribution) -> String {
    match how {
        Redistribution::Even => "even".to_owned(),
        Redistribution::Swap { with } => format!("swap{with}"),
        _ => String::new(),
    }
}

/// One bit each, four to a hexadecimal digit, the first one highest; empty when no bit is set.
fn bits(bits: impl Iterator<Item = bool>) -> String {
    let bits: Vec<bool> = bits.collect();
    if !bits.contains(&true) {
        return String::new();
    }
    let digit = |four: &[bool]| {
        (0..4).fold(0, |sum, index| {
            2 * sum + u8::from(four.get(index) == Some(&true))
        })
    };
    bits.chunks(4)
        .map(|four| format!("{:x}", digit(four)))
        .collect()
}
