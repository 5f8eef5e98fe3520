//! The saved study, `*.mixlens.json`: its text, autosave and backup, and recovery after a crash.

mod disk;
mod kind;
mod recovery;
mod saved;
#[cfg(test)]
mod tests;

pub use disk::{find_recovery, open_study, read_study, save_autosave, save_study};
pub use kind::FileKind;
pub use recovery::{FoundFile, Recovery, autosave_path, backup_path, recovery};
pub use saved::{SavedStudy, parse_study};
