//! `explain`: effects, traces and leave-one-domain-out agree with `predict`.

use serde_json::Value;

use super::sandbox::{DOMAINS, Sandbox};

/// What `predict` says of one mixture.
fn predicted(sandbox: &Sandbox, parts: [f64; 4], metric: &str) -> f64 {
    let mixture: serde_json::Map<String, Value> = DOMAINS
        .iter()
        .zip(parts)
        .map(|(&domain, part)| (domain.to_owned(), part.into()))
        .collect();
    sandbox.write("at.json", Value::Object(mixture).to_string());
    let found = sandbox.object(&["predict", "law.json", "--mixtures", "at.json"]);
    found["rows"][0]["metrics"][metric]["value"]
        .as_f64()
        .unwrap()
}

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} and {expected}");
}

#[test]
fn every_figure_is_a_difference_of_predictions() {
    let sandbox = Sandbox::with_laws();
    let at = "web=40,code=30,books=20,wiki=10";
    let found = sandbox.object(&["explain", "law.json", "--at", at]);
    let of = |parts| predicted(&sandbox, parts, "code_val_loss");
    let here = of([0.4, 0.3, 0.2, 0.1]);
    close(&found["values"]["code_val_loss"], here);
    close(&found["at"]["books"], 0.2);
    let point = of([0.69 * 4.0 / 7.0, 0.31, 0.69 * 2.0 / 7.0, 0.69 / 7.0]);
    close(&found["effects"]["code_val_loss"]["code"], point - here);
    let trace = &found["traces"]["wiki"];
    let parts: Vec<f64> = trace["proportions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part.as_f64().unwrap())
        .collect();
    assert!(
        parts.is_sorted() && parts[0] <= 0.0 && parts.last() == Some(&1.0),
        "{parts:?}"
    );
    let last = parts.len() - 1;
    close(
        &trace["metrics"]["code_val_loss"][last],
        of([0.0, 0.0, 0.0, 1.0]),
    );
    let without = &found["without"]["web"];
    close(&without["mixture"]["code"], 0.5);
    close(
        &without["changes"]["code_val_loss"],
        of([0.0, 0.5, 2.0 / 6.0, 1.0 / 6.0]) - here,
    );
}

#[test]
fn the_text_shows_every_domain_with_both_changes() {
    let sandbox = Sandbox::with_laws();
    let text = sandbox.done(&["explain", "law.json"]).stdout;
    assert!(
        text.contains("one percentage point") && text.contains("change without a domain"),
        "{text}"
    );
    for domain in DOMAINS {
        let rows = text
            .lines()
            .filter(|line| line.split_whitespace().next() == Some(domain));
        assert_eq!(rows.count(), 2, "{text}");
    }
    // At a corner, nothing is left without its domain.
    let found = sandbox.object(&["explain", "law.json", "--at", "web=1,code=0,books=0,wiki=0"]);
    assert_eq!(
        (&found["without"]["web"], found["without"]["code"].is_null()),
        (&Value::Null, false)
    );
    let text = sandbox
        .done(&["explain", "law.json", "--at", "web=1,code=0,books=0,wiki=0"])
        .stdout;
    assert!(text.contains('–'), "{text}");
}

#[test]
fn the_mixture_may_come_from_a_proposal() {
    let sandbox = Sandbox::with_laws();
    let proposal = sandbox.object(&["propose", "law.json", "-o", "proposal.json"]);
    let found = sandbox.object(&["explain", "law.json", "--at", "proposal.json"]);
    for domain in DOMAINS {
        close(
            &found["at"][domain],
            proposal["mixture"][domain].as_f64().unwrap(),
        );
    }
}

#[test]
fn wrong_input_is_named() {
    let sandbox = Sandbox::with_laws();
    for (args, expected) in [
        (
            &["runs.csv"][..],
            "name a file that `mixlens fit` saved, found \"runs.csv\"",
        ),
        (&["none.json"], "cannot read the fit: "),
        (
            &["law.json", "--at", "web=1"],
            "--at has no weight for domain \"code\"; give one for every domain",
        ),
        (
            &["law.json", "--at", "web=1,law=1"],
            "no domain is called \"law\"; known are web, code, books, wiki",
        ),
        // Used to speak of --natural.
        (
            &["law.json", "--at", "none.csv"],
            "--at, which takes DOMAIN=WEIGHT,… or a file: cannot read \"none.csv\"",
        ),
        (
            &["law.json", "--at", "mixtures.csv"],
            "--at: expected one mixture, found 60, in \"mixtures.csv\"",
        ),
    ] {
        let found = sandbox.refused(&[&["explain"], args].concat());
        assert!(found.contains(expected), "{args:?}: {found}");
    }
}
