//! The mathematics of Mixlens: what a data mixture does to a language model.
//!
//! Values in, values out: this crate reads no files, starts no threads, reads no clock and draws
//! nothing on a screen. Randomness is a seed, threads are provided by a [`compute::Executor`],
//! progress and cancellation by a [`compute::Control`].
//!
//! Modules are ordered; each uses only those before it:
//!
//! | module | holds |
//! |---|---|
//! | [`compute`] | control, executors, the counter-based generator, elementary functions |
//! | [`convex`] | the interior-point method behind exact searches and projections |
//! | [`simplex`] | domains, mixtures, locks, constraints, projection, sampling, designs |
//! | [`table`] | metrics and run tables |
//! | [`stats`] | correlations, errors, splits |
//! | [`fit`] | surrogates (ridge, trees, laws, polynomials, Gaussian process), the saved set |
//! | [`search`] | objectives, simulation, proposals |
//! | [`proxy`] | n-gram language models as tiny proxy runs |
//! | [`tokenizer`] | inference of the mixture behind a BPE tokenizer |
//! | [`schedule`] | training plans: epochs, phases, repetition, sampling rules |

pub mod compute;
pub mod convex;
mod error;
mod excerpt;
pub mod fit;
pub mod proxy;
pub mod schedule;
pub mod search;
pub mod simplex;
pub mod stats;
pub mod table;
pub mod tokenizer;

pub use error::CoreError;
pub use excerpt::{MAX_EXCERPT_CHARS, MAX_LISTED, brief, excerpt, listed, listed_as, shown};
