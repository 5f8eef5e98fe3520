//! Written configs are loaded by the trainers themselves, as far as `make trainers` could install
//! them.
#![expect(clippy::print_stdout, reason = "says what was really loaded")]

use std::path::PathBuf;
use std::process::Command;

use mixlens_core::plan::{Phase, Plan};
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_formats::{PlanSheet, TrainerFormat, write_plan};
use serde_json::{Map, Value, json};

/// The Python of the environment that `make trainers` makes; there may be none.
fn python() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    Some(cache.join("mixlens/trainers/venv/bin/python")).filter(|path| path.exists())
}

#[test]
fn trainers_read_what_was_meant() {
    let Some(python) = python() else {
        println!("skipped: no trainers to load configs with; `make trainers` installs them");
        return;
    };
    let domains = DomainSet::new(["web", "code", "wiki_en", "books.v2", "zero"]).unwrap();
    let phase = |weights: [f64; 5], training_tokens| {
        let (mixture, _) = Mixture::from_weights(&domains, &weights).unwrap();
        Phase {
            training_tokens,
            mixture,
        }
    };
    let phases = vec![
        phase([7.0, 1.9, 0.6, 1.0 / 3.0, 0.0], 8e11),
        phase([0.0, 3.0, 2.0, 1.0, 0.0], 2e11),
    ];
    let plan = Plan::new(
        phases,
        vec![Some(2e12), Some(3e11), Some(1e11), None, Some(1e9)],
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut expected = Map::new();
    for format in TrainerFormat::ALL {
        use TrainerFormat::{Csv, Json, Levanter, Marin, Markdown, Mixtera, Nanotron};
        if matches!(format, Csv | Markdown) {
            continue;
        }
        let is_staged = matches!(format, Nanotron | Levanter | Marin | Mixtera | Json);
        let sheet = PlanSheet {
            phase: (!is_staged).then_some(0),
            batch_tokens: Some(4e6),
            ..PlanSheet::new(&plan, &[4.0; 5])
        };
        std::fs::write(
            folder.path().join(format.name()),
            write_plan(&sheet, format).unwrap(),
        )
        .unwrap();
        let written = if is_staged {
            plan.phases()
        } else {
            plan.phases().get(..1).unwrap()
        };
        let phases: Vec<&Mixture> = written.iter().map(|phase| &phase.mixture).collect();
        let entry = json!({ "file": format.name(), "phases": phases, "starts": [0, 200_000] });
        expected.insert(format.name().to_owned(), entry);
    }
    let count = expected.len();
    std::fs::write(
        folder.path().join("expected.json"),
        Value::Object(expected).to_string(),
    )
    .unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/consumers/load.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .output()
        .unwrap();
    let (said, problems) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    println!("{said}");
    assert!(output.status.success(), "{said}{problems}");
    assert_eq!(said.lines().count(), count, "{said}{problems}");
}
