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
//! | [`optim`] | solvers: interior point, least squares, smooth minima |
//! | [`simplex`] | domains, mixtures, locks, constraints, projection, sampling, designs |
//! | [`table`] | metrics and run tables |
//! | [`stats`] | correlations, errors, splits |
//! | [`fit`] | surrogates (ridge, trees, laws, polynomials, Gaussian process), the saved set |
//! | [`search`] | objectives, simulation, proposals |
//! | [`proxy`] | n-gram language models as tiny proxy runs |
//! | [`tokenizer`] | inference of the mixture behind a BPE tokenizer |
//! | [`supply`] | caps, epochs, repetition, temperature and UniMax sampling, units |
//! | [`law`] | laws over tokens, model size and repetition |
//! | [`plan`] | training plans: phases, lengths, checks |
//! | [`quality`] | what filters and rewrites leave of a supply |
//! | [`published`] | published figures |

pub mod compute;
mod error;
mod excerpt;
pub mod fit;
pub mod law;
mod numbers;
pub mod optim;
pub mod plan;
pub mod proxy;
pub mod published;
pub mod quality;
pub mod search;
pub mod simplex;
pub mod stats;
pub mod supply;
pub mod table;
pub mod tokenizer;

pub use error::CoreError;
pub use excerpt::{MAX_EXCERPT_CHARS, MAX_LISTED, brief, excerpt, listed, listed_as, shown};
