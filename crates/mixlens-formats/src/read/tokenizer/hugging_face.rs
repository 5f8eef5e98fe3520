//! `tokenizer.json` of the Hugging Face library.

use std::collections::HashSet;

use mixlens_core::tokenizer::{SpelledMerge, Units};
use serde_json::Value;

use super::byte_level::bytes_of;
use super::hugging_face_rules::{self as rules, Unsupported};
use super::{Merges, Parts, TokenizerKind, TokenizerNotice};
use crate::error::Position;
use crate::error::malformed;
use crate::pretokenize::SentencePieceRules;
use crate::{ImportError, NamedBytes, Pretokenizer};

/// Reads the merges and the rules; `value` has an object called `model`.
pub(super) fn read(file: &NamedBytes, value: &Value) -> Result<Parts, ImportError> {
    const BPE: &str = "a BPE tokenizer";
    let wrong = |found: String, advice| malformed(&file.name, Position::File, BPE, found, advice);
    let model = value.get("model").unwrap_or(&Value::Null);
    let listed = model.get("merges").and_then(Value::as_array);
    let kind = model.get("type").and_then(Value::as_str).unwrap_or(if listed.is_some() { "BPE" } else { "unknown" });
    let (Some(listed), "BPE") = (listed, kind) else {
        return Err(wrong(
            format!("a model of type {kind}"),
            "only BPE picks merges by frequency, so only its merges tell the mixture",
        ));
    };
    for key in ["end_of_word_suffix", "continuing_subword_prefix"] {
        if let Some(mark) = model.get(key).and_then(Value::as_str).filter(|mark| !mark.is_empty()) {
            return Err(wrong(format!("`{key}` {mark:?}"), "choose a tokenizer whose tokens carry no such mark"));
        }
    }
    let (normalizer, pre_tokenizer) = (value.get("normalizer"), value.get("pre_tokenizer"));
    let is_byte_level = rules::mentions_byte_level(normalizer) || rules::mentions_byte_level(pre_tokenizer);
    let units = if is_byte_level { Units::Bytes } else { Units::Chars };
    let vocabulary: HashSet<&str> = model
        .get("vocab")
        .and_then(Value::as_object)
        .map(|map| map.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let merges = merges(file, listed, &vocabulary, units)?;
    let mut notices = Vec::new();
    let has_rules = pre_tokenizer.is_some_and(|rules| !rules.is_null());
    let pretokenizer = if units == Units::Chars && !has_rules {
        let splits_digits =
            !vocabulary.iter().any(|token| token.len() > 1 && token.bytes().all(|b| b.is_ascii_digit()));
        notices.push(TokenizerNotice::SentencePieceAssumed { splits_digits });
        Pretokenizer::from_sentence_piece(SentencePieceRules::converted(splits_digits))
    } else {
        rules::pretokenizer(normalizer, pre_tokenizer).map_err(|Unsupported(what)| {
            let expected = "normalizers and pre-tokenizers of BPE tokenizers";
            malformed(&file.name, Position::File, expected, what, "name a pattern instead, with --pretokenizer")
        })?
    };
    Ok(Parts {
        kind: TokenizerKind::HuggingFace,
        units,
        merges: Merges::Listed(merges),
        pretokenizer: Some(pretokenizer),
        longest_token: None,
        notices,
    })
}

fn merges(
    file: &NamedBytes,
    listed: &[Value],
    vocabulary: &HashSet<&str>,
    units: Units,
) -> Result<Vec<SpelledMerge>, ImportError> {
    let mut merges = Vec::with_capacity(listed.len());
    for (row, merge) in (1..).zip(listed) {
        let wrong = |expected, found: String, advice| {
            malformed(&file.name, Position::Row(row), expected, format!("{found} in `model.merges`"), advice)
        };
        let pair = match merge {
            Value::String(text) => text.split_once(' '),
            Value::Array(pair) => match &pair[..] {
                [Value::String(left), Value::String(right)] => Some((&left[..], &right[..])),
                _ => None,
            },
            _ => None,
        };
        let Some((left, right)) = pair.filter(|(left, right)| !left.is_empty() && !right.is_empty()) else {
            return Err(wrong("a merge of two tokens", merge.to_string(), "fetch the file again"));
        };
        let merge = merge_of((left, right), vocabulary, units);
        merges.push(merge.map_err(|found| wrong("merges of tokens of `model.vocab`", found, "fetch the file again"))?);
    }
    Ok(merges)
}

/// The merge of two tokens as bytes, or what is wrong with it.
pub(super) fn merge_of(
    (left, right): (&str, &str),
    vocabulary: &HashSet<&str>,
    units: Units,
) -> Result<SpelledMerge, String> {
    let product = format!("{left}{right}");
    if let Some(unknown) = [left, right, &product].into_iter().find(|token| !vocabulary.contains(token)) {
        return Err(format!("the merge of {left:?} and {right:?}, where {unknown:?} is no token,"));
    }
    let bytes = |text: &str| match units {
        Units::Bytes => bytes_of(text),
        Units::Chars => Some(text.as_bytes().into()),
    };
    let merge = bytes(left).zip(bytes(right));
    merge.ok_or_else(|| format!("the merge of {left:?} and {right:?}, which are not in byte-level spelling,"))
}
