//! Shared by every long computation: control, executors, and reproducible random numbers.

mod control;
mod counter;
mod elementary;
mod executor;
mod kernel;
mod single;
mod status;

pub use control::{Control, Progress, Stage};
pub(crate) use counter::halves;
pub use counter::{CounterStream, philox4x32};
pub use elementary::{cos_tau, exp, ln, pow};
#[cfg(feature = "rayon")]
pub use executor::RayonExecutor;
pub use executor::{Executor, Sequential, both, map_tasks, try_map_tasks};
pub(crate) use kernel::{Kernel, best_name, run_on_best};
#[cfg(feature = "simd")]
pub(crate) use single::{exp2_single, log2_of_single, log2_single};
pub use status::{SolveReport, Status};
