//! OLMo-core: `sources` with `target_ratio`.

use std::fmt::Write as _;

use mixlens_core::excerpt;
use mixlens_core::plan::Phase;
use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct OlmoCore;

impl TrainerFile for OlmoCore {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (index, phase) = sheet.only_phase(format)?;
        let meaning = "target_ratio: share of training tokens, summing to exactly 1; \
                      max_repetition_ratio: maximum epochs, with room \
                       for rounding that can start one more";
        let mut text = sheet.comments(format, Unit::Tokens, meaning) + "sources:\n";
        let epochs = sheet.plan.phase_epochs(index);
        for (name, decimals) in sheet.positive_decimals(&phase.mixture) {
            let read = sheet
                .plan
                .domains()
                .index_of(name)
                .and_then(|domain| epochs.get(domain).copied().flatten());
            let _ = write!(
                text,
                "  - source_name: {name}\n    target_ratio: {decimals}\n    max_repetition_ratio: \
                {}\n    max_source_fraction: 1.0\n    \
                 paths:\n      - {}\n",
                repetition(sheet, phase, name, read),
                sheet.path_of(name),
            );
        }
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let sources = source
            .tree
            .find("sources")
            .or_else(|| source.tree.find("source_configs"));
        let Some(sources) = sources.and_then(super::Node::list) else {
            return Ok(None);
        };
        if !sources.iter().any(|one| one.get("target_ratio").is_some()) {
            return Ok(None);
        }
        let (mut named, mut max_epochs) = (Vec::new(), Vec::new());
        for one in sources {
            let Some(name) = one.get("source_name").and_then(super::Node::text) else {
                return Err(source.malformed(
                    one.line,
                    "`source_name`",
                    "none",
                    "name every source",
                ));
            };
            let Some(ratio) = one.get("target_ratio") else {
                let advice = "give every source its share of tokens";
                return Err(source.malformed(
                    one.line,
                    "`target_ratio`",
                    format!("none for {}", excerpt(name)),
                    advice,
                ));
            };
            let max = one
                .get("max_repetition_ratio")
                .map(|max| source.weight("max_repetition_ratio", max))
                .transpose()?;
            // A source without the field is read once at most.
            let max = max.unwrap_or(1.0);
            if max < 1.0 {
                let advice = "OLMo-core requires 1 or more";
                return Err(source.malformed(
                    one.line,
                    "`max_repetition_ratio` of 1 or more",
                    format!("{max} for {}", excerpt(name)),
                    advice,
                ));
            }
            max_epochs.push((name.to_owned(), max));
            named.push((name.to_owned(), ratio));
        }
        let weights = source.named_weights(named)?;
        let mut config = TrainerConfig::of(
            TrainerFormat::OlmoCore,
            WeightKind::Proportions,
            Unit::Tokens,
            weights,
        );
        config.max_epochs = max_epochs;
        super::zeros_refused(&mut config, "OLMo-core requires target ratios above zero");
        Ok(Some(config))
    }
}

/// The maximum epochs: the larger of the cap and the epochs that the phase reads with a little
/// room, and at least 1.
fn repetition(sheet: &PlanSheet<'_>, phase: &Phase, name: &str, read: Option<f64>) -> String {
    let cap = phase
        .mixture
        .domains()
        .index_of(name)
        .and_then(|domain| sheet.max_epochs.get(domain))
        .copied();
    let max = read
        .map_or(1.0, |read| read * 1.01)
        .max(cap.unwrap_or(1.0))
        .max(1.0);
    format!("{:.4}", (max * 1e4).ceil() / 1e4)
}
