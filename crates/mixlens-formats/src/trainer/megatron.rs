//! Megatron-LM: weights and paths in turn, in a shell script, an argument file or a JSON file per
//! split.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind, texts,
};
use crate::ImportError;

/// A shell script with a header, or the bare argument file, which Megatron splits at blanks,
/// comments included.
pub(super) struct Megatron {
    pub has_header: bool,
}

impl TrainerFile for Megatron {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (_, phase) = sheet.only_phase(format)?;
        let meaning = "weights of packed samples, which are shares of training tokens; Megatron \
                      rescales them, so 1 1 equals 10 10, \
                       and they are not numbers of epochs";
        let pairs = sheet.positive_decimals(&phase.mixture);
        let mut text = String::new();
        if self.has_header {
            text = sheet.comments(format, Unit::Rows, meaning) + "DATA_ARGS=(\n  --data-path\n";
        }
        for (name, decimals) in pairs {
            let indent = if self.has_header { "  " } else { "" };
            let _ = writeln!(text, "{indent}{decimals} {}", sheet.path_of(name));
        }
        Ok(if self.has_header { text + ")\n" } else { text })
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let found = if self.has_header {
            script_blend(source)
        } else {
            bare_blend(source)
        };
        let Some(items) = found else { return Ok(None) };
        let format = if self.has_header {
            TrainerFormat::Megatron
        } else {
            TrainerFormat::MegatronArgs
        };
        let weights = source.weights_of_blend(&items)?;
        let mut config = TrainerConfig::of(format, WeightKind::Relative, Unit::Rows, weights);
        super::zeros_refused(&mut config, "Megatron-LM requires weights above zero");
        Ok(Some(config))
    }
}

/// The arguments of `--data-path` or `--train-data-path` in a shell script, or the list under
/// `train` of a per-split file.
fn script_blend(source: &Source<'_>) -> Option<Vec<(u64, String)>> {
    if !source.is_script {
        let per_split = source.tree.get("train").and_then(super::Node::list)?;
        return Some(texts(per_split));
    }
    let mut items: Option<Vec<(u64, String)>> = None;
    for (number, line) in (1..).zip(source.text.lines()) {
        let code = line
            .split(" #")
            .next()
            .filter(|code| !code.trim_start().starts_with('#'))
            .unwrap_or_default();
        for word in code.split_whitespace() {
            let word = word.trim_matches(['"', '\'', '\\', '(', ')']);
            match &mut items {
                None if matches!(word, "--data-path" | "--train-data-path") => {
                    items = Some(Vec::new())
                }
                Some(items) if word.starts_with("--") => return Some(std::mem::take(items)),
                Some(items) if !word.is_empty() => items.push((number, word.to_owned())),
                _ => {}
            }
        }
    }
    items
}

/// Words alone, weights and paths in turn.
fn bare_blend(source: &Source<'_>) -> Option<Vec<(u64, String)>> {
    if !source.is_script {
        return None;
    }
    let words = (1..).zip(source.text.lines()).flat_map(|(line, text)| {
        text.split_whitespace()
            .map(move |word| (line, word.to_owned()))
    });
    let items: Vec<(u64, String)> = words.collect();
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    let in_turn = items
        .iter()
        .zip([true, false].into_iter().cycle())
        .all(|((_, text), number)| is_number(text) == number);
    (items.len() >= 2 && items.len().is_multiple_of(2) && in_turn).then_some(items)
}
