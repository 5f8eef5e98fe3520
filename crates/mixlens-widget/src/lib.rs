//! The logic of the custom element `<mix-lens>`: all values that the element shows of a surrogate
//! file, without drawing.
//!
//! The page loads it as WebAssembly, in two modules of this crate:
//!
//! | feature | exports | loaded |
//! |---|---|---|
//! | `calculator` | [`calculator`]: predictions, sliders, proposals, export, state | always |
//! | `fitter` | `fitter`: fits a run table, writes a surrogate file | for run tables only |
//!
//! All types that are shared with TypeScript are in [`wire`], and the TypeScript types are
//! generated from them. Every error is a value; the page treats a trap (a bug, or no memory left)
//! as the end of the instance.

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
