//! olmix: a flat map of sources (`source` or `source:topic`) with `weight` and `repetition_factor`.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct Olmix;

impl TrainerFile for Olmix {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (index, phase) = sheet.only_phase(format)?;
        let meaning = "weight: share of training tokens; repetition_factor: epochs that the phase \
                      reads, at least 1";
        let mut text = sheet.comments(format, Unit::Tokens, meaning);
        let epochs = sheet.plan.phase_epochs(index);
        for (name, decimals) in sheet.positive_decimals(&phase.mixture) {
            let read = sheet
                .plan
                .domains()
                .index_of(name)
                .and_then(|domain| epochs.get(domain).copied().flatten());
            let read = read.filter(|read| read.is_finite()).unwrap_or(1.0).max(1.0);
            let factor = (read * 1e4 * (1.0 - 1e-12)).ceil() / 1e4; // never below what is read
            let _ = write!(
                text,
                "{name}:\n  weight: {decimals}\n  repetition_factor: {factor:.4}\n"
            );
        }
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let entries = source
            .tree
            .get("mix")
            .unwrap_or(&source.tree)
            .entries()
            .unwrap_or_default();
        let is_source = |value: &super::Node| {
            value.get("weight").is_some() && value.get("repetition_factor").is_some()
        };
        if source.is_script
            || entries.is_empty()
            || !entries.iter().all(|(_, value)| is_source(value))
        {
            return Ok(None);
        }
        let (mut named, mut max_epochs) = (Vec::new(), Vec::new());
        for (key, value) in entries {
            let name = key.text().unwrap_or_default().to_owned();
            if let Some(factor) = value.get("repetition_factor") {
                max_epochs.push((name.clone(), source.weight("repetition_factor", factor)?));
            }
            named.extend(value.get("weight").map(|weight| (name, weight)));
        }
        let weights = source.named_weights(named)?;
        let mut config = TrainerConfig::of(
            TrainerFormat::Olmix,
            WeightKind::Proportions,
            Unit::Tokens,
            weights,
        );
        config.max_epochs = max_epochs;
        Ok(Some(config))
    }
}
