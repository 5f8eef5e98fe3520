//! `mixlens check`: the effective mixture of a trainer's config, and problems with it.

use mixlens_core::plan::{Check, CheckLevel};
use mixlens_core::simplex::Mixture;
use mixlens_core::supply::Unit;
use mixlens_formats::{NamedBytes, WeightKind};
use serde_json::{Value, json};

use super::plan_report::{Report, checks_text};
use super::propose::mixture;
use crate::context::Context;
use crate::plan_args;
use crate::plans::{
    Named, NamedPhase, Supplied, domains_of, means, phase_tokens, plan_of, read_named_file,
    token_mixture, unit_finding, weights_of,
};
use crate::tables::{percent, table};

/// A proportion below this is reported as tiny.
const TINY: f64 = 1e-4;

pub fn run(args: &plan_args::Check, context: &Context) -> anyhow::Result<()> {
    let named = read_named_file(&NamedBytes::read(&args.config)?, context)?;
    let domains = domains_of(&named.phases)?;
    let supplied = Supplied::new(
        &args.budget,
        &domains,
        &named.unique_tokens,
        &named.max_epochs,
    )?;
    let means = means(&args.units, &domains)?;
    let unit = args.units.unit.map_or(named.unit, Into::into);
    let of = |phase: &NamedPhase| {
        let weights = weights_of(phase, &domains);
        token_mixture(
            &domains,
            &weights,
            named.kind,
            unit,
            means.as_deref(),
            &supplied.unique_tokens,
        )
    };
    let mixtures: Vec<Mixture> = named.phases.iter().map(of).collect::<Result<_, _>>()?;
    let mut findings = vec![about(&named, unit)];
    findings.extend(named.findings.iter().cloned());
    findings.extend(unit_finding(unit, means.is_some()));
    let phases: Vec<&NamedPhase> = named.phases.iter().collect();
    let format = named.format.map(|format| format.name());
    // Without tokens there are only proportions; the plan and its epochs need tokens.
    let has_tokens = !supplied.training_tokens.is_empty()
        || phases.iter().all(|phase| phase.training_tokens.is_some());
    if has_tokens {
        let tokens = phase_tokens(&phases, &[], &supplied, |_| {
            supplied.largest(&Mixture::uniform(&domains), context)
        })?;
        let plan = plan_of(mixtures, &tokens, &supplied.unique_tokens)?;
        let report = Report::new(&plan, &supplied, findings)?;
        return context.finish(&report.text()?, || {
            let mut json = report.json();
            if let Some(object) = json.as_object_mut() {
                object.insert("format".to_owned(), json!(format));
            }
            json
        });
    }
    for phase_mixture in &mixtures {
        findings.extend(tiny(phase_mixture));
        if let Some(budget) = supplied.caps(&domains)?.largest_budget(phase_mixture) {
            let name = domains
                .names()
                .get(budget.domain)
                .map_or("", String::as_str);
            let text = format!(
                "the caps hold up to {:.3e} training tokens; {name} is the limiting domain",
                budget.training_tokens
            );
            findings.push(Check {
                id: "caps",
                level: CheckLevel::Ok,
                text,
            });
        }
    }
    let text = "epochs are not computed without --training-tokens".to_owned();
    findings.push(Check {
        id: "epochs",
        level: CheckLevel::Warn,
        text,
    });
    context.finish(&(shares_text(&mixtures) + &checks_text(&findings)), || {
        let phases: Value = mixtures
            .iter()
            .map(mixture)
            .map(|parts| json!({ "training_tokens": null, "mixture": parts, "epochs": {} }))
            .collect();
        json!({
            "version": 1,
            "format": format,
            "phases": phases,
            "total": null,
            "checks": findings,
        })
    })
}

/// The format of the config and the meaning of its numbers.
fn about(named: &Named, unit: Unit) -> Check {
    let format = named
        .format
        .map_or("a table of mixtures", |format| format.name());
    let numbers = match named.kind {
        WeightKind::Proportions => format!("proportions of {}", unit.name()),
        WeightKind::Epochs => "epochs of each domain".to_owned(),
        WeightKind::Samples => "samples of each domain".to_owned(),
        _ => format!("relative weights of {}", unit.name()),
    };
    let text = format!(
        "read as {format}: {numbers}, {} phase{}",
        named.phases.len(),
        if named.phases.len() == 1 { "" } else { "s" }
    );
    Check {
        id: "format",
        level: CheckLevel::Ok,
        text,
    }
}

fn tiny(mixture: &Mixture) -> Option<Check> {
    let tiny = mixture
        .iter()
        .filter(|(_, part)| *part > 0.0 && *part < TINY);
    let tiny: Vec<String> = tiny
        .map(|(name, part)| format!("{name} ({part:.1e})"))
        .collect();
    let text = format!(
        "proportions below 0.01 %: {}; remove them or raise them",
        tiny.join(", ")
    );
    (!tiny.is_empty()).then_some(Check {
        id: "shares",
        level: CheckLevel::Warn,
        text,
    })
}

fn shares_text(mixtures: &[Mixture]) -> String {
    let Some(first) = mixtures.first() else {
        return String::new();
    };
    let heads: Vec<String> = match mixtures {
        [_] => vec!["proportion of tokens".to_owned()],
        several => (1..=several.len())
            .map(|number| format!("phase {number}"))
            .collect(),
    };
    let header: Vec<&str> = ["domain"]
        .into_iter()
        .chain(heads.iter().map(String::as_str))
        .collect();
    let rows = first
        .domains()
        .names()
        .iter()
        .enumerate()
        .map(|(domain, name)| {
            let parts = mixtures
                .iter()
                .map(|mixture| percent(mixture.parts().get(domain).copied().unwrap_or(0.0)));
            [name.clone()].into_iter().chain(parts).collect()
        });
    table(&header, rows)
}
