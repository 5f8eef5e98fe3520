//! The report on a plan and its export: shared by `plan`, `temper`, `unimax` and `check`.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use mixlens_core::excerpt;
use mixlens_core::plan::{Check, CheckLevel, Plan, check_plan, proxy_match};
use mixlens_core::simplex::Mixture;
use mixlens_core::supply::upsampling_factors;
use mixlens_formats::{PlanSheet, TrainerFormat, token_count_text, write_plan};
use serde_json::{Map, Value, json};

use super::propose::mixture;
use crate::context::Context;
use crate::files::named_mixture;
use crate::output::check;
use crate::plan_args::Export;
use crate::plans::Supplied;
use crate::tables::{number, percent, table};
use crate::terminal;

/// A plan with all values computed from it.
pub struct Report<'a> {
    pub plan: &'a Plan,
    pub supplied: &'a Supplied,
    pub checks: Vec<Check>,
    pub effective_tokens: Vec<f64>,
    pub natural: Option<Mixture>,
}

impl<'a> Report<'a> {
    /// `findings` are listed before the checks of the plan.
    pub fn new(
        plan: &'a Plan,
        supplied: &'a Supplied,
        findings: Vec<Check>,
    ) -> anyhow::Result<Self> {
        let mut checks = findings;
        checks.extend(check_plan(plan, &supplied.params)?);
        let effective_tokens = plan.effective_tokens(&supplied.params.repetitions)?;
        let natural = supplied.natural(plan.domains());
        Ok(Self {
            plan,
            supplied,
            checks,
            effective_tokens,
            natural,
        })
    }

    fn upsampling(&self) -> Option<Vec<Option<f64>>> {
        self.natural
            .as_ref()
            .map(|natural| upsampling_factors(&self.plan.mean_mixture(), natural))
    }

    /// The table and the checks as text.
    pub fn text(&self) -> anyhow::Result<String> {
        let plan = self.plan;
        let several = plan.phases().len() > 1;
        let total = plan.training_tokens();
        let mut columns: Vec<(String, Vec<String>)> = Vec::new();
        let shares = |mixture: &Mixture| {
            mixture
                .parts()
                .iter()
                .copied()
                .map(percent)
                .collect::<Vec<_>>()
        };
        if several {
            for (number, phase) in (1..).zip(plan.phases()) {
                columns.push((format!("phase {number}"), shares(&phase.mixture)));
            }
        }
        columns.push((
            if several { "whole run" } else { "proportion" }.to_owned(),
            shares(&plan.mean_mixture()),
        ));
        columns.push((
            "tokens".to_owned(),
            plan.domain_tokens()
                .into_iter()
                .map(token_count_text)
                .collect(),
        ));
        let epochs = plan.epochs();
        if epochs.iter().any(Option::is_some) {
            let unique = plan
                .unique_tokens()
                .iter()
                .map(|unique| unique.map_or_else(dash, token_count_text));
            columns.push(("unique".to_owned(), unique.collect()));
            if several {
                for phase in 0..plan.phases().len() {
                    let epochs = plan.phase_epochs(phase).into_iter();
                    let cells = epochs.map(|epochs| number(epochs, 2)).collect();
                    columns.push((format!("epochs {}", phase + 1), cells));
                }
            }
            columns.push((
                "epochs".to_owned(),
                epochs.iter().map(|epochs| number(*epochs, 2)).collect(),
            ));
            let lights = self.supplied.params.lights;
            let lights = epochs.iter().map(|epochs| {
                epochs.map_or_else(dash, |epochs| lights.light(epochs).name().to_owned())
            });
            columns.push(("light".to_owned(), lights.collect()));
            let caps = self.supplied.caps(plan.domains())?.proportions(total);
            let caps = caps
                .into_iter()
                .zip(plan.unique_tokens())
                .map(|(cap, unique)| unique.map_or_else(dash, |_| percent(cap)));
            columns.push(("maximum".to_owned(), caps.collect()));
            if let Some(factors) = self.upsampling() {
                let factors = factors
                    .into_iter()
                    .map(|factor| factor.map_or_else(dash, |factor| format!("×{factor:.2}")));
                columns.push(("upsampled".to_owned(), factors.collect()));
            }
            let values = self.effective_tokens.iter().zip(plan.domain_tokens());
            let values = values.map(|(effective, read)| {
                if read > 0.0 {
                    percent(effective / read)
                } else {
                    dash()
                }
            });
            columns.push(("effective".to_owned(), values.collect()));
        }
        if let Some(tokens) = self.supplied.params.proxy_tokens {
            let (_, matches) = proxy_match(plan, tokens)?;
            columns.push((
                "proxy epochs".to_owned(),
                matches
                    .iter()
                    .map(|matched| number(matched.proxy_epochs, 4))
                    .collect(),
            ));
        }
        let mut text = self.head();
        let header: Vec<&str> = ["domain"]
            .into_iter()
            .chain(columns.iter().map(|(head, _)| head.as_str()))
            .collect();
        let names = plan.domains().names().iter().enumerate();
        text += &table(
            &header,
            names.map(|(domain, name)| {
                let cells = columns
                    .iter()
                    .map(|(_, cells)| cells.get(domain).cloned().unwrap_or_default());
                [name.clone()].into_iter().chain(cells).collect()
            }),
        );
        Ok(text + &checks_text(&self.checks))
    }

    fn head(&self) -> String {
        let plan = self.plan;
        let total = plan.training_tokens();
        let mut text = format!("{} training tokens", token_count_text(total));
        if plan.phases().len() > 1 {
            let phases = plan.phases().iter().map(|phase| {
                format!(
                    "{} ({})",
                    token_count_text(phase.training_tokens),
                    percent(phase.training_tokens / total)
                )
            });
            let _ = write!(
                text,
                " in {} phases: {}",
                plan.phases().len(),
                phases.collect::<Vec<_>>().join(", ")
            );
        }
        text + "\n"
    }

    /// The plan in JSON, as the command line contract defines it.
    pub fn json(&self) -> Value {
        let plan = self.plan;
        let phases = plan.phases().iter().enumerate().map(|(index, phase)| {
            json!({
                "training_tokens": phase.training_tokens,
                "mixture": mixture(&phase.mixture),
                "epochs": self.named(&plan.phase_epochs(index)),
            })
        });
        let effective: f64 = self.effective_tokens.iter().sum();
        let total = plan.training_tokens();
        let caps = self.supplied.caps(plan.domains()).ok();
        let largest = caps
            .as_ref()
            .and_then(|caps| caps.largest_budget(&plan.mean_mixture()));
        let lights = self.supplied.params.lights;
        let lights: Vec<_> = plan
            .epochs()
            .iter()
            .map(|epochs| epochs.map(|epochs| lights.light(epochs)))
            .collect();
        json!({
            "version": 1,
            "phases": phases.collect::<Vec<_>>(),
            "total": {
                "training_tokens": total,
                "mixture": mixture(&plan.mean_mixture()),
                "tokens": self.named(&plan.domain_tokens()),
                "epochs": self.named(&plan.epochs()),
                "lights": self.named(&lights),
                "upsampling": self.upsampling().map(|factors| self.named(&factors)),
                "effective_tokens": effective,
                "lost_tokens": total - effective,
                "effective": self.named(&self.effective_tokens),
                "largest_budget": largest.as_ref().map(|budget| budget.training_tokens),
                "capacity": caps.and_then(|caps| caps.capacity()),
            },
            "unique_tokens": self.named(plan.unique_tokens()),
            "max_epochs": self.named(&self.supplied.params.max_epochs),
            "checks": self.checks,
        })
    }

    fn named<T: serde::Serialize>(&self, values: &[T]) -> Map<String, Value> {
        self.plan
            .domains()
            .names()
            .iter()
            .zip(values)
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect()
    }

    /// Writes the plan to the output file, if any, and returns a sentence about it.
    pub fn write(
        &self,
        export: &Export,
        provenance: &[(String, String)],
        tokens_per_document: Option<&[f64]>,
        context: &Context,
    ) -> anyhow::Result<String> {
        let Some(path) = &export.output else {
            return Ok(String::new());
        };
        let format = format_of(export)?;
        let domains = self.plan.domains();
        let baseline = match named_mixture("--baseline", &export.baseline, Some(domains))? {
            Some(baseline) => Some(("given", baseline)),
            None => self.natural.clone().map(|natural| ("natural", natural)),
        };
        let sheet = PlanSheet {
            phase: export.phase.map(|number| usize::from(number) - 1),
            baseline: baseline.as_ref().map(|(name, mixture)| (*name, mixture)),
            provenance,
            tokens_per_document,
            batch_tokens: self.supplied.batch_tokens,
            sequence_tokens: self.supplied.sequence_tokens,
            path: &export.path,
            seed: context.seed,
            ..PlanSheet::new(self.plan, &self.supplied.params.max_epochs)
        };
        let text = write_plan(&sheet, format).context("--export")?;
        context.write(path, text)?;
        if format == TrainerFormat::MegatronArgs {
            context.notice(
                "an argument file of Megatron cannot hold comments; `--export megatron` writes \
                 them",
            );
        }
        Ok(format!("wrote the plan for {format} to {path:?}\n"))
    }
}

/// The requested format; JSON by default.
fn format_of(export: &Export) -> anyhow::Result<TrainerFormat> {
    let Some(name) = &export.export else {
        return Ok(TrainerFormat::Json);
    };
    match TrainerFormat::of_name(name) {
        Some(format) => Ok(format),
        None => {
            let names: Vec<&str> = TrainerFormat::ALL
                .iter()
                .map(|format| format.name())
                .collect();
            bail!(
                "--export: no format is called {}; known are {}",
                excerpt(name),
                names.join(", ")
            )
        }
    }
}

/// Refuses, before anything is computed, an export that could not be written.
pub fn check_export<'p>(
    export: &'p Export,
    inputs: impl IntoIterator<Item = &'p Path>,
) -> anyhow::Result<()> {
    format_of(export)?;
    match &export.output {
        Some(path) => check(path, inputs),
        None => Ok(()),
    }
}

/// The checks, one line each, beginning with the mark, which
/// [`terminal::print_text`] colours.
pub fn checks_text(checks: &[Check]) -> String {
    let line = |check: &Check| {
        let mark = match check.level {
            CheckLevel::Ok => terminal::OK,
            CheckLevel::Warn => terminal::WARN,
            CheckLevel::Fail => terminal::FAIL,
        };
        format!("{mark}  {}\n", check.text)
    };
    checks.iter().map(line).collect()
}

fn dash() -> String {
    "–".to_owned()
}
