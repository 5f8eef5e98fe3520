//! The main job from end to end: what one command writes, the next one reads.

use serde_json::Value;

use super::sandbox::{DOMAINS, Sandbox, text};

fn part(proposal: &Value, domain: &str) -> f64 {
    proposal["mixture"][domain].as_f64().unwrap()
}

#[test]
fn a_proposal_keeps_to_the_text_there_is() {
    let sandbox = Sandbox::with_runs();
    sandbox.done(&["fit", "losses.csv", "mixtures.csv", "-o", "fit.json"]);
    let score = sandbox.object(&["score", "fit.json", "runs.csv"]);
    assert!(score["mean"]["spearman"].as_f64().unwrap() > 0.9, "{score}");
    let search = [
        "propose",
        "fit.json",
        "--samples",
        "20000",
        "--metric",
        "code_val_loss",
    ];
    let free = sandbox.object(&search);
    assert!(
        part(&free, "code") > 0.5,
        "the code loss falls with code: {free}"
    );
    // 3 epochs over 100 billion tokens are three tenths of a run over a trillion.
    let supply = [
        "--unique-tokens",
        "web=2T,code=100B,books=1T,wiki=1T",
        "--training-tokens",
        "1T",
        "--max-epochs",
        "3",
    ];
    let capped = sandbox.object(&[&search[..], &supply, &["--lower", "wiki=0.05"]].concat());
    assert!(
        part(&capped, "code") <= 0.3 + 1e-12 && part(&capped, "code") > 0.2,
        "{capped}"
    );
    assert!(part(&capped, "wiki") >= 0.05 - 1e-12);
    let sum: f64 = DOMAINS.iter().map(|domain| part(&capped, domain)).sum();
    assert!((sum - 1.0).abs() < 1e-12);
    let versus = &capped["predicted"]["code_val_loss"]["versus"];
    assert!(
        versus["natural"].is_object(),
        "unique tokens of every domain are natural weights: {versus}"
    );
    assert!(
        capped["objective"].as_f64() > free["objective"].as_f64(),
        "a constraint cannot help"
    );
}

#[test]
fn from_text_to_a_proposal_and_its_own_proxy() {
    let sandbox = Sandbox::empty();
    let prose = |line: usize| {
        format!(
            "line {line} of the story was told again with {} other words\n",
            line * 7 % 13
        )
    };
    let code = |line: usize| {
        format!(
            "fn f{line}(x: u32) -> u32 {{ x.wrapping_mul({}) + 1 }}\n",
            line * 31 % 97
        )
    };
    let table = |line: usize| {
        format!(
            "{line}\t{}\t{}\t{}\n",
            line * 17 % 101,
            line * 5 % 7,
            line * 13 % 1009
        )
    };
    sandbox.write("prose.txt", text(2500, prose));
    sandbox.write("code.txt", text(2500, code));
    sandbox.write("table.tsv", text(5000, table));
    sandbox.done(&[
        "design",
        "--domains",
        "prose,code,table",
        "-n",
        "24",
        "-o",
        "mixtures.csv",
    ]);
    let domains = [
        "--domain",
        "prose=prose.txt",
        "--domain",
        "code=code.txt",
        "--domain",
        "table=table.tsv",
    ];
    let sizes = ["--training-bytes", "20k", "--held-out-bytes", "10k"];
    let proxy = |mixtures: &str, output: &str| {
        let files = [
            "--mixtures",
            mixtures,
            "-o",
            output,
            "--unique-bytes",
            "unique.json",
        ];
        sandbox.object(&[&["proxy"], &domains[..], &sizes, &files].concat())
    };
    assert_eq!(proxy("mixtures.csv", "runs.csv")["runs"], 24);
    sandbox.done(&["fit", "runs.csv", "--surrogate", "ridge", "-o", "fit.json"]);
    let search = [
        "propose",
        "fit.json",
        "--samples",
        "5000",
        "--natural",
        "unique.json",
        "-o",
        "proposal.json",
    ];
    let proposal = sandbox.object(&search);
    assert!(proposal["baselines"]["natural"].is_object());

    let predicted = sandbox.object(&["predict", "fit.json", "--mixtures", "proposal.json"]);
    let rows = predicted["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    for (metric, value) in rows[0]["metrics"].as_object().unwrap() {
        let (again, proposed) = (
            value["value"].as_f64().unwrap(),
            &proposal["predicted"][metric]["value"],
        );
        assert!(
            (again - proposed.as_f64().unwrap()).abs() < 1e-9,
            "{metric}: {again} and {proposed}"
        );
    }

    assert_eq!(proxy("proposal.json", "measured.csv")["runs"], 1);
    let score = sandbox.object(&["score", "fit.json", "measured.csv"]);
    assert_eq!(score["metrics"].as_object().unwrap().len(), 3);
}

#[test]
fn the_demo_tells_the_whole_story() {
    let sandbox = Sandbox::empty();
    let ran = sandbox.done(&["demo"]);
    let sections = [
        "1. The run table",
        "2. Which surrogate predicts held-out runs best?",
        "3. A mixture for a code model, proposed by the",
        "4. Predicted gain for code",
        "5. What to do next",
    ];
    let places: Vec<usize> = sections
        .iter()
        .map(|section| ran.stdout.find(section).unwrap())
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    for baseline in ["at the natural mixture", "at the uniform mixture"] {
        assert!(ran.stdout.contains(baseline), "{}", ran.stdout);
    }
    assert!(sandbox.files().is_empty(), "the demo writes no file");
}
