//! `tokenizer.json` of the Hugging Face library.

use std::borrow::Cow;
use std::collections::HashSet;

use mixlens_core::tokenizer::{SpelledMerge, Units};
use mixlens_core::{excerpt, shown};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::byte_level::bytes_of;
use super::fields::{self, Fields, Text};
use super::hugging_face_rules::{self as rules, Unsupported};
use super::{MAX_TOKENS, Merges, Parts, TokenizerKind, TokenizerNotice, room_for, too_many};
use crate::error::Position;
use crate::error::malformed;
use crate::pretokenize::SentencePieceRules;
use crate::{ImportError, NamedBytes, Pretokenizer};

/// Bytes that normalizers or pre-tokenizers may have in the file; compiled maps of characters take
/// half a megabyte.
const MAX_RULE_BYTES: usize = 4 << 20;

/// The model of a tokenizer, its fields as they stand in the file.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Model<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    merges: Option<&'a RawValue>,
    #[serde(borrow)]
    vocab: Option<&'a RawValue>,
    #[serde(borrow)]
    end_of_word_suffix: Option<&'a RawValue>,
    #[serde(borrow)]
    continuing_subword_prefix: Option<&'a RawValue>,
}

/// Reads the merges of a model and the rules beside it.
pub(super) fn read(
    file: &NamedBytes,
    model: &RawValue,
    beside: &Fields<'_>,
) -> Result<Parts, ImportError> {
    const BPE: &str = "a BPE tokenizer";
    let wrong = |found: String, advice| malformed(&file.name, Position::File, BPE, found, advice);
    let damaged =
        |problem: serde_json::Error| wrong(problem.to_string(), "download the file again");
    let model: Model<'_> = serde_json::from_str(model.get()).map_err(damaged)?;
    let listed = model
        .merges
        .filter(|_| fields::begins_with(model.merges, '['));
    let usual = if listed.is_some() { "BPE" } else { "unknown" };
    let kind = fields::text(model.kind).unwrap_or(Cow::Borrowed(usual));
    let (Some(listed), "BPE") = (listed, &*kind) else {
        return Err(wrong(
            format!("a model of type {}", shown(&kind)),
            "only BPE picks merges by frequency, so only its merges reveal the mixture",
        ));
    };
    for (key, mark) in [
        ("end_of_word_suffix", model.end_of_word_suffix),
        ("continuing_subword_prefix", model.continuing_subword_prefix),
    ] {
        if let Some(mark) = fields::text(mark).filter(|mark| !mark.is_empty()) {
            let found = format!("`{key}` {}", excerpt(&mark));
            return Err(wrong(
                found,
                "choose a tokenizer whose tokens carry no such mark",
            ));
        }
    }
    let rule = |field: Option<&RawValue>| match field {
        Some(field) if field.get().len() > MAX_RULE_BYTES => Err(wrong(
            format!("rules of more than {} MB", MAX_RULE_BYTES >> 20),
            "download the file again",
        )),
        Some(field) => serde_json::from_str(field.get()).map(Some).map_err(damaged),
        None => Ok(None),
    };
    let (normalizer, pre_tokenizer): (Option<Value>, Option<Value>) =
        (rule(beside.normalizer)?, rule(beside.pre_tokenizer)?);
    let (normalizer, pre_tokenizer) = (normalizer.as_ref(), pre_tokenizer.as_ref());
    let is_byte_level =
        rules::mentions_byte_level(normalizer) || rules::mentions_byte_level(pre_tokenizer);
    let units = if is_byte_level {
        Units::Bytes
    } else {
        Units::Chars
    };
    let vocabulary = vocabulary(file, model.vocab)?;
    let merges = merges(file, listed, &vocabulary, units)?;
    let mut notices = Vec::new();
    let has_rules = pre_tokenizer.is_some_and(|rules| !rules.is_null());
    let pretokenizer = if units == Units::Chars && !has_rules {
        let splits_digits = !vocabulary
            .iter()
            .any(|token| token.len() > 1 && token.bytes().all(|b| b.is_ascii_digit()));
        notices.push(TokenizerNotice::SentencePieceAssumed { splits_digits });
        Pretokenizer::from_sentence_piece(SentencePieceRules::converted(splits_digits))
    } else {
        rules::pretokenizer(normalizer, pre_tokenizer).map_err(|Unsupported(what)| {
            let expected = "normalizers and pre-tokenizers of BPE tokenizers";
            malformed(
                &file.name,
                Position::File,
                expected,
                what,
                "name a pattern for words instead",
            )
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

fn vocabulary<'a>(
    file: &NamedBytes,
    tokens: Option<&'a RawValue>,
) -> Result<HashSet<Cow<'a, str>>, ImportError> {
    let Some(tokens) = tokens.filter(|_| fields::begins_with(tokens, '{')) else {
        return Ok(HashSet::new());
    };
    let keys = fields::keys(tokens, MAX_TOKENS).ok_or_else(|| too_many(file))?;
    Ok(keys.into_iter().collect())
}

fn merges(
    file: &NamedBytes,
    listed: &RawValue,
    vocabulary: &HashSet<Cow<'_, str>>,
    units: Units,
) -> Result<Vec<SpelledMerge>, ImportError> {
    let mut merges = Vec::new();
    let read = fields::each_entry(listed, |entry| {
        room_for(file, merges.len())?;
        let position = Position::Row(merges.len() as u64 + 1);
        let wrong = |expected, found: String| {
            let found = format!("{found} in `model.merges`");
            malformed(
                &file.name,
                position,
                expected,
                found,
                "download the file again",
            )
        };
        let pair = pair_of(entry).filter(|(left, right)| !left.is_empty() && !right.is_empty());
        let (left, right) =
            pair.ok_or_else(|| wrong("a merge of two tokens", excerpt(entry.get()).to_string()))?;
        let merge = merge_of((&left, &right), |token| vocabulary.contains(token), units);
        merges.push(merge.map_err(|found| wrong("merges of tokens of `model.vocab`", found))?);
        Ok(())
    });
    let damaged = || {
        malformed(
            &file.name,
            Position::File,
            "a list of merges",
            "a damaged one",
            "download the file again",
        )
    };
    read.map_err(|error| error.unwrap_or_else(damaged))?;
    Ok(merges)
}

/// The tokens of a merge: a text with a blank between them, or a list of the two.
fn pair_of(entry: &RawValue) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    if entry.get().starts_with('[') {
        let (left, right): (Text<'_>, Text<'_>) = serde_json::from_str(entry.get()).ok()?;
        return Some((left.0, right.0));
    }
    match serde_json::from_str::<Text<'_>>(entry.get()).ok()?.0 {
        Cow::Borrowed(text) => text
            .split_once(' ')
            .map(|(left, right)| (left.into(), right.into())),
        Cow::Owned(text) => text
            .split_once(' ')
            .map(|(left, right)| (left.to_owned().into(), right.to_owned().into())),
    }
}

/// The merge of two tokens as bytes, or what is wrong with it.
pub(super) fn merge_of(
    (left, right): (&str, &str),
    is_token: impl Fn(&str) -> bool,
    units: Units,
) -> Result<SpelledMerge, String> {
    let product = format!("{left}{right}");
    if let Some(unknown) = [left, right, &product]
        .into_iter()
        .find(|token| !is_token(token))
    {
        let (left, right, unknown) = (excerpt(left), excerpt(right), excerpt(unknown));
        return Err(format!(
            "the merge of {left} and {right}, where {unknown} is no token,"
        ));
    }
    let bytes = |text: &str| match units {
        Units::Bytes => bytes_of(text),
        Units::Chars => Some(text.as_bytes().into()),
    };
    let merge = bytes(left).zip(bytes(right));
    merge.ok_or_else(|| {
        format!(
            "the merge of {} and {}, which are not in byte-level spelling,",
            excerpt(left),
            excerpt(right)
        )
    })
}
