//! Mixtera: a `StaticMixture` or a `MixtureSchedule` in a script.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ConfigPhase, ExportError, Node, PhaseStart, PlanSheet, Source, TrainerConfig, TrainerFile,
    TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct Mixtera;

/// The property of Mixtera that domains are values of.
const PROPERTY: &str = "domain";

impl TrainerFile for Mixtera {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let starts = sheet.starts(format, 1)?;
        let meaning = "share of the instances of a chunk with this value of the property \
                      \"domain\", which is the share of training \
                       tokens where instances have one length; choose CHUNK_SIZE so that the \
                       smallest share is at least one instance";
        let mut text = sheet.comments(format, Unit::Documents, meaning);
        text.push_str(
            "from mixtera.core.query.mixture import MixtureKey, MixtureSchedule, \
                      ScheduleEntry, StaticMixture\n\nCHUNK_SIZE = 1024\n\nmixture = ",
        );
        let is_staged = starts.len() > 1;
        if is_staged {
            text.push_str("MixtureSchedule(CHUNK_SIZE, [\n");
        }
        for (phase, start) in sheet.plan.phases().iter().zip(starts) {
            if is_staged {
                let _ = write!(text, "    ScheduleEntry({start}, ");
            }
            text.push_str("StaticMixture(CHUNK_SIZE, {\n");
            let shares = sheet.document_shares(&phase.mixture)?;
            for (name, decimals) in sheet.positive_decimals(&shares) {
                let _ = writeln!(
                    text,
                    "        MixtureKey({{\"{PROPERTY}\": [\"{name}\"]}}): {decimals},"
                );
            }
            text.push_str(if is_staged { "    })),\n" } else { "})\n" });
        }
        Ok(if is_staged { text + "])\n" } else { text })
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let (mut entries, mut mixtures) = (Vec::new(), Vec::new());
        if source.is_script {
            source.tree.calls("ScheduleEntry", &mut entries);
            source.tree.calls("StaticMixture", &mut mixtures);
        }
        if mixtures.is_empty() {
            return Ok(None);
        }
        let start_of = |index: usize| match entries.get(index).map(|entry| &entry.value) {
            Some(super::node::Value::Call(_, items, _)) => {
                items.first().and_then(Node::number).map(PhaseStart::Step)
            }
            _ => None,
        };
        let mut phases = Vec::new();
        for (index, call) in mixtures.iter().enumerate() {
            let map = match &call.value {
                super::node::Value::Call(_, items, _) => {
                    call.argument("mixture").or_else(|| items.get(1))
                }
                _ => None,
            };
            let Some(map) = map.and_then(Node::entries) else {
                let advice = "write the mixture out; variables are not resolved";
                return Err(source.malformed(
                    call.line,
                    "a map of MixtureKey to shares",
                    "something else",
                    advice,
                ));
            };
            let named = map
                .iter()
                .map(|(key, value)| (value_of_key(key).unwrap_or_default(), value));
            let weights = source.named_weights(named)?;
            let start = start_of(index).unwrap_or(PhaseStart::Beginning);
            phases.push(ConfigPhase {
                start,
                weights,
                training_tokens: None,
            });
        }
        Ok(Some(TrainerConfig {
            phases,
            ..TrainerConfig::of(
                TrainerFormat::Mixtera,
                WeightKind::Proportions,
                Unit::Documents,
                Vec::new(),
            )
        }))
    }
}

/// The values of a key: `MixtureKey({"domain": ["web"]})` is `web`.
fn value_of_key(key: &Node) -> Option<String> {
    let super::node::Value::Call(_, items, _) = &key.value else {
        return None;
    };
    let properties = items.first()?.entries()?;
    let values = properties.iter().filter_map(|(_, values)| {
        let texts = values.list()?.iter().filter_map(Node::text);
        Some(texts.collect::<Vec<_>>().join("+"))
    });
    Some(values.collect::<Vec<_>>().join(";"))
}
