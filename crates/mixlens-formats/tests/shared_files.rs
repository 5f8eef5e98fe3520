//! The published run tables, where the shared folder is at hand (`MIXLENS_SHARED`, or `shared`
//! beside the checkout).
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a skipped test must say so, and a helper of tests may unwrap"
)]

use std::path::{Path, PathBuf};

use mixlens_core::table::RunTable;
use mixlens_formats::{
    GroupChoice, ImportOptions, NamedBytes, Notice, import_mixtures, import_run_table_from_paths,
    run_table_to_csv,
};

/// The folder with the published tables; `None`, with a line printed, where it is not at hand.
fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("MIXLENS_SHARED")
        .map_or(beside, PathBuf::from)
        .join("data");
    if !folder.is_dir() {
        eprintln!(
            "skipped: no folder {}; set MIXLENS_SHARED to the folder with the published tables",
            folder.display()
        );
        return None;
    }
    Some(folder)
}

#[test]
fn the_published_regmix_pair_reads_in_either_order() {
    let Some(folder) = shared() else { return };
    let paths = [
        "regmix/train_mixture_1m.csv",
        "regmix/train_pile_loss_1m.csv",
    ]
    .map(|file| folder.join(file));
    let imported = import_run_table_from_paths(&paths, &ImportOptions::default()).unwrap();
    let table = &imported.table;
    assert_eq!(
        (table.len(), table.domains().len(), table.metrics().len()),
        (512, 17, 13)
    );
    assert_eq!(table.domains().names()[0], "the_pile_arxiv");
    assert_eq!(
        table.metrics().as_slice()[0].name,
        "the_pile_arxiv_val_loss"
    );
    let first = table.runs().next().unwrap();
    assert_eq!(
        (first.id, first.values[0]),
        ("1", Some(7.025_586_605_072_021_5))
    );
    match &imported.notices[..] {
        [
            Notice::NotSummingToOne {
                rows,
                lowest,
                highest,
                rescaled: true,
            },
        ] => {
            assert_eq!(*rows, table.rescaled());
            assert!((0.996..1.0).contains(lowest) && (1.0..1.0031).contains(highest));
        }
        other => panic!("{other:?}"),
    }
    let [mixtures, losses] = paths;
    let turned =
        import_run_table_from_paths(&[losses, mixtures], &ImportOptions::default()).unwrap();
    assert_eq!(&turned.table, table);
}

#[test]
fn the_published_regmix_table_survives_being_written() {
    let Some(folder) = shared() else { return };
    let paths = ["regmix/test_mixture_1m.csv", "regmix/test_pile_loss_1m.csv"]
        .map(|file| folder.join(file));
    let table = import_run_table_from_paths(&paths, &ImportOptions::default())
        .unwrap()
        .table;
    let text = run_table_to_csv(&table);
    let again = mixlens_formats::import_run_table(
        &[NamedBytes::new("again.csv", text)],
        &ImportOptions::default(),
    );
    let again = again.unwrap().table;
    assert_eq!((table.len(), again.len()), (256, 256));
    for (run, copy) in table.runs().zip(again.runs()) {
        assert_eq!((run.id, run.values), (copy.id, copy.values));
        for (part, copy) in run.parts.iter().zip(copy.parts) {
            assert_eq!(part.to_bits(), copy.to_bits());
        }
    }
}

#[test]
fn the_published_mixtures_read_over_their_own_domains() {
    let Some(folder) = shared() else { return };
    let file = NamedBytes::read(folder.join("regmix/test_mixture_1m.csv")).unwrap();
    let read = import_mixtures(&file, None).unwrap();
    assert_eq!(read.mixtures.len(), 256);
    let domains = std::sync::Arc::clone(read.mixtures[0].1.domains());
    assert_eq!(import_mixtures(&file, Some(&domains)).unwrap(), read);
}

/// The runs of the mixing-laws table that the options choose, and the notices.
fn mixing_laws(options: &ImportOptions) -> Option<(RunTable, Vec<Notice>)> {
    let path = [shared()?.join("mixinglaws/5mix_runs.csv")];
    let imported = import_run_table_from_paths(&path, options).unwrap();
    Some((imported.table, imported.notices))
}

#[test]
fn of_the_mixing_laws_table_the_largest_complete_group_is_read() {
    let Some((table, notices)) = mixing_laws(&ImportOptions::default()) else {
        return;
    };
    assert_eq!(
        (table.len(), table.domains().len(), table.metrics().len()),
        (26, 5, 22)
    );
    assert_eq!(table.domains().names()[0], "academic");
    assert_eq!(table.metrics().as_slice()[0].name, "loss_ArXiv");
    let at = table.common_conditions().to_string();
    assert_eq!(at, "parameters=410M, step=30000");
    let texts: Vec<String> = notices.iter().map(Notice::to_string).collect();
    let taken = texts
        .iter()
        .find(|text| text.contains("groups of runs found"));
    let taken = taken.unwrap_or_else(|| panic!("{texts:?}"));
    assert!(
        taken.contains("found: parameters=410M, step=30000 (26 runs); parameters=410M, step=27000")
            && taken.ends_with(
                "more; the first was read, the largest complete one, and 1399 runs were left out"
            ),
        "{taken}"
    );
}

#[test]
fn of_the_mixing_laws_table_a_group_is_chosen_by_conditions_or_by_a_row_filter() {
    let filter = |column: &str, value: &str| (column.to_owned(), value.to_owned());
    let by_filter = ImportOptions {
        filters: vec![filter("step", "10000"), filter("size", "70M")],
        ..ImportOptions::default()
    };
    let by_conditions = ImportOptions {
        group: GroupChoice::At("size=70M,step=10k".parse().unwrap()),
        ..ImportOptions::default()
    };
    let tables = mixing_laws(&by_filter).zip(mixing_laws(&by_conditions));
    let Some(((filtered, _), (chosen, _))) = tables else {
        return;
    };
    assert_eq!(filtered.len(), 26);
    assert_eq!(filtered, chosen);
    assert_eq!(filtered.run(0).unwrap().id, "70M_5Mix_0");
}
