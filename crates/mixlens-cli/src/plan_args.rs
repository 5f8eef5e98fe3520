//! The command line of plans: `plan`, `temper`, `unimax` and `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Training tokens and unique tokens.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Budget")]
pub struct Budget {
    /// Tokens of the run, or of each phase (1T, 800B,200B) [default: those of the file, else the
    /// maximum within the caps]
    #[arg(long, value_delimiter = ',', value_name = "N[,N…]")]
    pub training_tokens: Vec<String>,
    /// Unique tokens of each domain (1.2T, 300B, 5e9), as a list or a file of domain and tokens
    #[arg(long, value_name = "LIST|FILE")]
    pub unique_tokens: Vec<String>,
    /// Maximum epochs over a domain's unique tokens
    #[arg(long, default_value_t = 4.0, value_name = "K")]
    pub max_epochs: f64,
    /// Maximum epochs over single domains
    #[arg(long = "cap", value_delimiter = ',', value_name = "DOMAIN=K,…")]
    pub caps: Vec<String>,
    /// Repetitions after which a domain's tokens lose their value [default: 15.39, fitted to web
    /// text]
    #[arg(long, value_delimiter = ',', value_name = "DOMAIN=R,…")]
    pub repetition: Vec<String>,
    /// Tokens per batch
    #[arg(long, value_name = "N")]
    pub batch_tokens: Option<String>,
    /// Tokens per sequence
    #[arg(long, requires = "batch_tokens", value_name = "N")]
    pub sequence_tokens: Option<String>,
    /// Tokens of the proxy runs behind the mixture, to compare how often they repeated scarce data
    #[arg(long, value_name = "N")]
    pub proxy_tokens: Option<String>,
}

/// Units of proportions.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Units")]
pub struct Units {
    /// Unit of the proportions [default: the unit in the file, else tokens]
    #[arg(long, value_enum, value_name = "UNIT")]
    pub unit: Option<UnitName>,
    /// Mean tokens per document, byte or row of each domain, to convert to and from tokens
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

/// Export of a plan.
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
    #[arg(
        long,
        requires = "output",
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub phase: Option<u16>,
    /// Path of a domain's data, for configs that hold paths
    #[arg(long, default_value = "{domain}", value_name = "TEXT")]
    pub path: String,
    /// Baseline of the plan, for the head of the config: DOMAIN=WEIGHT,… or a file [default: the
    /// natural mixture]
    #[arg(long, value_name = "LIST|FILE")]
    pub baseline: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Plan {
    /// The mixture of each phase in order: a file (mixture.json, a CSV with one row, a trainer's
    /// config) or DOMAIN=WEIGHT,…
    #[arg(required = true, value_name = "MIXTURE")]
    pub mixtures: Vec<String>,
    /// Fraction of the training tokens in each phase [default: equal fractions]
    #[arg(long, value_delimiter = ',', value_name = "X,…")]
    pub phases: Vec<f64>,
    /// Move every phase onto the caps of the whole budget
    #[arg(long, value_enum, value_name = "HOW")]
    pub onto_caps: Option<OntoCaps>,
    /// Fraction of each domain that a filter keeps, which raises the domain's epochs
    #[arg(long, value_delimiter = ',', value_name = "DOMAIN=X,…")]
    pub keep: Vec<String>,
    /// With two mixtures: other lengths of the second phase to compare, as fractions of the run
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
    /// Keep the ratios of the domains below their caps (water-filling)
    Fill,
    /// Change as little as possible
    Nearest,
}

#[derive(Debug, Args)]
pub struct Temper {
    /// Temperature: 1 is the natural mixture, large ones are nearly uniform
    #[arg(
        long,
        value_name = "T",
        required_unless_present_any = ["exponent", "cooldown"],
        conflicts_with_all = ["exponent", "cooldown"]
    )]
    pub temperature: Option<f64>,
    /// Exponent instead: 1/T (XLM 0.5, mT5 0.3)
    #[arg(long, value_name = "X", conflicts_with = "cooldown")]
    pub exponent: Option<f64>,
    /// Phases from hot to cold: fraction of training and temperature, such as 0.5=5,0.5=1
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
