//! [`TrainerFormat`]: the trainers whose configs are written and read, and what their numbers mean.

use super::{
    CsvPlan, HuggingFace, JsonPlan, Levanter, LlmFoundry, Marin, MarkdownPlan, Megatron,
    MegatronBridge, Mixtera, Nanotron, Nemo, NeoX, Olmix, OlmoCore, RegMix, Torchtitan,
    TrainerFile,
};

/// A config, or a document, that a plan is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrainerFormat {
    /// RegMix and TinyLlama: YAML with maps `train` and `valid`.
    RegMix,
    /// LLM-Foundry on mosaicml-streaming: YAML with `streams`.
    LlmFoundry,
    /// Megatron-LM: `--data-path` of weights and paths, as a shell script.
    Megatron,
    /// Megatron-LM: the bare argument file of `--data-args-path`, which takes no comments.
    MegatronArgs,
    /// GPT-NeoX: `train-data-paths` and `train-data-weights`.
    NeoX,
    /// NeMo: a `data_prefix` of weights and paths.
    Nemo,
    /// Megatron-Bridge: a `blend` of a list of paths and a list of weights.
    MegatronBridge,
    /// Hugging Face datasets: `interleave_datasets` in a script.
    HuggingFace,
    /// OLMo-core: `sources` with `target_ratio`.
    OlmoCore,
    /// olmix: a flat map of sources with `weight` and `repetition_factor`.
    Olmix,
    /// nanotron: `data_stages`.
    Nanotron,
    /// Levanter: `train_weights`, also staged.
    Levanter,
    /// Marin: `lm_mixture_data_config` or `lm_varying_mixture_data_config` in a script.
    Marin,
    /// torchtitan: sources of `InterleavedHuggingFaceTextDataLoader` in a script.
    Torchtitan,
    /// Mixtera: a `StaticMixture` or `MixtureSchedule` in a script.
    Mixtera,
    /// Mixlens' `mixture.json`, in full precision.
    Json,
    /// CSV, a row per domain.
    Csv,
    /// A Markdown table.
    Markdown,
}

impl TrainerFormat {
    /// All of them, the trainers first.
    pub const ALL: [Self; 18] = [
        Self::RegMix,
        Self::LlmFoundry,
        Self::Megatron,
        Self::MegatronArgs,
        Self::NeoX,
        Self::Nemo,
        Self::MegatronBridge,
        Self::HuggingFace,
        Self::OlmoCore,
        Self::Olmix,
        Self::Nanotron,
        Self::Levanter,
        Self::Marin,
        Self::Torchtitan,
        Self::Mixtera,
        Self::Json,
        Self::Csv,
        Self::Markdown,
    ];

    /// The name by which users choose it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RegMix => "regmix",
            Self::LlmFoundry => "llm-foundry",
            Self::Megatron => "megatron",
            Self::MegatronArgs => "megatron-args",
            Self::NeoX => "gpt-neox",
            Self::Nemo => "nemo",
            Self::MegatronBridge => "megatron-bridge",
            Self::HuggingFace => "hugging-face",
            Self::OlmoCore => "olmo-core",
            Self::Olmix => "olmix",
            Self::Nanotron => "nanotron",
            Self::Levanter => "levanter",
            Self::Marin => "marin",
            Self::Torchtitan => "torchtitan",
            Self::Mixtera => "mixtera",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
        }
    }

    /// The format of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The writer and reader of the format.
    pub(super) fn file(self) -> &'static dyn TrainerFile {
        match self {
            Self::RegMix => &RegMix,
            Self::LlmFoundry => &LlmFoundry,
            Self::Megatron => &Megatron { has_header: true },
            Self::MegatronArgs => &Megatron { has_header: false },
            Self::NeoX => &NeoX,
            Self::Nemo => &Nemo,
            Self::MegatronBridge => &MegatronBridge,
            Self::HuggingFace => &HuggingFace,
            Self::OlmoCore => &OlmoCore,
            Self::Olmix => &Olmix,
            Self::Nanotron => &Nanotron,
            Self::Levanter => &Levanter,
            Self::Marin => &Marin,
            Self::Torchtitan => &Torchtitan,
            Self::Mixtera => &Mixtera,
            Self::Json => &JsonPlan,
            Self::Csv => &CsvPlan,
            Self::Markdown => &MarkdownPlan,
        }
    }
}

impl std::fmt::Display for TrainerFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
