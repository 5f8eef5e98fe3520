//! Runs of several sizes and checkpoints: which are one run, and which are read.
#![expect(clippy::unwrap_used, reason = "a helper of tests may unwrap")]

use mixlens_core::table::{Conditions, RunTable};
use mixlens_formats::{
    GroupChoice, ImportError, ImportOptions, Imported, NamedBytes, Notice, import_mixtures,
    import_run_table, run_table_to_csv,
};

fn try_import(files: &[(&str, &str)], options: &ImportOptions) -> Result<Imported, ImportError> {
    let files: Vec<NamedBytes> = files
        .iter()
        .map(|(name, text)| NamedBytes::new(*name, *text))
        .collect();
    import_run_table(&files, options)
}

fn import(files: &[(&str, &str)], options: &ImportOptions) -> Imported {
    try_import(files, options).unwrap_or_else(|error| panic!("{error}"))
}

fn at(list: &str) -> ImportOptions {
    ImportOptions {
        group: GroupChoice::At(list.parse().unwrap()),
        ..ImportOptions::default()
    }
}

fn all() -> ImportOptions {
    ImportOptions {
        group: GroupChoice::All,
        ..ImportOptions::default()
    }
}

/// Ids, conditions and the first metric.
fn runs(table: &RunTable) -> Vec<(String, String, Option<f64>)> {
    let run = |run: mixlens_core::table::Run<'_>| {
        let value = run.values.first().copied().flatten();
        (run.id.to_owned(), run.conditions.to_string(), value)
    };
    table.runs().map(run).collect()
}

fn texts(imported: &Imported) -> Vec<String> {
    imported.notices.iter().map(Notice::to_string).collect()
}

/// Three mixtures at 70M, two at 1B; the third lacks a metric at 70M.
const SIZES: &str = "run,size,prop_a,prop_b,loss_a,loss_b\n\
    s0,70M,0.5,0.5,3.0,3.1\ns1,70M,0.2,0.8,3.2,3.3\ns2,70M,0.1,0.9,3.4,\n\
    l0,1B,0.5,0.5,2.0,2.1\nl1,1B,0.2,0.8,2.2,2.3\n";

#[test]
fn a_table_with_sizes_takes_the_largest_complete_group_and_says_so() {
    let imported = import(&[("w", SIZES)], &ImportOptions::default());
    let ids: Vec<&str> = imported.table.runs().map(|run| run.id).collect();
    assert_eq!(ids, ["s0", "s1", "s2"]);
    assert_eq!(
        imported.table.common_conditions().to_string(),
        "parameters=70M"
    );
    assert_eq!(
        texts(&imported),
        [
            "2 groups of runs found: parameters=70M (3 runs); parameters=1B (2 runs); the first \
             was read, the largest complete one, and 2 runs were left out"
        ]
    );
    let groups: Vec<_> = imported
        .groups
        .iter()
        .map(|group| (group.runs, group.is_complete, group.is_taken))
        .collect();
    assert_eq!(groups, [(3, true, true), (2, true, false)]);
    // With one more gap the small group is not complete.
    let gaps = SIZES.replace("3.2,3.3", "3.2,");
    let imported = import(&[("w", &gaps)], &ImportOptions::default());
    let ids: Vec<&str> = imported.table.runs().map(|run| run.id).collect();
    assert_eq!(ids, ["l0", "l1"]);
}

#[test]
fn a_group_is_chosen_by_its_conditions() {
    let imported = import(&[("w", SIZES)], &at("parameters=1000M"));
    assert_eq!(imported.table.len(), 2);
    assert_eq!(texts(&imported), ["2 of 5 runs at parameters=1B were kept"]);
    let together = import(&[("w", SIZES)], &all());
    assert_eq!(together.table.len(), 5);
    assert_eq!(
        texts(&together),
        ["2 groups of runs were read together: parameters=70M (3 runs); parameters=1B (2 runs)"]
    );
    assert_eq!(together.table.noise_floor(0), None);
    assert_eq!(together.table.near_duplicates(), []);
}

#[test]
fn conditions_that_no_run_has_are_an_error_that_lists_the_groups() {
    for list in ["parameters=2B", "step=5", "lr=0.1"] {
        let refused = try_import(&[("w", SIZES)], &at(list)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!(
                "expected runs at {}, found 2 groups: parameters=70M (3 runs); parameters=1B (2 \
                 runs)",
                list.parse::<Conditions>().unwrap()
            )
        );
    }
    let plain = "run,prop_a,prop_b,loss_a\nx,0.5,0.5,3\n";
    let refused = try_import(&[("w", plain)], &at("step=5")).unwrap_err();
    assert!(
        refused
            .to_string()
            .ends_with("no condition that differs between them")
    );
}

const MIXTURES: (&str, &str) = ("m", "run,prop_a,prop_b\nx,0.5,0.5\ny,0.2,0.8\n");

#[test]
fn a_metrics_table_with_a_row_a_step_joins_the_mixtures_by_id() {
    let wide = "run,step,loss_a\nx,1000,3\ny,1000,3.5\nx,2000,2\ny,2000,2.5\n";
    let long = "run,step,metric,value\nx,1000,loss_a,3\ny,1000,loss_a,3.5\n\
                x,2000,loss_a,2\ny,2000,loss_a,2.5\n";
    let wandb = wide.replace("step", "_step");
    for metrics in [wide, long, &wandb] {
        for files in [[MIXTURES, ("v", metrics)], [("v", metrics), MIXTURES]] {
            let imported = import(&files, &ImportOptions::default());
            let run =
                |id: &str, step: &str, loss| (id.to_owned(), format!("step={step}"), Some(loss));
            let expected = [run("x", "2000", 2.0), run("y", "2000", 2.5)];
            assert_eq!(runs(&imported.table), expected, "{metrics}");
            let first = import(&files, &at("step=1000")).table;
            assert_eq!(runs(&first), [run("x", "1000", 3.0), run("y", "1000", 3.5)]);
            assert_eq!(first.run(1).unwrap().parts, [0.2, 0.8]);
            assert_eq!(import(&files, &all()).table.len(), 4);
        }
    }
}

#[test]
fn files_join_by_the_conditions_that_both_have() {
    let mixtures = ("m", "run,size,prop_a,prop_b\nx,70M,0.5,0.5\nx,1B,0.2,0.8\n");
    let metrics = "run,params,step,loss_a\nx,1e9,1,2.5\nx,70e6,1,3.5\nx,1e9,2,2\nx,70e6,2,3\n";
    let imported = import(&[mixtures, ("v", metrics)], &all());
    let found: Vec<_> = imported
        .table
        .runs()
        .map(|run| (run.conditions.to_string(), run.parts[0], run.values[0]))
        .collect();
    let expected = [
        ("parameters=70M, step=1".to_owned(), 0.5, Some(3.5)),
        ("parameters=70M, step=2".to_owned(), 0.5, Some(3.0)),
        ("parameters=1B, step=1".to_owned(), 0.2, Some(2.5)),
        ("parameters=1B, step=2".to_owned(), 0.2, Some(2.0)),
    ];
    assert_eq!(found, expected);
    // Metrics of two files are of one run where the conditions that both have are equal.
    let more = ("n", "run,step,params,loss_b\nx,2,70M,9\nx,2,1B,8\n");
    let united = import(&[mixtures, ("v", metrics), more], &at("step=2,size=1B"));
    assert_eq!(united.table.run(0).unwrap().values, [Some(2.0), Some(8.0)]);
}

#[test]
fn rows_between_which_another_file_does_not_choose_are_refused() {
    let mixtures = ("m", "run,size,prop_a,prop_b\nx,70M,0.5,0.5\nx,1B,0.2,0.8\n");
    let refused = try_import(&[mixtures, ("v", "run,loss_a\nx,3\n")], &all()).unwrap_err();
    let message = refused.to_string();
    assert!(
        message.starts_with(
            "\"m\", line 3: expected each run id once, found \"x\" here and at \"m\", line 2; \
             the other file has no column"
        ),
        "{message}"
    );
    let steps = ("v", "run,step,loss_a\nx,1,3\nx,2,2\n");
    let last = ("w", "run,loss_b\nx,0.5\n");
    for files in [[MIXTURES, steps, last], [MIXTURES, last, steps]] {
        let refused = try_import(&files, &all()).unwrap_err().to_string();
        assert!(
            refused.contains("no column to choose one of the two"),
            "{refused}"
        );
    }
}

#[test]
fn files_of_which_one_has_a_constant_step_join_by_id_as_before() {
    let steps = ("v", "run,step,loss_a\nx,100,3\ny,100,2\n");
    let scores = ("w", "run,loss_b\ny,0.25\nx,0.5\n");
    let imported = import(&[MIXTURES, steps, scores], &ImportOptions::default());
    assert!(imported.notices.is_empty(), "{:?}", texts(&imported));
    let values: Vec<_> = imported
        .table
        .runs()
        .map(|run| run.values.to_vec())
        .collect();
    assert_eq!(values, [[Some(3.0), Some(0.5)], [Some(2.0), Some(0.25)]]);
    assert_eq!(imported.table.common_conditions().step(), Some(100.0));
}

#[test]
fn ids_repeated_under_other_conditions_are_no_duplicates_and_under_the_same_are() {
    let text = "run,step,prop_a,prop_b,loss_a\nx,1,0.5,0.5,3\nx,2,0.5,0.5,2\n";
    assert_eq!(import(&[("w", text)], &all()).table.len(), 2);
    let repeated = format!("{text}x,2e0,0.5,0.5,2.5\n");
    let message = try_import(&[("w", &repeated)], &all())
        .unwrap_err()
        .to_string();
    assert!(
        message.starts_with(
            "\"w\", line 4, column `run`: expected each run id once, found \"x (step=2)\" here \
             and at \"w\", line 3, column `run`"
        ),
        "{message}"
    );
    let two = [
        ("w", text),
        ("v", "run,step,prop_a,prop_b,loss_a\nx,2,0.5,0.5,2\n"),
    ];
    let message = try_import(&two, &all()).unwrap_err().to_string();
    assert!(message.contains("found \"x (step=2)\" here"), "{message}");
    // A mixture has an id alone.
    let refused = import_mixtures(&NamedBytes::new("w", text), None).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("expected each id once, found \"x\" here")
    );
}

#[test]
fn a_column_is_made_a_condition_by_its_name_or_on_request() {
    let text = "run,warmth,train_tokens_B,step,note,prop_a,prop_b,loss_a\n\
                x,0.5,1.2,500,1,0.5,0.5,3\ny,0.5,1.2,500,one,0.2,0.8,2\n\
                z,0.7,1.2,500,2,0.5,0.5,3\nu,0.7,1.2,500,2,0.2,0.8,2\n";
    let imported = import(&[("w", text)], &ImportOptions::default());
    assert_eq!(imported.table.domains().names(), ["a", "b"]);
    let common = imported.table.common_conditions();
    assert_eq!(common.to_string(), "tokens=1.2B, step=500");
    let asked = |columns: &[&str], group| ImportOptions {
        conditions: columns.iter().map(|&name| name.to_owned()).collect(),
        group,
        ..ImportOptions::default()
    };
    let imported = import(&[("w", text)], &asked(&["warmth"], GroupChoice::Largest));
    let ids: Vec<&str> = imported.table.runs().map(|run| run.id).collect();
    assert_eq!(ids, ["z", "u"], "{:?}", texts(&imported));
    let layout = imported.layout.to_string();
    assert!(
        layout.contains(", conditions tokens, step, warmth, joined"),
        "{layout}"
    );
    for (column, message) in [
        (
            "note",
            "column `note`: expected a number, the value of a condition, found \"one\"",
        ),
        ("heat", "\"heat\" (asked for as a condition)"),
    ] {
        let refused = try_import(&[("w", text)], &asked(&[column], GroupChoice::All));
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(message), "{refused}");
    }
    let twice = "run,step,global_step,prop_a,prop_b,loss_a\nx,1,1,0.5,0.5,3\n";
    let both = asked(&["step", "global_step"], GroupChoice::All);
    let refused = try_import(&[("w", twice)], &both).unwrap_err().to_string();
    assert!(
        refused.contains("found \"step\" and \"global_step\" for \"step\""),
        "{refused}"
    );
}

#[test]
fn a_step_that_only_counts_log_lines_makes_no_groups() {
    let text = "Name,State,_step,prop_a,prop_b,loss_a\nx,finished,10,0.5,0.5,3\n\
                y,finished,10,0.2,0.8,2\nz,finished,9,0.1,0.9,2.5\nu,finished,9,0.3,0.7,2\n";
    let imported = import(&[("w", text)], &ImportOptions::default());
    assert_eq!(imported.table.len(), 4);
    assert!(imported.table.known_conditions().is_empty());
}

#[test]
fn conditions_that_differ_from_run_to_run_are_named_and_read_together() {
    let text = "run,tokens,prop_a,prop_b,loss_a\nx,1001,0.5,0.5,3\ny,1002,0.2,0.8,2\n\
                z,1003,0.1,0.9,2.5\n";
    let imported = import(&[("w", text)], &ImportOptions::default());
    assert_eq!(imported.table.len(), 3);
    assert_eq!(
        texts(&imported),
        ["1 condition differs from run to run (tokens); the 3 runs were read together"]
    );
}

#[test]
fn text_in_a_size_makes_it_no_condition() {
    let text = "run,size,prop_a,prop_b,loss_a\nx,small,0.5,0.5,3\nx,large,0.5,0.5,2\n";
    let message = try_import(&[("w", text)], &all()).unwrap_err().to_string();
    assert!(message.contains("the rows differ in \"size\""), "{message}");
}

#[test]
fn a_written_run_table_keeps_its_conditions() {
    let text = "run,size,step,prop_a,prop_b,loss_a\nx,70M,1,0.5,0.5,3\nx,70M,2,0.5,0.5,2\n\
                y,,2,0.2,0.8,2.5\n";
    let table = import(&[("w", text)], &all()).table;
    let written = run_table_to_csv(&table);
    assert!(
        written.starts_with("run_id,parameters,step,train_a"),
        "{written}"
    );
    assert_eq!(import(&[("again", &written)], &all()).table, table);
}

#[test]
fn numbers_of_each_domain_are_no_conditions_of_the_run() {
    let plan = "run,domain,proportion,training_tokens,epochs\n\
                early,web,0.8,800,0.4\nearly,code,0.2,200,1.5\n\
                late,web,0.5,500,0.3\nlate,code,0.5,500,3\n";
    let read = import_mixtures(&NamedBytes::new("plan.csv", plan), None).unwrap();
    let ids: Vec<&str> = read.mixtures.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["early", "late"]);
    assert_eq!(read.mixtures[0].1.parts(), [0.8, 0.2]);
}
