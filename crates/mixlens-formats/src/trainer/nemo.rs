//! NeMo: a list of weights and paths in turn, `data_prefix` (1.0) or `paths` (2.0).

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind, texts,
};
use crate::ImportError;

pub(super) struct Nemo;

impl TrainerFile for Nemo {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (_, phase) = sheet.only_phase(format)?;
        let meaning = "weights of packed samples, which are shares of training tokens, not numbers \
                      of epochs, which are listed below";
        let mut text =
            sheet.comments(format, Unit::Rows, meaning) + "model:\n  data:\n    data_prefix:\n";
        for (name, decimals) in sheet.positive_decimals(&phase.mixture) {
            let _ = write!(
                text,
                "      - {decimals}\n      - {}\n",
                sheet.path_of(name)
            );
        }
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let prefix = source
            .tree
            .find("data_prefix")
            .or_else(|| source.tree.find("paths"));
        // Per split: a map with `train`.
        let list = prefix.and_then(|prefix| prefix.list().or_else(|| prefix.get("train")?.list()));
        let Some(list) =
            list.filter(|list| list.first().is_some_and(|first| first.number().is_some()))
        else {
            return Ok(None);
        };
        let weights = source.weights_of_blend(&texts(list))?;
        let mut config = TrainerConfig::of(
            TrainerFormat::Nemo,
            WeightKind::Relative,
            Unit::Rows,
            weights,
        );
        super::zeros_refused(&mut config, "NeMo requires weights above zero");
        Ok(Some(config))
    }
}
