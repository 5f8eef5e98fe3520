//! `mixlens proxy`: a run table from text only.

use std::path::Path;

use anyhow::Context as _;
use mixlens_core::proxy::{ProxyCorpus, ProxyParams, run_table};
use mixlens_core::search::{DesignParams, design};
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Sampler};
use mixlens_formats::{NamedBytes, import_mixtures, parse_token_count, run_table_to_csv};
use serde_json::{Map, json};

use crate::args::Proxy;
use crate::context::Context;
use crate::files::{natural, read_text};
use crate::output::check;

pub fn run(args: &Proxy, context: &Context) -> anyhow::Result<()> {
    let params = ProxyParams {
        order: args.order,
        training_bytes: parse_token_count(&args.training_bytes).context("--training-bytes")?,
        held_out_bytes: parse_token_count(&args.held_out_bytes).context("--held-out-bytes")?,
    };
    let params = params.check()?;
    check_outputs(args)?;
    let (mut names, mut texts) = (Vec::new(), Vec::new());
    for option in &args.domains {
        let Some((name, paths)) = option.split_once('=') else {
            anyhow::bail!("--domain: expected NAME=PATH, found {option:?}");
        };
        names.push(name);
        texts.push(read_text(&paths.split(',').collect::<Vec<_>>(), context)?);
    }
    let domains = DomainSet::new(names)?;
    let corpus = ProxyCorpus::new(
        &domains,
        texts,
        &params,
        &context.control,
        &context.executor,
    )?;
    let centre = match natural(&args.sampling.natural, Some(&domains))? {
        Some(natural) => natural,
        None => corpus.natural()?,
    };
    let runs = match &args.mixtures {
        Some(path) => {
            let read = import_mixtures(&NamedBytes::read(path)?, Some(&domains))?;
            read.notices
                .iter()
                .for_each(|notice| context.notice(notice));
            read.mixtures
        }
        None => {
            let sampler = Sampler::new(
                &args.sampling.prior(),
                &centre,
                Constraints::free(&domains),
                context.seed,
            )?;
            let drawn = design(
                &sampler,
                DesignParams {
                    count: args.runs,
                    step: DesignParams::STEP,
                },
                &context.control,
            )?;
            (1..)
                .map(|number: usize| format!("run-{number:04}"))
                .zip(drawn)
                .collect()
        }
    };
    let table = run_table(&corpus, &runs, &context.control, &context.executor)?;
    context.write(&args.output, run_table_to_csv(&table))?;
    if let Some(path) = &args.unique_bytes {
        let bytes = domains
            .names()
            .iter()
            .cloned()
            .zip(corpus.available_bytes().iter().map(|bytes| json!(bytes)));
        context.write(
            path,
            format!("{:#}\n", serde_json::Value::Object(bytes.collect())),
        )?;
    }
    report(&corpus, &runs, args, context)
}

/// Refuses outputs that replace a text, the mixtures or each other.
fn check_outputs(args: &Proxy) -> anyhow::Result<()> {
    let texts = args
        .domains
        .iter()
        .filter_map(|option| option.split_once('='))
        .flat_map(|(_, paths)| paths.split(','));
    let inputs: Vec<&Path> = texts
        .map(Path::new)
        .chain(args.mixtures.as_deref())
        .collect();
    check(&args.output, inputs.iter().copied())?;
    let Some(unique_bytes) = &args.unique_bytes else {
        return Ok(());
    };
    if *unique_bytes == args.output {
        anyhow::bail!(
            "--unique-bytes: expected another file than the run table, found {unique_bytes:?} for \
            both"
        );
    }
    check(unique_bytes, inputs)
}

/// Reports the trained proxies, and the epochs over each domain's text.
fn report(
    corpus: &ProxyCorpus,
    runs: &[(String, Mixture)],
    args: &Proxy,
    context: &Context,
) -> anyhow::Result<()> {
    let training_bytes = corpus.params().training_bytes() as f64;
    let max_part = |domain: usize| {
        let part = |mixture: &Mixture| mixture.parts().get(domain).copied().unwrap_or(0.0);
        runs.iter()
            .map(|(_, mixture)| part(mixture))
            .fold(0.0, f64::max)
    };
    let bytes = corpus
        .domains()
        .names()
        .iter()
        .zip(corpus.available_bytes())
        .enumerate();
    let domains: Vec<(&String, u64, f64)> = bytes
        .map(|(domain, (name, &bytes))| {
            // Maximum epochs: p D / U, with p the largest proportion, D training and U unique
            // bytes.
            let epochs = max_part(domain) * training_bytes / bytes as f64;
            (name, bytes, epochs)
        })
        .collect();
    let rows = domains.iter().map(|(name, bytes, epochs)| {
        vec![(*name).clone(), bytes.to_string(), format!("{epochs:.2}")]
    });
    let mut text = crate::tables::table(
        &[
            "domain",
            "available training bytes",
            "maximum epochs in a run",
        ],
        rows,
    );
    text += &format!(
        "trained {} proxies over {} domains, saved to {:?}\n",
        runs.len(),
        domains.len(),
        args.output
    );
    context.finish(&text, || {
        let domains = domains.iter().map(|(name, bytes, epochs)| {
            (
                (*name).clone(),
                json!({ "available_bytes": bytes, "most_epochs": epochs }),
            )
        });
        json!({
            "version": 1,
            "runs": runs.len(),
            "domains": domains.collect::<Map<_, _>>(),
            "seed": context.seed,
            "output": args.output,
        })
    })
}
