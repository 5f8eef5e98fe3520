//! Tokenizer inference: the mixture of categories that a BPE tokenizer was trained on.
//!
//! A [`MergeList`] holds the content of a tokenizer file, a [`Category`] the counts of a sample of
//! text. BPE training picks the most frequent pair at every step, so each merge of the list
//! constrains the proportions of the categories. Source: Hayase et al. 2024, "Data Mixture
//! Inference: What do BPE Tokenizers Reveal about their Training Data?", arXiv 2407.16607.

mod category;
mod chain;
mod count;
mod efficiency;
mod evidence;
mod infer;
mod isotonic;
mod merge_list;
mod pair_counts;
mod program;
mod ranks;
mod resample;
mod sweep;
mod word_table;

pub use category::{Category, Counts, WordCounts, Words};
pub use efficiency::encoding_efficiency;
pub use infer::{Inference, InferredCategory, infer};
pub use merge_list::{Merge, MergeList, TokenId, Units};
pub use pair_counts::PairCounts;
pub use ranks::{CleanedMerges, RecoveredMerges, SpelledMerge, clean_merges, merges_from_ranks};

#[cfg(test)]
mod tests;
