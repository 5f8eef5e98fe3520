//! A tokenizer is dropped, and the window shows what it was trained on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mixlens_formats::NamedBytes;
use mixlens_study::{CATEGORIES, Panel, ShareOf, TokenizerChange};

use super::driver::{Answers, Driver};
use bpe::{LANGUAGES, merges, text};

#[path = "../../../mixlens-study/src/testing/bpe.rs"]
mod bpe;

/// The training text: three parts of the first language and one of the second.
fn training() -> [String; 2] {
    let [first, second] = LANGUAGES.map(|(_, letters)| letters);
    [text(first, 30_000, 1), text(second, 10_000, 2)]
}

/// `merges.txt` of a tokenizer that was trained on it.
fn tokenizer() -> String {
    merges(&training().concat(), 90)
}

/// Asks about the small languages alone and opens a tokenizer of theirs.
pub fn infer(driver: &mut Driver) {
    leave_out_built_in(driver);
    let others = [("neither", "abcdefghijk")];
    for (name, letters) in LANGUAGES.into_iter().chain(others) {
        let files = vec![Arc::new(NamedBytes::new(name, text(letters, 20_000, 7)))];
        driver.apply(TokenizerChange::TakeSamples {
            name: name.to_owned(),
            files,
        });
    }
    driver.apply(TokenizerChange::TakeTokenizer(Arc::new(NamedBytes::new(
        "merges.txt",
        tokenizer(),
    ))));
    driver.wait_for("a mixture", |study| study.tokenizer().found.is_some());
}

fn leave_out_built_in(driver: &mut Driver) {
    let names = CATEGORIES
        .iter()
        .map(|category| category.name.to_owned())
        .collect();
    driver.apply(TokenizerChange::ChooseCategories {
        names,
        is_chosen: false,
    });
}

fn write(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_tokenizer_dropped_with_samples_tells_what_it_was_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = Driver::new(Answers {
        runs: Vec::new(),
        target: folder.path().join("study.mixlens.json"),
    });
    let file = write(folder.path(), "merges.txt", &tokenizer());
    let [(first, letters), (second, others)] = LANGUAGES;
    for part in 0..2 {
        write(
            folder.path(),
            &format!("{first}/{part}.txt"),
            &text(letters, 10_000, 7 + part),
        );
    }
    let sample = write(
        folder.path(),
        &format!("{second}.txt"),
        &text(others, 20_000, 7),
    );
    driver.drop_files(&[file, folder.path().join(first), sample]);
    driver.wait_for("a mixture", |study| study.tokenizer().found.is_some());

    let said = driver.value(first);
    let share: f64 = said
        .strip_prefix(&format!("{first}: "))
        .and_then(|text| text.split(' ').next())
        .unwrap()
        .parse()
        .unwrap();
    let bytes = training().map(|text| text.len() as f64);
    let truth = 100.0 * bytes[0] / (bytes[0] + bytes[1]);
    assert!(
        (share - truth).abs() < 2.0
            && said.contains("90 % interval")
            && said.contains("bytes per token"),
        "{said}"
    );
    assert!(driver.value("Violation by merge").contains("merge 90"));
    assert!(driver.nameless().is_empty(), "{:?}", driver.nameless());
    driver.click("Of pairs");
    assert_eq!(driver.study().view().shares, ShareOf::Pairs);
    assert!(driver.value(first).contains("of pairs"));
    let target = folder.path().join("inferred.json");
    driver.click("Save as mixture file…");
    driver.wait_until("the file", || target.exists());
    assert!(
        std::fs::read_to_string(&target)
            .unwrap()
            .contains("\"mixture\"")
    );

    // While the panel is in front, what is dropped is a sample.
    driver.drop_files(&[write(
        folder.path(),
        "third.txt",
        &text("abcdefghijk", 5_000, 3),
    )]);
    driver.wait_for("a sample", |study| study.tokenizer().samples.len() == 3);
    assert!(driver.has("Categories or settings have changed since the last inference"));
    driver.click("Infer mixture");
    driver.wait_to_see("third");
    driver.click("3 categories (3 from your samples)");
    driver.click("Remove third");
    assert_eq!(driver.study().tokenizer().samples.len(), 2);
}

#[test]
fn a_file_that_is_no_bpe_tokenizer_is_refused_in_its_place_and_the_samples_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = Driver::new(Answers {
        runs: Vec::new(),
        target: folder.path().join("study.mixlens.json"),
    });
    infer(&mut driver);
    let word_piece =
        r#"{"pre_tokenizer": null, "model": {"type": "WordPiece", "vocab": {"a": 0}}}"#;
    driver.drop_files(&[write(folder.path(), "tokenizer.json", word_piece)]);
    driver.wait_for("a refusal", |study| study.tokenizer().problem.is_some());
    assert!(driver.has_part("WordPiece") && driver.study().tokenizer().samples.len() == 3);
    driver.drop_files(&[write(
        folder.path(),
        "cut.json",
        "{\"model\": {\"vocab\": {}, \"merges\": [\"a",
    )]);
    driver.wait_for("another", |study| {
        study
            .tokenizer()
            .problem
            .as_ref()
            .is_some_and(|problem| problem.contains("cut.json"))
    });
    driver.drop_files(&[write(folder.path(), "merges.txt", &tokenizer())]);
    driver.wait_for("a mixture", |study| study.tokenizer().found.is_some());
    assert!(driver.study().tokenizer().problem.is_none());
}

#[test]
fn before_a_tokenizer_is_opened_the_panel_says_what_it_is_for() {
    let mut driver = Driver::new(Answers {
        runs: Vec::new(),
        target: "unused".into(),
    });
    driver.bring_forward(Panel::Tokenizer);
    assert!(
        driver.has("A BPE tokenizer reveals the mixture of its training text")
            && driver.has("Open tokenizer…")
    );
}
