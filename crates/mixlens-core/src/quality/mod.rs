//! The quality of tokens: what filters and rewrites leave of a supply.

mod filtering;
mod rewritten;

pub use filtering::{Filtered, break_even_loss, filtered};
pub use rewritten::{Rewritten, rewritten};
