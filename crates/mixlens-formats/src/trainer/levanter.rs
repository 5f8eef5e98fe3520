//! Levanter: `train_weights`, one map or a list of steps and maps.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ConfigPhase, ExportError, Node, PhaseStart, PlanSheet, Source, TrainerConfig, TrainerFile,
    TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct Levanter;

/// Sequences of a block of Levanter's mixture; a phase begins with a block.
const BLOCK: u64 = 2048;

/// What the numbers mean, for both ways of writing them.
pub(super) const MEANING: &str = "share of the packed sequences of a block, which is the share of \
                                 training tokens; weights are rescaled; \
    0.0 means evaluation only; steps are counted from 0, and the sequences before a phase must be \
    whole blocks (2048 by default)";

impl TrainerFile for Levanter {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let mut text = sheet.comments(format, Unit::Rows, MEANING) + "data:\n  train_weights:\n";
        let starts = sheet.starts(format, aligned(sheet))?;
        let is_staged = starts.len() > 1;
        for (phase, start) in sheet.plan.phases().iter().zip(starts) {
            if is_staged {
                let _ = writeln!(text, "    - - {start}");
            }
            for (index, (name, decimals)) in sheet.decimals(&phase.mixture).into_iter().enumerate()
            {
                let indent = match (is_staged, index) {
                    (false, _) => "    ",
                    (true, 0) => "      - ",
                    (true, _) => "        ",
                };
                let _ = writeln!(text, "{indent}{name}: {decimals}");
            }
        }
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let Some(weights) = source
            .tree
            .find("train_weights")
            .filter(|_| !source.is_script)
        else {
            return Ok(None);
        };
        staged(source, TrainerFormat::Levanter, weights).map(Some)
    }
}

/// The minimum number of steps after which whole blocks have been read.
pub(super) fn aligned(sheet: &PlanSheet<'_>) -> u64 {
    let (Some(batch), Some(sequence)) = (sheet.batch_tokens, sheet.sequence_tokens) else {
        return 1;
    };
    let sequences = (batch / sequence).round().max(1.0) as u64;
    BLOCK / greatest_common_divisor(BLOCK, sequences)
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

/// One map, or a list of pairs of a step and a map.
pub(super) fn staged(
    source: &Source<'_>,
    format: TrainerFormat,
    weights: &Node,
) -> Result<TrainerConfig, ImportError> {
    let mut phases = Vec::new();
    match weights.list() {
        None if weights.entries().is_some() => {
            let weights = source.weights_of_map(weights)?;
            phases.push(ConfigPhase {
                start: PhaseStart::Beginning,
                weights,
                training_tokens: None,
            });
        }
        Some(pairs) if !pairs.is_empty() => {
            for pair in pairs {
                let Some([step, map]) = pair
                    .list()
                    .filter(|pair| matches!(pair, [_, map] if map.entries().is_some()))
                else {
                    let advice = "write every phase as its first step and its weights";
                    return Err(source.malformed(
                        pair.line,
                        "a step and a map of weights",
                        "something else",
                        advice,
                    ));
                };
                // A step that a script computes is not known.
                let start = match step.number() {
                    Some(step) => PhaseStart::Step(step),
                    None => PhaseStart::Beginning,
                };
                phases.push(ConfigPhase {
                    start,
                    weights: source.weights_of_map(map)?,
                    training_tokens: None,
                });
            }
        }
        _ => {
            let advice = "write the weights out; variables are not resolved";
            return Err(source.malformed(
                weights.line,
                "a map of weights, or a list of steps and maps",
                "something else",
                advice,
            ));
        }
    }
    Ok(TrainerConfig {
        phases,
        ..TrainerConfig::of(format, WeightKind::Relative, Unit::Rows, Vec::new())
    })
}
