//! Every key that a released version printed with `--json` is still there, with a value of the same
//! type.

use std::path::PathBuf;

use serde_json::Value;

use super::sandbox::{Sandbox, text};

const VERSIONS: [&str; 1] = ["0.1.0"];

/// Files of a version that the recorded commands read.
const INPUTS: [&str; 7] = [
    "runs.csv",
    "mixtures.csv",
    "one.csv",
    "unique_tokens.json",
    "tokenizer.json",
    "fit-ridge.json",
    "fit-effective-data.json",
];

/// Asserts that `new` has the keys of `old`, all the way down. Keys that are names of data are
/// compared like any other; a list is compared by its first item, and a number may have become
/// `null` or the other way round.
fn assert_keys(old: &Value, new: &Value, at: &str) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                let kept = new.get(key).unwrap_or_else(|| panic!("{at}/{key} is gone"));
                assert_keys(value, kept, &format!("{at}/{key}"));
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            if let (Some(old), Some(new)) = (old.first(), new.first()) {
                assert_keys(old, new, &format!("{at}/0"));
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        _ => assert_eq!(
            std::mem::discriminant(old),
            std::mem::discriminant(new),
            "{at}: {old} has become {new}"
        ),
    }
}

#[test]
fn every_key_is_still_there() {
    for version in VERSIONS {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/data/released")
            .join(version);
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let sandbox = Sandbox::empty();
        for name in INPUTS.into_iter().chain(["fit-gp.json"]) {
            sandbox.write(name, read(name));
        }
        sandbox.write("en.txt", "the then there the other der the ".repeat(300));
        sandbox.write("de.txt", "der den der der dem the ".repeat(300));
        sandbox.write(
            "en10.txt",
            text(2500, |line| {
                format!("the cat {line} sat on the mat {}\n", line * 7 % 13)
            }),
        );
        sandbox.write(
            "de10.txt",
            text(2500, |line| {
                format!("der Hund {line} lief weg {}\n", line * 5 % 17)
            }),
        );
        let commands: Value = serde_json::from_str(&read("commands.json")).unwrap();
        let commands = commands.as_array().unwrap();
        assert!(commands.len() > 20);
        for command in commands {
            let args: Vec<&str> = command["args"]
                .as_array()
                .unwrap()
                .iter()
                .map(|arg| arg.as_str().unwrap())
                .collect();
            assert_keys(&command["json"], &sandbox.object(&args), args[0]);
        }
    }
}
