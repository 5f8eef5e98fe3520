//! Hugging Face datasets: `interleave_datasets` in a script.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct HuggingFace;

impl TrainerFile for HuggingFace {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (_, phase) = sheet.only_phase(format)?;
        let meaning = "probability that the next example is from a data set; stopping_strategy \
                      \"all_exhausted\" repeats data sets \
                       that end, \"first_exhausted\" stops with the first, and both then realise \
                       other mixtures";
        let mut text = sheet.comments(format, Unit::Documents, meaning);
        text.push_str("from datasets import interleave_datasets, load_dataset\n\n");
        let shares = sheet.document_shares(&phase.mixture)?;
        let pairs = sheet.positive_decimals(&shares);
        text.push_str("NAMES = [\n");
        for (name, _) in &pairs {
            let _ = writeln!(text, "    \"{name}\",");
        }
        text.push_str("]\nPATHS = [\n");
        for (name, _) in &pairs {
            let _ = writeln!(text, "    \"{}\",", sheet.path_of(name));
        }
        text.push_str("]\nPROBABILITIES = [\n");
        for (_, decimals) in &pairs {
            let _ = writeln!(text, "    {decimals},");
        }
        let _ = write!(
            text,
            "]\n\n\ndef mixture(datasets=None):\n    if datasets is None:\n        datasets = \
            [load_dataset(path, split=\"train\", \
             streaming=True) for path in PATHS]\n    return interleave_datasets(\n        \
             datasets, \
             probabilities=PROBABILITIES, seed={}, stopping_strategy=\"all_exhausted\"\n    )\n",
            sheet.seed
        );
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        if !source.is_script || !source.text.contains("interleave_datasets") {
            return Ok(None);
        }
        let mut calls = Vec::new();
        source.tree.calls("interleave_datasets", &mut calls);
        let written = calls
            .iter()
            .find_map(|call| call.argument("probabilities"))
            .filter(|node| node.list().is_some());
        let Some(weights) = written
            .or_else(|| source.tree.get("PROBABILITIES"))
            .or_else(|| source.tree.get("probabilities"))
        else {
            let advice =
                "write the probabilities as a list of numbers, in the call or as PROBABILITIES";
            return Err(source.malformed(
                1,
                "`probabilities` of interleave_datasets",
                "none that can be read",
                advice,
            ));
        };
        let names = source
            .tree
            .get("NAMES")
            .or_else(|| source.tree.get("PATHS"));
        let weights = match names {
            Some(names) => source.weights_of_lists(names, weights)?,
            None => {
                let numbered = weights.list().unwrap_or_default().iter().zip(1..);
                source.named_weights(
                    numbered.map(|(weight, number)| (format!("dataset_{number}"), weight)),
                )?
            }
        };
        Ok(Some(TrainerConfig::of(
            TrainerFormat::HuggingFace,
            WeightKind::Proportions,
            Unit::Documents,
            weights,
        )))
    }
}
