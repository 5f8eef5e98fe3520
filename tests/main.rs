//! Tests across crates, one file per promise.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may unwrap and index"
)]

mod compare_promises;
mod evidence_promises;
mod exact_search;
mod house_rules;
mod regmix;
mod regmix_parity;
mod released;
mod search_promises;
mod surrogate_file;
mod synthetic;
mod tokenizer_cases;
