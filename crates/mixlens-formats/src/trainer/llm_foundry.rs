//! LLM-Foundry on mosaicml-streaming: YAML with `streams`.

use std::fmt::Write as _;

use mixlens_core::excerpt;
use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct LlmFoundry;

/// The fields that exclude one another.
const SCHEMES: [(&str, WeightKind); 3] = [
    ("proportion", WeightKind::Relative),
    ("repeat", WeightKind::Epochs),
    ("choose", WeightKind::Samples),
];

impl TrainerFile for LlmFoundry {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (_, phase) = sheet.only_phase(format)?;
        let meaning = "proportion: share of the samples of an epoch, which is the share of tokens \
                      where samples are packed to \
                       one length; the epoch size sets the total";
        let mut text = sheet.comments(format, Unit::Rows, meaning)
            + "train_loader:\n  dataset:\n    streams:\n";
        for (name, decimals) in sheet.positive_decimals(&phase.mixture) {
            let path = sheet.path_of(name);
            let _ = write!(
                text,
                "      {name}:\n        local: {path}\n        remote: {path}\n        split: \
                train\n        proportion: {decimals}\n"
            );
        }
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let Some(streams) = source
            .tree
            .find("streams")
            .filter(|streams| streams.entries().is_some())
        else {
            return Ok(None);
        };
        let mut scheme: Option<(&str, WeightKind)> = None;
        let mut named = Vec::new();
        for (key, stream) in streams.entries().unwrap_or_default() {
            let name = key.text().unwrap_or_default().to_owned();
            let given: Vec<_> = SCHEMES
                .into_iter()
                .filter_map(|kind| Some((kind, stream.get(kind.0)?)))
                .collect();
            let [(kind, weight)] = given.as_slice() else {
                let found = match given.as_slice() {
                    [] => format!("none for {}", excerpt(&name)),
                    several => {
                        let fields: Vec<&str> =
                            several.iter().map(|((field, _), _)| *field).collect();
                        format!("{} for {}", fields.join(" and "), excerpt(&name))
                    }
                };
                let advice =
                    "the three exclude one another; keep one and the same for every stream";
                return Err(source.malformed(
                    key.line,
                    "one of `proportion`, `repeat` and `choose`",
                    found,
                    advice,
                ));
            };
            if let Some((other, _)) = scheme.filter(|(other, _)| *other != kind.0) {
                let found = format!("`{}` for {} after `{other}`", kind.0, excerpt(&name));
                let advice = "the schemes exclude one another; use the same for every stream";
                return Err(source.malformed(
                    weight.line,
                    "one scheme for all streams",
                    found,
                    advice,
                ));
            }
            scheme = Some(*kind);
            named.push((name, *weight));
        }
        let kind = scheme.map_or(WeightKind::Relative, |(_, kind)| kind);
        let weights = source.named_weights(named)?;
        Ok(Some(TrainerConfig::of(
            TrainerFormat::LlmFoundry,
            kind,
            Unit::Rows,
            weights,
        )))
    }
}
