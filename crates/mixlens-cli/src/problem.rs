//! The [`Problem`] that the options of a search describe.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use mixlens_core::excerpt;
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{Objective, Term};
use mixlens_core::simplex::{DomainSet, Mixture, Prior};
use mixlens_formats::{
    NamedBytes, find_domain, find_metric, import_token_counts, parse_linear_constraint,
    parse_metric_bound, parse_token_count, parse_token_pairs,
};
use mixlens_jobs::{Limits, ObjectiveMetric, ObjectiveSettings, Problem, ScalarisationKind};

use crate::args::{self, AimName, PriorName, Sampling, Scalarisation};
use crate::files::{named_mixture, natural};

impl args::Limits {
    /// The limits of the options; a domain without an option is free.
    pub fn read(&self, domains: &Arc<DomainSet>) -> anyhow::Result<Limits> {
        let mut limits = Limits::none(domains.len());
        limits.max_epochs = self.max_epochs;
        bounds("--lower", &self.lower, domains, &mut limits.lower)?;
        bounds("--upper", &self.upper, domains, &mut limits.upper)?;
        for text in &self.constraints {
            parse_linear_constraint(text, domains).context("--constraint")?;
        }
        limits.linear.clone_from(&self.constraints);
        if let Some(training_tokens) = &self.training_tokens {
            for (name, tokens) in self.token_counts()? {
                if let Some(known) = limits.unique_tokens.get_mut(find_domain(domains, &name)?)
                    && known.replace(tokens as f64).is_some()
                {
                    return Err(anyhow!(
                        "--unique-tokens names domain {} twice",
                        excerpt(&name)
                    ));
                }
            }
            let tokens = parse_token_count(training_tokens).context("--training-tokens")?;
            limits.training_tokens = Some(tokens as f64);
        }
        Ok(limits)
    }

    /// The unique tokens of domains by name, from the list or the file of the option.
    fn token_counts(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let text = self.unique_tokens.join(",");
        if text.contains('=') {
            return parse_token_pairs(&text).context("--unique-tokens");
        }
        let file =
            NamedBytes::read(&text).context("--unique-tokens, which takes DOMAIN=N,… or a file")?;
        Ok(import_token_counts(&file)?)
    }
}

/// Bounds of `DOMAIN=X` options; the last option of a domain counts.
fn bounds(
    option: &str,
    texts: &[String],
    domains: &DomainSet,
    bounds: &mut [Option<f64>],
) -> anyhow::Result<()> {
    for text in texts {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| anyhow!("{option}: expected DOMAIN=X, found {}", excerpt(text)))?;
        let value = value.trim().parse().map_err(|_| {
            anyhow!(
                "{option}: expected a number for {}, found {}",
                excerpt(name),
                excerpt(value)
            )
        })?;
        if let Some(bound) = bounds.get_mut(find_domain(domains, name)?) {
            *bound = Some(value);
        }
    }
    Ok(())
}

impl Sampling {
    /// The prior that the options describe.
    pub fn prior(&self) -> Prior {
        match self.prior {
            PriorName::Regmix => Prior::regmix(),
            PriorName::Dirichlet => Prior::Dirichlet {
                concentration: self.concentration,
            },
            PriorName::Uniform => Prior::Uniform,
            PriorName::Sobol => Prior::LowDiscrepancy,
        }
    }

    /// The natural mixture: that of the option, else the one from unique tokens.
    pub fn natural(
        &self,
        limits: &Limits,
        domains: &Arc<DomainSet>,
    ) -> anyhow::Result<Option<Mixture>> {
        let given = natural(&self.natural, Some(domains))?;
        Ok(given.or_else(|| {
            limits.training_tokens?;
            limits.natural(domains)
        }))
    }
}

impl Scalarisation {
    /// The objective of the options: all metrics equally when none is named.
    pub fn read(&self, set: &SurrogateSet) -> anyhow::Result<ObjectiveSettings> {
        let known = set.metric_set();
        let mut settings = ObjectiveSettings::of(&known);
        settings.aim = match self.objective {
            AimName::Mean => ScalarisationKind::Mean,
            AimName::Minimax => ScalarisationKind::Minimax,
            AimName::Desirability => ScalarisationKind::Desirability,
        };
        if self.metric.is_empty() {
            return Ok(settings);
        }
        let term = |text: &String| -> anyhow::Result<Term> {
            // A metric's name may contain an equals sign; the whole text is then the name.
            if let Ok(metric) = find_metric(&known, text) {
                return Ok(Term {
                    metric,
                    weight: 1.0,
                });
            }
            let (name, weight) = text.rsplit_once('=').unwrap_or((text, "1"));
            let number = weight.trim().parse();
            let weight = number.map_err(|_| {
                anyhow!(
                    "--metric: expected a weight for {}, found {}",
                    excerpt(name),
                    excerpt(weight)
                )
            })?;
            Ok(Term {
                metric: find_metric(&known, name)?,
                weight,
            })
        };
        let terms: Vec<Term> = self.metric.iter().map(term).collect::<Result<_, _>>()?;
        Objective::new(set, &terms)?;
        // In the order of the options, which is the order of the sum.
        let weighted = terms.iter().filter_map(|term| {
            let metric = known.as_slice().get(term.metric)?;
            Some(ObjectiveMetric {
                name: metric.name.clone(),
                direction: metric.direction,
                weight: term.weight,
            })
        });
        settings.metrics = weighted.collect();
        Ok(settings)
    }
}

/// The problem of a search, from its options.
pub fn problem(
    set: SurrogateSet,
    limits: &args::Limits,
    sampling: &Sampling,
    objective: ObjectiveSettings,
    bounds: &args::MetricBounds,
    seed: u64,
) -> anyhow::Result<Problem> {
    let mut set = set;
    let limits = limits.read(set.domains())?;
    let natural = sampling.natural(&limits, set.domains())?;
    if let Some(natural) = &natural {
        set.set_natural(natural.clone());
    }
    let baseline = named_mixture("--baseline", &bounds.baseline, Some(set.domains()))?
        .unwrap_or_else(|| set.centre().mixture);
    let (known, predicted) = (set.metric_set(), set.predict(baseline.parts())?.values);
    for text in &bounds.bounds {
        parse_metric_bound(text, &known, &predicted).context("--bound")?;
    }
    let goal = ObjectiveSettings {
        bounds: bounds.bounds.clone(),
        ..objective
    };
    Ok(Problem {
        set: Arc::new(set),
        baseline,
        natural,
        limits,
        goal,
        seed,
    })
}
