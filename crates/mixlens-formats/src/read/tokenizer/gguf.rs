//! Models in GGUF, of which only the metadata is read.

use std::collections::HashSet;

use mixlens_core::tokenizer::Units;
use mixlens_core::{excerpt, shown};

use super::gguf_values::{Unreadable, Values};
use super::gguf_words;
use super::hugging_face::merge_of;
use super::{MAX_TOKENS, Merges, Parts, TokenizerKind, TokenizerNotice, too_many};
use crate::error::{Position, malformed};
use crate::pretokenize::SentencePieceRules;
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
    let wrong =
        |position, found: String, advice| malformed(&file.name, position, EXPECTED, found, advice);
    let values = Values::read(bytes).map_err(|problem| match problem {
        Unreadable::Head => wrong(
            Position::File,
            "the end of the file inside its head".to_owned(),
            "download the file again",
        ),
        Unreadable::Version(version) => wrong(
            Position::File,
            format!("version {version}"),
            "use the tokenizer that the model was converted from",
        ),
        Unreadable::Entry { number, name } => {
            let found = format!(
                "no whole value in the entry {} of the metadata",
                excerpt(name)
            );
            wrong(Position::Row(number), found, "download the file again")
        }
    })?;
    match values.text(name::MODEL) {
        Some("gpt2") => byte_level(file, &values),
        Some("gemma4") => converted(file, &values),
        Some("llama") => sentence_piece(file, &values),
        Some(other) => {
            let kind = match other {
                "bert" => "WordPiece",
                "t5" => "unigram",
                other => &shown(other).to_string(),
            };
            let advice =
                "only BPE picks merges by frequency, so only its merges reveal the mixture";
            Err(wrong(
                Position::File,
                format!("a model of type {kind}"),
                advice,
            ))
        }
        None => {
            let advice =
                "choose the file of the model that holds the tokenizer, the first of several";
            Err(wrong(
                Position::File,
                format!("no `{}`", name::MODEL),
                advice,
            ))
        }
    }
}

/// The texts of that name.
fn texts<'a, 'v>(
    file: &NamedBytes,
    values: &'v Values<'a>,
    name: &str,
) -> Result<&'v [&'a str], ImportError> {
    let texts = values.texts(name).ok_or_else(|| {
        let advice = "use the tokenizer that the model was converted from";
        malformed(
            &file.name,
            Position::File,
            "tokens and merges in the metadata",
            format!("no texts in `{name}`"),
            advice,
        )
    })?;
    if texts.len() > MAX_TOKENS {
        Err(too_many(file))
    } else {
        Ok(texts)
    }
}

/// Merges of tokens in byte-level spelling.
fn byte_level(file: &NamedBytes, values: &Values<'_>) -> Result<Parts, ImportError> {
    let merges = listed(file, values, Units::Bytes)?;
    let mut notices = Vec::new();
    let pretokenizer = match values.text(name::RULES) {
        None | Some("default") => {
            notices.push(TokenizerNotice::NoPretokenizer);
            None
        }
        Some(rules) => {
            let known = gguf_words::pretokenizer(rules)?;
            if known.is_none() {
                notices.push(TokenizerNotice::UnknownPretokenizer {
                    name: rules.to_owned(),
                });
            }
            known
        }
    };
    Ok(Parts {
        kind: TokenizerKind::Gguf,
        units: Units::Bytes,
        merges,
        pretokenizer,
        longest_token: None,
        notices,
    })
}

/// Merges of tokens in plain text, converted from pieces that SentencePiece learned.
fn converted(file: &NamedBytes, values: &Values<'_>) -> Result<Parts, ImportError> {
    let merges = listed(file, values, Units::Chars)?;
    Ok(as_by_sentence_piece(
        values,
        merges,
        texts(file, values, name::TOKENS)?.iter().copied(),
    ))
}

fn listed(file: &NamedBytes, values: &Values<'_>, units: Units) -> Result<Merges, ImportError> {
    let vocabulary: HashSet<&str> = texts(file, values, name::TOKENS)?.iter().copied().collect();
    let mut merges = Vec::new();
    for (row, merge) in (1..).zip(texts(file, values, name::MERGES)?) {
        let pair = merge
            .split_once(' ')
            .filter(|(left, right)| !left.is_empty() && !right.is_empty());
        let merge = match pair {
            Some(pair) => merge_of(pair, |token| vocabulary.contains(token), units),
            None => Err(excerpt(merge).to_string()),
        };
        merges.push(merge.map_err(|found| {
            let expected = "merges of two tokens of `tokenizer.ggml.tokens`";
            let found = format!("{found} in `{}`", name::MERGES);
            malformed(
                &file.name,
                Position::Row(row),
                expected,
                found,
                "download the file again",
            )
        })?);
    }
    Ok(Merges::Listed(merges))
}

/// Tokens that SentencePiece learned, in the order of their scores.
fn sentence_piece(file: &NamedBytes, values: &Values<'_>) -> Result<Parts, ImportError> {
    let tokens = texts(file, values, name::TOKENS)?;
    let (types, scores) = (values.integers(name::TYPES), values.floats(name::SCORES));
    // Bytes that replace rare characters, control tokens and tokens added by users are never
    // merged.
    let is_normal = |index: usize| {
        types
            .as_ref()
            .is_none_or(|types| types.get(index) == Some(&NORMAL))
    };
    let score = |index: usize| {
        scores
            .as_ref()
            .and_then(|scores| scores.get(index))
            .copied()
            .unwrap_or_default()
    };
    let mut pieces: Vec<(f32, &str)> = tokens
        .iter()
        .enumerate()
        .filter(|(index, _)| is_normal(*index))
        .map(|(index, token)| (score(index), *token))
        .collect();
    // BPE scores a piece by its index in the list, a unigram model by the logarithm of its
    // probability.
    if let Some((score, piece)) = pieces.iter().find(|(score, _)| score.fract() != 0.0) {
        return Err(malformed(
            &file.name,
            Position::File,
            "scores that give the order of merges",
            format!("{score} for {}, as unigram models have it", excerpt(piece)),
            "only BPE picks merges by frequency, so only its merges reveal the mixture",
        ));
    }
    pieces.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    let pieces: Vec<&str> = pieces.into_iter().map(|(_, piece)| piece).collect();
    let merges = Merges::Ranked(pieces.iter().map(|piece| piece.as_bytes().into()).collect());
    Ok(as_by_sentence_piece(values, merges, pieces.into_iter()))
}

/// The metadata contain a part of SentencePiece's rules for words.
fn as_by_sentence_piece<'a>(
    values: &Values<'_>,
    merges: Merges,
    mut tokens: impl Iterator<Item = &'a str>,
) -> Parts {
    let splits_digits =
        !tokens.any(|token| token.len() > 1 && token.bytes().all(|byte| byte.is_ascii_digit()));
    let usual = SentencePieceRules::converted(splits_digits);
    let rules = SentencePieceRules {
        has_dummy_prefix: values
            .bool(name::SPACE_PREFIX)
            .unwrap_or(usual.has_dummy_prefix),
        removes_extra_spaces: values
            .bool(name::REMOVE_EXTRA_SPACES)
            .unwrap_or(usual.removes_extra_spaces),
        ..usual
    };
    Parts {
        kind: TokenizerKind::Gguf,
        units: Units::Chars,
        merges,
        pretokenizer: Some(Pretokenizer::from_sentence_piece(rules)),
        longest_token: None,
        notices: vec![TokenizerNotice::SentencePieceAssumed { splits_digits }],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{merges, words};
    use super::*;
    use crate::{Inherited, TokenizerFile, read_tokenizer};

    /// A file of version 3 whose metadata are these entries.
    fn model(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut file = b"GGUF\x03\0\0\0".to_vec();
        file.extend(7_u64.to_le_bytes());
        file.extend((entries.len() as u64).to_le_bytes());
        for (name, value) in entries {
            file.extend(text(name));
            file.extend(value);
        }
        file
    }

    fn text(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
    }

    fn array(kind: u32, count: u64, items: &[u8]) -> Vec<u8> {
        [
            &9_u32.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            items,
        ]
        .concat()
    }

    fn texts(items: &[&str]) -> Vec<u8> {
        array(
            8,
            items.len() as u64,
            &items
                .iter()
                .flat_map(|item| text(item))
                .collect::<Vec<u8>>(),
        )
    }

    fn integers(items: &[i32]) -> Vec<u8> {
        array(
            5,
            items.len() as u64,
            &items
                .iter()
                .flat_map(|item| item.to_le_bytes())
                .collect::<Vec<u8>>(),
        )
    }

    fn floats(items: &[f32]) -> Vec<u8> {
        array(
            6,
            items.len() as u64,
            &items
                .iter()
                .flat_map(|item| item.to_le_bytes())
                .collect::<Vec<u8>>(),
        )
    }

    fn one(kind: u32, value: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), value].concat()
    }

    fn read(file: impl Into<Vec<u8>>) -> Result<TokenizerFile, ImportError> {
        read_tokenizer(&NamedBytes::new("m.gguf", file), &Inherited::default())
    }

    /// A byte-level model; `rules` is the name of its pre-tokenizer.
    fn byte_level_model(rules: Option<&str>) -> Vec<u8> {
        let mut entries = vec![
            ("general.architecture", one(8, &text("llama"))),
            ("llama.context_length", one(4, &4096_u32.to_le_bytes())),
            ("llama.rope.scale", one(12, &1.0_f64.to_le_bytes())),
            ("tokenizer.ggml.model", one(8, &text("gpt2"))),
            (
                "tokenizer.ggml.tokens",
                texts(&["Ġ", "t", "h", "e", "Ġt", "he"]),
            ),
            ("tokenizer.ggml.token_type", integers(&[1; 6])),
            ("tokenizer.ggml.merges", texts(&["Ġ t", "h e"])),
        ];
        entries.extend(rules.map(|rules| ("tokenizer.ggml.pre", one(8, &text(rules)))));
        [&model(&entries)[..], b"the weights"].concat()
    }

    #[test]
    fn a_byte_level_model_has_its_merges_and_the_name_of_its_rules() {
        let tokenizer = read(byte_level_model(Some("qwen2"))).unwrap();
        assert_eq!(tokenizer.kind, TokenizerKind::Gguf);
        assert_eq!(
            (merges(&tokenizer), tokenizer.merges.units()),
            (vec![" |t".to_owned(), "h|e".to_owned()], Units::Bytes)
        );
        assert_eq!(
            (words(&tokenizer, "the 12"), tokenizer.notices),
            (["the", " ", "1", "2"].map(String::from).to_vec(), vec![])
        );

        for rules in [None, Some("default")] {
            let tokenizer = read(byte_level_model(rules)).unwrap();
            assert!(tokenizer.pretokenizer.is_none());
            assert_eq!(tokenizer.notices, [TokenizerNotice::NoPretokenizer]);
        }
        let tokenizer = read(byte_level_model(Some("llama-7"))).unwrap();
        assert!(tokenizer.pretokenizer.is_none());
        let [notice] = &tokenizer.notices[..] else {
            panic!("{:?}", tokenizer.notices)
        };
        assert!(
            notice.is_about_words() && notice.to_string().contains("\"llama-7\""),
            "{notice}"
        );
    }

    /// Pieces as SentencePiece has them, with some of their scores the other way round.
    fn sentence_piece_model(scores: &[f32]) -> Vec<(&'static str, Vec<u8>)> {
        vec![
            ("tokenizer.ggml.model", one(8, &text("llama"))),
            (
                "tokenizer.ggml.tokens",
                texts(&["<unk>", "<0x0A>", "▁ab", "▁a", "▁", "a", "b", "12"]),
            ),
            ("tokenizer.ggml.scores", floats(scores)),
            (
                "tokenizer.ggml.token_type",
                integers(&[2, 6, 1, 1, 1, 1, 1, 4]),
            ),
            ("tokenizer.ggml.add_space_prefix", one(7, &[0])),
        ]
    }

    #[test]
    fn pieces_are_merged_in_the_order_of_their_scores() {
        let tokenizer = read(model(&sentence_piece_model(&[
            0.0, 0.0, -2.0, -1.0, -3.0, -4.0, -5.0, -0.5,
        ])))
        .unwrap();
        assert_eq!(
            (merges(&tokenizer), tokenizer.merges.units()),
            (vec!["▁|a".to_owned(), "▁a|b".to_owned()], Units::Chars)
        );
        assert_eq!(
            words(&tokenizer, "ab ab 12"),
            ["ab", "▁ab", "▁", "1", "2"],
            "no mark is put before the text"
        );
        assert_eq!(
            tokenizer.notices,
            [TokenizerNotice::SentencePieceAssumed {
                splits_digits: true
            }]
        );
    }

    #[test]
    fn converted_merges_are_of_characters() {
        let tokenizer = read(model(&[
            ("tokenizer.ggml.model", one(8, &text("gemma4"))),
            (
                "tokenizer.ggml.tokens",
                texts(&["▁", "é", "b", "▁é", "éb", "▁éb"]),
            ),
            (
                "tokenizer.ggml.merges",
                texts(&["▁ é", "é b", "▁é b", "▁ éb"]),
            ),
        ]))
        .unwrap();
        assert_eq!(merges(&tokenizer), ["▁|é", "é|b", "▁é|b"]);
        assert!(
            tokenizer
                .notices
                .contains(&TokenizerNotice::OtherSplits { merges: 1 })
        );
    }

    #[test]
    fn every_name_of_rules_is_of_patterns_that_cut() {
        for (name, text, expected) in [
            ("gpt-2", "It's 123  x", &["It", "'s", " 123", " ", " x"][..]),
            ("starcoder", "a 12", &["a", " ", "1", "2"]),
            ("falcon", "a,b 1234", &["a", ",", "b", " ", "123", "4"]),
            (
                "llama-bpe",
                "It'S 1234\n",
                &["It", "'S", " ", "123", "4", "\n"],
            ),
            ("qwen35", "हिन्दी 12", &["हिन्दी", " ", "1", "2"]),
            ("gpt-4o", "HelloWorld's", &["Hello", "World's"]),
            (
                "tekken",
                "HelloWorld's 12",
                &["Hello", "World", "'s", " ", "1", "2"],
            ),
            ("deepseek-coder", "ab c\n12", &["ab", " c", "\n", "1", "2"]),
            ("deepseek-v3", "ab中文1234", &["ab", "中文", "123", "4"]),
        ] {
            let tokenizer = read(byte_level_model(Some(name))).unwrap();
            assert_eq!(words(&tokenizer, text), expected, "{name}");
        }
    }

    #[test]
    fn other_models_and_damaged_ones_are_named() {
        let of_type = |name: &str| model(&[("tokenizer.ggml.model", one(8, &text(name)))]);
        let merge = |merge: &str| {
            model(&[
                ("tokenizer.ggml.model", one(8, &text("gpt2"))),
                (
                    "tokenizer.ggml.tokens",
                    texts(&["t", "h", "th", "ー", "ーt"]),
                ),
                ("tokenizer.ggml.merges", texts(&["t h", merge])),
            ])
        };
        let claimed = |value: Vec<u8>| model(&[("tokenizer.ggml.tokens", value)]);
        let nested = array(9, 1, &array(9, 1, &array(4, 1, &[0; 4])));
        let mut of_version_1 = byte_level_model(None);
        of_version_1[4] = 1;
        let mut endless = byte_level_model(None);
        endless[16..24].fill(0xFF);
        for (file, expected) in [
            (of_type("bert"), "a model of type WordPiece"),
            (of_type("t5"), "a model of type unigram"),
            (of_type("rwkv"), "a model of type rwkv"),
            (of_type("gpt2"), "no texts in `tokenizer.ggml.tokens`"),
            (model(&[]), "no `tokenizer.ggml.model`"),
            (model(&sentence_piece_model(&[-1.5; 8])), "unigram models"),
            (
                merge("x y"),
                "row 2: expected merges of two tokens of `tokenizer.ggml.tokens`, found the merge \
                of \"x\"",
            ),
            (
                merge("th"),
                "row 2: expected merges of two tokens of `tokenizer.ggml.tokens`, found \"th\"",
            ),
            (merge("ー t"), "not in byte-level spelling"),
            (
                claimed(array(8, u64::MAX, &text("t"))),
                "row 1: expected a model in GGUF",
            ),
            (
                claimed(array(5, u64::MAX, &[0; 8])),
                "\"tokenizer.ggml.tokens\"",
            ),
            (
                claimed(array(8, 1, &[0xFF; 8])),
                "\"tokenizer.ggml.tokens\"",
            ),
            (claimed(nested), "\"tokenizer.ggml.tokens\""),
            (claimed(one(13, &[])), "\"tokenizer.ggml.tokens\""),
            (of_version_1, "version 1"),
            (endless, "row 8: expected a model in GGUF"),
            (
                b"GGUF\x03\0\0".to_vec(),
                "the end of the file inside its head",
            ),
            (b"GGUF".to_vec(), "the end of the file inside its head"),
        ] {
            let message = read(file).unwrap_err().to_string();
            assert!(
                message.contains("\"m.gguf\"") && message.contains(expected),
                "{expected}: {message}"
            );
        }
        let whole = byte_level_model(None);
        for end in 4..whole.len() - "the weights".len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
    }
}
