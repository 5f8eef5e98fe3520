//! What scripts may rely on: exit codes, streams, and the shape of the JSON.

use serde_json::Value;

use super::desk::{DOMAINS, Desk};

const METRICS: [&str; 2] = ["code_val_loss", "web_val_loss"];

/// Asserts that `value` is an object with at least `keys`.
fn has(value: &Value, keys: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("expected an object, found {value}"));
    for &key in keys {
        assert!(object.contains_key(key), "no {key:?} in {value}");
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn score_prints_every_figure_of_every_metric() {
    let desk = Desk::with_fit();
    let found = desk.object(&["score", "fit.json", "runs.csv"]);
    assert_eq!((keys(&found), &found["version"]), (vec!["mean", "metrics", "version"], &1.into()));
    assert_eq!(keys(&found["metrics"]), METRICS);
    for metric in METRICS {
        let score = &found["metrics"][metric];
        assert_eq!(keys(score), ["mae", "pearson", "r2", "rmse", "runs", "spearman"]);
        assert_eq!(score["runs"], 60);
        assert!(score["spearman"].as_f64().unwrap() > 0.8, "{score}");
    }
    has(&found["mean"], &["spearman", "pearson", "r2", "mae", "rmse"]);
}

#[test]
fn compare_prints_every_surrogate_and_the_verdict() {
    let desk = Desk::with_runs();
    let found = desk.object(&[
        "compare",
        "runs.csv",
        "--folds",
        "4",
        "--surrogate",
        "ridge,trees",
        "--param",
        "trees.iterations=50",
    ]);
    has(&found, &["version", "folds", "surrogates", "chosen", "tied"]);
    assert_eq!(found["folds"], 4);
    assert_eq!(keys(&found["surrogates"]), ["ridge", "trees"]);
    for surrogate in ["ridge", "trees"] {
        let entry = &found["surrogates"][surrogate];
        has(entry, &["metrics", "mean", "fit_seconds"]);
        for metric in METRICS {
            has(&entry["metrics"][metric], &["spearman", "rmse", "rmse_se", "coverage90"]);
        }
    }
    for metric in METRICS {
        assert!(["ridge", "trees"].contains(&found["chosen"][metric].as_str().unwrap()));
        assert!(found["tied"][metric].is_array());
    }
}

#[test]
fn predict_prints_a_row_per_mixture_with_the_numbers_of_its_file() {
    let desk = Desk::with_fit();
    let found = desk.object(&["predict", "fit.json", "--mixtures", "mixtures.csv", "-o", "out.csv"]);
    assert_eq!(keys(&found), ["rows", "version"]);
    let rows = found["rows"].as_array().unwrap();
    let file = desk.read("out.csv");
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!((rows.len(), lines.len(), lines[0]), (60, 61, "index,web_val_loss,code_val_loss,support"));
    for (row, line) in rows.iter().zip(&lines[1..]) {
        assert_eq!(keys(row), ["id", "metrics", "support"]);
        let value = |metric: &str| {
            has(&row["metrics"][metric], &["value", "interval"]);
            row["metrics"][metric]["value"].as_f64().unwrap().to_bits()
        };
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |at: usize| cells[at].parse::<f64>().unwrap().to_bits();
        assert_eq!((row["id"].as_str(), row["support"].as_str()), (Some(cells[0]), Some(cells[3])));
        assert_eq!((value("web_val_loss"), value("code_val_loss")), (cell(1), cell(2)), "to the last bit");
        assert!(["inside", "edge", "outside"].contains(&cells[3]));
    }
}

#[test]
fn propose_prints_what_it_saves() {
    let desk = Desk::with_fit();
    let args =
        ["propose", "fit.json", "--simulate", "--samples", "5000", "--top", "20", "--seed", "7", "-o", "out.json"];
    let found = desk.object(&args);
    assert_eq!(found, desk.json("out.json"));
    let promised =
        ["version", "status", "mixture", "objective", "gap", "predicted", "spread", "samples", "seed", "device"];
    has(&found, &promised);
    assert_eq!(
        (&found["status"], &found["gap"], &found["device"]),
        (&"best_found".into(), &Value::Null, &"cpu".into())
    );
    assert_eq!((&found["samples"], &found["seed"]), (&5000.into(), &7.into()));
    has(&found["mixture"], &DOMAINS);
    for domain in DOMAINS {
        let ends: Vec<f64> = found["spread"][domain].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
        assert!(ends.len() == 2 && ends[0] <= ends[1], "{ends:?}");
    }
    for metric in METRICS {
        let predicted = &found["predicted"][metric];
        has(predicted, &["value", "interval", "versus"]);
        assert_eq!(keys(&predicted["versus"]), ["runs_mean", "uniform"]);
        has(&predicted["versus"]["uniform"], &["difference", "interval"]);
    }
    let exact = desk.object(&["propose", "fit.json"]);
    assert_eq!(exact["status"], "optimal");
    assert!(exact["gap"].as_f64().unwrap() < 1e-9, "{}", exact["gap"]);
    let natural = "web=6,code=1,books=2,wiki=1";
    let found = desk.object(&["propose", "fit.json", "--samples", "500", "--natural", natural]);
    assert_eq!(keys(&found["predicted"]["web_val_loss"]["versus"]), ["natural", "uniform"]);
}

#[test]
fn every_other_command_prints_one_object_too() {
    let desk = Desk::with_runs();
    has(&desk.object(&["fit", "runs.csv", "-o", "f.json"]), &["version", "domains", "runs", "metrics", "output"]);
    let found = desk.object(&["design", "--domains", "a,b,c", "-n", "8", "-o", "d.csv"]);
    assert_eq!((&found["version"], &found["mixtures"]), (&1.into(), &8.into()));
}

#[test]
fn wrong_use_exits_with_two_and_writes_nothing() {
    let desk = Desk::with_fit();
    let before = desk.files();
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
        &["design", "--domains", "a,b", "-n", "100000000000", "-o", "x.csv"],
        &["proxy", "--domain", "a=runs.csv", "--runs", "0", "-o", "x.csv"],
    ] {
        let ran = desk.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("Usage: ") || ran.stderr.contains("--help"), "{args:?}: {}", ran.stderr);
    }
    assert_eq!(desk.files(), before);
}

#[test]
fn help_and_version_are_results() {
    let desk = Desk::empty();
    for command in ["fit", "predict", "score", "compare", "propose", "pareto", "explain", "design", "proxy", "demo"] {
        let ran = desk.done(&[command, "--help"]);
        assert!(ran.stdout.contains(&format!("Usage: mixlens {command}")) && ran.stderr.is_empty());
    }
    assert!(desk.done(&["--version"]).stdout.starts_with("mixlens "));
}

#[test]
fn tables_go_to_stdout_and_notices_to_stderr() {
    let desk = Desk::with_fit();
    // A row that sums to 0.9999.
    desk.write("off.csv", desk.read("runs.csv") + "\nlast,0.9999,0,0,0,2.1,2.5");
    let ran = desk.done(&["score", "fit.json", "off.csv"]);
    assert!(ran.stdout.contains("Spearman") && ran.stdout.contains("web_val_loss") && !ran.stdout.contains("notice"));
    assert_eq!(ran.stderr, "notice: 1 row was rescaled to sum to 1 (sum 0.9999)\n");
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'), "no colours in a file");
    let quiet = desk.done(&["score", "fit.json", "off.csv", "--quiet"]);
    assert_eq!((quiet.stdout, quiet.stderr.as_str()), (ran.stdout, ""));
    let json = desk.done(&["score", "fit.json", "off.csv", "--json"]);
    assert!(serde_json::from_str::<Value>(&json.stdout).is_ok() && json.stderr.contains("rescaled"));
}
