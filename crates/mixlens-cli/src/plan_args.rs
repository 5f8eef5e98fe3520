//! The command line of plans: `plan`, `temper`, `unimax` and `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Tokens to train on and tokens there are.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Budget")]
pub struct Budget {
    /// Tokens of the run, or of each phase (1T, 800B,200B) [default: those of the file, else the
    /// most that keep the caps]
    #[arg(long, value_delimiter = ',', value_name = "N[,N…]")]
    pub training_tokens: Vec<String>,
    /// Unique tokens a domain has (1.2T, 300B, 5e9), as a list or a file of domain and tokens
    #[arg(long, value_name = "LIST|FILE")]
    pub unique_tokens: Vec<String>,
    /// Most epochs over a domain's unique tokens
    #[arg(long, default_value_t = 4.0, value_name = "K")]
    pub max_epochs: f64,
    /// Most epochs over single domains
    #[arg(long = "cap", value_delimiter = ',', value_name = "DOMAIN=K,…")]
    pub caps: Vec<String>,
    /// Repetitions after which a domain's tokens lose their value [default: 15.39, fitted on web
    /// text]
    #[arg(long, value_delimiter = ',', value_name = "DOMAIN=R,…")]
    pub repetition: Vec<String>,
    /// Tokens of a batch
    #[arg(long, value_name = "N")]
    pub batch_tokens: Option<String>,
    /// Tokens of a sequence
    #[arg(long, requires = "batch_tokens", value_name = "N")]
    pub sequence_tokens: Option<String>,
    /// Tokens of the proxy runs behind the mixture, to compare how often they repeated scarce data
    #[arg(long, value_name = "N")]
    pub proxy_tokens: Option<String>,
}

/// What is counted.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Units")]
pub struct Units {
    /// What the proportions are of [default: what the file says, else tokens]
    #[arg(long, value_enum, value_name = "UNIT")]
    pub unit: Option<UnitName>,
    /// Mean tokens of a document, byte or row of each domain, to convert to and from tokens
    #[arg(long, value_name = "LIST|FILE")]
    pub tokens_per_unit: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UnitName {
    Tokens,
    Bytes,
    Documents,
    Rows,
}

/// Where a plan is written.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Writing the plan")]
pub struct Export {
    /// Config to write: regmix, llm-foundry, megatron, megatron-args, gpt-neox, nemo,
    /// megatron-bridge, hugging-face, olmo-core, olmix, nanotron, levanter, marin, torchtitan,
    /// mixtera, json, csv, markdown [default: json]
    #[arg(long, requires = "output", value_name = "FORMAT")]
    pub export: Option<String>,
    /// Where to write the plan
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The phase to write to a config that holds one mixture
    #[arg(long, requires = "output", value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub phase: Option<u16>,
    /// Where a domain's data lie, for configs that hold paths
    #[arg(long, default_value = "{domain}", value_name = "TEXT")]
    pub path: String,
    /// What the plan is compared with, for the head of the config: DOMAIN=WEIGHT,… or a file
    /// [default: the natural mixture]
    #[arg(long, value_name = "LIST|FILE")]
    pub baseline: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Plan {
    /// The mixture of each phase in order: a file (mixture.json, a CSV with one row, a trainer's
    /// config) or DOMAIN=WEIGHT,…
    #[arg(required = true, value_name = "MIXTURE")]
    pub mixtures: Vec<String>,
    /// Part of the training tokens that each phase has [default: equal parts]
    #[arg(long, value_delimiter = ',', value_name = "X,…")]
    pub phases: Vec<f64>,
    /// Move every phase onto the caps of the whole budget
    #[arg(long, value_enum, value_name = "HOW")]
    pub onto_caps: Option<OntoCaps>,
    /// Part of each domain that a filter keeps, which raises its epochs
    #[arg(long, value_delimiter = ',', value_name = "DOMAIN=X,…")]
    pub keep: Vec<String>,
    /// With two mixtures: other lengths of the second phase to compare, as parts of the run
    #[arg(
        long,
        value_delimiter = ',',
        conflicts_with = "phases",
        value_name = "X,…"
    )]
    pub sweep: Vec<f64>,
    #[command(flatten)]
    pub budget: Budget,
    #[command(flatten)]
    pub units: Units,
    #[command(flatten)]
    pub export: Export,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OntoCaps {
    /// Keep the ratios of the domains that have room (water-filling)
    Fill,
    /// Change as little as possible
    Nearest,
}

#[derive(Debug, Args)]
pub struct Temper {
    /// Temperature: 1 is the natural mixture, large ones are nearly uniform
    #[arg(long, value_name = "T", required_unless_present_any = ["exponent", "cooldown"], conflicts_with_all = ["exponent", "cooldown"])]
    pub temperature: Option<f64>,
    /// Exponent instead: 1/T (XLM 0.5, mT5 0.3)
    #[arg(long, value_name = "X", conflicts_with = "cooldown")]
    pub exponent: Option<f64>,
    /// Phases from hot to cold: part of training and temperature, such as 0.5=5,0.5=1
    #[arg(long, value_delimiter = ',', value_name = "X=T,…")]
    pub cooldown: Vec<String>,
    #[command(flatten)]
    pub budget: Budget,
    #[command(flatten)]
    pub export: Export,
}

#[derive(Debug, Args)]
pub struct UniMax {
    #[command(flatten)]
    pub budget: Budget,
    #[command(flatten)]
    pub export: Export,
}

#[derive(Debug, Args)]
pub struct Check {
    /// A trainer's config, or any file with a mixture
    pub config: PathBuf,
    #[command(flatten)]
    pub budget: Budget,
    #[command(flatten)]
    pub units: Units,
}
