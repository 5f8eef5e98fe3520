//! GPT-NeoX: `train-data-paths` and `train-data-weights`.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct NeoX;

impl TrainerFile for NeoX {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (_, phase) = sheet.only_phase(format)?;
        let meaning = "weights of packed samples, which are shares of training tokens; NeoX \
                      rescales them, unless \
                       weight_by_num_documents is on, which replaces them";
        let mut text =
            sheet.comments(format, Unit::Rows, meaning) + "{\n  \"train-data-paths\": [\n";
        let pairs = sheet.positive_decimals(&phase.mixture);
        for (name, _) in &pairs {
            let _ = writeln!(text, "    \"{}\",", sheet.path_of(name));
        }
        text.push_str("  ],\n  \"train-data-weights\": [\n");
        for (_, decimals) in &pairs {
            let _ = writeln!(text, "    {decimals},");
        }
        Ok(text + "  ],\n}\n")
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let (Some(paths), Some(weights)) = (
            source.tree.find("train-data-paths"),
            source.tree.find("train-data-weights"),
        ) else {
            return Ok(None);
        };
        let weights = source.weights_of_lists(paths, weights)?;
        let mut config = TrainerConfig::of(
            TrainerFormat::NeoX,
            WeightKind::Relative,
            Unit::Rows,
            weights,
        );
        super::zeros_refused(&mut config, "GPT-NeoX requires weights above zero");
        Ok(Some(config))
    }
}
