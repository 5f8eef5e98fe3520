//! Marin: `lm_mixture_data_config` or `lm_varying_mixture_data_config` in a script.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::levanter::{MEANING, aligned, staged};
use super::{ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat};
use crate::ImportError;

pub(super) struct Marin;

impl TrainerFile for Marin {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let starts = sheet.starts(format, aligned(sheet))?;
        let is_staged = starts.len() > 1;
        let call = if is_staged {
            "lm_varying_mixture_data_config"
        } else {
            "lm_mixture_data_config"
        };
        let mut text = sheet.comments(format, Unit::Rows, MEANING);
        let _ = write!(
            text,
            "from marin.processing.tokenize.data_configs import {call}\n\n\ndef \
            data_config(components):\n    return {call}(\n        components=components,\n"
        );
        text.push_str(if is_staged {
            "        weights_list=[\n"
        } else {
            "        weights={\n"
        });
        for (phase, start) in sheet.plan.phases().iter().zip(starts) {
            let indent = if is_staged {
                "                "
            } else {
                "            "
            };
            if is_staged {
                let _ = writeln!(text, "            ({start}, {{");
            }
            for (name, decimals) in sheet.decimals(&phase.mixture) {
                let _ = writeln!(text, "{indent}\"{name}\": {decimals},");
            }
            if is_staged {
                text.push_str("            }),\n");
            }
        }
        text.push_str(if is_staged {
            "        ],\n"
        } else {
            "        },\n"
        });
        Ok(text + "    )\n")
    }

    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        if !source.is_script {
            return Ok(None);
        }
        for (name, argument) in [
            ("lm_varying_mixture_data_config", "weights_list"),
            ("lm_mixture_data_config", "weights"),
        ] {
            let mut calls = Vec::new();
            source.tree.calls(name, &mut calls);
            if let Some(weights) = calls.iter().find_map(|call| call.argument(argument)) {
                return staged(source, TrainerFormat::Marin, weights).map(Some);
            }
        }
        Ok(None)
    }
}
