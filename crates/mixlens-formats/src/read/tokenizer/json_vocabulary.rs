//! Tokenizers in JSON: which of the formats it is, and those that hold tokens and ranks.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::{Parts, TokenizerKind, TokenizerNotice, hugging_face, rank_lists};
use crate::error::Position;
use crate::error::malformed;
use crate::{ImportError, NamedBytes, Pretokenizer};

/// JSON of any known kind.
pub(super) fn read(file: &NamedBytes, bytes: &[u8]) -> Result<Parts, ImportError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|problem| {
        let line = u64::try_from(problem.line()).unwrap_or_default();
        let found = if problem.is_eof() { "the end of the file inside it".to_owned() } else { problem.to_string() };
        malformed(&file.name, Position::Line(line), "a tokenizer in JSON", found, "fetch the file again")
    })?;
    if value.get("model").is_some_and(Value::is_object) {
        return hugging_face::read(file, &value);
    }
    if value.get("bpe_ranks").is_some() {
        return js_tiktoken(file, &value);
    }
    if value.get("config").is_some() && value.get("vocab").is_some_and(Value::is_array) {
        return tekken(file, value);
    }
    let is_vocabulary = value.as_object().is_some_and(|map| !map.is_empty() && map.values().all(Value::is_u64));
    let (found, advice) = if is_vocabulary {
        ("a vocabulary without merges", "name merges.txt, which lies beside vocab.json")
    } else {
        ("JSON without `model`, `bpe_ranks` or `vocab`", "choose tokenizer.json, tekken.json or a file of ranks")
    };
    Err(malformed(&file.name, Position::File, "a BPE tokenizer", found, advice))
}

/// `pat_str` and `bpe_ranks`, as js-tiktoken and the tokenizer of Claude have them.
pub(super) fn js_tiktoken(file: &NamedBytes, value: &Value) -> Result<Parts, ImportError> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let Some(ranks) = text("bpe_ranks") else {
        return Err(malformed(
            &file.name,
            Position::File,
            "text in `bpe_ranks`",
            "something else",
            "fetch the file again",
        ));
    };
    let ranked = rank_lists::unpack(file, ranks)?;
    let pretokenizer = text("pat_str").map(Pretokenizer::from_pattern).transpose()?;
    let notices = if pretokenizer.is_none() { vec![TokenizerNotice::NoPretokenizer] } else { Vec::new() };
    Ok(rank_lists::parts(TokenizerKind::JsTiktoken, ranked, pretokenizer, notices))
}

/// The parts of `tekken.json` that matter here.
#[derive(Deserialize)]
struct Tekken {
    config: TekkenConfig,
    vocab: Vec<TekkenToken>,
}

#[derive(Deserialize)]
struct TekkenConfig {
    pattern: String,
    #[serde(default)]
    default_vocab_size: Option<usize>,
    #[serde(default)]
    default_num_special_tokens: usize,
}

#[derive(Deserialize)]
struct TekkenToken {
    rank: u32,
    token_bytes: String,
}

fn tekken(file: &NamedBytes, value: Value) -> Result<Parts, ImportError> {
    let wrong = |position, found: String| {
        malformed(&file.name, position, "Mistral's tekken.json", found, "fetch the file again")
    };
    let Tekken { config, mut vocab } =
        serde_json::from_value(value).map_err(|problem| wrong(Position::File, problem.to_string()))?;
    vocab.sort_by_key(|token| token.rank);
    let of = vocab.len();
    if let Some(size) = config.default_vocab_size {
        vocab.truncate(size.saturating_sub(config.default_num_special_tokens));
    }
    let mut ranked = Vec::new();
    for (row, token) in (1..).zip(&vocab) {
        let bytes = BASE64_STANDARD.decode(&token.token_bytes);
        let bytes = bytes.map_err(|_| wrong(Position::Row(row), format!("the token {:?}", token.token_bytes)))?;
        ranked.push((token.rank, bytes.into_boxed_slice()));
    }
    let kept = vocab.len();
    let notices = if kept < of { vec![TokenizerNotice::VocabularyCut { kept, of }] } else { Vec::new() };
    let pretokenizer = Some(Pretokenizer::from_pattern(&config.pattern)?);
    Ok(rank_lists::parts(TokenizerKind::Tekken, ranked, pretokenizer, notices))
}
