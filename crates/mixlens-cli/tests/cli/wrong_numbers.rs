//! Options with values that make no sense get a message that names the option or the name, and
//! never a crash.

use super::sandbox::Sandbox;

#[test]
fn an_unknown_name_lists_those_there_are() {
    let sandbox = Sandbox::with_fit();
    for (args, expected) in [
        (
            &["propose", "fit.json", "--metric", "x"][..],
            "no metric is called \"x\"; known are web_val_loss, code_val_loss",
        ),
        (
            &["propose", "fit.json", "--lower", "x=0.1"],
            "no domain is called \"x\"; known are web, code, books, wiki",
        ),
        (
            &["fit", "runs.csv", "-o", "x", "--surrogate", "gbm"],
            "no surrogate is called \"gbm\"; known are ridge, trees",
        ),
        (
            &[
                "fit",
                "runs.csv",
                "-o",
                "x",
                "--surrogate",
                "trees",
                "--param",
                "foo=1",
            ],
            "unknown field `foo`, expected one of `iterations`",
        ),
        (
            &["compare", "runs.csv", "--param", "foo=1"],
            "--param: expected SURROGATE.NAME=VALUE with one of ridge, trees",
        ),
    ] {
        let found = sandbox.refused(args);
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn a_name_given_twice_is_refused() {
    let sandbox = Sandbox::with_fit();
    for args in [
        // Used to be saved as a fit that could not be loaded again.
        &[
            "fit",
            "runs.csv",
            "-o",
            "x",
            "--metric",
            "web_val_loss,web_val_loss",
        ][..],
        &[
            "fit",
            "runs.csv",
            "-o",
            "x",
            "--metric",
            "web_val_loss",
            "--metric",
            "metric/web_val_loss",
        ],
        &[
            "compare",
            "runs.csv",
            "--metric",
            "web_val_loss,web_val_loss",
        ],
        &["compare", "runs.csv", "--surrogate", "ridge,ridge"],
        &[
            "propose",
            "fit.json",
            "--metric",
            "web_val_loss,web_val_loss",
        ],
        &[
            "propose",
            "fit.json",
            "--natural",
            "web=1,web=2,code=1,books=1,wiki=1",
        ],
        &["design", "--domains", "a,a", "-o", "x"],
    ] {
        let found = sandbox.refused(args);
        assert!(
            found.contains("once") || found.contains("twice"),
            "{args:?}: {found}"
        );
    }
}

#[test]
fn a_number_that_is_none_names_its_option() {
    let sandbox = Sandbox::with_fit();
    sandbox.write("text.txt", "x".repeat(100_000));
    for (args, expected) in [
        (
            &["propose", "fit.json", "--samples", "many"][..],
            "--samples: expected a count such as",
        ),
        (
            &["propose", "fit.json", "--samples=-5"],
            "--samples: expected a count such as",
        ),
        (
            &["propose", "fit.json", "--samples", "0"],
            "parameter `samples`: expected at least 1, found 0",
        ),
        (
            &["propose", "fit.json", "--top", "0"],
            "parameter `top`: expected at least 1, found 0",
        ),
        (
            &["propose", "fit.json", "--lower", "web"],
            "--lower: expected DOMAIN=X, found \"web\"",
        ),
        (
            &["propose", "fit.json", "--lower", "web=x"],
            "--lower: expected a number for \"web\", found \"x\"",
        ),
        (
            &["propose", "fit.json", "--metric", "web_val_loss=x"],
            "--metric: expected a weight for \"web_val_loss\"",
        ),
        (
            &["propose", "fit.json", "--metric", "web_val_loss=-1"],
            "parameter `weight`: expected a finite number above 0",
        ),
        (
            &["propose", "fit.json", "--natural", "none.csv"],
            "--natural, which takes DOMAIN=WEIGHT,… or a file: cannot read",
        ),
        (
            &["propose", "fit.json", "--natural", "web=1"],
            "--natural has no weight for domain \"code\"",
        ),
        (
            &[
                "fit",
                "runs.csv",
                "-o",
                "x",
                "--surrogate",
                "trees",
                "--param",
                "iterations=0",
            ],
            "parameter `iterations`: expected a number from 1 to 100000, found 0",
        ),
        (
            &[
                "fit",
                "runs.csv",
                "-o",
                "x",
                "--surrogate",
                "gp",
                "--param",
                "inputs",
            ],
            "--param: expected NAME=VALUE",
        ),
        (
            &["fit", "runs.csv", "-o", "x", "--param", "penalty=1"],
            "--param: expected none with the surrogate auto",
        ),
        (
            &["compare", "runs.csv", "--folds", "1"],
            "parameter `folds`: expected at least 2 folds",
        ),
        (
            &["compare", "runs.csv", "--folds", "61"],
            "found 61 folds for 60 distinct mixtures",
        ),
        (
            &["design", "--domains", "a,b", "--step", "0.3", "-o", "x"],
            "parameter `step`: expected 1 divided by a whole number",
        ),
        (
            &["proxy", "--domain", "a=text.txt", "--order", "7", "-o", "x"],
            "parameter `order`: expected a number of bytes from 1 to 6",
        ),
        (
            &[
                "proxy",
                "--domain",
                "a=text.txt",
                "--training-bytes",
                "1e30",
                "-o",
                "x",
            ],
            "--training-bytes: expected a count",
        ),
        (
            &["proxy", "--domain", "a", "-o", "x"],
            "--domain: expected NAME=PATH, found \"a\"",
        ),
    ] {
        let found = sandbox.refused(args);
        assert!(found.contains(expected), "{args:?}: {found}");
    }
}

#[test]
fn an_empty_domain_name_is_refused() {
    let sandbox = Sandbox::empty();
    sandbox.write("text.txt", "x".repeat(100_000));
    for args in [
        &["design", "--domains", "a,,b", "-o", "x"][..],
        &[
            "proxy",
            "--domain",
            "=text.txt",
            "--domain",
            "b=text.txt",
            "-o",
            "x",
        ],
    ] {
        assert_eq!(
            sandbox.refused(args),
            "a domain name is empty; give each domain a name"
        );
    }
}

#[test]
fn a_list_longer_than_the_samples_keeps_all_of_them() {
    let sandbox = Sandbox::with_runs();
    sandbox.done(&[
        "fit",
        "runs.csv",
        "--surrogate",
        "trees",
        "--param",
        "iterations=20",
        "-o",
        "fit.json",
    ]);
    for top in ["1000", "18446744073709551615"] {
        let proposal = sandbox.object(&[
            "propose",
            "fit.json",
            "--simulate",
            "--samples",
            "10",
            "--top",
            top,
        ]);
        assert_eq!(
            (&proposal["samples"], &proposal["top"]),
            (&10.into(), &10.into())
        );
    }
    assert_eq!(
        sandbox.object(&["propose", "fit.json", "--samples", "1"])["top"],
        1
    );
}

#[test]
fn a_table_over_other_domains_names_those_that_differ() {
    let sandbox = Sandbox::with_fit();
    sandbox.write(
        "other.csv",
        sandbox.read("runs.csv").replace("train_wiki", "train_law"),
    );
    assert_eq!(
        sandbox.refused(&["score", "fit.json", "other.csv"]),
        "expected a run table with the domains of the fit, found others; only in the fit: \
        \"wiki\"; only in the table: \"law\""
    );
    let found = sandbox.refused(&[
        "predict",
        "fit.json",
        "--mixtures",
        "other.csv",
        "-o",
        "out.csv",
    ]);
    assert!(
        found.contains(
            "no domain is called \"law\"; known are \"web\", \"code\", \"books\", \"wiki\""
        ),
        "{found}"
    );
}

#[test]
fn two_domains_and_three_hundred_are_as_good_as_four() {
    let sandbox = Sandbox::empty();
    for width in [2, 300] {
        let header: String = (0..width)
            .map(|domain| format!(",train_d{domain}"))
            .collect();
        let row = |run: usize| -> String {
            let first = run % 41;
            let cells = (0..width).map(|domain| match domain {
                0 => format!(",{}", first as f64 / 40.0),
                _ if domain == 1 + run % (width - 1) => format!(",{}", 1.0 - first as f64 / 40.0),
                _ => ",0".to_owned(),
            });
            format!(
                "\nr{run}{},{}",
                cells.collect::<String>(),
                3.0 - (first as f64 / 40.0).sqrt()
            )
        };
        sandbox.write(
            "runs.csv",
            format!(
                "run{header},web_loss{}",
                (0..320).map(row).collect::<String>()
            ),
        );
        for surrogate in ["ridge", "trees"] {
            let fit = [
                "fit",
                "runs.csv",
                "--surrogate",
                surrogate,
                "-o",
                "fit.json",
            ];
            sandbox.done(&fit);
            let proposal = sandbox.object(&[
                "propose",
                "fit.json",
                "--samples",
                "3000",
                "-o",
                "proposal.json",
            ]);
            assert_eq!(proposal["mixture"].as_object().unwrap().len(), width);
            sandbox.done(&["predict", "fit.json", "--mixtures", "proposal.json"]);
            for file in ["fit.json", "proposal.json"] {
                std::fs::remove_file(sandbox.path(file)).unwrap();
            }
        }
    }
}

#[test]
fn a_comparison_leaves_out_a_surrogate_that_needs_more_runs_unless_it_was_asked_for() {
    let sandbox = Sandbox::with_runs();
    let few: Vec<String> = sandbox
        .read("runs.csv")
        .lines()
        .take(1 + 20)
        .map(str::to_owned)
        .collect();
    sandbox.write("few.csv", few.join("\n"));
    let ran = sandbox.done(&["compare", "few.csv"]);
    assert!(
        ran.stdout.contains("\n ridge ") && !ran.stdout.contains("\n trees "),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains(
        "notice: a surrogate was left out: metric \"web_val_loss\": trees needs at least 40 runs"
    ));
    assert!(
        sandbox
            .refused(&["compare", "few.csv", "--surrogate", "trees"])
            .contains("trees needs at least 40 runs")
    );
    sandbox.write("few.csv", few[..4].join("\n"));
    assert!(
        sandbox
            .refused(&["compare", "few.csv", "--folds", "2"])
            .contains("ridge needs at least")
    );
}
