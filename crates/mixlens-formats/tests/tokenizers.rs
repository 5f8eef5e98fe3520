//! The tokenizers and samples of the shared cases, where the shared folder is at hand
//! (`MIXLENS_SHARED`, or `shared` beside the checkout).
#![cfg(feature = "tokenizer")]
#![expect(clippy::print_stderr, reason = "a skipped test must say so")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may unwrap and index"
)]

use mixlens_core::compute::Control;
use mixlens_core::tokenizer::Units;
use mixlens_formats::{SampleOptions, read_category};

mod cases;

use cases::{folder, json, tokenizer};

#[test]
fn every_case_has_as_many_merges_as_the_reference_finds() {
    let Some(folder) = folder() else { return };
    let results = json(&folder.join("reference_results.json"));
    let results = results.as_array().unwrap();
    for result in results {
        let name = result["case"].as_str().unwrap();
        let tokenizer = tokenizer(&folder.join(name));
        assert_eq!(
            Some(tokenizer.merges.merges().len() as u64),
            result["merges_total"].as_u64(),
            "{name}"
        );
    }
    assert!(results.len() >= 8, "{}", results.len());
    assert_eq!(
        tokenizer(&folder.join("dev-spm4")).merges.units(),
        Units::Chars
    );
}

#[test]
fn a_sample_and_the_table_of_its_words_have_the_bytes_the_case_states() {
    let Some(folder) = folder() else { return };
    for name in ["dev-related6", "dev-mixed13", "dev-spm4"] {
        let case = folder.join(name);
        let tokenizer = tokenizer(&case);
        let description = json(&case.join("case.json"));
        let sample = &description["categories"][0];
        let paths = [case.join(sample["file"].as_str().unwrap())];
        let options = SampleOptions::default();
        let pretokenizer = tokenizer.pretokenizer.as_ref().unwrap();
        let category =
            read_category("first", &paths, pretokenizer, &options, &Control::default()).unwrap();
        let bytes = category.words.bytes();
        assert_eq!(Some(bytes.iter().sum()), sample["bytes"].as_u64(), "{name}");
        if !name.contains("mixed") {
            assert_eq!(bytes.len(), options.groups);
            assert!(
                bytes.iter().max().unwrap() < &(2 * bytes.iter().min().unwrap()),
                "{bytes:?}"
            );
        }
    }
}
