//! `design FIT --next K`: the runs that improve a fit the most, by every way of choosing.

use super::sandbox::Sandbox;

/// The proportions of a written design, row after row.
fn rows(sandbox: &Sandbox, name: &str) -> Vec<Vec<f64>> {
    let file = sandbox.read(name);
    let mut lines = file.lines();
    assert_eq!(
        lines.next(),
        Some("index,train_web,train_code,train_books,train_wiki")
    );
    lines
        .map(|line| {
            line.split(',')
                .skip(1)
                .map(|cell| cell.parse().unwrap())
                .collect()
        })
        .collect()
}

#[test]
fn every_way_of_choosing_writes_different_mixtures_within_the_limits() {
    let sandbox = Sandbox::with_laws();
    for (surrogate, acquisition, chosen_by) in [
        ("effective-data", "auto", "sensitivity"),
        ("effective-data", "distance", "distance"),
        ("effective-data", "climb", "climb"),
        ("gp", "auto", "variance"),
        ("trees", "auto", "distance"),
    ] {
        sandbox.done(&[
            "fit",
            "runs.csv",
            "--surrogate",
            surrogate,
            "-o",
            "fit.json",
        ]);
        let args = [
            "design",
            "fit.json",
            "--next",
            "4",
            "--acquisition",
            acquisition,
            "--pool",
            "200",
            "-o",
            "next.csv",
        ];
        let args = [
            &args[..],
            &[
                "--upper",
                "web=0.4",
                "--constraint",
                "code <= wiki",
                "--step",
                "0.01",
            ],
        ]
        .concat();
        let found = sandbox.object(&args);
        assert_eq!(
            (&found["mixtures"], &found["chosen_by"]),
            (&4.into(), &chosen_by.into()),
            "{surrogate}"
        );
        let rows = rows(&sandbox, "next.csv");
        assert_eq!(rows.len(), 4);
        for (place, row) in rows.iter().enumerate() {
            assert!(
                (row.iter().sum::<f64>() - 1.0).abs() < 1e-9 && row[0] <= 0.4 && row[1] <= row[3],
                "{row:?}"
            );
            assert!(
                row.iter()
                    .all(|part| (100.0 * part - (100.0 * part).round()).abs() < 1e-9),
                "{row:?}"
            );
            assert!(!rows[..place].contains(row), "{rows:?}");
        }
    }
}

#[test]
fn the_same_seed_chooses_the_same_runs() {
    let sandbox = Sandbox::with_laws();
    for acquisition in ["auto", "climb"] {
        let choose = |threads: &str, seed: &str| {
            let args = [
                "design",
                "law.json",
                "--next",
                "4",
                "--acquisition",
                acquisition,
                "--pool",
                "200",
                "-o",
                "next.csv",
            ];
            sandbox.done(&[&args[..], &["--threads", threads, "--seed", seed]].concat());
            sandbox.read("next.csv")
        };
        assert_eq!(choose("1", "3"), choose("2", "3"), "{acquisition}");
        // Laws learn most at the corners, whatever the pool; CLIMB draws.
        assert_eq!(choose("1", "3") == choose("1", "4"), acquisition == "auto");
    }
}

#[test]
fn climb_prefers_what_is_predicted_best() {
    let sandbox = Sandbox::with_laws();
    let mean = |acquisition: &str| {
        sandbox.done(&[
            "design",
            "law.json",
            "--next",
            "8",
            "--teach",
            acquisition,
            "--pool",
            "400",
            "-o",
            "next.csv",
        ]);
        let found = sandbox.object(&["predict", "law.json", "--mixtures", "next.csv"]);
        let rows = found["rows"].as_array().unwrap();
        let value = |metric: &str| -> f64 {
            rows.iter()
                .map(|row| row["metrics"][metric]["value"].as_f64().unwrap())
                .sum()
        };
        (value("web_val_loss") + value("code_val_loss")) / 16.0
    };
    assert!(mean("climb") < mean("distance") - 0.1);
}

#[test]
fn wrong_input_is_named_and_nothing_is_written() {
    let sandbox = Sandbox::with_laws();
    let step = "parameter `step`: expected 1 divided by a whole number";
    for (args, expected) in [
        (
            &["law.json", "--next", "0"][..],
            "parameter `next`: expected at least 1, and no more than the different mixtures",
        ),
        (&["law.json", "--next", "9", "--pool", "5"], "found 9 of 5"),
        (&["law.json", "--next", "2", "--pool", "0"], "found 2 of 0"),
        (&["law.json", "--next", "2", "--step", "0.3"], step),
        (
            &["law.json", "--next", "2", "--lower", "maths=0.1"],
            "no domain is called \"maths\"",
        ),
        (
            &["law.json", "--next", "2", "--lower", "web=0.8,code=0.5"],
            "lower bounds sum to 1.3, more than 1",
        ),
        (
            &["runs.csv", "--next", "2"],
            "name a file that `mixlens fit` saved, found \"runs.csv\"",
        ),
    ] {
        let found = sandbox.refused(&[&["design"], args, &["-o", "next.csv"]].concat());
        assert!(found.contains(expected), "{args:?}: {found}");
    }
    // Used to overwrite the fit with the design.
    let found = sandbox.refused(&["design", "law.json", "--next", "2", "-o", "law.json"]);
    assert!(
        found.contains("the output would replace an input"),
        "{found}"
    );
    for args in [
        &["design", "law.json", "-o", "x.csv"][..],
        &["design", "--next", "3", "-o", "x.csv"],
        &[
            "design",
            "--domains",
            "a,b",
            "--acquisition",
            "climb",
            "-o",
            "x.csv",
        ],
        &[
            "design",
            "law.json",
            "--next",
            "3",
            "--acquisition",
            "guess",
            "-o",
            "x.csv",
        ],
    ] {
        assert_eq!(sandbox.run(args).code, Some(2), "{args:?}");
    }
}
