//! Tokenizers in JSON: which of the formats it is, and those that hold tokens and ranks.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mixlens_core::excerpt;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::{self, Fields, Text};
use super::{Parts, TokenizerKind, TokenizerNotice, hugging_face, rank_lists, room_for};
use crate::error::{Position, malformed};
use crate::{ImportError, NamedBytes, Pretokenizer};

/// JSON of any known kind.
pub(super) fn read(file: &NamedBytes, bytes: &[u8]) -> Result<Parts, ImportError> {
    let is_list = bytes.trim_ascii_start().starts_with(b"[");
    let known: Fields<'_> = if is_list {
        Fields::default()
    } else {
        serde_json::from_slice(bytes).map_err(|problem| {
            let line = u64::try_from(problem.line()).unwrap_or_default();
            let found = if problem.is_eof() {
                "the end of the file inside it".to_owned()
            } else {
                problem.to_string()
            };
            malformed(
                &file.name,
                Position::Line(line),
                "a tokenizer in JSON",
                found,
                "download the file again",
            )
        })?
    };
    if let Some(model) = known
        .model
        .filter(|_| fields::begins_with(known.model, '{'))
    {
        return hugging_face::read(file, model, &known);
    }
    if known.bpe_ranks.is_some() {
        return js_tiktoken(file, &known);
    }
    if let (Some(config), Some(vocab), true) = (
        known.config,
        known.vocab,
        fields::begins_with(known.vocab, '['),
    ) {
        return tekken(file, config, vocab);
    }
    let (found, advice) = if fields::is_vocabulary(bytes) {
        (
            "a vocabulary without merges",
            "name merges.txt, which lies beside vocab.json",
        )
    } else {
        (
            "JSON without `model`, `bpe_ranks` or `vocab`",
            "choose tokenizer.json, tekken.json or a file of ranks",
        )
    };
    Err(malformed(
        &file.name,
        Position::File,
        "a BPE tokenizer",
        found,
        advice,
    ))
}

/// `pat_str` and `bpe_ranks`, as js-tiktoken and the tokenizer of Claude have them.
pub(super) fn js_tiktoken(file: &NamedBytes, known: &Fields<'_>) -> Result<Parts, ImportError> {
    let Some(ranks) = fields::text(known.bpe_ranks) else {
        let (expected, found) = ("text in `bpe_ranks`", "something else");
        return Err(malformed(
            &file.name,
            Position::File,
            expected,
            found,
            "download the file again",
        ));
    };
    let ranked = rank_lists::unpack(file, &ranks)?;
    let pattern = fields::text(known.pat_str);
    let pretokenizer = pattern
        .map(|pattern| Pretokenizer::from_pattern(&pattern))
        .transpose()?;
    let notices = if pretokenizer.is_none() {
        vec![TokenizerNotice::NoPretokenizer]
    } else {
        Vec::new()
    };
    Ok(rank_lists::parts(
        TokenizerKind::JsTiktoken,
        ranked,
        pretokenizer,
        notices,
    ))
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
struct TekkenToken<'a> {
    rank: u32,
    #[serde(borrow)]
    token_bytes: Text<'a>,
}

fn tekken(file: &NamedBytes, config: &RawValue, vocab: &RawValue) -> Result<Parts, ImportError> {
    let wrong = |position, found: String| {
        malformed(
            &file.name,
            position,
            "Mistral's tekken.json",
            found,
            "download the file again",
        )
    };
    let unreadable = |position, problem: serde_json::Error| wrong(position, problem.to_string());
    let config: TekkenConfig = serde_json::from_str(config.get())
        .map_err(|problem| unreadable(Position::File, problem))?;
    let mut ranked = Vec::new();
    let listed = fields::each_entry(vocab, |entry| {
        let position = Position::Row(ranked.len() as u64 + 1);
        room_for(file, ranked.len())?;
        let token: TekkenToken<'_> =
            serde_json::from_str(entry.get()).map_err(|problem| unreadable(position, problem))?;
        let bytes = BASE64_STANDARD.decode(&*token.token_bytes.0);
        let bytes = bytes.map_err(|_| {
            wrong(
                position,
                format!("the token {}", excerpt(&token.token_bytes.0)),
            )
        })?;
        ranked.push((token.rank, bytes.into_boxed_slice()));
        Ok(())
    });
    listed.map_err(|error| {
        error.unwrap_or_else(|| wrong(Position::File, "a damaged `vocab`".to_owned()))
    })?;
    let of = ranked.len();
    ranked.sort_by_key(|(rank, _)| *rank);
    if let Some(size) = config.default_vocab_size {
        ranked.truncate(size.saturating_sub(config.default_num_special_tokens));
    }
    let kept = ranked.len();
    let notices = if kept < of {
        vec![TokenizerNotice::VocabularyCut { kept, of }]
    } else {
        Vec::new()
    };
    let pretokenizer = Some(Pretokenizer::from_pattern(&config.pattern)?);
    Ok(rank_lists::parts(
        TokenizerKind::Tekken,
        ranked,
        pretokenizer,
        notices,
    ))
}
