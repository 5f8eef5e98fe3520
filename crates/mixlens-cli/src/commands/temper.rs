//! `mixlens temper`: a mixture between natural and uniform, at one temperature or in a cooldown.

use anyhow::{Context as _, bail};
use mixlens_core::excerpt;
use mixlens_core::plan::{Check, CheckLevel, CooldownStep, Plan, cooldown};
use mixlens_core::supply::{scalarisation_factor, temperature_mixture};

use super::plan_report::{Report, check_export};
use crate::context::Context;
use crate::plan_args::Temper;
use crate::plans::{Supplied, domains_of_unique_tokens};

pub fn run(args: &Temper, context: &Context) -> anyhow::Result<()> {
    check_export(&args.export, [])?;
    let (domains, sizes) = domains_of_unique_tokens(&args.budget)?;
    let supplied = Supplied::new(&args.budget, &domains, &[], &[])?;
    let steps = steps(args)?;
    // Phases as fractions of one token; the total scales them.
    let parts = cooldown(&domains, &sizes, &steps, 1.0).context(if args.cooldown.is_empty() {
        "--temperature"
    } else {
        "--cooldown"
    })?;
    let mean = Plan::new(parts, supplied.unique_tokens.clone())?;
    let total = match supplied.training_tokens.as_slice() {
        [] => supplied.largest(&mean.mean_mixture(), context)?,
        [total] => *total,
        several => bail!(
            "--training-tokens: expected one number, which temperatures divide among phases, found \
             {}",
            several.len()
        ),
    };
    let plan = mean.scaled(total)?;
    let natural = temperature_mixture(&domains, &sizes, 1.0)?;
    let factors: Vec<String> = plan
        .phases()
        .iter()
        .zip(&steps)
        .map(|(phase, step)| {
            format!(
                "{:.3} at temperature {}",
                scalarisation_factor(&phase.mixture, &natural),
                step.temperature
            )
        })
        .collect();
    let text = format!(
        "loss weights under natural sampling have the same objective with a noisier gradient: \
         Σ p²/q = {} (1 adds no noise)",
        factors.join(", ")
    );
    let findings = vec![Check {
        id: "scalarisation",
        level: CheckLevel::Ok,
        text,
    }];
    let report = Report::new(&plan, &supplied, findings)?;
    let listed = steps
        .iter()
        .map(|step| format!("{} of training at {}", step.fraction, step.temperature));
    let provenance = vec![(
        "temperature".to_owned(),
        listed.collect::<Vec<_>>().join(", "),
    )];
    let written = report.write(&args.export, &provenance, None, context)?;
    context.finish(&(report.text()? + &written), || report.json())
}

/// The temperatures and their fractions of training.
fn steps(args: &Temper) -> anyhow::Result<Vec<CooldownStep>> {
    if !args.cooldown.is_empty() {
        let step = |text: &String| {
            let pair = text.split_once('=').and_then(|(part, temperature)| {
                Some((part.trim().parse().ok()?, temperature.trim().parse().ok()?))
            });
            let Some((fraction, temperature)) = pair else {
                bail!(
                    "--cooldown: expected fraction of training and temperature, as in 0.5=5,0.5=1, \
                     found {}",
                    excerpt(text)
                );
            };
            Ok(CooldownStep {
                fraction,
                temperature,
            })
        };
        return args.cooldown.iter().map(step).collect();
    }
    let temperature = match (args.temperature, args.exponent) {
        (Some(temperature), _) => temperature,
        (None, Some(exponent)) if exponent > 0.0 => 1.0 / exponent,
        (None, Some(exponent)) => {
            bail!("--exponent: expected a number above zero, found {exponent}")
        }
        (None, None) => bail!("expected --temperature, --exponent or --cooldown"),
    };
    Ok(vec![CooldownStep {
        fraction: 1.0,
        temperature,
    }])
}
