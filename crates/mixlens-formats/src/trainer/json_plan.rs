//! Mixlens' `mixture.json`: the plan in full precision, with its settings and provenance.

use mixlens_core::simplex::Mixture;
use mixlens_core::supply::Unit;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::{
    ConfigPhase, ExportError, PhaseStart, PlanSheet, Source, TrainerConfig, TrainerFile,
    TrainerFormat, WeightKind,
};
use crate::{ImportError, json_text};

pub(super) struct JsonPlan;

/// What is in the file, in this order.
#[derive(Serialize)]
struct SavedPlan<'a> {
    version: u32,
    tool: String,
    meaning: &'static str,
    mixture: &'a Mixture,
    phases: Vec<SavedPhase<'a>>,
    training_tokens: f64,
    unique_tokens: Named<'a, Option<f64>>,
    max_epochs: Named<'a, f64>,
    epochs: Named<'a, Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<SavedBaseline<'a>>,
    provenance: Named<'a, String>,
}

#[derive(Serialize)]
struct SavedPhase<'a> {
    training_tokens: f64,
    mixture: &'a Mixture,
    epochs: Named<'a, Option<f64>>,
}

#[derive(Serialize)]
struct SavedBaseline<'a> {
    name: &'a str,
    mixture: &'a Mixture,
}

/// An object in the order of its names.
struct Named<'a, T>(Vec<(&'a str, T)>);

impl<'a, T: Clone> Named<'a, T> {
    fn new(names: &'a [String], values: &[T]) -> Self {
        Self(
            names
                .iter()
                .map(String::as_str)
                .zip(values.iter().cloned())
                .collect(),
        )
    }
}

impl<T: Serialize> Serialize for Named<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl TrainerFile for JsonPlan {
    fn write(&self, sheet: &PlanSheet<'_>, _: TrainerFormat) -> Result<String, ExportError> {
        let names = sheet.plan.domains().names();
        let mean = sheet.plan.mean_mixture();
        let phases = sheet
            .plan
            .phases()
            .iter()
            .enumerate()
            .map(|(index, phase)| SavedPhase {
                training_tokens: phase.training_tokens,
                mixture: &phase.mixture,
                epochs: Named::new(names, &sheet.plan.phase_epochs(index)),
            });
        let provenance = sheet
            .provenance
            .iter()
            .map(|(what, which)| (what.as_str(), which.clone()));
        let saved = SavedPlan {
            version: 1,
            tool: format!("mixlens {}", env!("CARGO_PKG_VERSION")),
            meaning: "shares of training tokens; epochs are tokens read over unique tokens",
            mixture: &mean,
            phases: phases.collect(),
            training_tokens: sheet.plan.training_tokens(),
            unique_tokens: Named::new(names, sheet.plan.unique_tokens()),
            max_epochs: Named::new(names, sheet.max_epochs),
            epochs: Named::new(names, &sheet.plan.epochs()),
            baseline: sheet
                .baseline
                .map(|(name, mixture)| SavedBaseline { name, mixture }),
            provenance: Named(provenance.collect()),
        };
        // Numbers, texts and maps with text keys: nothing that JSON could refuse.
        Ok(
            json_text(&serde_json::to_string_pretty(&saved).unwrap_or_default()).into_owned()
                + "\n",
        )
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let tree = &source.tree;
        let Some(mixture) = tree
            .get("mixture")
            .filter(|node| node.entries().is_some() && !source.is_script)
        else {
            return Ok(None);
        };
        let mut config = TrainerConfig::of(
            TrainerFormat::Json,
            WeightKind::Proportions,
            Unit::Tokens,
            source.weights_of_map(mixture)?,
        );
        if let Some(phases) = tree.get("phases").and_then(super::Node::list) {
            config.phases.clear();
            for phase in phases {
                let Some(mixture) = phase.get("mixture").filter(|node| node.entries().is_some())
                else {
                    return Err(source.malformed(
                        phase.line,
                        "`mixture` in every phase",
                        "none",
                        "add the proportions",
                    ));
                };
                let tokens = phase.get("training_tokens");
                let training_tokens = tokens
                    .map(|tokens| source.weight("training_tokens", tokens))
                    .transpose()?;
                let weights = source.weights_of_map(mixture)?;
                config.phases.push(ConfigPhase {
                    start: PhaseStart::Beginning,
                    weights,
                    training_tokens,
                });
            }
        }
        for (field, list) in [
            ("unique_tokens", &mut config.unique_tokens),
            ("max_epochs", &mut config.max_epochs),
        ] {
            for (key, value) in tree
                .get(field)
                .and_then(super::Node::entries)
                .unwrap_or_default()
            {
                let name = key.text().unwrap_or_default();
                // Null where a domain's tokens are not known.
                if value.value != super::node::Value::Nothing {
                    list.push((name.to_owned(), source.weight(name, value)?));
                }
            }
        }
        Ok(Some(config))
    }
}
