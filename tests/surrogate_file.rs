//! A saved surrogate loads to the same predictions, and a file that is something else is refused as
//! what it is.

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use mixlens_core::simplex::{Constraints, Mixture, Prior, Sampler};
use mixlens_core::table::{Direction, RunTable};

use super::synthetic::table;

fn runs() -> RunTable {
    let metrics = [
        ("web_loss", Direction::Lower),
        ("code_accuracy", Direction::Higher),
    ];
    let mut runs = table(80, metrics, |x, noise| {
        [3.0 - x[0].sqrt() + noise / 3.0, x[1] * x[2] + noise / 7.0]
    });
    let (natural, _) = Mixture::from_weights(runs.domains(), &[1.0, 1.0 / 3.0, 0.1, 1e-7]).unwrap();
    runs.set_natural(natural);
    runs
}

fn fitted(name: &str, pairs: &[(&str, &str)]) -> SurrogateSet {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let params = SurrogateParams::named(name, &pairs).unwrap();
    SurrogateSet::fit(&runs(), &[0, 1], &params, &Control::default(), &Sequential).unwrap()
}

/// Every kind there is, with default parameters, and one that predicts through an exponential.
fn every_kind() -> Vec<SurrogateSet> {
    let mut sets: Vec<_> = SurrogateParams::NAMES
        .iter()
        .map(|name| fitted(name, &[]))
        .collect();
    let logarithm =
        SurrogateParams::named("ridge", &[("target".to_owned(), "log_loss".to_owned())]).unwrap();
    sets.push(
        SurrogateSet::fit(&runs(), &[0], &logarithm, &Control::default(), &Sequential).unwrap(),
    );
    sets
}

fn bad(text: &str) -> String {
    match SurrogateSet::from_json(text) {
        Err(CoreError::BadSurrogateFile { problem }) => problem,
        other => panic!("{:?}", other.map(|_| "loaded")),
    }
}

#[test]
fn every_kind_loads_back_to_bit_equal_predictions() {
    for set in every_kind() {
        let text = set.to_json();
        let loaded = SurrogateSet::from_json(&text).unwrap();
        assert_eq!(loaded, set);
        assert_eq!(loaded.to_json(), text, "saving again writes the same bytes");
        let without = SurrogateSet::from_json_without_params(&text).unwrap();
        assert!(
            without
                .metrics()
                .iter()
                .all(|fitted| fitted.params.is_none())
        );
        assert_eq!(
            SurrogateSet::from_json(&without.to_json()).unwrap(),
            without
        );
        let free = Constraints::free(set.domains());
        let sampler = Sampler::new(&Prior::regmix(), &set.centre().mixture, free, 3).unwrap();
        for sample in 0..2000 {
            let mixture = sampler.sample(sample);
            let (before, after) = (
                set.predict(mixture.parts()).unwrap(),
                loaded.predict(mixture.parts()).unwrap(),
            );
            assert_eq!(before.support, after.support);
            for (before, after) in before.values.iter().zip(&after.values) {
                assert_eq!(before.to_bits(), after.to_bits());
            }
            assert_eq!(without.predict(mixture.parts()).unwrap(), before);
        }
    }
}

#[test]
fn a_newer_version_is_named_even_when_nothing_else_is_understood() {
    let text = fitted("ridge", &[]).to_json();
    let newer = Err(CoreError::NewerVersion {
        found: 3,
        newest: 2,
    });
    assert_eq!(
        SurrogateSet::from_json(&text.replace("\"version\":1", "\"version\":3")),
        newer
    );
    let unknown = r#"{"format":"mixlens-surrogates","version":3,"everything":["else","is","new"]}"#;
    assert_eq!(SurrogateSet::from_json(unknown), newer);
}

#[test]
fn a_kind_of_a_newer_program_predicts_from_its_form() {
    let set = fitted("power", &[]);
    let text = set.to_json();
    assert!(text.contains(r#""version":1"#));
    // A program that fits another law of this form writes its name beside the numbers.
    let newer = text.replace(r#""version":1"#, r#""version":2"#).replace(
        r#"{"power":{"floor""#,
        r#"{"power":{"kind":"newer","floor""#,
    );
    let loaded = SurrogateSet::from_json_without_params(&newer).unwrap();
    let at = [0.4, 0.3, 0.2, 0.1];
    assert_eq!(loaded.predict(&at).unwrap(), set.predict(&at).unwrap());
    for fitted in loaded.metrics() {
        assert_eq!(fitted.surrogate.name(), "newer");
    }
    // Programs of version 1 alone refuse it by its version.
    assert!(loaded.to_json().contains(r#""version":2"#));
}

#[test]
fn another_format_is_named() {
    let text = fitted("ridge", &[])
        .to_json()
        .replace("mixlens-surrogates", "mixlens-study");
    assert_eq!(
        bad(&text),
        "expected format \"mixlens-surrogates\", found \"mixlens-study\""
    );
    bad(r#"{"web":0.5,"code":0.5}"#);
    bad("run,train_web,train_code\n1,0.5,0.5\n");
    bad("");
}

#[test]
fn a_file_that_was_cut_off_is_refused_wherever_the_cut_is() {
    let small: [&[(&str, &str)]; 2] = [&[], &[("iterations", "3")]];
    for (name, pairs) in ["ridge", "trees"].into_iter().zip(small) {
        let text = fitted(name, pairs).to_json();
        for end in (0..text.len()).step_by(7).chain([text.len() - 1]) {
            bad(&text[..end]);
        }
    }
}

#[test]
fn a_file_whose_parts_do_not_fit_together_is_refused() {
    let text = fitted("ridge", &[]).to_json();
    let change = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        bad(&text.replacen(from, to, 1))
    };
    change(r#""web","code","books","wiki""#, r#""web","code","books""#);
    change(
        r#""web","code","books","wiki""#,
        r#""web","code","books","web""#,
    );
    change(r#""name":"code_accuracy""#, r#""name":"web_loss""#);
    change(r#""direction":"higher""#, r#""direction":"sideways""#);
}
