//! The command as a user or a script meets it; one file per promise.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may, and say what they skip"
)]

mod bad_input;
#[cfg(unix)]
mod cancel;
mod conditions;
mod contract;
mod count;
mod determinism;
mod devices;
mod doubts;
mod exact;
mod explain;
#[cfg(unix)]
mod fit_bombs;
#[cfg(target_os = "linux")]
mod full_disk;
mod hostile_names;
mod infer;
#[cfg(unix)]
mod limited;
mod next_runs;
#[cfg(unix)]
mod open;
mod plan;
mod released;
mod sandbox;
#[cfg(unix)]
mod scaling;
mod story;
#[cfg(unix)]
mod table_bombs;
#[cfg(unix)]
mod text_bombs;
mod wrong_numbers;
