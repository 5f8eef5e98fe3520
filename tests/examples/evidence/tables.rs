//! The published run tables, and the surrogates compared on them.

use std::path::Path;

use mixlens_core::compute::CounterStream;
use mixlens_core::fit::SurrogateParams;
use mixlens_core::table::RunTable;
use mixlens_formats::{ImportOptions, import_run_table_from_paths};

/// One of the tables of RegMix: "train" or "test".
pub fn regmix(folder: &Path, part: &str) -> anyhow::Result<RunTable> {
    let paths = [
        format!("{part}_mixture_1m.csv"),
        format!("{part}_pile_loss_1m.csv"),
    ]
    .map(|file| folder.join(file));
    Ok(import_run_table_from_paths(&paths, &ImportOptions::default())?.table)
}

/// `count` runs of a table, drawn without replacement.
pub fn subset(table: &RunTable, count: usize, seed: u64) -> RunTable {
    let mut order: Vec<usize> = (0..table.len()).collect();
    CounterStream::new(seed, 0).shuffle(&mut order);
    order.truncate(count);
    order.sort_unstable();
    table.select(&order)
}

/// The tables of Data Mixing Laws with their names: last checkpoint, one table per model size.
pub fn mixing_laws(folder: &Path) -> anyhow::Result<Vec<(String, RunTable)>> {
    let last = "step=30000";
    let listed = [
        ("5mix_runs.csv", vec!["size=70M", last]),
        ("5mix_runs.csv", vec!["size=160M", last]),
        ("5mix_runs.csv", vec!["size=305M", last]),
        ("5mix_runs.csv", vec!["size=410M", last]),
        ("2mix_runs.csv", vec!["size=70M", last]),
        ("2mix_runs.csv", vec!["size=160M", last]),
        ("ct_runs.csv", vec!["step=10000"]),
    ];
    let read = |(file, filters): (&str, Vec<&str>)| -> anyhow::Result<(String, RunTable)> {
        let split = |filter: &&str| {
            filter
                .split_once('=')
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        };
        let options = ImportOptions {
            filters: filters.iter().filter_map(split).collect(),
            ..ImportOptions::default()
        };
        let name = format!(
            "{} {}",
            file.trim_end_matches("_runs.csv"),
            filters[0].trim_start_matches("size=")
        );
        Ok((
            name,
            import_run_table_from_paths(&[folder.join(file)], &options)?.table,
        ))
    };
    listed.into_iter().map(read).collect()
}

/// The parameters of a surrogate, by the name in the tables.
pub fn surrogate(name: &str, pairs: &[(&str, &str)]) -> anyhow::Result<SurrogateParams> {
    let pairs: Vec<(String, String)> = pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Ok(SurrogateParams::named(name, &pairs)?)
}

/// LightGBM with settings for few runs: 6 leaves, 3 runs a leaf, 800 steps of 0.03 (the trees of
/// Mixlens make the same predictions).
pub fn trees_for_few_runs() -> anyhow::Result<SurrogateParams> {
    let pairs = [
        ("leaves", "6"),
        ("min_data_in_leaf", "3"),
        ("learning_rate", "0.03"),
        ("iterations", "800"),
    ];
    surrogate("trees", &pairs)
}

/// The indices of all metrics.
pub fn all_metrics(table: &RunTable) -> Vec<usize> {
    (0..table.metrics().len()).collect()
}
