//! Files written by a released version load for ever, with the same meaning. `tests/data/released/`
//! has a folder per version.

use std::path::PathBuf;

use mixlens_core::fit::SurrogateSet;
use mixlens_formats::{NamedBytes, import_mixtures, read_trainer_config};
use mixlens_study::{
    Edit, MixtureFormat, Panel, SavedStudy, Session, Study, parse_study, study_link,
};
use mixlens_widget::calculator::Calculator;
use serde_json::Value;

/// Every version that has been released.
const VERSIONS: [&str; 1] = ["0.1.0"];

fn path(version: &str, name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("data/released")
        .join(version)
        .join(name)
}

fn text(version: &str, name: &str) -> String {
    std::fs::read_to_string(path(version, name)).unwrap()
}

fn json(version: &str, name: &str) -> Value {
    serde_json::from_str(&text(version, name)).unwrap()
}

/// Asserts that everything in `old` is in `new`, with the same value; objects may have gained keys.
fn assert_kept(old: &Value, new: &Value, at: &str) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                let kept = new.get(key).unwrap_or_else(|| panic!("{at}/{key} is gone"));
                assert_kept(value, kept, &format!("{at}/{key}"));
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            assert_eq!(old.len(), new.len(), "{at}");
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                assert_kept(old, new, &format!("{at}/{index}"));
            }
        }
        _ => assert_eq!(old, new, "{at}"),
    }
}

#[test]
fn surrogate_files_predict_with_the_same_bits() {
    for version in VERSIONS {
        let predictions = json(version, "predictions.json");
        let predictions = predictions.as_object().unwrap();
        assert!(predictions.len() >= 11);
        for (name, rows) in predictions {
            let set = SurrogateSet::from_json(&text(version, name)).unwrap();
            let again = SurrogateSet::from_json(&set.to_json()).unwrap();
            let mixtures = NamedBytes::new("mixtures.csv", text(version, "mixtures.csv"));
            let mixtures = import_mixtures(&mixtures, Some(set.domains()))
                .unwrap()
                .mixtures;
            assert_eq!(mixtures.len(), rows.as_array().unwrap().len());
            for ((id, mixture), row) in mixtures.iter().zip(rows.as_array().unwrap()) {
                assert_eq!(row["id"], id.as_str());
                for set in [&set, &again] {
                    let predicted = set.predict(mixture.parts()).unwrap();
                    assert_eq!(row["support"], predicted.support.name(), "{name} {id}");
                    for (index, fitted) in set.metrics().iter().enumerate() {
                        let old = &row["metrics"][&fitted.metric.name];
                        let value = old["value"].as_f64().unwrap();
                        assert_eq!(
                            predicted.values[index].to_bits(),
                            value.to_bits(),
                            "{name} {id}"
                        );
                        let interval = predicted.intervals[index]
                            .map(|interval| [interval.low, interval.high]);
                        let old = old["interval"]
                            .as_array()
                            .map(|ends| [&ends[0], &ends[1]].map(|end| end.as_f64().unwrap()));
                        assert_eq!(interval, old, "{name} {id}");
                    }
                }
            }
        }
    }
}

/// The cells of CSV text that are numbers.
fn numbers(csv: &str) -> Vec<f64> {
    csv.lines()
        .flat_map(|line| line.split(','))
        .filter_map(|cell| cell.parse().ok())
        .collect()
}

#[test]
fn studies_open_to_the_same_state_and_save_everything_again() {
    for version in VERSIONS {
        for name in ["full", "tokenizer"] {
            let saved = text(version, &format!("{name}.mixlens.json"));
            let facts = json(version, &format!("{name}.facts.json"));
            let study = parse_study(&saved).unwrap();
            let again = SavedStudy::of(&study).to_text();
            let (mut old, mut new): (Value, Value) = (
                serde_json::from_str(&saved).unwrap(),
                serde_json::from_str(&again).unwrap(),
            );
            // The version of the program and of the format may rise; everything else stays.
            for saved in [&mut old, &mut new] {
                let saved = saved.as_object_mut().unwrap();
                assert!(saved.remove("tool").is_some() && saved.remove("version").is_some());
            }
            assert_kept(&old, &new, name);
            for study in [&study, &parse_study(&again).unwrap()] {
                assert_facts(study, &facts);
            }
        }
    }
}

/// Asserts that a study shows the values recorded when it was saved.
fn assert_facts(study: &Study, facts: &Value) {
    assert_eq!(study_link(study), facts["link"]);
    let rows = study
        .predictions()
        .map(|all| all.rows.clone())
        .unwrap_or_default();
    let old = facts["predictions"].as_array().unwrap();
    assert_eq!(rows.len(), old.len());
    for (row, old) in rows.iter().zip(old) {
        assert_eq!(row.name, old["name"]);
        assert_eq!(
            row.current.value.to_bits(),
            old["value"].as_f64().unwrap().to_bits(),
            "{}",
            row.name
        );
        assert_eq!(
            row.baseline.value.to_bits(),
            old["baseline"].as_f64().unwrap().to_bits(),
            "{}",
            row.name
        );
    }
    for format in MixtureFormat::ALL {
        assert_eq!(study.mixture_text(format), facts["mixture"][format.title()]);
    }
    let plots = facts["plot_data"].as_object().unwrap();
    for (title, old) in plots {
        let panel = Panel::ALL.into_iter().find(|panel| panel.title() == title);
        let new = study
            .plot_data(panel.unwrap())
            .unwrap_or_else(|| panic!("{title} has no data"));
        assert_eq!(numbers(&new), numbers(old.as_str().unwrap()), "{title}");
    }
}

#[test]
fn links_open_to_the_state_they_were_made_from() {
    for version in VERSIONS {
        let link = json(version, "full.facts.json")["link"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut study = parse_study(&text(version, "full.mixlens.json")).unwrap();
        let state = study.state().clone();
        study.apply(Edit::ClearLimits).unwrap();
        study
            .apply(Edit::SetProportion { domain: 0, to: 0.9 })
            .unwrap();
        study.apply(Session::OpenLink(link.clone())).unwrap();
        assert_eq!(study_link(&study), link);
        assert_eq!(study.state().limits, state.limits);
        for (a, b) in study.current().parts().iter().zip(state.current.parts()) {
            assert!((a - b).abs() < 1e-9);
        }
    }
}

#[test]
fn plans_are_read_as_plans_and_as_mixtures() {
    for version in VERSIONS {
        let file = NamedBytes::new("mixture.json", text(version, "mixture.json"));
        let read = import_mixtures(&file, None).unwrap().mixtures;
        let [(_, mixture)] = read.as_slice() else {
            panic!("one mixture")
        };
        let parts: Vec<(&str, f64)> = mixture.iter().collect();
        assert_eq!(
            parts,
            [
                ("books", 0.15),
                ("code", 0.3),
                ("web", 0.5),
                ("wiki_de", 0.05)
            ]
        );
        let config = read_trainer_config(&file).unwrap();
        assert_eq!(config.phases.len(), 1);
        assert_eq!(config.phases[0].weights.len(), 4);
    }
}

#[test]
fn states_of_the_element_are_restored_and_shown_the_same() {
    for version in VERSIONS {
        let old = json(version, "element.json");
        let mut calculator =
            Calculator::open(&text(version, old["attributes"]["src"].as_str().unwrap())).unwrap();
        calculator
            .restore(&serde_json::from_value(old["state"].clone()).unwrap())
            .unwrap();
        assert_kept(
            &old["state"],
            &serde_json::to_value(calculator.save()).unwrap(),
            "state",
        );
        assert_kept(
            &old["info"],
            &serde_json::to_value(calculator.info()).unwrap(),
            "info",
        );
        let supply = serde_json::json!({
            "uniqueTokens": { "web": "4T", "code": "500B" },
            "trainingTokens": old["attributes"]["training-tokens"],
            "maxEpochs": 3.0,
        });
        calculator
            .set_supply(&serde_json::from_value(supply).unwrap())
            .unwrap();
        let objective = serde_json::json!({ "web_val_loss": 1.0, "code_val_loss": 2.0 });
        calculator
            .set_objective(&serde_json::from_value(objective).unwrap())
            .unwrap();
        let snapshot = serde_json::to_value(calculator.snapshot().unwrap()).unwrap();
        let mut expected = old["snapshot"].clone();
        // A restored baseline keeps the name that it was saved under.
        expected["baselineName"] = old["state"]["baseline"]["name"].clone();
        assert_kept(&expected, &snapshot, "snapshot");
        for (format, text) in old["texts"].as_object().unwrap() {
            assert_eq!(
                calculator.export_text(format).unwrap(),
                text.as_str().unwrap(),
                "{format}"
            );
        }
    }
}
