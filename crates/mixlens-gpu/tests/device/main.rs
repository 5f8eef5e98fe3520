//! The device against the CPU: the same mixtures, the same predictions within single precision, the
//! same best.
//!
//! Any adapter is enough, also a driver that computes on the CPU; without one these tests print
//! that they were skipped, and pass.
#![expect(
    clippy::print_stderr,
    reason = "a skipped test prints that it was skipped"
)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may unwrap and index"
)]

#[macro_use]
mod checks;
mod failures;
mod lost;
mod parity;
mod runs;
mod selection;
mod survey;

use std::sync::OnceLock;

use mixlens_gpu::{Adapters, Gpu};

/// A device that all tests share, or `None` with a message.
fn gpu() -> Option<&'static Gpu> {
    static SHARED: OnceLock<Option<Gpu>> = OnceLock::new();
    SHARED.get_or_init(open_gpu).as_ref()
}

/// Opens a device that no other test shares.
fn open_gpu() -> Option<Gpu> {
    match Gpu::open_now(Adapters::Any) {
        Ok(gpu) => {
            report(&format!("tested on {}", gpu.name()));
            Some(gpu)
        }
        Err(problem) => {
            report(&format!(
                "SKIPPED: {problem}; install mesa-vulkan-drivers to test the kernels without a \
                graphics processor"
            ));
            None
        }
    }
}

/// Prints a measurement of a check.
fn report(text: &str) {
    eprintln!("{text}");
}

macro_rules! tests {
    ($($module:ident::$check:ident,)*) => {
        $(
            #[test]
            fn $check() {
                if let Some(gpu) = gpu() {
                    pollster::block_on($module::$check(gpu));
                }
            }
        )*
    };
}
for_each_check!(tests);
