//! Reading plans: mixtures and phases from files and lists, budgets from options.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use mixlens_core::excerpt;
use mixlens_core::plan::{Check, CheckLevel, CheckParams, Phase, Plan};
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::supply::{Caps, Repetition, Unit, convert, natural_mixture};
use mixlens_formats::{
    NamedBytes, PhaseStart, TrainerConfig, TrainerFormat, WeightKind, find_domain, import_mixtures,
    import_token_counts, parse_number_pairs, parse_token_count, parse_token_pairs,
    read_trainer_config, token_count_text,
};

use crate::context::Context;
use crate::files::number_pairs;
use crate::plan_args::{Budget, UnitName, Units};

/// The content of one MIXTURE of the command line.
pub struct Named {
    /// Domains and weights of each phase, with the tokens and the first step of the phase where
    /// they are known.
    pub phases: Vec<NamedPhase>,
    /// Unique tokens and caps in the file.
    pub unique_tokens: Vec<(String, f64)>,
    pub max_epochs: Vec<(String, f64)>,
    pub kind: WeightKind,
    pub unit: Unit,
    /// The trainer's format, for a config.
    pub format: Option<TrainerFormat>,
    pub findings: Vec<Check>,
    /// The source of the mixture, for the heads of configs.
    pub provenance: Vec<(String, String)>,
}

pub struct NamedPhase {
    pub weights: Vec<(String, f64)>,
    pub training_tokens: Option<f64>,
    pub start: PhaseStart,
}

impl NamedPhase {
    fn of(weights: Vec<(String, f64)>) -> Self {
        Self {
            weights,
            training_tokens: None,
            start: PhaseStart::Beginning,
        }
    }
}

/// Reads a list `DOMAIN=WEIGHT,…` or a file.
pub fn read_named(text: &str, context: &Context) -> anyhow::Result<Named> {
    if text.contains('=') && !Path::new(text).exists() {
        let weights = number_pairs(text).with_context(|| format!("mixture {}", excerpt(text)))?;
        return Ok(named(
            vec![NamedPhase::of(weights)],
            vec![("mixture".to_owned(), "from the command line".to_owned())],
        ));
    }
    let file = NamedBytes::read(text).context("MIXTURE, which takes DOMAIN=WEIGHT,… or a file")?;
    read_named_file(&file, context)
}

/// Reads a trainer's config or any file with one mixture.
pub fn read_named_file(file: &NamedBytes, context: &Context) -> anyhow::Result<Named> {
    let provenance = vec![(
        "mixture".to_owned(),
        format!("{} (FNV-1a {:016x})", file.name, fingerprint(&file.bytes)),
    )];
    let refused = match read_trainer_config(file) {
        Ok(config) => return Ok(from_config(config, provenance)),
        Err(problem) => problem,
    };
    match import_mixtures(file, None) {
        Ok(read) => {
            for notice in &read.notices {
                context.notice(notice);
            }
            let weights = |mixture: &Mixture| {
                mixture
                    .iter()
                    .map(|(name, part)| (name.to_owned(), part))
                    .collect()
            };
            match read.mixtures.as_slice() {
                [(_, only)] => Ok(named(vec![NamedPhase::of(weights(only))], provenance)),
                // The table that `plan --export csv` writes: a run per phase.
                several
                    if several
                        .iter()
                        .zip(1..)
                        .all(|((id, _), number)| *id == format!("phase_{number}")) =>
                {
                    Ok(named(
                        several
                            .iter()
                            .map(|(_, mixture)| NamedPhase::of(weights(mixture)))
                            .collect(),
                        provenance,
                    ))
                }
                several => bail!(
                    "expected one mixture, found {}, in {}",
                    several.len(),
                    excerpt(&file.name)
                ),
            }
        }
        // The more helpful of the two errors: tables have known extensions.
        Err(problem)
            if [".csv", ".tsv", ".jsonl", ".parquet"]
                .iter()
                .any(|ending| file.name.ends_with(ending)) =>
        {
            Err(problem.into())
        }
        Err(_) => Err(refused.into()),
    }
}

fn named(phases: Vec<NamedPhase>, provenance: Vec<(String, String)>) -> Named {
    Named {
        phases,
        unique_tokens: Vec::new(),
        max_epochs: Vec::new(),
        kind: WeightKind::Relative,
        unit: Unit::Tokens,
        format: None,
        findings: Vec::new(),
        provenance,
    }
}

fn from_config(config: TrainerConfig, provenance: Vec<(String, String)>) -> Named {
    let phases = config.phases.into_iter().map(|phase| NamedPhase {
        weights: phase.weights,
        training_tokens: phase.training_tokens,
        start: phase.start,
    });
    Named {
        phases: phases.collect(),
        unique_tokens: config.unique_tokens,
        max_epochs: config.max_epochs,
        kind: config.kind,
        unit: config.unit,
        format: Some(config.format),
        findings: config.findings,
        provenance,
    }
}

/// FNV-1a, 64 bits: distinguishes two versions of a file.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// All domains of several mixtures, in the order of first occurrence.
pub fn domains_of<'a>(
    phases: impl IntoIterator<Item = &'a NamedPhase>,
) -> anyhow::Result<Arc<DomainSet>> {
    let mut seen: HashSet<&str> = HashSet::new();
    let names = phases
        .into_iter()
        .flat_map(|phase| &phase.weights)
        .map(|(name, _)| name.as_str());
    Ok(DomainSet::new(names.filter(|name| seen.insert(name)))?)
}

/// The weights of a phase in the order of `domains`, zero where the phase has none.
pub fn weights_of(phase: &NamedPhase, domains: &DomainSet) -> Vec<f64> {
    let mut weights = vec![0.0; domains.len()];
    for (name, weight) in &phase.weights {
        if let Some(sum) = domains
            .index_of(name)
            .and_then(|domain| weights.get_mut(domain))
        {
            *sum += weight;
        }
    }
    weights
}

/// Checked budget options over the domains of a plan.
pub struct Supplied {
    pub unique_tokens: Vec<Option<f64>>,
    pub params: CheckParams,
    /// Tokens of the run, or of each phase.
    pub training_tokens: Vec<f64>,
    pub batch_tokens: Option<f64>,
    pub sequence_tokens: Option<f64>,
}

impl Supplied {
    /// Unique tokens and caps may also be in a file; options take precedence.
    pub fn new(
        budget: &Budget,
        domains: &Arc<DomainSet>,
        unique_in_file: &[(String, f64)],
        caps_in_file: &[(String, f64)],
    ) -> anyhow::Result<Self> {
        let names = DomainNames::of(domains);
        let mut unique_tokens = vec![None; domains.len()];
        let listed = unique_tokens_option(&budget.unique_tokens)?;
        for (name, tokens) in unique_in_file.iter().chain(&listed) {
            *slot(&mut unique_tokens, names.index(name, "--unique-tokens")?) = Some(*tokens);
        }
        let mut params = CheckParams::usual(domains.len());
        params.max_epochs = vec![budget.max_epochs; domains.len()];
        let caps = numbers("--cap", &budget.caps)?;
        for (name, epochs) in caps_in_file.iter().chain(&caps) {
            *slot(&mut params.max_epochs, names.index(name, "--cap")?) = *epochs;
        }
        for (name, constant) in numbers("--repetition", &budget.repetition)? {
            let constant = Repetition::try_from(constant)
                .with_context(|| format!("--repetition, domain {}", excerpt(&name)))?;
            *slot(&mut params.repetitions, names.index(&name, "--repetition")?) = constant;
        }
        let count = |option: &'static str, text: &Option<String>| {
            let count = text
                .as_ref()
                .map(|text| parse_token_count(text).context(option))
                .transpose()?;
            anyhow::Ok(count.map(|count| count as f64))
        };
        let batch_tokens = count("--batch-tokens", &budget.batch_tokens)?;
        let sequence_tokens = count("--sequence-tokens", &budget.sequence_tokens)?;
        params.batch = batch_tokens.zip(sequence_tokens);
        params.proxy_tokens = count("--proxy-tokens", &budget.proxy_tokens)?;
        let training_tokens = budget.training_tokens.iter();
        let training_tokens = training_tokens
            .map(|text| Ok(parse_token_count(text).context("--training-tokens")? as f64));
        let training_tokens = training_tokens.collect::<anyhow::Result<_>>()?;
        // Checks unique tokens and caps under their names.
        Caps::new(domains, unique_tokens.clone(), params.max_epochs.clone()).context("budget")?;
        Ok(Self {
            unique_tokens,
            params,
            training_tokens,
            batch_tokens,
            sequence_tokens,
        })
    }

    /// The caps.
    pub fn caps(&self, domains: &Arc<DomainSet>) -> anyhow::Result<Caps> {
        Ok(Caps::new(
            domains,
            self.unique_tokens.clone(),
            self.params.max_epochs.clone(),
        )?)
    }

    /// The mixture with the same epochs over every domain, where all counts are known.
    pub fn natural(&self, domains: &Arc<DomainSet>) -> Option<Mixture> {
        natural_mixture(domains, &self.unique_tokens)
    }

    /// The tokens of the whole run without an option: the maximum for `mixture` within its caps.
    pub fn largest(&self, mixture: &Mixture, context: &Context) -> anyhow::Result<f64> {
        let budget = self.caps(mixture.domains())?.largest_budget(mixture);
        let Some(budget) = budget.filter(|budget| budget.training_tokens > 0.0) else {
            bail!(
                "--training-tokens is missing and cannot be derived from unique tokens; give it, \
                 as in 1T"
            );
        };
        let name = mixture
            .domains()
            .names()
            .get(budget.domain)
            .map_or("", String::as_str);
        let tokens = token_count_text(budget.training_tokens);
        context.notice(format!(
            "without --training-tokens, the maximum within the caps is used, {tokens}; {name} is \
             the limiting domain"
        ));
        Ok(budget.training_tokens)
    }
}

fn unique_tokens_option(option: &[String]) -> anyhow::Result<Vec<(String, f64)>> {
    let text = match option {
        [] => return Ok(Vec::new()),
        lists => lists.join(","),
    };
    let counts = if text.contains('=') {
        parse_token_pairs(&text).context("--unique-tokens")?
    } else {
        import_token_counts(
            &NamedBytes::read(&text)
                .context("--unique-tokens, which takes DOMAIN=N,… or a file")?,
        )?
    };
    Ok(counts
        .into_iter()
        .map(|(name, tokens)| (name, tokens as f64))
        .collect())
}

/// The domains of the unique tokens, for commands that need no mixture.
pub fn domains_of_unique_tokens(budget: &Budget) -> anyhow::Result<(Arc<DomainSet>, Vec<f64>)> {
    let listed = unique_tokens_option(&budget.unique_tokens)?;
    if listed.is_empty() {
        bail!(
            "--unique-tokens is missing: expected the tokens of every domain, as in \
             web=1.2T,code=300B, or a file"
        );
    }
    let domains = DomainSet::new(listed.iter().map(|(name, _)| name.clone()))?;
    Ok((
        domains,
        listed.into_iter().map(|(_, tokens)| tokens).collect(),
    ))
}

fn slot<T>(list: &mut [T], domain: usize) -> &mut T {
    list.get_mut(domain)
        .expect("indices of domains are in range")
}

/// `DOMAIN=NUMBER` of an option that may repeat.
pub fn numbers(option: &'static str, texts: &[String]) -> anyhow::Result<Vec<(String, f64)>> {
    match texts {
        [] => Ok(Vec::new()),
        texts => parse_number_pairs(&texts.join(",")).context(option),
    }
}

/// Domains by name, or by the last part of a path that is a domain of the plan
/// (`/data/web_text_document` for `web`).
pub struct DomainNames<'a> {
    domains: &'a DomainSet,
    /// The domain by last part, or `None` where several share it; built at the first unknown name.
    by_last_part: OnceCell<HashMap<&'a str, Option<usize>>>,
}

impl<'a> DomainNames<'a> {
    pub fn of(domains: &'a DomainSet) -> Self {
        Self {
            domains,
            by_last_part: OnceCell::new(),
        }
    }

    /// The index of the domain that an option names.
    pub fn index(&self, name: &str, option: &'static str) -> anyhow::Result<usize> {
        find_domain(self.domains, name).or_else(|unknown| {
            let last = self
                .by_last_part
                .get_or_init(|| self.last_parts())
                .get(name);
            last.copied().flatten().ok_or(unknown).context(option)
        })
    }

    fn last_parts(&self) -> HashMap<&'a str, Option<usize>> {
        let mut by_last_part = HashMap::new();
        for (domain, path) in self.domains.names().iter().enumerate() {
            let file = path.rsplit('/').next().unwrap_or(path);
            let last = file.strip_suffix("_text_document").unwrap_or(file);
            by_last_part
                .entry(last)
                .and_modify(|known| *known = None)
                .or_insert(Some(domain));
        }
        by_last_part
    }
}

/// The means of the units option, per domain: tokens per document, byte or row.
pub fn means(units: &Units, domains: &DomainSet) -> anyhow::Result<Option<Vec<f64>>> {
    const OPTION: &str = "--tokens-per-unit";
    let text = match units.tokens_per_unit.as_slice() {
        [] => return Ok(None),
        lists => lists.join(","),
    };
    let pairs = if text.contains('=') {
        parse_number_pairs(&text).context(OPTION)?
    } else {
        let file = NamedBytes::read(&text)
            .context("--tokens-per-unit, which takes DOMAIN=X,… or a file")?;
        import_token_counts(&file)?
            .into_iter()
            .map(|(name, mean)| (name, mean as f64))
            .collect()
    };
    let names = DomainNames::of(domains);
    let mut means = vec![None; domains.len()];
    for (name, mean) in pairs {
        *slot(&mut means, names.index(&name, OPTION)?) = Some(mean);
    }
    if let Some((name, _)) = domains
        .names()
        .iter()
        .zip(&means)
        .find(|(_, mean)| mean.is_none())
    {
        bail!(
            "{OPTION} has no mean for domain {}; give one for every domain",
            excerpt(name)
        );
    }
    Ok(Some(means.into_iter().flatten().collect()))
}

impl From<UnitName> for Unit {
    fn from(name: UnitName) -> Self {
        match name {
            UnitName::Tokens => Self::Tokens,
            UnitName::Bytes => Self::Bytes,
            UnitName::Documents => Self::Documents,
            UnitName::Rows => Self::Rows,
        }
    }
}

/// The proportions of tokens for weights in another unit.
pub fn token_mixture(
    domains: &Arc<DomainSet>,
    weights: &[f64],
    kind: WeightKind,
    unit: Unit,
    means: Option<&[f64]>,
    unique_tokens: &[Option<f64>],
) -> anyhow::Result<Mixture> {
    if kind == WeightKind::Epochs {
        // Epochs of each domain: tokens are epochs times unique tokens.
        let mut tokens = Vec::with_capacity(weights.len());
        for ((name, weight), unique) in domains.names().iter().zip(weights).zip(unique_tokens) {
            match unique {
                Some(unique) => tokens.push(weight * unique),
                None if *weight > 0.0 => bail!(
                    "the config states epochs of {}, so the proportion depends on the domain's \
                     tokens; give --unique-tokens for every domain",
                    excerpt(name)
                ),
                None => tokens.push(0.0),
            }
        }
        return Ok(Mixture::from_weights(domains, &tokens)?.0);
    }
    // Proportions that sum to 1 already keep their bits.
    let shares = Mixture::from_proportions(domains, weights, f64::INFINITY)?;
    let means = if unit == Unit::Tokens { None } else { means };
    Ok(convert(&shares, means, None)?)
}

/// A finding about a unit that was converted, or that lacks the means to convert it.
pub fn unit_finding(unit: Unit, has_means: bool) -> Option<Check> {
    let (level, text) = match (unit, has_means) {
        (Unit::Tokens, _) => return None,
        (_, true) => (
            CheckLevel::Ok,
            format!(
                "proportions of {} were converted to proportions of tokens",
                unit.name()
            ),
        ),
        (Unit::Rows, false) => (
            CheckLevel::Ok,
            "the weights count packed rows, which are proportions of tokens where rows are full"
                .to_owned(),
        ),
        (_, false) => {
            let text = format!(
                "the weights count {}: where they differ in length, proportions of tokens are \
                 different; give --tokens-per-unit",
                unit.name()
            );
            (CheckLevel::Warn, text)
        }
    };
    Some(Check {
        id: "unit",
        level,
        text,
    })
}

/// The tokens of each phase: from options, from the file, by steps, or as fractions of the total.
pub fn phase_tokens(
    phases: &[&NamedPhase],
    parts: &[f64],
    supplied: &Supplied,
    largest: impl FnOnce(&[f64]) -> anyhow::Result<f64>,
) -> anyhow::Result<Vec<f64>> {
    let count = phases.len();
    if !parts.is_empty() {
        if parts.len() != count {
            bail!(
                "--phases: expected {count} fractions, one for each phase, found {}",
                parts.len()
            );
        }
        let sum: f64 = parts.iter().sum();
        if (sum - 1.0).abs() > 1e-6 || parts.iter().any(|part| *part <= 0.0) {
            bail!("--phases: expected fractions above zero that sum to 1, found a sum of {sum}");
        }
    }
    let given = supplied.training_tokens.as_slice();
    if given.len() > 1 {
        if given.len() != count {
            bail!(
                "--training-tokens: expected one number, or one for each of {count} phases, found \
                {}",
                given.len()
            );
        }
        return Ok(given.to_vec());
    }
    let in_phases: Option<Vec<f64>> = phases.iter().map(|phase| phase.training_tokens).collect();
    if let (Some(in_phases), true) = (&in_phases, parts.is_empty()) {
        let total: f64 = in_phases.iter().sum();
        return Ok(match given {
            [total_given] => in_phases
                .iter()
                .map(|tokens| tokens / total * total_given)
                .collect(),
            _ => in_phases.clone(),
        });
    }
    if parts.is_empty()
        && count > 1
        && phases
            .iter()
            .skip(1)
            .all(|phase| matches!(phase.start, PhaseStart::Step(_)))
    {
        return tokens_by_steps(phases, supplied);
    }
    let equal = vec![1.0 / count as f64; count];
    let parts = if parts.is_empty() {
        equal.as_slice()
    } else {
        parts
    };
    let total = match given {
        [total] => *total,
        _ => largest(parts)?,
    };
    Ok(parts.iter().map(|part| part * total).collect())
}

/// Tokens of phases that begin at steps.
fn tokens_by_steps(phases: &[&NamedPhase], supplied: &Supplied) -> anyhow::Result<Vec<f64>> {
    let (Some(batch), [total]) = (supplied.batch_tokens, supplied.training_tokens.as_slice())
    else {
        bail!(
            "the phases begin at steps; give --batch-tokens and --training-tokens to determine \
             their lengths"
        );
    };
    let starts = phases.iter().map(|phase| match phase.start {
        PhaseStart::Step(step) => step * batch,
        _ => 0.0,
    });
    let starts: Vec<f64> = starts.chain([*total]).collect();
    // tₖ = (sₖ₊₁ − sₖ) · B, with s the first steps and B the tokens per batch; the last phase ends
    // with the run.
    let lengths: Vec<f64> = starts
        .windows(2)
        .map(|pair| {
            pair.iter()
                .rev()
                .copied()
                .reduce(|end, start| end - start)
                .unwrap_or(0.0)
        })
        .collect();
    match lengths.iter().position(|length| *length <= 0.0) {
        Some(phase) => bail!(
            "phase {} has no tokens: its first step times --batch-tokens is not before the next \
             phase or --training-tokens",
            phase + 1
        ),
        None => Ok(lengths),
    }
}

/// A plan from the mixtures of its phases and their tokens.
pub fn plan_of(
    mixtures: Vec<Mixture>,
    tokens: &[f64],
    unique_tokens: &[Option<f64>],
) -> anyhow::Result<Plan> {
    let phases = mixtures
        .into_iter()
        .zip(tokens)
        .map(|(mixture, &training_tokens)| Phase {
            training_tokens,
            mixture,
        });
    Ok(Plan::new(phases.collect(), unique_tokens.to_vec())?)
}
