//! Saved fits with absurd counts, and absurd numbers as options: the command ends in time, with an
//! error or a result, under a limit on its memory.

use serde_json::{Value, json};

use super::sandbox::Sandbox;

/// A saved fit of `surrogates`, one a metric, `m0_loss` and so on.
fn fit(domains: usize, params: &Value, surrogates: impl IntoIterator<Item = Value>) -> String {
    let metric = |(index, surrogate): (usize, Value)| {
        json!({
            "name": format!("m{index}_loss"),
            "direction": "lower",
            "runs": 2,
            "params": params,
            "surrogate": surrogate,
        })
    };
    let names: Vec<String> = (0..domains).map(|domain| format!("d{domain}")).collect();
    let metrics: Vec<Value> = surrogates.into_iter().enumerate().map(metric).collect();
    json!({
        "format": "mixlens-surrogates",
        "version": 1,
        "tool": "mixlens",
        "domains": names,
        "natural": null,
        "runs_mean": vec![1.0 / domains as f64; domains], "row_sums": "rescale", "metrics": metrics,
        "runs": vec![1.0 / domains as f64; domains],
    })
    .to_string()
}

fn ridge(domains: usize) -> Value {
    let slopes: Vec<f64> = (0..domains)
        .map(|domain| (domain % 13) as f64 / 13.0)
        .collect();
    json!({ "ridge": { "target": "loss", "intercept": 1.0, "slopes": slopes } })
}

fn ridge_params() -> Value {
    json!({ "ridge": { "penalty": 0.01, "target": "loss" } })
}

/// Every command that a fit goes into, with few samples.
const COMMANDS: [&str; 8] = [
    "predict fit.json --mixtures mixtures.csv -o out.csv",
    "propose fit.json --samples 1000",
    "propose fit.json --samples 1000 --simulate",
    "survey fit.json --samples 1000",
    "pareto fit.json --metric m0_loss,m1_loss --samples 1000",
    "explain fit.json",
    "explain fit.json --json",
    "design fit.json --next 3 --pool 50 -o out.csv",
];

fn words(command: &str) -> Vec<&str> {
    command.split(' ').collect()
}

/// Runs every command on a fit; each ends in time.
fn use_fit(fit: String, mixtures: usize) {
    let sandbox = Sandbox::empty();
    sandbox.write("fit.json", fit);
    sandbox.write(
        "mixtures.csv",
        format!("id,d0,d1\n{}", "0,0.5,0.5\n".repeat(mixtures)),
    );
    for command in COMMANDS {
        sandbox.limited(&words(command));
    }
}

/// Asserts that every command refuses a fit with a message that has `part`.
fn assert_refused(fit: String, part: &str) {
    let sandbox = Sandbox::empty();
    sandbox.write("fit.json", fit);
    sandbox.write("mixtures.csv", "id,d0,d1\n0,0.5,0.5\n");
    for command in COMMANDS {
        let message = sandbox.limited_refusal(&words(command));
        assert!(message.contains(part), "{command}: {part:?} in {message}");
    }
}

#[test]
fn a_fit_of_very_many_domains_or_metrics() {
    use_fit(fit(4_000, &ridge_params(), [ridge(4_000), ridge(4_000)]), 1);
    use_fit(
        fit(2, &ridge_params(), (0..5_000).map(|_| ridge(2))),
        20_000,
    );
}

#[test]
fn a_gaussian_process_of_very_many_runs() {
    let params = json!({ "gp": { "inputs": "auto", "output": "auto", "seed": 0 } });
    let process = json!({ "gp": {
        "inputs": "log",
        "is_log": false,
        "centre": 0.0,
        "unit": 1.0,
        "amplitude": 1.0,
        "noise": 0.1,
        "lengths": [1.0, 1.0],
        "weights": vec![0.1; 20_000], "runs": vec![0.5; 40_000],
    } });
    use_fit(fit(2, &params, [process.clone(), process]), 20_000);
}

#[test]
fn trees_of_very_many_or_deep_splits() {
    let params = json!({ "trees": {} });
    // Every split cuts the first leaf again.
    let trees = |trees: usize, splits: usize| {
        let tree = json!({ "splits": vec![[0, 0, 0]; splits], "values": vec![1.0; splits + 1] });
        json!({ "trees": { "edges": [[0.5], [0.5]], "trees": vec![tree; trees] } })
    };
    for (count, splits) in [(100_000, 0), (50_000, 1), (1, 100_000)] {
        use_fit(
            fit(2, &params, [trees(count, splits), trees(count, splits)]),
            20_000,
        );
    }
}

#[test]
fn counts_that_a_file_claims_are_checked() {
    let claims = json!({
        "scheffe": {
            "degree": "special_cubic",
            "domains": 1_000_000_000_000_000_u64,
            "coefficients": [1.0],
        },
    });
    let long = "x".repeat(50 << 20);
    assert_refused(fit(2, &json!({ "trees": {} }), [claims]), "");
    assert_refused(
        fit(2, &ridge_params(), [json!({ &long: {} })]),
        "unknown variant",
    );
    assert_refused(format!("{{\"format\":\"{long}\""), "");
    assert_refused("{\"format\":".repeat(1 << 20), "");
    assert_refused(
        fit(2, &ridge_params(), [ridge(2)])
            .replace("\"version\":1", "\"version\":18446744073709551615"),
        "",
    );
}

#[test]
fn an_absurd_number_is_refused_with_its_range() {
    let sandbox = Sandbox::with_fit();
    sandbox.done(&[
        "fit",
        "runs.csv",
        "--surrogate",
        "trees",
        "-o",
        "trees.json",
    ]);
    for (command, part) in [
        (
            "fit runs.csv --surrogate trees -o out.json --param iterations=1000000000",
            "from 1 to 100000",
        ),
        (
            "fit runs.csv --surrogate trees -o out.json --param iterations=100000 --param \
            leaves=65536",
            "4000000 leaves",
        ),
        (
            "fit runs.csv --surrogate gp -o out.json --param evaluations=1000000000000",
            "evaluations",
        ),
        (
            "compare runs.csv --folds 1000000000 --quick",
            "no more than there are distinct mixtures",
        ),
        (
            "propose fit.json --simulate --top 1000000000000",
            "at most 10000",
        ),
        (
            "pareto fit.json --metric web_val_loss,code_val_loss --points 100000000",
            "10000",
        ),
        ("survey fit.json --cells 100000000", "1 to 1024"),
        (
            "design --domains a,b,c -n 1000000 -o out.csv --step 1e-9",
            "`step`",
        ),
        (
            "design --domains a,b,c --kind lattice --degree 4000000000 -o out.csv",
            "at most 100000 mixtures",
        ),
        ("design fit.json --next 1000000 -o out.csv", "`next`"),
        (
            "design fit.json --next 10 --pool 1000000000000 -o out.csv",
            "5 million proportions",
        ),
    ] {
        let message = sandbox.limited_refusal(&words(command));
        assert!(message.contains(part), "{command}: {part:?} in {message}");
    }
}
