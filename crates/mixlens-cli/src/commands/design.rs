//! `mixlens design`: the mixtures to train proxy runs on.

use anyhow::{Context as _, bail};
use mixlens_core::search::{DesignParams, design};
use mixlens_core::simplex::{DomainSet, Mixture, Sampler, simplex_centroid, simplex_lattice};
use serde_json::json;

use crate::args::{Design, DesignKind};
use crate::context::Context;
use crate::files::{constraints, mixture, weights, write};

pub fn run(args: &Design, context: &Context) -> anyhow::Result<()> {
    let natural = weights(&args.sampling.natural, "--natural")?;
    let names: Vec<String> = match (args.domains.as_slice(), natural.as_slice()) {
        ([], []) => bail!("name the domains with --domains, or give their natural weights with --natural"),
        ([], natural) => natural.iter().map(|(name, _)| name.clone()).collect(),
        (domains, _) => domains.to_vec(),
    };
    let domains = DomainSet::new(names)?;
    let (constraints, by_tokens) = constraints(&domains, &args.limits)?;
    let centre = match (natural.as_slice(), by_tokens) {
        ([], Some(by_tokens)) => by_tokens,
        ([], None) => Mixture::uniform(&domains),
        (natural, _) => mixture(&domains, natural, "--natural")?,
    };
    let mut mixtures = match args.kind {
        DesignKind::Sampled => {
            let sampler = Sampler::new(&args.sampling.prior(), &centre, constraints.clone(), context.seed)?;
            design(&sampler, DesignParams { count: args.count, step: args.step })?
        }
        DesignKind::Lattice => simplex_lattice(&domains, args.degree)?,
        DesignKind::Centroid => simplex_centroid(&domains)?,
    };
    if args.kind != DesignKind::Sampled {
        let before = mixtures.len();
        mixtures.retain(|mixture| constraints.contains(mixture.parts(), 1e-12));
        if mixtures.len() < before {
            context.notice(format!(
                "{} of {before} mixtures break a constraint and were left out",
                before - mixtures.len()
            ));
        }
        mixtures.first().context("no mixture of the design keeps the constraints")?;
    }
    write(&args.output, &mixlens_formats::mixtures_csv(&mixtures)?)?;
    let text = format!("wrote {} mixtures over {} domains to {:?}\n", mixtures.len(), domains.len(), args.output);
    context.finish(&text, || {
        json!({ "version": 1, "mixtures": mixtures.len(), "domains": domains.names(), "seed": context.seed, "output": args.output })
    })
}
