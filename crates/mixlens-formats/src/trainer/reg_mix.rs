//! RegMix and TinyLlama: YAML with maps `train` and `valid`.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind,
};
use crate::ImportError;
use crate::names::domain_name;

pub(super) struct RegMix;

impl TrainerFile for RegMix {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (_, phase) = sheet.only_phase(format)?;
        let meaning = "sampling weight of packed blocks, which is the share of training tokens";
        let mut text = sheet.comments(format, Unit::Rows, meaning) + "train:\n";
        for (name, decimals) in sheet.decimals(&phase.mixture) {
            let _ = writeln!(text, "  train_{name}: {decimals}");
        }
        text.push_str("valid:\n");
        for name in phase.mixture.domains().names() {
            let _ = writeln!(text, "  valid_{name}: 1.0");
        }
        Ok(text + "model_name: tinyllama_1_1b\n")
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let Some(train) = source
            .tree
            .get("train")
            .filter(|train| train.entries().is_some())
        else {
            return Ok(None);
        };
        // Other configs have a section `train` with settings; here every key is a domain.
        let is_domain = |key: Option<&str>| key.is_some_and(|key| key.starts_with("train_"));
        if !train
            .entries()
            .unwrap_or_default()
            .iter()
            .all(|(key, _)| is_domain(key.text()))
        {
            return Ok(None);
        }
        let mut weights = source.weights_of_map(train)?;
        weights
            .iter_mut()
            .for_each(|(name, _)| *name = domain_name(name).to_owned());
        Ok(Some(TrainerConfig::of(
            TrainerFormat::RegMix,
            WeightKind::Relative,
            Unit::Rows,
            weights,
        )))
    }
}
