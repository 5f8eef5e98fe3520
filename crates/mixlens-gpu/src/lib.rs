//! Simulation of mixtures on graphics processors.
//!
//! A [`Gpu`] draws mixtures from the core's stream of random numbers, predicts their objective and
//! keeps the best, all on the device and in single precision; only the best come back. It meets the
//! core's [`Accelerator`](mixlens_core::search::Screener), so that the core draws and predicts
//! those anew and has the last word: nothing here is a result by itself.
//!
//! | file | holds |
//! |---|---|
//! | `gpu` | the device: which, with which limits, and what went wrong on it |
//! | `shared` | one device for all jobs, opened when the first of them wants it |
//! | `lower` | surrogates, objective and sampler as numbers and steps |
//! | `kernel` | the kernels in WGSL, one file each |
//! | `plan` | how many samples go through the kernels together |
//! | `screen` | the loop over chunks |
//! | `platform` | what differs in browsers: clock and waiting |

mod error;
mod gpu;
mod kernel;
mod lower;
mod plan;
mod platform;
mod screen;
mod shared;

pub use error::GpuError;
pub use gpu::{Adapters, Gpu};
#[cfg(not(target_arch = "wasm32"))]
pub use platform::expect_no_desktop;
pub use shared::{ForSimulation, SharedGpu};
