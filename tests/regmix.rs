//! The published run tables of RegMix, if available.
#![expect(
    clippy::print_stderr,
    reason = "a skipped test prints that it was skipped"
)]

use std::path::{Path, PathBuf};

use mixlens_core::compute::CounterStream;
use mixlens_core::table::{RowSums, RunTable, RunTableBuilder};
use mixlens_formats::{ImportOptions, import_run_table_from_paths};

/// The folder with the published tables; `None`, with a printed line, if it does not exist.
pub fn folder() -> Option<PathBuf> {
    let sibling = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("MIXLENS_SHARED")
        .map_or(sibling, PathBuf::from)
        .join("data/regmix");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no folder {}; set MIXLENS_SHARED to the folder with the published tables",
        folder.display()
    );
    None
}

/// The runs of "train" or "test".
pub fn runs(folder: &Path, part: &str, row_sums: RowSums) -> RunTable {
    let paths = [
        format!("{part}_mixture_1m.csv"),
        format!("{part}_pile_loss_1m.csv"),
    ]
    .map(|file| folder.join(file));
    import_run_table_from_paths(
        &paths,
        &ImportOptions {
            row_sums,
            ..ImportOptions::default()
        },
    )
    .unwrap()
    .table
}

/// `count` of the 512 training runs, chosen with a fixed seed; rows are rescaled to sum to one.
pub fn some_runs(folder: &Path, count: usize) -> RunTable {
    let all = runs(folder, "train", RowSums::Rescale);
    let mut order: Vec<usize> = (0..all.len()).collect();
    CounterStream::new(0, 0).shuffle(&mut order);
    let mut some = RunTableBuilder::new(
        all.domains().clone(),
        all.metrics().clone(),
        RowSums::Rescale,
    );
    for run in order
        .into_iter()
        .take(count)
        .filter_map(|row| all.runs().nth(row))
    {
        some.push(run.id, run.parts, run.values).unwrap();
    }
    some.finish()
}
