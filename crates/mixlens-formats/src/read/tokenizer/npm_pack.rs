//! Scripts with a tokenizer inside, as npm packages ship them.
//!
//! Two sorts are known: an object as js-tiktoken writes it, and two texts in base64: tokens, a line
//! each, and the merges as pairs of token numbers (16 bits each, low byte first; 17 bits each, high
//! bit first, for more than 65,536 tokens).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mixlens_core::tokenizer::{SpelledMerge, Units};

use super::byte_level::bytes_of;
use super::fields::Fields;
use super::{
    MAX_TOKENS, Merges, Parts, TokenizerKind, TokenizerNotice, json_vocabulary, room_for, too_many,
};
use crate::error::Position;
use crate::error::malformed;
use crate::pretokenize::SentencePieceRules;
use crate::{ImportError, NamedBytes, Pretokenizer};

/// Texts in base64 that are shorter are something else.
const SHORTEST: usize = 256;

/// `None` where the text is no such script.
pub(super) fn read(file: &NamedBytes, text: &str) -> Option<Result<Parts, ImportError>> {
    if text.contains("\"bpe_ranks\"") {
        let object = |(at, _)| {
            serde_json::Deserializer::from_str(text.get(at..)?)
                .into_iter::<Fields<'_>>()
                .next()?
                .ok()
        };
        let known = text
            .match_indices("{\"")
            .filter_map(object)
            .find(|known| known.bpe_ranks.is_some())?;
        return Some(json_vocabulary::js_tiktoken(file, &known));
    }
    let mut packed = text
        .split('"')
        .filter(|part| part.len() >= SHORTEST && !part.contains(char::is_whitespace));
    let (vocabulary, merges) = (packed.next()?, packed.next()?);
    let vocabulary = String::from_utf8(BASE64_STANDARD.decode(vocabulary).ok()?).ok()?;
    let merges = BASE64_STANDARD.decode(merges).ok()?;
    Some(unpack(file, &vocabulary, &merges))
}

fn unpack(file: &NamedBytes, vocabulary: &str, merges: &[u8]) -> Result<Parts, ImportError> {
    let tokens: Vec<&str> = vocabulary.split('\n').take(MAX_TOKENS + 1).collect();
    if tokens.len() > MAX_TOKENS {
        return Err(too_many(file));
    }
    let is_byte_level = !tokens.iter().any(|token| token.contains('\u{2581}'));
    let units = if is_byte_level {
        Units::Bytes
    } else {
        Units::Chars
    };
    let ids = if tokens.len() > 1 << 16 {
        numbers_of_17_bits(merges)
    } else {
        numbers_of_16_bits(merges)
    };
    let mut listed: Vec<SpelledMerge> = Vec::new();
    for (row, pair) in (1..).zip(ids.as_chunks::<2>().0) {
        room_for(file, listed.len())?;
        let spelled = |id: usize| {
            let token = tokens.get(id).filter(|token| !token.is_empty())?;
            if is_byte_level {
                bytes_of(token)
            } else {
                Some(token.as_bytes().into())
            }
        };
        let [left, right] = pair.map(spelled);
        match (left, right) {
            (Some(left), Some(right)) => listed.push((left, right)),
            _ => {
                let found = format!("the merge of {} and {}", pair[0], pair[1]);
                let expected = "merges of tokens of the vocabulary in base64";
                return Err(malformed(
                    &file.name,
                    Position::Row(row),
                    expected,
                    found,
                    "download the file again",
                ));
            }
        }
    }
    let mut notices = Vec::new();
    let pretokenizer = if is_byte_level {
        notices.push(TokenizerNotice::PatternAssumed { pattern: "llama3" });
        Pretokenizer::from_pattern("llama3")?
    } else {
        let is_number =
            |token: &&str| token.len() > 1 && token.bytes().all(|byte| byte.is_ascii_digit());
        let splits_digits = !tokens.iter().any(is_number);
        notices.push(TokenizerNotice::SentencePieceAssumed { splits_digits });
        Pretokenizer::from_sentence_piece(SentencePieceRules::converted(splits_digits))
    };
    let kind = TokenizerKind::NpmPack;
    Ok(Parts {
        kind,
        units,
        merges: Merges::Listed(listed),
        pretokenizer: Some(pretokenizer),
        longest_token: None,
        notices,
    })
}

fn numbers_of_16_bits(bytes: &[u8]) -> Vec<usize> {
    bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| usize::from(u16::from_le_bytes(*pair)))
        .collect()
}

fn numbers_of_17_bits(bytes: &[u8]) -> Vec<usize> {
    let (mut numbers, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        bits += 8;
        if bits >= 17 {
            bits -= 17;
            numbers.push((held >> bits) as usize);
            held &= (1 << bits) - 1;
        }
    }
    numbers
}
