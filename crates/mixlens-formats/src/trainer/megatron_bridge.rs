//! Megatron-Bridge: a `blend` of a list of paths and a list of weights.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct MegatronBridge;

impl TrainerFile for MegatronBridge {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (_, phase) = sheet.only_phase(format)?;
        let meaning = "weights of packed samples, which are shares of training tokens, not numbers \
                      of epochs, which are listed below";
        let pairs = sheet.positive_decimals(&phase.mixture);
        let mut text = sheet.comments(format, Unit::Rows, meaning) + "dataset:\n  blend:\n";
        for (index, (name, _)) in pairs.iter().enumerate() {
            let _ = writeln!(
                text,
                "    {} - {}",
                if index == 0 { "-" } else { " " },
                sheet.path_of(name)
            );
        }
        for (index, (_, decimals)) in pairs.iter().enumerate() {
            let _ = writeln!(
                text,
                "    {} - {decimals}",
                if index == 0 { "-" } else { " " }
            );
        }
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let blend = match source.is_script {
            false => source.tree.find("blend"),
            true => {
                let mut calls = Vec::new();
                source.tree.calls("GPTDatasetConfig", &mut calls);
                calls
                    .iter()
                    .find_map(|call| call.argument("blend"))
                    .or_else(|| source.tree.get("blend"))
            }
        };
        let Some([paths, weights]) = blend.and_then(super::Node::list) else {
            return Ok(None);
        };
        if paths.list().is_none() {
            return Ok(None);
        }
        let weights = source.weights_of_lists(paths, weights)?;
        let mut config = TrainerConfig::of(
            TrainerFormat::MegatronBridge,
            WeightKind::Relative,
            Unit::Rows,
            weights,
        );
        super::zeros_refused(&mut config, "Megatron requires weights above zero");
        Ok(Some(config))
    }
}
