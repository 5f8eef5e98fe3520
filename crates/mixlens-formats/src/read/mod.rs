//! Reading: bytes to sheets of text cells, sheets to blocks of numbers, blocks to run tables and
//! mixtures.

mod block;
mod condition_columns;
mod cover;
mod csv_sheet;
mod gather;
mod groups;
mod join;
mod json_sheet;
mod json_text;
mod layout;
mod long;
mod mixtures;
mod number;
mod options;
mod pace;
#[cfg(feature = "parquet")]
mod parquet_pages;
#[cfg(feature = "parquet")]
mod parquet_sheet;
mod rank_array;
mod rejected;
mod roles;
mod run_table;
#[cfg(feature = "tokenizer")]
mod sample;
mod sample_files;
mod sheet;
mod source;
mod sum_rule;
mod text;
#[cfg(feature = "parquet")]
mod thrift;
mod token_counts;
#[cfg(feature = "tokenizer")]
mod tokenizer;
mod tokenizer_mark;
mod wandb;

pub use groups::FoundGroup;
pub(crate) use groups::groups_text;
pub use layout::{FileLayout, Layout, Shape};
pub use mixtures::{ImportedMixtures, import_mixtures};
pub use options::{GroupChoice, ImportOptions, Unmatched};
pub use rejected::{LeftOut, RejectedRow, leave_out_rejected};
pub use run_table::{
    Imported, import_run_table, import_run_table_from_paths, import_run_table_under,
};
#[cfg(feature = "tokenizer")]
pub use sample::{
    SEGMENTS, SampleOptions, WordColumn, read_categories, read_category, read_category_from_bytes,
    word_table_to_bytes,
};
pub use sample_files::sample_files;
pub use sheet::Encoding;
pub use source::NamedBytes;
pub(crate) use text::decode;
pub use token_counts::import_token_counts;
#[cfg(feature = "tokenizer")]
pub use tokenizer::{Inherited, TokenizerFile, TokenizerKind, TokenizerNotice, read_tokenizer};
pub use tokenizer_mark::looks_like_tokenizer;
