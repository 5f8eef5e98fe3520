//! `propose` on convex surrogates: proved minima, the flat region around them, limits kept, clashes
//! named.

use serde_json::Value;

use super::sandbox::{DOMAINS, Sandbox};

fn part(found: &Value, domain: &str) -> f64 {
    found["mixture"][domain].as_f64().unwrap()
}

fn predicted(found: &Value, metric: &str) -> f64 {
    found["predicted"][metric]["value"].as_f64().unwrap()
}

fn is_proved(found: &Value) {
    assert_eq!(
        (&found["status"], &found["samples"], &found["top"]),
        (&"optimal".into(), &0.into(), &0.into())
    );
    assert!(found["gap"].as_f64().unwrap() < 1e-9, "{}", found["gap"]);
    let sum: f64 = DOMAINS.iter().map(|domain| part(found, domain)).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
}

#[test]
fn every_convex_surrogate_is_proved_and_no_simulation_is_better() {
    let sandbox = Sandbox::with_runs();
    for (surrogate, params) in [
        ("ridge", &[][..]),
        ("effective-data", &[]),
        ("exponential", &[]),
        ("power", &[]),
        ("scheffe", &["--param", "degree=linear"]),
        (
            "ensemble",
            &["--param", "members=effective-data+exponential"],
        ),
        (
            "stack",
            &["--param", "residual=ridge", "--param", "when=always"],
        ),
    ] {
        let fit = [
            "fit",
            "runs.csv",
            "-o",
            "fit.json",
            "--surrogate",
            surrogate,
        ];
        sandbox.done(&[&fit[..], params].concat());
        let exact = sandbox.object(&["propose", "fit.json"]);
        is_proved(&exact);
        let simulated = sandbox.object(&["propose", "fit.json", "--simulate", "--samples", "2000"]);
        assert_eq!(simulated["status"], "best_found");
        let objective = |found: &Value| found["objective"].as_f64().unwrap();
        assert!(
            objective(&exact) <= objective(&simulated) + 1e-9,
            "{surrogate}"
        );
    }
}

#[test]
fn surrogates_that_are_not_convex_are_simulated() {
    let sandbox = Sandbox::with_runs();
    sandbox.done(&["fit", "runs.csv", "-o", "fit.json", "--surrogate", "gp"]);
    let found = sandbox.object(&["propose", "fit.json", "--samples", "500"]);
    assert_eq!(
        (&found["status"], &found["gap"], &found["samples"]),
        (&"best_found".into(), &Value::Null, &500.into())
    );
    let refused = sandbox.refused(&["propose", "fit.json", "--objective", "desirability"]);
    assert!(
        refused.contains("needs convex surrogates")
            && refused.contains("choose the weighted mean or the worst metric"),
        "{refused}"
    );
}

#[test]
fn the_text_says_what_is_proved_and_the_flat_region_holds_the_proposal() {
    let sandbox = Sandbox::with_laws();
    let text = sandbox.done(&["propose", "law.json"]).stdout;
    assert!(
        text.contains(
            "certified minimum for this surrogate: no allowed mixture is better by more than"
        ),
        "{text}"
    );
    assert!(
        text.contains("flat region: all mixtures within 0.01 of the best objective"),
        "{text}"
    );
    let wide = sandbox.object(&["propose", "law.json", "--tolerance", "0.05"]);
    let narrow = sandbox.object(&["propose", "law.json", "--tolerance", "0.001"]);
    for found in [&wide, &narrow] {
        let flat = &found["flat_region"];
        assert_eq!(flat["exact"], true);
        let within = found["objective"].as_f64().unwrap() + flat["tolerance"].as_f64().unwrap();
        assert!(flat["nearest"]["objective"].as_f64().unwrap() <= within + 1e-9);
        for domain in DOMAINS {
            let ends = [0, 1].map(|end| flat["intervals"][domain][end].as_f64().unwrap());
            assert!(
                ends[0] <= part(found, domain) && part(found, domain) <= ends[1],
                "{domain}: {ends:?}"
            );
        }
    }
    let width = |found: &Value| {
        let ends = &found["flat_region"]["intervals"]["code"];
        ends[1].as_f64().unwrap() - ends[0].as_f64().unwrap()
    };
    assert!(width(&wide) > 2.0 * width(&narrow));
    let point = sandbox.object(&["propose", "law.json", "--tolerance", "0"]);
    assert!(
        width(&point).abs() < 1e-12
            && point["flat_region"]["nearest"]["mixture"] == point["mixture"]
    );
}

#[test]
fn bounds_caps_constraints_and_bounds_on_metrics_are_kept() {
    let sandbox = Sandbox::with_laws();
    let supply = [
        "--unique-tokens",
        "web=2T,code=100B,books=1T,wiki=1T",
        "--training-tokens",
        "1T",
    ];
    let limits = [
        "--lower",
        "wiki=0.05",
        "--constraint",
        "web <= 1.2*code",
        "--constraint",
        "books >= 10%",
    ];
    let args = [&["propose", "law.json"][..], &supply, &limits].concat();
    let found = sandbox.object(&args);
    is_proved(&found);
    let [web, code, books, wiki] = DOMAINS.map(|domain| part(&found, domain));
    assert!(
        code <= 0.4 && wiki >= 0.05 && books >= 0.1 - 1e-9 && web <= 1.2 * code + 1e-9,
        "{found}"
    );
    assert_eq!(
        found["predicted"]["web_val_loss"]["versus"]
            .as_object()
            .unwrap()
            .keys()
            .next()
            .unwrap(),
        "natural"
    );
    let bound = predicted(&found, "web_val_loss") - 0.005;
    let held =
        sandbox.object(&[&args[..], &["--bound", &format!("web_val_loss <= {bound}")]].concat());
    is_proved(&held);
    assert!(predicted(&held, "web_val_loss") <= bound + 1e-9);
    assert!(held["objective"].as_f64() > found["objective"].as_f64());
    // The baseline is the mean of the runs here.
    let held = sandbox.object(&[
        "propose",
        "law.json",
        "--metric",
        "code_val_loss",
        "--bound",
        "web_val_loss <= baseline",
    ]);
    let change = held["predicted"]["web_val_loss"]["versus"]["runs_mean"]["difference"]
        .as_f64()
        .unwrap();
    assert!(change <= 1e-9 && change > -1e-4, "{change}");
    // At least is no convex bound.
    let found = sandbox.object(&[
        "propose",
        "law.json",
        "--bound",
        "web_val_loss >= 2.3",
        "--samples",
        "500",
    ]);
    assert!(found["status"] == "best_found" && predicted(&found, "web_val_loss") >= 2.3);
}

#[test]
fn what_cannot_be_kept_together_is_named() {
    let sandbox = Sandbox::with_laws();
    for (args, expected) in [
        (
            &[
                "--bound",
                "code_val_loss <= 1.35",
                "--bound",
                "web_val_loss <= baseline",
            ][..],
            "`code_val_loss <= 1.35` and `web_val_loss <= baseline`: every allowed mixture exceeds \
            one of them by at least",
        ),
        (
            &["--bound", "code_val_loss <= 1"],
            "`code_val_loss <= 1`: every allowed mixture exceeds it by at least 0.3",
        ),
        (
            &["--constraint", "code >= 0.7", "--constraint", "web >= 0.5"],
            "`code >= 0.7`, `web >= 0.5` cannot all hold: one is missed by at least 0.1",
        ),
        (
            &["--lower", "web=0.8,code=0.5"],
            "lower bounds sum to 1.3, more than 1: `web` 0.8, `code` 0.5",
        ),
        (
            &[
                "--unique-tokens",
                "code=1B",
                "--training-tokens",
                "1T",
                "--lower",
                "code=0.1",
            ],
            "`code`: lower bound 0.1 above its cap 0.004 (unique tokens 1e9 × 4 epochs ÷ 1e12 \
            training tokens)",
        ),
    ] {
        let found = sandbox.refused(&[&["propose", "law.json"], args].concat());
        assert!(
            found.starts_with("no mixture satisfies the constraints: ") && found.contains(expected),
            "{found}"
        );
    }
}

#[test]
fn the_worst_change_and_desirability_are_proved_too() {
    let sandbox = Sandbox::with_laws();
    let [mean, worst, desirable] = ["mean", "minimax", "desirability"].map(|aim| {
        let found = sandbox.object(&["propose", "law.json", "--objective", aim]);
        is_proved(&found);
        assert_eq!(found["aim"], aim);
        found
    });
    let changes = |found: &Value| {
        ["web_val_loss", "code_val_loss"].map(|metric| {
            found["predicted"][metric]["versus"]["runs_mean"]["difference"]
                .as_f64()
                .unwrap()
        })
    };
    // Both metrics change by the objective: what one gained more would be the other's loss.
    for change in changes(&worst) {
        assert!(
            (change - worst["objective"].as_f64().unwrap()).abs() < 1e-6,
            "{change}"
        );
    }
    for other in [&mean, &desirable] {
        assert!(
            changes(other).into_iter().fold(f64::NEG_INFINITY, f64::max)
                > changes(&worst)[0] + 1e-3
        );
    }
    let text = sandbox
        .done(&["propose", "law.json", "--objective", "minimax"])
        .stdout;
    assert!(
        text.starts_with(
            "best predicted mixture for the minimax objective over 0.500 web_val_loss"
        ),
        "{text}"
    );
}

#[test]
fn predictions_that_are_cut_off_at_the_minimum_are_a_notice() {
    let sandbox = Sandbox::empty();
    let mut table = "run,train_web,train_code,metric/code_val_loss".to_owned();
    for run in 0..12 {
        let code = f64::from(run) / 40.0;
        table += &format!("\nr{run},{},{code},{}", 1.0 - code, 3.0 - 2.0 * code);
    }
    sandbox.write("steep.csv", table);
    sandbox.done(&[
        "fit",
        "steep.csv",
        "--surrogate",
        "exponential",
        "-o",
        "fit.json",
    ]);
    let ran = sandbox.done(&["propose", "fit.json", "--json"]);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(
        predicted(&found, "code_val_loss") > found["objective"].as_f64().unwrap() + 0.5,
        "{found}"
    );
    assert!(
        ran.stderr
            .contains("clipped at half the observed range below the lowest run"),
        "{}",
        ran.stderr
    );
    assert_eq!(found["support"], "outside");
}

#[test]
fn limits_that_make_no_sense_name_their_option() {
    let sandbox = Sandbox::with_laws();
    let bound = "--bound: expected a bound such as \"code_loss <= 2.5\"";
    let constraint = "--constraint: expected a constraint such as";
    for (args, expected) in [
        (
            ["--tolerance", "nan"],
            "parameter `tolerance`: expected a finite number of zero or more, found NaN",
        ),
        (
            ["--tolerance", "inf"],
            "parameter `tolerance`: expected a finite number of zero or more, found inf",
        ),
        (
            ["--bound", "x <= 2"],
            "--bound: no metric is called \"x\"; known are web_val_loss, code_val_loss",
        ),
        (["--bound", "code_val_loss < 2"], bound),
        (["--bound", "code_val_loss = 2"], bound),
        (["--bound", "code_val_loss <= nan"], bound),
        (["--bound", "code_val_loss <= baseline * 2"], bound),
        (
            ["--constraint", "code <= 2*maths"],
            "--constraint: no domain is called \"maths\"; known are web, code, books",
        ),
        (["--constraint", "code"], constraint),
        (["--constraint", "code <= web <= 0.5"], constraint),
    ] {
        let found = sandbox.refused(&["propose", "law.json", args[0], args[1]]);
        assert!(found.contains(expected), "{args:?}: {found}");
    }
    assert_eq!(
        sandbox
            .run(&["propose", "law.json", "--objective", "median"])
            .code,
        Some(2)
    );
}
