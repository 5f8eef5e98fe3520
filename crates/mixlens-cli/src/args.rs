//! The command line: what can be asked for.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::plan_args::{Check, Plan, Temper, UniMax};

/// Predict what a data mixture does to a language model, and find a better one.
#[derive(Debug, Parser)]
#[command(
    name = "mixlens",
    version,
    arg_required_else_help = true,
    max_term_width = 110
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "General")]
pub struct Global {
    /// Print one JSON object to stdout instead of tables
    #[arg(long, global = true)]
    pub json: bool,
    /// Seed of everything random; the same seed gives the same bytes
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// Threads to use [default: one per core]; they never change the result
    #[arg(
        long,
        global = true,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=1024),
    )]
    pub threads: Option<u16>,
    /// No progress and no notices on stderr
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fit one surrogate to each metric of a run table
    Fit(Fit),
    /// Predict the metrics of mixtures
    Predict(Predict),
    /// Score a fit on runs it was not fitted on
    Score(Score),
    /// Compare surrogates by cross-validation
    Compare(Compare),
    /// Search for the mixture with the best predicted objective
    Propose(Propose),
    /// Show where good mixtures lie: simulate many and count them along every domain
    Survey(Survey),
    /// Trade two metrics off against each other: mixtures that none beats in both
    Pareto(Pareto),
    /// Show what each domain does to each metric around a mixture
    Explain(Explain),
    /// Choose the mixtures to train proxy runs on
    Design(Design),
    /// Plan a training run: tokens, epochs, phases, and the trainer's own config
    Plan(Box<Plan>),
    /// Plan by temperature: between the natural and the uniform mixture, also from hot to cold
    Temper(Box<Temper>),
    /// Plan by UniMax: as even as a cap on epochs allows
    Unimax(Box<UniMax>),
    /// Read a trainer's config: what mixture it realises, and what is off
    Check(Box<Check>),
    /// Make a run table from text, with n-gram models as proxies
    Proxy(Proxy),
    #[cfg(feature = "tokenizer")]
    /// Read the mixture behind a tokenizer
    Infer(Infer),
    #[cfg(feature = "tokenizer")]
    /// Count the words of text as a tokenizer cuts them, once for all inferences
    Count(Count),
    #[cfg(feature = "gpu")]
    /// Time simulations on this machine: mixtures per second on one thread, all threads and the
    /// graphics processor
    Bench(Bench),
    /// Open the desktop app: on run tables, a saved study or a fit, or on the embedded run table
    Open(Open),
    /// The whole story on the embedded run table
    Demo,
}

#[cfg(feature = "tokenizer")]
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("cut").required(true).multiple(true))]
pub struct Count {
    /// Text, JSON lines, Parquet or tables of counts, packed with gzip or Zstandard or not; folders
    /// stand for all files in them
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Cut words as this tokenizer does: tokenizer.json, tekken.json, a SentencePiece model, …
    #[arg(long, group = "cut", conflicts_with = "segments", value_name = "FILE")]
    pub tokenizer: Option<PathBuf>,
    /// Cut words by a pattern instead: gpt2, r50k, p50k, cl100k, o200k, llama3, or a regular
    /// expression
    #[arg(
        long,
        group = "cut",
        conflicts_with_all = ["segments", "tokenizer"],
        value_name = "NAME|REGEX",
    )]
    pub pretokenizer: Option<String>,
    /// Cut segments, which any tokenizer cuts further: white space, then anything else
    #[arg(long, group = "cut")]
    pub segments: bool,
    /// Where to write the counts: .parquet, or .csv or .tsv with .zst or .gz behind it or not
    #[arg(long, short)]
    pub output: PathBuf,
    /// Leave out what occurs less often
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub min_count: u64,
    /// Parts that documents are dealt out to in turn, so that inference can tell how sure it is
    #[arg(
        long,
        default_value_t = 16,
        value_name = "N",
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024),
    )]
    pub groups: usize,
    /// Field or column with the text of a document, in JSON lines and Parquet [default: text,
    /// content or body]
    #[arg(long, value_name = "NAME")]
    pub text_field: Option<String>,
}

#[derive(Debug, Args)]
pub struct Open {
    /// Files of a run table, a saved study (*.mixlens.json), or a fit
    pub files: Vec<PathBuf>,
}

/// The surrogate that is chosen by cross-validation.
pub const AUTO: &str = "auto";

/// How to read run tables.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reading the run table")]
pub struct Import {
    /// Columns that are domains [default: recognised]
    #[arg(long, value_delimiter = ',', value_name = "COLUMN,…")]
    pub domains: Vec<String>,
    /// Columns that are metrics [default: recognised]
    #[arg(long, value_delimiter = ',', value_name = "COLUMN,…")]
    pub metrics: Vec<String>,
    /// Column with the run ids [default: recognised]
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Use only runs under these conditions, such as parameters=122M,tokens=10B, or all of them
    /// together (all) [default: the largest complete group]
    #[arg(long, value_name = "LIST|all")]
    pub at: Option<String>,
    /// Columns that are conditions of the runs, beside model parameters, tokens and step, which are
    /// recognised
    #[arg(long = "condition", value_delimiter = ',', value_name = "COLUMN,…")]
    pub conditions: Vec<String>,
    /// Use only rows with this value in this column
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    pub filters: Vec<String>,
    /// Rows of proportions that sum to one within 0.01 only
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub row_sums: RowSums,
    /// Leave out runs that are in one file only, instead of stopping
    #[arg(long)]
    pub leave_out_unmatched: bool,
    /// Metrics where higher is better [default: by name, as in `…_accuracy`]
    #[arg(long, value_delimiter = ',', value_name = "METRIC,…")]
    pub higher_is_better: Vec<String>,
    /// Metrics where lower is better, against what their name says
    #[arg(long, value_delimiter = ',', value_name = "METRIC,…")]
    pub lower_is_better: Vec<String>,
    /// Natural weights: DOMAIN=WEIGHT,… or a file of domain and weight
    #[arg(long, value_name = "LIST|FILE")]
    pub natural: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum RowSums {
    /// Rescale them to sum to one
    #[default]
    Rescale,
    /// Keep the numbers of the file, to reproduce figures computed from them
    Keep,
}

#[derive(Debug, Args)]
pub struct Fit {
    /// The run table: one file, or one with proportions and one with metrics, in any order
    #[arg(required = true)]
    pub runs: Vec<PathBuf>,
    /// Where to save the fit
    #[arg(long, short)]
    pub output: PathBuf,
    /// Surrogate to fit: auto (for each metric the one that predicts left-out runs best), or one of
    /// ridge, trees, effective-data, exponential, power, scheffe, log-quadratic, gp, stack,
    /// ensemble
    #[arg(long, default_value = AUTO, value_name = "NAME")]
    pub surrogate: String,
    /// Fit again without each part of the runs, so that predictions carry 90 % intervals (auto
    /// always does)
    #[arg(long)]
    pub intervals: bool,
    /// Metrics to fit [default: all]
    #[arg(long, value_delimiter = ',', value_name = "METRIC,…")]
    pub metric: Vec<String>,
    /// Parameter of the surrogate, such as iterations=500 or penalty=0.1
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    #[command(flatten)]
    pub import: Import,
}

#[derive(Debug, Args)]
pub struct Predict {
    /// A file that `mixlens fit` saved
    pub fit: PathBuf,
    /// Mixtures to predict: CSV with a column per domain, or a JSON mixture
    #[arg(long, required = true, value_name = "FILE")]
    pub mixtures: PathBuf,
    /// Where to write the predictions as CSV
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// Rows of proportions that sum to one within 0.01 only
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub row_sums: RowSums,
}

#[derive(Debug, Args)]
pub struct Score {
    /// A file that `mixlens fit` saved
    pub fit: PathBuf,
    /// The run table to score on
    #[arg(required = true)]
    pub runs: Vec<PathBuf>,
    #[command(flatten)]
    pub import: Import,
}

#[derive(Debug, Args)]
pub struct Compare {
    /// The run table
    #[arg(required = true)]
    pub runs: Vec<PathBuf>,
    /// Parts the runs are split into, each held out once [default: 5; as many as mixtures below 20]
    #[arg(long, value_name = "K")]
    pub folds: Option<usize>,
    /// How often to split them [default: 3 from 20 to 99 mixtures, else 1]
    #[arg(
        long,
        value_name = "N",
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000),
    )]
    pub repeats: Option<usize>,
    /// Accuracy alone: leave out the coverage of intervals and the learning curve, which take most
    /// of the time
    #[arg(long)]
    pub quick: bool,
    /// Surrogates to compare [default: all but `stack`, which takes long]
    #[arg(long = "surrogate", value_delimiter = ',', value_name = "NAME,…")]
    pub surrogates: Vec<String>,
    /// Metrics to compare on [default: all]
    #[arg(long, value_delimiter = ',', value_name = "METRIC,…")]
    pub metric: Vec<String>,
    /// Parameter of a surrogate, such as trees.iterations=500
    #[arg(long = "param", value_name = "SURROGATE.NAME=VALUE")]
    pub params: Vec<String>,
    #[command(flatten)]
    pub import: Import,
}

/// Bounds and supply.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Constraints")]
pub struct Limits {
    /// Least proportion of a domain
    #[arg(long, value_delimiter = ',', value_name = "DOMAIN=X,…")]
    pub lower: Vec<String>,
    /// Greatest proportion of a domain
    #[arg(long, value_delimiter = ',', value_name = "DOMAIN=X,…")]
    pub upper: Vec<String>,
    /// Unique tokens a domain has (1.2T, 300B, 5e9), as a list or a file of domain and tokens
    #[arg(long, requires = "training_tokens", value_name = "LIST|FILE")]
    pub unique_tokens: Vec<String>,
    /// Tokens the target run will see
    #[arg(long, requires = "unique_tokens", value_name = "N")]
    pub training_tokens: Option<String>,
    /// Most epochs over a domain's unique tokens
    #[arg(
        long,
        default_value_t = 4.0,
        requires = "unique_tokens",
        value_name = "K"
    )]
    pub max_epochs: f64,
    /// Linear constraint, such as "code <= 2*maths" or "web + books >= 0.5"; may repeat
    #[arg(long = "constraint", value_name = "TEXT")]
    pub constraints: Vec<String>,
}

/// Where sampled mixtures come from.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Sampling")]
pub struct Sampling {
    /// Distribution that mixtures are drawn from, around the natural mixture
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    pub prior: PriorName,
    /// Concentration of the `dirichlet` prior: small is near corners, large near the natural
    /// mixture
    #[arg(long, default_value_t = 1.0, value_name = "X")]
    pub concentration: f64,
    /// Natural weights: DOMAIN=WEIGHT,… or a file [default: what the input knows]
    #[arg(long, value_name = "LIST|FILE")]
    pub natural: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PriorName {
    /// RegMix's scheme: tempered natural mixture, strengths from 0.1 to 5
    #[default]
    Regmix,
    /// Dirichlet around the natural mixture
    Dirichlet,
    /// Every mixture equally likely
    Uniform,
    /// Scrambled Sobol sequence on the whole simplex
    Sobol,
}

#[derive(Debug, Args)]
pub struct Scalarisation {
    /// Metric to improve, with its weight among several [default: all, with equal weights]
    #[arg(long, value_delimiter = ',', value_name = "METRIC[=WEIGHT],…")]
    pub metric: Vec<String>,
    /// How several metrics become one number
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    pub objective: AimName,
}

/// Bounds on predicted metrics.
#[derive(Debug, Default, Args)]
pub struct MetricBounds {
    /// Bound on a metric, such as "general_loss <= baseline + 0.01"; may repeat
    #[arg(long = "bound", value_name = "TEXT")]
    pub bounds: Vec<String>,
    /// The baseline of bounds: DOMAIN=WEIGHT,… or a file [default: the natural mixture, or the mean
    /// of the runs]
    #[arg(long, requires = "bounds", value_name = "LIST|FILE")]
    pub baseline: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Propose {
    /// A file that `mixlens fit` saved
    pub fit: PathBuf,
    #[command(flatten)]
    pub aim: Scalarisation,
    #[command(flatten)]
    pub bounds: MetricBounds,
    /// Error of the fit: mixtures within this of the best objective count as equally good
    #[arg(long, default_value_t = 0.01, value_name = "X")]
    pub tolerance: f64,
    /// Simulate even where an exact search is possible
    #[arg(long)]
    pub simulate: bool,
    /// Mixtures to simulate (1000000, 1e8, 100M)
    #[arg(long, default_value = "1000000", value_name = "N")]
    pub samples: String,
    /// Best mixtures to average
    #[arg(long, default_value_t = 100, value_name = "K")]
    pub top: usize,
    /// Where to simulate; the result is that of the CPU
    #[arg(long, value_enum, default_value_t, value_name = "DEVICE")]
    pub device: DeviceName,
    /// Where to save the proposal as JSON
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub sampling: Sampling,
}

#[derive(Debug, Args)]
pub struct Survey {
    /// A file that `mixlens fit` saved
    pub fit: PathBuf,
    #[command(flatten)]
    pub aim: Scalarisation,
    #[command(flatten)]
    pub bounds: MetricBounds,
    /// Mixtures to simulate (1000000, 1e8, 100M)
    #[arg(long, default_value = "1000000", value_name = "N")]
    pub samples: String,
    /// Cells along each domain, 1 to 1024
    #[arg(long, default_value_t = 48, value_name = "N")]
    pub cells: usize,
    /// Two domains to count together, for `--json`
    #[arg(
        long,
        value_delimiter = ',',
        num_args = 1,
        value_name = "DOMAIN,DOMAIN"
    )]
    pub pair: Vec<String>,
    /// Where to simulate; counts differ by the few mixtures on the borders of cells
    #[arg(long, value_enum, default_value_t, value_name = "DEVICE")]
    pub device: DeviceName,
    /// Where to save the cells along the domains as CSV
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub sampling: Sampling,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DeviceName {
    /// A graphics processor where there is one and enough to do for it
    #[default]
    Auto,
    /// The CPU alone
    Cpu,
    /// A graphics processor, or a driver that computes on the CPU where that is all there is
    Gpu,
}

#[cfg(feature = "gpu")]
#[derive(Debug, Args)]
pub struct Bench {
    /// Files that `mixlens fit` saved [default: fits to made-up runs of 17 domains]
    pub fits: Vec<PathBuf>,
    /// Mixtures that every figure is from (1000000, 1e8, 100M)
    #[arg(long, default_value = "1000000", value_name = "N")]
    pub samples: String,
    /// Best mixtures to keep
    #[arg(long, default_value_t = 128, value_name = "K")]
    pub top: usize,
    /// Which graphics processor to time beside the CPU
    #[arg(long, value_enum, default_value_t, value_name = "DEVICE")]
    pub device: DeviceName,
    /// Peak of the graphics processor in 10¹² single-precision operations a second, to tell its
    /// share
    #[arg(long, value_name = "X")]
    pub peak: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AimName {
    /// Weighted mean
    #[default]
    Mean,
    /// The metric that changes for the worst against the natural mixture
    Minimax,
    /// Geometric mean of desirabilities: 1 at a metric's own best, 0 at its worst among the others'
    /// bests
    Desirability,
}

#[derive(Debug, Args)]
pub struct Pareto {
    /// A file that `mixlens fit` saved
    pub fit: PathBuf,
    /// Two or three metrics
    #[arg(
        long,
        required = true,
        num_args = 1..,
        value_delimiter = ',',
        value_name = "METRIC,METRIC[,METRIC]",
    )]
    pub metric: Vec<String>,
    #[command(flatten)]
    pub bounds: MetricBounds,
    /// Points of the front
    #[arg(long, default_value_t = 15, value_name = "N")]
    pub points: usize,
    /// Simulate even where an exact search is possible
    #[arg(long)]
    pub simulate: bool,
    /// Mixtures to simulate (1000000, 1e8, 100M)
    #[arg(long, default_value = "1000000", value_name = "N")]
    pub samples: String,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub sampling: Sampling,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// A file that `mixlens fit` saved
    pub fit: PathBuf,
    /// The mixture to look from: DOMAIN=WEIGHT,… or a file [default: the natural mixture, or the
    /// mean of the runs]
    #[arg(long, value_name = "LIST|FILE")]
    pub at: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Design {
    /// A file that `mixlens fit` saved; --next chooses the runs that improve it the most
    #[arg(requires = "next")]
    pub fit: Option<PathBuf>,
    /// How many runs to choose next for the fit
    #[arg(long, requires = "fit", value_name = "K")]
    pub next: Option<usize>,
    /// How to choose them
    #[arg(
        long,
        value_enum,
        default_value_t,
        requires = "next",
        value_name = "HOW",
        alias = "teach"
    )]
    pub acquisition: AcquisitionName,
    /// Mixtures to choose them from
    #[arg(long, default_value_t = 4096, requires = "next", value_name = "N")]
    pub pool: usize,
    /// The domains [default: those of the natural weights]
    #[arg(long, value_delimiter = ',', value_name = "DOMAIN,…")]
    pub domains: Vec<String>,
    /// How many mixtures
    #[arg(
        short = 'n',
        long = "count",
        default_value_t = 512,
        value_name = "N",
        value_parser = runs(),
    )]
    pub count: usize,
    /// Where to write the mixtures as CSV
    #[arg(long, short)]
    pub output: PathBuf,
    /// Resolution of proportions
    #[arg(long, default_value_t = 0.0002, value_name = "X")]
    pub step: f64,
    /// Kind of design
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    pub kind: DesignKind,
    /// Steps along each edge of a lattice design
    #[arg(long, default_value_t = 2, value_name = "Q")]
    pub degree: u32,
    /// Most domains in a centroid [default: all]
    #[arg(long, value_name = "N")]
    pub largest: Option<usize>,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub sampling: Sampling,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AcquisitionName {
    /// What suits the surrogates: variance where they state one, slopes for laws, maximin otherwise
    #[default]
    Auto,
    /// Farthest from the existing runs and from each other
    #[value(alias = "distance")]
    Maximin,
    /// CLIMB: some of the best predicted, drawn at random
    Climb,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DesignKind {
    /// Random mixtures from the prior
    #[default]
    Sampled,
    /// Scheffé's simplex lattice: every mixture with proportions in steps of 1/Q
    Lattice,
    /// Simplex centroids: every subset of domains in equal parts
    Centroid,
}

#[derive(Debug, Args)]
pub struct Proxy {
    /// Text of a domain: files or folders, comma separated; repeat for every domain
    #[arg(long = "domain", required = true, value_name = "NAME=PATH,…")]
    pub domains: Vec<String>,
    /// How many proxy runs
    #[arg(long, default_value_t = 256, value_name = "N", value_parser = runs())]
    pub runs: usize,
    /// Where to write the run table as CSV
    #[arg(long, short)]
    pub output: PathBuf,
    /// Longest n-gram, 1 to 6 bytes
    #[arg(long, default_value_t = 6, value_name = "N")]
    pub order: u8,
    /// Bytes every run is trained on (500k, 1M)
    #[arg(long, default_value = "1M", value_name = "N")]
    pub training_bytes: String,
    /// Mixtures to train on, instead of drawing them from the prior
    #[arg(long, value_name = "FILE")]
    pub mixtures: Option<PathBuf>,
    /// Where to write the bytes each domain has, as natural weights for `mixlens propose --natural`
    #[arg(long, value_name = "FILE")]
    pub unique_bytes: Option<PathBuf>,
    /// About how many bytes of each domain are held out to measure its loss
    #[arg(long, default_value = "50k", value_name = "N")]
    pub held_out_bytes: String,
    #[command(flatten)]
    pub sampling: Sampling,
}

#[cfg(feature = "tokenizer")]
#[derive(Debug, Args)]
pub struct Infer {
    /// A BPE tokenizer: tokenizer.json, merges.txt, .tiktoken, tekken.json, SentencePiece .model, …
    pub tokenizer: PathBuf,
    /// Text of a category: files, folders or tables of word counts, comma separated; repeat for
    /// every category
    #[arg(long = "category", value_name = "NAME=PATH,…")]
    pub categories: Vec<String>,
    /// Built-in categories beside those of --category, comma separated, or all [default: all
    /// without --category, none with it]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub builtin: Vec<String>,
    /// Add a category "other" for text of no kind that is named: all other built-in categories as
    /// one
    #[arg(long)]
    pub other: bool,
    /// Also tell what two cheap baselines say, which are not used: token classification and
    /// encoding efficiency
    #[arg(long)]
    pub baselines: bool,
    /// Merges to use, from the first of the tokenizer's own
    #[arg(
        long,
        default_value_t = 3000,
        value_name = "N",
        value_parser = RangedU64ValueParser::<usize>::new().range(1..),
    )]
    pub merges: usize,
    /// How text is cut into words, for files that do not say: gpt2, cl100k, o200k or a regular
    /// expression
    #[arg(long, value_name = "NAME|REGEX")]
    pub pretokenizer: Option<String>,
    /// The tokenizer that this one extends, or how many merges it has of it [default: recognised]
    #[arg(long, value_name = "FILE|N")]
    pub inherit: Option<String>,
    /// The field with the text, in JSON lines and Parquet [default: text, content or body]
    #[arg(long, value_name = "NAME")]
    pub text_field: Option<String>,
    /// Where to write the answer, a mixture file for every other command
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A number of runs that somebody could train.
fn runs() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1_000_000)
}
