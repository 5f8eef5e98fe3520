//! The shared cases of tokenizer inference.

use std::path::{Path, PathBuf};

use mixlens_formats::{Inherited, NamedBytes, Pretokenizer, TokenizerFile, read_tokenizer};
use serde_json::Value;

/// The folder with the cases; `None`, with a line printed, where it is not at hand.
pub fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("MIXLENS_SHARED")
        .map_or(beside, PathBuf::from)
        .join("data/bpe");
    if !folder.is_dir() {
        eprintln!(
            "skipped: no folder {}; set MIXLENS_SHARED to the folder with the cases",
            folder.display()
        );
        return None;
    }
    Some(folder)
}

/// What a file says.
pub fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The tokenizer of a case.
pub fn tokenizer(case: &Path) -> TokenizerFile {
    let description = json(&case.join("case.json"));
    let path = case.join(description["tokenizer"].as_str().unwrap());
    let mut tokenizer =
        read_tokenizer(&NamedBytes::read(path).unwrap(), &Inherited::default()).unwrap();
    if let Some(name) = description["pretok"].as_str() {
        tokenizer.pretokenizer = Some(Pretokenizer::from_pattern(name).unwrap());
    }
    tokenizer
}
