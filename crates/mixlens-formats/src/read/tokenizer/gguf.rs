//! Models in GGUF, of which only the metadata is read.

use std::collections::HashSet;

use mixlens_core::tokenizer::Units;

use super::gguf_values::{Unreadable, Values};
use super::hugging_face::merge_of;
use super::{Merges, Parts, TokenizerKind, TokenizerNotice};
use crate::error::{Position, malformed};
use crate::pretokenize::{Behavior, Matcher, SentencePieceRules, Stage, pattern_by_name};
use crate::{ImportError, NamedBytes, Pretokenizer};

/// Names of the values that matter here.
mod name {
    pub const MODEL: &str = "tokenizer.ggml.model";
    pub const RULES: &str = "tokenizer.ggml.pre";
    pub const TOKENS: &str = "tokenizer.ggml.tokens";
    pub const MERGES: &str = "tokenizer.ggml.merges";
    pub const SCORES: &str = "tokenizer.ggml.scores";
    pub const TYPES: &str = "tokenizer.ggml.token_type";
    pub const SPACE_PREFIX: &str = "tokenizer.ggml.add_space_prefix";
    pub const REMOVE_EXTRA_SPACES: &str = "tokenizer.ggml.remove_extra_whitespaces";
}

/// The type of a token that was learned.
const NORMAL: u32 = 1;

pub(super) fn read(file: &NamedBytes, bytes: &[u8]) -> Result<Parts, ImportError> {
    const EXPECTED: &str = "a model in GGUF with a BPE tokenizer";
    let wrong = |position, found: String, advice| malformed(&file.name, position, EXPECTED, found, advice);
    let values = Values::read(bytes).map_err(|problem| match problem {
        Unreadable::Version(version) => {
            wrong(Position::File, format!("version {version}"), "use the tokenizer that the model was converted from")
        }
        Unreadable::Entry { number, name } => {
            let found = format!("no whole value in the entry {name:?} of the metadata");
            wrong(Position::Row(number), found, "fetch the file again")
        }
    })?;
    match values.text(name::MODEL) {
        Some("gpt2") => byte_level(file, &values),
        Some("llama") => sentence_piece(file, &values),
        Some(other) => {
            let kind = match other {
                "bert" => "WordPiece",
                "t5" => "unigram",
                other => other,
            };
            let advice = "only BPE picks merges by frequency, so only its merges tell the mixture";
            Err(wrong(Position::File, format!("a model of type {kind}"), advice))
        }
        None => {
            let advice = "choose the file of the model that holds the tokenizer, the first of several";
            Err(wrong(Position::File, format!("no `{}`", name::MODEL), advice))
        }
    }
}

/// The texts of that name.
fn texts<'a, 'v>(file: &NamedBytes, values: &'v Values<'a>, name: &str) -> Result<&'v [&'a str], ImportError> {
    values.texts(name).ok_or_else(|| {
        let advice = "use the tokenizer that the model was converted from";
        malformed(&file.name, Position::File, "tokens and merges in the metadata", format!("no texts in `{name}`"), advice)
    })
}

fn byte_level(file: &NamedBytes, values: &Values<'_>) -> Result<Parts, ImportError> {
    let vocabulary: HashSet<&str> = texts(file, values, name::TOKENS)?.iter().copied().collect();
    let mut merges = Vec::new();
    for (row, merge) in (1..).zip(texts(file, values, name::MERGES)?) {
        let pair = merge.split_once(' ').filter(|(left, right)| !left.is_empty() && !right.is_empty());
        let merge = match pair {
            Some(pair) => merge_of(pair, &vocabulary, Units::Bytes),
            None => Err(format!("{merge:?}")),
        };
        merges.push(merge.map_err(|found| {
            let expected = "merges of two tokens of `tokenizer.ggml.tokens`";
            let found = format!("{found} in `{}`", name::MERGES);
            malformed(&file.name, Position::Row(row), expected, found, "fetch the file again")
        })?);
    }
    let mut notices = Vec::new();
    let pretokenizer = match values.text(name::RULES) {
        None | Some("default") => {
            notices.push(TokenizerNotice::NoPretokenizer);
            None
        }
        Some(rules) => match CUTS.iter().find(|(names, _)| names.contains(&rules)) {
            Some((_, patterns)) => Some(pretokenizer(patterns)?),
            None => {
                notices.push(TokenizerNotice::UnknownPretokenizer { name: rules.to_owned() });
                None
            }
        },
    };
    Ok(Parts {
        kind: TokenizerKind::Gguf,
        units: Units::Bytes,
        merges: Merges::Listed(merges),
        pretokenizer,
        longest_token: None,
        notices,
    })
}

/// Tokens that SentencePiece learned, in the order of their scores.
fn sentence_piece(file: &NamedBytes, values: &Values<'_>) -> Result<Parts, ImportError> {
    let tokens = texts(file, values, name::TOKENS)?;
    let (types, scores) = (values.integers(name::TYPES), values.floats(name::SCORES));
    // Bytes that stand in for rare characters, control tokens and what users added are never merged.
    let is_normal = |place: usize| types.as_ref().is_none_or(|types| types.get(place) == Some(&NORMAL));
    let score = |place: usize| scores.as_ref().and_then(|scores| scores.get(place)).copied().unwrap_or_default();
    let mut pieces: Vec<(f32, &str)> =
        tokens.iter().enumerate().filter(|(place, _)| is_normal(*place)).map(|(place, token)| (score(place), *token)).collect();
    // BPE scores a piece by its place in the list, a unigram model by the logarithm of its probability.
    if let Some((score, piece)) = pieces.iter().find(|(score, _)| score.fract() != 0.0) {
        return Err(malformed(
            &file.name,
            Position::File,
            "scores that tell the order of merges",
            format!("{score} for {piece:?}, as unigram models have it"),
            "only BPE picks merges by frequency, so only its merges tell the mixture",
        ));
    }
    pieces.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    let is_number = |piece: &str| piece.len() > 1 && piece.bytes().all(|byte| byte.is_ascii_digit());
    let splits_digits = !pieces.iter().any(|(_, piece)| is_number(piece));
    let converted = SentencePieceRules::converted(splits_digits);
    let rules = SentencePieceRules {
        has_dummy_prefix: values.bool(name::SPACE_PREFIX).unwrap_or(converted.has_dummy_prefix),
        removes_extra_spaces: values.bool(name::REMOVE_EXTRA_SPACES).unwrap_or(converted.removes_extra_spaces),
        ..converted
    };
    Ok(Parts {
        kind: TokenizerKind::Gguf,
        units: Units::Chars,
        merges: Merges::Ranked(pieces.into_iter().map(|(_, piece)| piece.as_bytes().into()).collect()),
        pretokenizer: Some(Pretokenizer::from_sentence_piece(rules)),
        longest_token: None,
        notices: vec![TokenizerNotice::SentencePieceAssumed { splits_digits }],
    })
}

/// As cl100k, digits one by one.
const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// As o200k, digits one by one and no shortened words.
const TEKKEN: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|",
    r"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

const DEEPSEEK_V3: &str = concat!(
    r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"##,
    r" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// What `tokenizer.ggml.pre` names, with the patterns of the tokenizers that the names are taken from; where there are several, each
/// cuts what those before it left together.
const CUTS: [(&[&str], &[&str]); 8] = [
    (&["gpt-2", "phi-2", "roberta-bpe", "mpt", "olmo", "jais"], &["gpt2"]),
    (&["starcoder", "refact", "command-r", "smollm", "codeshell"], &[r"\p{N}", "gpt2"]),
    (&["falcon"], &[r"[\p{P}\$\+<=>\^~\|`]+", "gpt2", "[0-9][0-9][0-9]"]),
    (&["llama-bpe", "llama3", "llama-v3", "dbrx", "smaug-bpe", "chatglm-bpe", "glm4"], &["cl100k"]),
    (&["qwen2", "deepseek-r1-qwen", "stablelm2", "megrez"], &[QWEN2]),
    (&["gpt-4o", "llama4"], &["o200k"]),
    (&["tekken", "pixtral"], &[TEKKEN]),
    (&["deepseek-v3"], &[r"\p{N}{1,3}", r"[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+", DEEPSEEK_V3]),
];

fn pretokenizer(patterns: &[&str]) -> Result<Pretokenizer, ImportError> {
    let stage = |pattern: &&str| {
        let matcher = Matcher::from_regex(pattern_by_name(pattern).unwrap_or(pattern));
        let matcher = matcher.map_err(|problem| ImportError::BadArgument {
            expected: "a regular expression",
            found: format!("{pattern} ({problem})"),
        })?;
        Ok(Stage::split(matcher, Behavior::Isolated, false))
    };
    let stages: Result<Vec<Stage>, ImportError> = patterns.iter().map(stage).collect();
    Ok(Pretokenizer::from_stages(Vec::new(), stages?))
}
