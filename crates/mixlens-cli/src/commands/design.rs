//! `mixlens design`: mixtures for proxy runs.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use mixlens_core::search::{Acquisition, DesignParams, design};
use mixlens_core::simplex::{DomainSet, Mixture, Sampler, simplex_centroid, simplex_lattice};
use mixlens_formats::{ColumnNames, mixtures_to_csv};
use mixlens_jobs::{NextRunsSettings, ObjectiveSettings, choose_runs};
use serde_json::json;

use crate::args::{AcquisitionName, Design, DesignKind, MetricBounds};
use crate::context::Context;
use crate::files::{natural, read_fit};
use crate::output::check;
use crate::problem::problem;
use crate::tables::counted;

/// Decimals of a written proportion; enough for lattices in thirds.
const DIGITS: u32 = 9;

pub fn run(args: &Design, context: &Context) -> anyhow::Result<()> {
    check(
        &args.output,
        args.sampling
            .natural
            .iter()
            .map(Path::new)
            .chain(args.fit.as_deref()),
    )?;
    if let (Some(fit), Some(count)) = (&args.fit, args.next) {
        return next(args, fit, count, context);
    }
    let named = match args.domains.as_slice() {
        [] => None,
        names => Some(DomainSet::new(names.iter().map(String::as_str))?),
    };
    let natural = natural(&args.sampling.natural, named.as_ref())?;
    let Some(domains) = named.or_else(|| {
        natural
            .as_ref()
            .map(|natural| Arc::clone(natural.domains()))
    }) else {
        bail!("name the domains with --domains, or give their natural weights with --natural");
    };
    let limits = args.limits.read(&domains)?;
    let constraints = limits.constraints(&domains)?;
    let centre = natural
        .or_else(|| {
            limits
                .training_tokens
                .and_then(|_| limits.natural(&domains))
        })
        .unwrap_or_else(|| Mixture::uniform(&domains));
    let mut mixtures = match args.kind {
        DesignKind::Sampled => {
            let sampler = Sampler::new(
                &args.sampling.prior(),
                &centre,
                constraints.clone(),
                context.seed,
            )?;
            design(
                &sampler,
                DesignParams {
                    count: args.count,
                    step: args.step,
                },
                &context.control,
            )?
        }
        DesignKind::Lattice => simplex_lattice(&domains, args.degree)?,
        DesignKind::Centroid => simplex_centroid(&domains, args.largest.unwrap_or(domains.len()))?,
    };
    if args.kind != DesignKind::Sampled {
        let before = mixtures.len();
        mixtures.retain(|mixture| constraints.contains(mixture.parts(), 1e-12));
        if mixtures.len() < before {
            context.notice(format!(
                "{} of {before} mixtures violate a constraint and were left out",
                before - mixtures.len()
            ));
        }
        mixtures
            .first()
            .context("no mixture of the design satisfies the constraints")?;
    }
    let numbered: Vec<_> = (1..)
        .map(|number: usize| number.to_string())
        .zip(mixtures)
        .collect();
    context.write(
        &args.output,
        mixtures_to_csv(&numbered, ColumnNames::RegMix, DIGITS),
    )?;
    let (count, over) = (
        counted(numbered.len(), "mixture"),
        counted(domains.len(), "domain"),
    );
    let text = format!("wrote {count} over {over} to {:?}\n", args.output);
    context.finish(&text, || {
        json!({
            "version": 1,
            "mixtures": numbered.len(),
            "domains": domains.names(),
            "seed": context.seed,
            "output": args.output,
        })
    })
}

/// Writes the runs that improve a fit most.
fn next(args: &Design, fit: &Path, count: usize, context: &Context) -> anyhow::Result<()> {
    let set = read_fit(fit)?;
    let objective = ObjectiveSettings::of(&set.metric_set());
    let bounds = MetricBounds::default();
    let problem = problem(
        set,
        &args.limits,
        &args.sampling,
        objective,
        &bounds,
        context.seed,
    )?;
    let acquisition = match args.acquisition {
        AcquisitionName::Auto => Acquisition::Auto,
        AcquisitionName::Maximin => Acquisition::Maximin,
        AcquisitionName::Climb => Acquisition::Climb,
    };
    let settings = NextRunsSettings {
        count,
        pool: args.pool,
        step: args.step,
        prior: args.sampling.prior(),
        climb: acquisition == Acquisition::Climb,
    };
    let (mixtures, how) = choose_runs(&problem, &settings, acquisition, &context.control)?;
    let numbered: Vec<_> = (1..)
        .map(|number: usize| number.to_string())
        .zip(mixtures)
        .collect();
    context.write(
        &args.output,
        mixtures_to_csv(&numbered, ColumnNames::RegMix, DIGITS),
    )?;
    let text = format!(
        "wrote the next {count} runs, chosen by {how}, to {:?}\n",
        args.output
    );
    context.finish(&text, || {
        json!({
            "version": 1,
            "mixtures": count,
            "domains": problem.set.domains().names(),
            "chosen_by": how,
            "seed": context.seed,
            "output": args.output,
        })
    })
}
