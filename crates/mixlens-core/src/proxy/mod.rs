//! N-gram language models as tiny proxy runs: from text alone to a run table in seconds.
//!
//! A proxy run draws a budget of bytes from every domain by mixture, reading a text again when it
//! runs out, counts its n-grams, and measures the loss on the held-out text of every domain in nats
//! per byte. The language model is a byte n-gram interpolated by Witten and Bell's rule:
//!
//! ```text
//! pₖ(b | h) = ( c(hb) + t(h) · pₖ₋₁(b | h′) ) / ( c(h) + t(h) )        p₋₁ = 1/256
//!
//! h      the last k bytes, h′ the same without the oldest one      k = 0 … order − 1
//! c(hb)  how often b followed h in training                        c(h) = Σ_b c(hb)
//! t(h)   how many different bytes followed h
//! ```
//! A context that training never saw has the probabilities of the shorter context. Each pₖ sums to
//! one over the 256 bytes because pₖ₋₁ does: Σ_b c(hb) = c(h) and Σ_b t(h) · pₖ₋₁(b | h′) = t(h).
//!
//! Source: Witten and Bell 1991, "The zero-frequency problem", IEEE Transactions on Information
//! Theory 37(4), method C, <https://doi.org/10.1109/18.87000>; interpolated as in Chen and Goodman
//! 1998, "An empirical study of smoothing techniques for language modeling", section 2.5. This rule
//! has no parameter to tune, and it is defined for any counts. Kneser–Ney takes the discounts from
//! the numbers of n-grams seen once or twice, and a text read twice has none that were seen once.
//!
//! # Why a run takes milliseconds
//! Only contexts that occur in held-out text can change a loss, and that set is the same for all
//! runs. So [`ProxyCorpus`] finds these contexts once, and maps every training byte to the longest
//! of its n-grams whose context is among them; shorter ones follow, because the suffix of such an
//! n-gram is one too. A run is then one increment for each training byte, one pass that adds every
//! n-gram's count to its suffix, and one division for each held-out n-gram. A hash table filled by
//! each run needs six look-ups for each training byte instead and repeats them for each run.
//!
//! Memory is 4 bytes for each training byte that a run can reach (the smaller of the text and the
//! budget), 8 for each distinct n-gram, and, for each run in progress, another 4 for each distinct
//! n-gram and 8 for each held-out one. While the index is built, it takes another 16 bytes for each
//! training byte.

mod blocks;
mod corpus;
mod index;
mod key;
mod params;
mod table;
#[cfg(test)]
mod tests;
mod witten_bell;

pub use blocks::BLOCK_BYTES;
pub use corpus::{ProxyCorpus, ProxyRun};
pub use params::{ProxyParams, ProxyValidParams};
pub use table::run_table;
