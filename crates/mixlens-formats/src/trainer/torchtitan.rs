//! torchtitan: sources of `InterleavedHuggingFaceTextDataLoader` in a script.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::{
    ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat, WeightKind,
};
use crate::ImportError;

pub(super) struct Torchtitan;

impl TrainerFile for Torchtitan {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let (_, phase) = sheet.only_phase(format)?;
        let meaning = "chance that the next packed row is from a source, which is the share of \
                      training tokens; rescaled; above zero, \
                       so sources of proportion 0 are left out; data sets must be registered in \
                       DATASETS under these names; where \
                       documents are not packed to rows, it is the share of documents";
        let mut text = sheet.comments(format, Unit::Rows, meaning);
        text.push_str(
            "from torchtitan.hf_datasets.text_datasets import HFDataSource, \
            InterleavedHuggingFaceTextDataLoader\n\n\
             dataloader = InterleavedHuggingFaceTextDataLoader.Config(\n    sources=[\n",
        );
        for (name, decimals) in sheet.positive_decimals(&phase.mixture) {
            let path = match sheet.path {
                "{domain}" => String::new(),
                _ => format!(", dataset_path=\"{}\"", sheet.path_of(name)),
            };
            let _ = writeln!(
                text,
                "        HFDataSource(dataset=\"{name}\"{path}, weight={decimals}, infinite=True),"
            );
        }
        let _ = write!(text, "    ],\n    seed={},\n)\n", sheet.seed);
        Ok(text)
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        let mut calls = Vec::new();
        if source.is_script {
            source.tree.calls("HFDataSource", &mut calls);
        }
        if calls.is_empty() {
            return Ok(None);
        }
        // A source without a weight counts 1.
        let one = super::Node::new(0, super::node::plain("1"));
        let mut named = Vec::with_capacity(calls.len());
        for call in calls {
            let Some(name) = call.argument("dataset").and_then(super::Node::text) else {
                return Err(source.malformed(
                    call.line,
                    "`dataset` of every HFDataSource",
                    "none that can be read",
                    "name it",
                ));
            };
            named.push((name.to_owned(), call.argument("weight").unwrap_or(&one)));
        }
        let weights = source.named_weights(named)?;
        let mut config = TrainerConfig::of(
            TrainerFormat::Torchtitan,
            WeightKind::Relative,
            Unit::Rows,
            weights,
        );
        super::zeros_refused(
            &mut config,
            "most versions of torchtitan require weights above zero",
        );
        Ok(Some(config))
    }
}
