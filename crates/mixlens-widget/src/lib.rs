//! The logic of the custom element `<mix-lens>`: what it shows of one surrogate file, without
//! drawing any of it.
//!
//! The page loads it as WebAssembly, in two modules of this crate:
//!
//! | feature | exports | loaded |
//! |---|---|---|
//! | `calculator` | [`Calculator`](calculator::Calculator): predictions, sliders, proposals, export, state | always |
//! | `fitter` | [`Fitter`](fitter::Fitter): a run table becomes a surrogate file | for run tables only |
//!
//! What crosses the border to TypeScript is in [`wire`], which writes the types there too. Every
//! error is a value; the page treats a trap (a bug, or no memory left) as the end of the instance.

pub mod calculator;
mod error;
#[cfg(feature = "fitter")]
pub mod fitter;
mod lists;
mod proposal;
mod saved;
mod views;
pub mod wire;

pub use error::WidgetError;

#[cfg(feature = "calculator")]
mod calculator_exports;
#[cfg(feature = "fitter")]
mod fitter_exports;
#[cfg(test)]
mod tests;
