//! The window as a user meets it: driven through its accessibility tree, drawn off-screen.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may unwrap and index"
)]

mod driver;
mod export;
mod journey;
mod lifecycle;
mod panels;
mod pictures;
mod researcher;
mod spoken;
mod tokenizer;
