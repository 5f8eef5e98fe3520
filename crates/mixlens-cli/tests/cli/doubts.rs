//! `fit` says which fits to believe less, and why; a sound fit makes no noise.

use std::fmt::Write;

use super::sandbox::{Sandbox, runs};

#[test]
fn a_sound_fit_says_nothing_and_reports_how_it_went() {
    let sandbox = Sandbox::with_runs();
    for (surrogate, laws) in [
        ("effective-data", &["effective-data"][..]),
        ("ensemble", &["effective-data"]),
        ("scheffe", &["scheffe"]),
        ("trees", &[]),
    ] {
        let args = [
            "fit",
            "runs.csv",
            "--surrogate",
            surrogate,
            "-o",
            "fit.json",
        ];
        assert_eq!(sandbox.done(&args).stderr, "", "{surrogate}");
        let reports = &sandbox.object(&args)["metrics"]["web_val_loss"]["reports"];
        assert_eq!(
            reports.as_object().unwrap().keys().collect::<Vec<_>>(),
            laws
        );
        for law in laws {
            assert_eq!(
                (&reports[law]["runs"], &reports[law]["converged"]),
                (&60.into(), &true.into())
            );
        }
    }
    let args = [
        "fit",
        "runs.csv",
        "--surrogate",
        "effective-data",
        "-o",
        "fit.json",
    ];
    let report = &sandbox.object(&args)["metrics"]["code_val_loss"]["reports"]["effective-data"];
    assert_eq!(
        (
            &report["starts"],
            &report["reached_best"],
            &report["free_parameters"]
        ),
        (&3.into(), &3.into(), &11.into())
    );
}

#[test]
fn fewer_runs_than_parameters_are_a_notice_for_all_metrics_at_once() {
    let sandbox = Sandbox::with_runs();
    let few: Vec<String> = sandbox
        .read("runs.csv")
        .lines()
        .take(9)
        .map(str::to_owned)
        .collect();
    sandbox.write("few.csv", few.join("\n"));
    let args = [
        "fit",
        "few.csv",
        "--surrogate",
        "effective-data",
        "-o",
        "fit.json",
    ];
    let said = "notice: \"web_val_loss\" and 1 other metric: effective-data has 8 free parameters \
               on 8 runs; below 10 runs its \
                penalty determines part of the fit\n";
    assert_eq!(sandbox.done(&args).stderr, said);
    assert_eq!(sandbox.done(&[&args[..], &["--quiet"]].concat()).stderr, "");
}

#[test]
fn metrics_with_gaps_tell_how_many_runs_are_left() {
    let sandbox = Sandbox::empty();
    let mut table =
        "run,train_web,train_code,train_books,train_wiki,metric/web_val_loss,metric/code_val_loss"
            .to_owned();
    for (row, ([web, code, books, wiki], [of_web, of_code])) in runs().into_iter().enumerate() {
        let of_code = if row < 35 {
            of_code.to_string()
        } else {
            String::new()
        };
        write!(
            table,
            "\nr{row},{web},{code},{books},{wiki},{of_web},{of_code}"
        )
        .unwrap();
    }
    sandbox.write("gaps.csv", table);
    let said = sandbox
        .done(&[
            "fit",
            "gaps.csv",
            "--surrogate",
            "effective-data",
            "-o",
            "fit.json",
        ])
        .stderr;
    assert_eq!(
        said,
        "notice: \"code_val_loss\": fitted only to the runs with a value, at least 35 of 60\n"
    );
}
