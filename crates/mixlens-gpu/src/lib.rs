//! Simulation of mixtures on graphics processors.
//!
//! A [`Gpu`] draws mixtures from the core's stream of random numbers, predicts their objective and
//! keeps the best, all on the device and in single precision; only the best are read back. It
//! implements the [`Accelerator`](mixlens_core::search::Accelerator) of the core, which draws and
//! predicts the best again in double precision: results always come from the core.
//!
//! | file | holds |
//! |---|---|
//! | `gpu` | the device: adapter, limits and faults |
//! | `shared` | one device for all jobs, opened at first use |
//! | `lower` | surrogates, objective and sampler as numbers and steps |
//! | `kernel` | the kernels in WGSL, one file each |
//! | `plan` | the number of samples per chunk |
//! | `screen` | the loop over chunks |
//! | `platform` | differences in browsers: clock and waiting |

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
