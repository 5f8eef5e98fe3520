//! `mixlens plan`: from mixtures to tokens, epochs and a trainer's config.

use std::path::Path;

use anyhow::bail;
use mixlens_core::plan::{Check, CheckLevel, DurationSweep, length_sweep};
use mixlens_core::published::{DURATION_FRACTIONS, DURATION_RESULTS};
use mixlens_core::quality::filtered;
use mixlens_core::simplex::Mixture;
use mixlens_formats::token_count_text;
use serde_json::{Value, json};

use super::plan_report::{Report, check_export};
use super::propose::mixture;
use crate::context::Context;
use crate::plan_args::{OntoCaps, Plan};
use crate::plans::{
    DomainNames, Named, NamedPhase, Supplied, domains_of, means, numbers, phase_tokens, plan_of,
    read_named, token_mixture, unit_finding, weights_of,
};
use crate::tables::{number, percent, table};

pub fn run(args: &Plan, context: &Context) -> anyhow::Result<()> {
    check_export(&args.export, args.mixtures.iter().map(Path::new))?;
    let named: Vec<Named> = args
        .mixtures
        .iter()
        .map(|text| read_named(text, context))
        .collect::<Result<_, _>>()?;
    let phases: Vec<&NamedPhase> = named.iter().flat_map(|named| &named.phases).collect();
    let domains = domains_of(phases.iter().copied())?;
    let unique: Vec<_> = named
        .iter()
        .flat_map(|named| named.unique_tokens.iter().cloned())
        .collect();
    let caps: Vec<_> = named
        .iter()
        .flat_map(|named| named.max_epochs.iter().cloned())
        .collect();
    let supplied = Supplied::new(&args.budget, &domains, &unique, &caps)?;
    let means = means(&args.units, &domains)?;
    let (mut mixtures, mut findings) = (Vec::new(), Vec::new());
    for one in &named {
        let unit = args.units.unit.map_or(one.unit, Into::into);
        findings.extend(
            one.findings
                .iter()
                .filter(|finding| finding.level != CheckLevel::Ok)
                .cloned(),
        );
        findings.extend(
            unit_finding(unit, means.is_some()).filter(|finding| finding.level != CheckLevel::Ok),
        );
        for phase in &one.phases {
            let weights = weights_of(phase, &domains);
            mixtures.push(token_mixture(
                &domains,
                &weights,
                one.kind,
                unit,
                means.as_deref(),
                &supplied.unique_tokens,
            )?);
        }
    }
    findings.dedup();
    let tokens = phase_tokens(&phases, &args.phases, &supplied, |parts| {
        supplied.largest(&mean(&mixtures, parts)?, context)
    })?;
    let total: f64 = tokens.iter().sum();
    if let Some(how) = args.onto_caps {
        let caps = supplied.caps(&domains)?;
        for mixture in &mut mixtures {
            *mixture = match how {
                OntoCaps::Fill => caps.fill(mixture.parts(), total)?,
                OntoCaps::Nearest => caps.nearest(mixture.parts(), total)?,
            };
        }
    }
    let mut plan = plan_of(mixtures.clone(), &tokens, &supplied.unique_tokens)?;
    if !args.keep.is_empty() {
        let mut kept = vec![1.0; domains.len()];
        let names = DomainNames::of(&domains);
        for (name, part) in numbers("--keep", &args.keep)? {
            let domain = names.index(&name, "--keep")?;
            kept.iter_mut()
                .skip(domain)
                .take(1)
                .for_each(|kept| *kept = part);
        }
        let after = filtered(&plan, &kept, &supplied.params.repetitions)?;
        let text = format!(
            "the filter keeps {} unique tokens; effective tokens change from {:.4e} to {:.4e}",
            token_count_text(after.kept_tokens),
            after.effective_before,
            after.effective_after
        );
        findings.push(Check {
            id: "filter",
            level: CheckLevel::Ok,
            text,
        });
        plan = after.plan;
    }
    let supplied = Supplied {
        unique_tokens: plan.unique_tokens().to_vec(),
        ..supplied
    };
    let report = Report::new(&plan, &supplied, findings)?;
    let sweep = match (args.sweep.as_slice(), mixtures.as_slice()) {
        ([], _) => None,
        (fractions, [base, late]) => Some(length_sweep(
            base,
            late,
            fractions,
            total,
            &supplied.unique_tokens,
        )?),
        (_, others) => bail!(
            "--sweep: expected two mixtures, base and late phase, found {}",
            others.len()
        ),
    };
    let provenance: Vec<(String, String)> = named
        .iter()
        .flat_map(|named| named.provenance.iter().cloned())
        .collect();
    let written = report.write(&args.export, &provenance, means.as_deref(), context)?;
    let text = report.text()? + &sweep.as_deref().map_or_else(String::new, sweep_text) + &written;
    context.finish(&text, || {
        let mut json = report.json();
        if let (Some(sweep), Some(object)) = (&sweep, json.as_object_mut()) {
            object.insert("sweep".to_owned(), sweep_json(sweep));
        }
        json
    })
}

/// The mean of mixtures, weighted by the fractions of phases.
fn mean(mixtures: &[Mixture], parts: &[f64]) -> anyhow::Result<Mixture> {
    let plan = plan_of(
        mixtures.to_vec(),
        parts,
        &vec![None; mixtures.first().map_or(0, |one| one.domains().len())],
    )?;
    Ok(plan.mean_mixture())
}

/// A comparison of lengths of the late phase: the mean mixture and epochs at each, and published
/// results.
fn sweep_text(sweep: &[DurationSweep]) -> String {
    let heads: Vec<String> = sweep.iter().map(|one| percent(one.late_fraction)).collect();
    let header: Vec<&str> = ["late phase"]
        .into_iter()
        .chain(heads.iter().map(String::as_str))
        .collect();
    let mut rows = Vec::new();
    let names = sweep
        .first()
        .map(|one| one.plan.domains().names().to_vec())
        .unwrap_or_default();
    for (domain, name) in names.iter().enumerate() {
        let cell = |one: &DurationSweep| {
            let part = one
                .plan
                .mean_mixture()
                .parts()
                .get(domain)
                .copied()
                .unwrap_or(0.0);
            let epochs = one.plan.epochs().get(domain).copied().flatten();
            epochs.map_or_else(
                || percent(part),
                |epochs| format!("{}, {} ep.", percent(part), number(Some(epochs), 2)),
            )
        };
        rows.push(
            [name.clone()]
                .into_iter()
                .chain(sweep.iter().map(cell))
                .collect(),
        );
    }
    let mut text = format!(
        "\nlengths of the late phase: mean mixture and epochs\n{}",
        table(&header, rows)
    );
    let published: Vec<String> = DURATION_FRACTIONS.into_iter().map(percent).collect();
    let header: Vec<&str> = ["published"]
        .into_iter()
        .chain(published.iter().map(String::as_str))
        .chain(["best"])
        .collect();
    let rows = DURATION_RESULTS.iter().map(|result| {
        let scores = result.scores.iter().map(|score| number(Some(*score), 2));
        [result.benchmark.to_owned()]
            .into_iter()
            .chain(scores)
            .chain([percent(result.best_fraction())])
            .collect()
    });
    text += "for reference: 7B parameters, 1T tokens, domain upsampling at the end (arXiv \
             2406.03476), one run per cell\n";
    text + &table(&header, rows)
}

fn sweep_json(sweep: &[DurationSweep]) -> Value {
    let one = |one: &DurationSweep| {
        let epochs = one.plan.domains().names().iter().zip(one.plan.epochs());
        let epochs: serde_json::Map<_, _> = epochs
            .map(|(name, epochs)| (name.clone(), json!(epochs)))
            .collect();
        json!({
            "late_fraction": one.late_fraction,
            "mixture": mixture(&one.plan.mean_mixture()),
            "epochs": epochs,
        })
    };
    sweep.iter().map(one).collect()
}
