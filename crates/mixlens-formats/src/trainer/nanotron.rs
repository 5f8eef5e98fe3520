//! nanotron: `data_stages`, one block per phase.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ConfigPhase, ExportError, PhaseStart, PlanSheet, Source, TrainerConfig, TrainerFile,
    TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct Nanotron;

impl TrainerFile for Nanotron {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let meaning = "dataset_weights: share of the packed samples of a stage, which is the share \
                      of training tokens; nanotron \
                       rescales them; steps are counted from 1";
        let mut text = sheet.comments(format, Unit::Rows, meaning) + "data_stages:\n";
        for ((number, phase), start) in (1..).zip(sheet.plan.phases()).zip(sheet.starts(format, 1)?)
        {
            let pairs = sheet.positive_decimals(&phase.mixture);
            let _ = write!(
                text,
                "  - name: phase_{number}\n    start_training_step: {}\n    data:\n      seed: \
                {}\n      num_loading_workers: 1\n      \
                 dataset:\n        dataset_folder:\n",
                start + 1,
                sheet.seed
            );
            for (name, _) in &pairs {
                let _ = writeln!(text, "          - {}", sheet.path_of(name));
            }
            text.push_str("        dataset_weights:\n");
            for (_, decimals) in &pairs {
                let _ = writeln!(text, "          - {decimals}");
            }
        }
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let Some(stages) = source.tree.find("data_stages").and_then(super::Node::list) else {
            return Ok(None);
        };
        let mut phases = Vec::with_capacity(stages.len());
        for stage in stages {
            let Some(folders) = stage.find("dataset_folder") else {
                let advice = "only stages of tokenised folders hold a mixture";
                return Err(source.malformed(
                    stage.line,
                    "`dataset_folder` in every stage",
                    "none",
                    advice,
                ));
            };
            let weights = match (folders.text(), stage.find("dataset_weights")) {
                (Some(only), _) => vec![(only.to_owned(), 1.0)],
                (None, Some(weights)) => source.weights_of_lists(folders, weights)?,
                (None, None) => {
                    let advice = "without weights nanotron mixes by size; write them";
                    return Err(source.malformed(
                        folders.line,
                        "`dataset_weights`",
                        "none",
                        advice,
                    ));
                }
            };
            let start = stage
                .get("start_training_step")
                .map(|step| source.weight("start_training_step", step))
                .transpose()?;
            // Steps are counted from 1.
            let start = start.map_or(PhaseStart::Beginning, |step| {
                PhaseStart::Step((step - 1.0).max(0.0))
            });
            phases.push(ConfigPhase {
                start,
                weights,
                training_tokens: None,
            });
        }
        Ok(Some(TrainerConfig {
            phases,
            ..TrainerConfig::of(
                TrainerFormat::Nanotron,
                WeightKind::Relative,
                Unit::Rows,
                Vec::new(),
            )
        }))
    }
}
