//! Readers and writers of run tables, mixtures, token counts, tokenizers and trainers' configs.
//!
//! # How a run table is recognised
//!
//! One or more files, in any order, are joined by run id. Nothing depends on file names.
//!
//! 1. **Kind of file**, by content: Parquet by its first bytes, JSON (an object a line, or a list)
//!    by its first character, otherwise text with commas, semicolons or tabs, whichever the header
//!    has most of. Nested JSON, also in the cells of a CSV file, becomes dotted columns.
//! 2. **Shape.** With the columns `domain` and `proportion`, or `metric` and `value`, beside an id,
//!    a table is long: one row per run and domain or metric. Any other is wide: one row per run. A
//!    wide table whose `State` column holds the states of Weights & Biases is an export from there;
//!    runs that did not finish are left out.
//! 3. **Run ids**: the given column, or the first of `run_id`, `run id`, `run`, `index`, `id`,
//!    `name` and a column without header. A single file may do without; its rows are then numbered
//!    from 1.
//! 4. **Domains**: the given columns; or those with the prefix `train_`, `prop_`, `proportion_`
//!    or `ratio_`, or below `mixture`, `proportions`, `ratios`, `domains`, `weights` or
//!    `train_weights` in a nested record. Where no file has such a column, the neighbouring columns
//!    of numbers from 0 to 1 that sum to 1 within 0.01 in the largest number of rows.
//! 5. **Metrics**: the given columns; or those with the prefix `metric/`, `metrics/`, `loss_`,
//!    `eval/`, `valid_` or `val_`, or whose last word is that of a metric (`loss`, `ppl`, `bpb`,
//!    `acc`, `f1`, …). Where no file has such a column, every other numeric column. `config.` and
//!    bookkeeping columns (`seed`, `lr`, …) are neither.
//! 6. **Conditions**: the given columns, and those that give the model parameters (`params`,
//!    `model_size`, `size`, …), the training tokens (`tokens`, `train_tokens`, …) or the step
//!    (`step`, `global_step`, …) in numbers, with a suffix (70M, 10B) or a unit in the header
//!    (`tokens_B`) or neither. A run is known by its id and its conditions; files are joined by the
//!    id and the conditions that both have. See [`GroupChoice`] for files with several groups.
//! 7. **Names** lose affixes without further meaning: `train_the_pile_arxiv` is the domain
//!    `the_pile_arxiv`, `metric/the_pile_arxiv_val_loss` the metric `the_pile_arxiv_val_loss`.
//!    `loss_Github` stays as it is. [`find_domain`] and [`find_metric`] accept either spelling.
//! 8. **Direction**: lower is better, except for metrics with one of these last words (`acc`,
//!    `accuracy`, `f1`, `em`, `exact_match`, `score`, `bleu`, `rouge…`, `pass@k`, …); a notice
//!    lists those.
//!
//! Every row of proportions must sum to 1 within 0.01 and is rescaled; a domain that a record does
//! not list at all counts as zero. A metric's cell may be empty; every other cell must be a number.
//! Columns that are neither are named in a notice, and run ids that are repeated under the same
//! conditions are an error that names both lines: choose rows with [`ImportOptions::filters`].
//!
//! Runs of different sizes or at different steps are never mixed silently: of several groups the
//! largest complete one is read ([`mixlens_core::table::RunTable::largest_complete`]), and a notice
//! lists them.
//!
//! # Trainers' configs
//!
//! [`write_plan`] writes a training plan as a trainer's config, [`read_trainer_config`] reads one;
//! each [`TrainerFormat`] has one source file with both directions.
//!
//! # What is written
//!
//! [`mixtures_to_csv`], [`run_table_to_csv`] and [`predictions_to_csv`] make text;
//! [`write_atomically`] puts it on disk whole or not at all. This crate reads all of it.

mod arguments;
mod error;
pub mod limits;
mod linear_text;
mod names;
mod notice;
#[cfg(feature = "tokenizer")]
mod pretokenize;
mod read;
mod trainer;
mod write;

pub use arguments::{parse_number_pairs, parse_pairs, parse_token_count, parse_token_pairs};
pub use error::{Advice, ImportError, Place, Position, WriteError};
pub use linear_text::{parse_linear_constraint, parse_metric_bound};
pub use names::{find_domain, find_metric};
pub use notice::Notice;
#[cfg(feature = "tokenizer")]
pub use pretokenize::{NAMED_PATTERNS, Pretokenizer};
pub use read::{
    Encoding, FileLayout, FoundGroup, GroupChoice, ImportOptions, Imported, ImportedMixtures,
    Layout, LeftOut, NamedBytes, RejectedRow, Shape, Unmatched, import_mixtures, import_run_table,
    import_run_table_from_paths, import_run_table_under, import_token_counts, leave_out_rejected,
    looks_like_tokenizer, sample_files,
};
#[cfg(feature = "tokenizer")]
pub use read::{
    Inherited, SEGMENTS, SampleOptions, TokenizerFile, TokenizerKind, TokenizerNotice, WordColumn,
    read_categories, read_category, read_category_from_bytes, read_tokenizer, word_table_to_bytes,
};
pub use trainer::{
    ConfigPhase, ExportError, PhaseStart, PlanSheet, TrainerConfig, TrainerFormat, WeightKind,
    read_trainer_config, token_count_text, write_plan,
};
pub use write::{
    ColumnNames, FileTime, PredictedRow, PredictedValue, SaveOrder, SaveOutcome, cells_to_csv,
    check_writable, csv_cell_text, decimals_that_sum_to_one, html_text, inference_json,
    inference_warnings, is_misfit, json_text, line_text, markdown_text, mixtures_to_csv, modified,
    modified_secs, predictions_to_csv, quoted_text, run_table_to_csv, survey_to_csv, terminal_text,
    text_of_csv_cell, write_atomically, write_in_order, write_with_backup,
};
