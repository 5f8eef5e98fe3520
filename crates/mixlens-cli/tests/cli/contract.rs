//! What scripts may rely on: exit codes, streams, and the shape of the JSON.

use serde_json::Value;

use super::sandbox::{DOMAINS, Sandbox, runs};

const METRICS: [&str; 2] = ["code_val_loss", "web_val_loss"];

/// Asserts that `value` is an object with at least `keys`.
fn has(value: &Value, keys: &[&str]) {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("expected an object, found {value}"));
    for &key in keys {
        assert!(object.contains_key(key), "no {key:?} in {value}");
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[test]
fn score_prints_every_figure_of_every_metric() {
    let sandbox = Sandbox::with_fit();
    let found = sandbox.object(&["score", "fit.json", "runs.csv"]);
    assert_eq!(
        (keys(&found), &found["version"]),
        (
            vec!["conditions", "groups", "mean", "metrics", "version"],
            &1.into()
        )
    );
    assert_eq!(keys(&found["metrics"]), METRICS);
    for metric in METRICS {
        let score = &found["metrics"][metric];
        assert_eq!(
            keys(score),
            ["mae", "pearson", "r2", "rmse", "runs", "spearman"]
        );
        assert_eq!(score["runs"], 60);
        assert!(score["spearman"].as_f64().unwrap() > 0.8, "{score}");
    }
    has(
        &found["mean"],
        &["spearman", "pearson", "r2", "mae", "rmse"],
    );
}

#[test]
fn compare_prints_every_surrogate_and_the_verdict() {
    let sandbox = Sandbox::with_runs();
    let found = sandbox.object(&[
        "compare",
        "runs.csv",
        "--folds",
        "4",
        "--surrogate",
        "ridge,trees",
        "--param",
        "trees.iterations=50",
    ]);
    has(
        &found,
        &["version", "folds", "surrogates", "chosen", "tied"],
    );
    assert_eq!(found["folds"], 4);
    assert_eq!(keys(&found["surrogates"]), ["ridge", "trees"]);
    for surrogate in ["ridge", "trees"] {
        let entry = &found["surrogates"][surrogate];
        has(entry, &["metrics", "mean", "fit_seconds"]);
        for metric in METRICS {
            has(
                &entry["metrics"][metric],
                &["spearman", "rmse", "rmse_se", "coverage90"],
            );
        }
    }
    for metric in METRICS {
        assert!(["ridge", "trees"].contains(&found["chosen"][metric].as_str().unwrap()));
        assert!(found["tied"][metric].is_array());
    }
}

#[test]
fn predict_prints_a_row_per_mixture_with_the_numbers_of_its_file() {
    let sandbox = Sandbox::with_fit();
    let found = sandbox.object(&[
        "predict",
        "fit.json",
        "--mixtures",
        "mixtures.csv",
        "-o",
        "out.csv",
    ]);
    assert_eq!(keys(&found), ["rows", "version"]);
    let rows = found["rows"].as_array().unwrap();
    let file = sandbox.read("out.csv");
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(
        (rows.len(), lines.len(), lines[0]),
        (60, 61, "index,web_val_loss,code_val_loss,support")
    );
    for (row, line) in rows.iter().zip(&lines[1..]) {
        assert_eq!(keys(row), ["id", "metrics", "support"]);
        let value = |metric: &str| {
            has(&row["metrics"][metric], &["value", "interval"]);
            row["metrics"][metric]["value"].as_f64().unwrap().to_bits()
        };
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |at: usize| cells[at].parse::<f64>().unwrap().to_bits();
        assert_eq!(
            (row["id"].as_str(), row["support"].as_str()),
            (Some(cells[0]), Some(cells[3]))
        );
        assert_eq!(
            (value("web_val_loss"), value("code_val_loss")),
            (cell(1), cell(2)),
            "to the last bit"
        );
        assert!(["inside", "edge", "outside"].contains(&cells[3]));
    }
}

#[test]
fn propose_prints_what_it_saves() {
    let sandbox = Sandbox::with_fit();
    let args = [
        "propose",
        "fit.json",
        "--simulate",
        "--samples",
        "5000",
        "--top",
        "20",
        "--seed",
        "7",
        "-o",
        "out.json",
    ];
    let found = sandbox.object(&args);
    assert_eq!(found, sandbox.json("out.json"));
    let promised = [
        "version",
        "status",
        "mixture",
        "objective",
        "gap",
        "predicted",
        "spread",
        "samples",
        "seed",
        "device",
    ];
    has(&found, &promised);
    assert_eq!(
        (&found["status"], &found["gap"], &found["device"]),
        (&"best_found".into(), &Value::Null, &"cpu".into())
    );
    assert_eq!(
        (&found["samples"], &found["seed"]),
        (&5000.into(), &7.into())
    );
    has(&found["mixture"], &DOMAINS);
    for domain in DOMAINS {
        let ends: Vec<f64> = found["spread"][domain]
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_f64().unwrap())
            .collect();
        assert!(ends.len() == 2 && ends[0] <= ends[1], "{ends:?}");
    }
    for metric in METRICS {
        let predicted = &found["predicted"][metric];
        has(predicted, &["value", "interval", "versus"]);
        assert_eq!(keys(&predicted["versus"]), ["runs_mean", "uniform"]);
        has(&predicted["versus"]["uniform"], &["difference", "interval"]);
    }
    let exact = sandbox.object(&["propose", "fit.json"]);
    assert_eq!(exact["status"], "optimal");
    assert!(exact["gap"].as_f64().unwrap() < 1e-9, "{}", exact["gap"]);
    let natural = "web=6,code=1,books=2,wiki=1";
    let found = sandbox.object(&[
        "propose",
        "fit.json",
        "--samples",
        "500",
        "--natural",
        natural,
    ]);
    assert_eq!(
        keys(&found["predicted"]["web_val_loss"]["versus"]),
        ["natural", "uniform"]
    );
}

/// A sandbox with a third metric, and `three.json`, a law fitted to all.
fn desk_with_three_metrics() -> Sandbox {
    let sandbox = Sandbox::with_fit();
    let both = sandbox.read("runs.csv");
    let mut lines = both.lines();
    let mut text = format!("{},metric/books_val_loss", lines.next().unwrap());
    for (line, (parts, _)) in lines.zip(runs()) {
        text += &format!("\n{line},{}", 2.8 - 0.8 * parts[2].sqrt());
    }
    sandbox.write("three.csv", text);
    sandbox.done(&[
        "fit",
        "three.csv",
        "--surrogate",
        "effective-data",
        "-o",
        "three.json",
    ]);
    sandbox
}

#[test]
fn pareto_prints_a_certified_front_of_two_or_three_metrics() {
    let sandbox = desk_with_three_metrics();
    for (metrics, count) in [
        (&METRICS[..], 2),
        (&["code_val_loss", "web_val_loss", "books_val_loss"], 3),
    ] {
        let args = [
            "pareto",
            "three.json",
            "--metric",
            &metrics.join(","),
            "--points",
            "8",
        ];
        let found = sandbox.object(&args);
        has(
            &found,
            &["version", "metrics", "certified", "samples", "points"],
        );
        assert_eq!(
            (&found["certified"], &found["samples"]),
            (&true.into(), &0.into())
        );
        let points = found["points"].as_array().unwrap();
        assert_eq!(points.len(), 8);
        for point in points {
            has(
                point,
                &["weights", "values", "mixture", "certified", "status", "gap"],
            );
            has(&point["mixture"], &DOMAINS);
            assert_eq!(
                (keys(&point["weights"]).len(), keys(&point["values"]).len()),
                (count, count)
            );
            assert_eq!(
                (&point["certified"], &point["status"]),
                (&true.into(), &"optimal".into())
            );
            assert!(point["gap"].as_f64().unwrap() < 1e-9);
            assert_eq!(
                point.get("weight"),
                (count == 2).then(|| &point["weights"]["code_val_loss"])
            );
        }
        assert!(
            sandbox
                .done(&args)
                .stdout
                .contains("each a certified minimum of")
        );
    }
}

#[test]
fn pareto_says_when_a_front_is_not_certified() {
    let sandbox = desk_with_three_metrics();
    sandbox.done(&["fit", "three.csv", "--surrogate", "gp", "-o", "gp.json"]);
    let metrics = "code_val_loss,web_val_loss,books_val_loss";
    let common = [
        "--metric",
        metrics,
        "--points",
        "8",
        "--samples",
        "3000",
        "--seed",
        "3",
    ];
    for args in [
        ["pareto", "gp.json"].to_vec(),
        ["pareto", "three.json", "--simulate"].to_vec(),
    ] {
        let args = [&args[..], &common[..]].concat();
        let found = sandbox.object(&args);
        assert_eq!(
            (&found["certified"], &found["samples"], &found["seed"]),
            (&false.into(), &3000.into(), &3.into())
        );
        for point in found["points"].as_array().unwrap() {
            assert_eq!(
                (&point["certified"], &point["status"]),
                (&false.into(), &"best_found".into())
            );
            assert_eq!(
                (&point["weights"], &point["gap"]),
                (&Value::Null, &Value::Null)
            );
        }
        assert!(
            sandbox
                .done(&args)
                .stdout
                .contains("not certified: 8 of 3000 simulated mixtures")
        );
    }
    let one = sandbox.refused(&["pareto", "three.json", "--metric", "code_val_loss"]);
    assert_eq!(
        one,
        "--metric: expected two or three metrics separated by commas, found 1"
    );
}

#[test]
fn every_other_command_prints_one_object_too() {
    let sandbox = Sandbox::with_runs();
    has(
        &sandbox.object(&["fit", "runs.csv", "-o", "f.json"]),
        &["version", "domains", "runs", "metrics", "output"],
    );
    let found = sandbox.object(&["design", "--domains", "a,b,c", "-n", "8", "-o", "d.csv"]);
    assert_eq!(
        (&found["version"], &found["mixtures"]),
        (&1.into(), &8.into())
    );
}

#[test]
fn wrong_use_exits_with_two_and_writes_nothing() {
    let sandbox = Sandbox::with_fit();
    let before = sandbox.files();
    for args in [
        &[][..],
        &["nonsense"],
        &["fit", "runs.csv"],
        &["fit", "-o", "x.json"],
        &["predict", "fit.json"],
        &["score", "fit.json"],
        &["fit", "runs.csv", "-o", "x.json", "--no-such-option"],
        &["fit", "runs.csv", "-o", "x.json", "--threads", "0"],
        &["propose", "fit.json", "--prior", "nonsense"],
        &["propose", "fit.json", "--training-tokens", "1T"],
        &["propose", "fit.json", "--unique-tokens", "web=1T"],
        &["propose", "fit.json", "--top", "some"],
        &["compare", "runs.csv", "--repeats", "0"],
        &["compare", "runs.csv", "--repeats", "18446744073709551615"],
        &["design", "--domains", "a,b", "-n", "0", "-o", "x.csv"],
        &[
            "design",
            "--domains",
            "a,b",
            "-n",
            "100000000000",
            "-o",
            "x.csv",
        ],
        &[
            "proxy",
            "--domain",
            "a=runs.csv",
            "--runs",
            "0",
            "-o",
            "x.csv",
        ],
    ] {
        let ran = sandbox.run(args);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(2), ""),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("Usage: ") || ran.stderr.contains("--help"),
            "{args:?}: {}",
            ran.stderr
        );
    }
    assert_eq!(sandbox.files(), before);
}

#[test]
fn help_and_version_are_results() {
    let sandbox = Sandbox::empty();
    for command in [
        "fit", "predict", "score", "compare", "propose", "pareto", "explain", "design", "plan",
        "temper", "unimax", "check", "proxy", "survey", "bench", "demo",
    ] {
        let ran = sandbox.done(&[command, "--help"]);
        assert!(ran.stdout.contains(&format!("Usage: mixlens {command}")) && ran.stderr.is_empty());
    }
    assert!(sandbox.done(&["--version"]).stdout.starts_with("mixlens "));
}

#[test]
fn tables_go_to_stdout_and_notices_to_stderr() {
    let sandbox = Sandbox::with_fit();
    // A row that sums to 0.9999.
    sandbox.write(
        "off.csv",
        sandbox.read("runs.csv") + "\nlast,0.9999,0,0,0,2.1,2.5",
    );
    let ran = sandbox.done(&["score", "fit.json", "off.csv"]);
    assert!(
        ran.stdout.contains("Spearman")
            && ran.stdout.contains("web_val_loss")
            && !ran.stdout.contains("notice")
    );
    assert_eq!(
        ran.stderr,
        "notice: 1 row was rescaled to sum to 1 (sum 0.9999)\n"
    );
    assert!(
        !ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'),
        "no colours in a file"
    );
    let quiet = sandbox.done(&["score", "fit.json", "off.csv", "--quiet"]);
    assert_eq!((quiet.stdout, quiet.stderr.as_str()), (ran.stdout, ""));
    let json = sandbox.done(&["score", "fit.json", "off.csv", "--json"]);
    assert!(
        serde_json::from_str::<Value>(&json.stdout).is_ok() && json.stderr.contains("rescaled")
    );
}
