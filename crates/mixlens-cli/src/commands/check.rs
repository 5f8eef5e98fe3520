//! `mixlens check`: what a trainer's config really says.

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

/// A proportion below this is nearly nothing.
const NEARLY_NOTHING: f64 = 1e-4;

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
    // Without tokens there are shares alone; the plan and its epochs need them.
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
    for own in &mixtures {
        findings.extend(tiny(own));
        if let Some(budget) = supplied.caps(&domains)?.largest_budget(own) {
            let name = domains
                .names()
                .get(budget.domain)
                .map_or("", String::as_str);
            let text = format!(
                "the caps are kept up to {:.3e} tokens; {name} sets them",
                budget.training_tokens
            );
            findings.push(Check {
                id: "caps",
                level: CheckLevel::Ok,
                text,
            });
        }
    }
    let text = "without --training-tokens there are no epochs".to_owned();
    findings.push(Check {
        id: "epochs",
        level: CheckLevel::Warn,
        text,
    });
    context.finish(&(shares_text(&mixtures) + &checks_text(&findings)), || {
        let phases: Value = mixtures
            .iter()
            .map(|own| json!({ "training_tokens": null, "mixture": mixture(own), "epochs": {} }))
            .collect();
        json!({ "version": 1, "format": format, "phases": phases, "total": null, "checks": findings })
    })
}

/// Whose config it is and what its numbers are.
fn about(named: &Named, unit: Unit) -> Check {
    let whose = named
        .format
        .map_or("a table of mixtures", |format| format.name());
    let numbers = match named.kind {
        WeightKind::Proportions => format!("proportions of {}", unit.name()),
        WeightKind::Epochs => "epochs of each domain".to_owned(),
        WeightKind::Samples => "samples of each domain".to_owned(),
        _ => format!("relative weights of {}", unit.name()),
    };
    let text = format!(
        "read as {whose}: {numbers}, {} phase{}",
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
        .filter(|(_, part)| *part > 0.0 && *part < NEARLY_NOTHING);
    let tiny: Vec<String> = tiny
        .map(|(name, part)| format!("{name} ({part:.1e})"))
        .collect();
    let text = format!(
        "nearly nothing is read of {}; leave it out or raise it",
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
        .map(|(place, name)| {
            let parts = mixtures
                .iter()
                .map(|mixture| percent(mixture.parts().get(place).copied().unwrap_or(0.0)));
            [name.clone()].into_iter().chain(parts).collect()
        });
    table(&header, rows)
}
