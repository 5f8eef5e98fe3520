//! Trainers' configs: a plan is written as each trainer reads it, and a config is read back to see
//! the mixture that it realises.
//!
//! One file per format holds both directions. Configs become a tree of nodes with lines, whatever
//! language they are in.

mod config;
mod csv_plan;
mod error;
mod format;
mod hugging_face;
mod json_plan;
mod levanter;
mod llm_foundry;
mod marin;
mod markdown_plan;
mod megatron;
mod megatron_bridge;
mod mixtera;
mod names;
mod nanotron;
mod nemo;
mod neo_x;
mod node;
mod olmix;
mod olmo_core;
mod python_node;
mod reg_mix;
mod sheet;
mod torchtitan;
mod yaml_node;

pub use config::{ConfigPhase, PhaseStart, TrainerConfig, WeightKind, read_trainer_config};
pub use error::ExportError;
pub use format::TrainerFormat;
pub use sheet::{PlanSheet, token_count_text, write_plan};

use config::{Source, TrainerFile, texts};
use csv_plan::CsvPlan;
use hugging_face::HuggingFace;
use json_plan::JsonPlan;
use levanter::Levanter;
use llm_foundry::LlmFoundry;
use marin::Marin;
use markdown_plan::MarkdownPlan;
use megatron::Megatron;
use megatron_bridge::MegatronBridge;
use mixlens_core::listed;
use mixlens_core::plan::{Check, CheckLevel};
use mixtera::Mixtera;
use names::check_names;
use nanotron::Nanotron;
use nemo::Nemo;
use neo_x::NeoX;
use node::Node;
use olmix::Olmix;
use olmo_core::OlmoCore;
use reg_mix::RegMix;
use torchtitan::Torchtitan;

/// Adds a finding about weights of zero where the trainer stops at them.
fn zeros_refused(config: &mut TrainerConfig, rule: &str) {
    let weights = config.phases.iter().flat_map(|phase| &phase.weights);
    let zeros: Vec<&str> = weights
        .filter(|(_, weight)| *weight <= 0.0)
        .map(|(name, _)| name.as_str())
        .collect();
    if !zeros.is_empty() {
        let text = format!("{rule}; {} is at zero: leave it out", listed(zeros));
        config.findings.push(Check {
            id: "zero_weight",
            level: CheckLevel::Fail,
            text,
        });
    }
}
