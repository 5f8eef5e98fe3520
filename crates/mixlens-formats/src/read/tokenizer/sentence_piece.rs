//! Models of SentencePiece (`tokenizer.model`, `spm.model`).

use mixlens_core::tokenizer::Units;

use super::wire::{Field, fields};
use super::{Merges, Parts, TokenizerKind, room_for};
use crate::error::Position;
use crate::error::malformed;
use crate::pretokenize::{CharsMap, SentencePieceNormalization, SentencePieceRules};
use crate::{ImportError, NamedBytes, Pretokenizer};

/// Numbers of fields in `sentencepiece_model.proto`.
mod field {
    pub const PIECES: u64 = 1;
    pub const TRAINER: u64 = 2;
    pub const NORMALIZER: u64 = 3;
    pub const PIECE: u64 = 1;
    pub const PIECE_TYPE: u64 = 3;
    pub const MODEL_TYPE: u64 = 3;
    pub const MAX_PIECE_LENGTH: u64 = 20;
    pub const SPLIT_BY_SCRIPT: u64 = 21;
    pub const SPLIT_BY_NUMBER: u64 = 23;
    pub const SPLIT_DIGITS: u64 = 25;
    pub const SPACE_PIECES: u64 = 26;
    pub const CHARSMAP: u64 = 2;
    pub const DUMMY_PREFIX: u64 = 3;
    pub const REMOVE_EXTRA_SPACES: u64 = 4;
}

/// The type of a piece that was learned.
const NORMAL: u64 = 1;

/// The names of model types by number; a model without a type is of the first.
const MODEL_TYPES: [&str; 5] = ["unknown", "unigram", "BPE", "word", "char"];
const UNIGRAM: u64 = 1;
const BPE: u64 = 2;

/// Whether the bytes begin as a list of pieces does.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    matches!(bytes, [0x0A, _, 0x0A, ..]) && fields(bytes).is_some()
}

pub(super) fn read(file: &NamedBytes, bytes: &[u8]) -> Result<Parts, ImportError> {
    let wrong = |found: &str, advice| {
        malformed(
            &file.name,
            Position::File,
            "a SentencePiece BPE model",
            found,
            advice,
        )
    };
    let damaged = || {
        wrong(
            "other bytes, or only a part of such a model",
            "download the file again",
        )
    };
    let model = fields(bytes).ok_or_else(damaged)?;
    let message = |number: u64| {
        let found = model.iter().rev().find_map(|(key, field)| match field {
            Field::Bytes(bytes) if *key == number => Some(*bytes),
            _ => None,
        });
        fields(found.unwrap_or_default()).ok_or_else(damaged)
    };
    let (trainer, normalizer) = (message(field::TRAINER)?, message(field::NORMALIZER)?);
    match number(&trainer, field::MODEL_TYPE, UNIGRAM) {
        BPE => {}
        other => {
            let name = usize::try_from(other)
                .ok()
                .and_then(|index| MODEL_TYPES.get(index))
                .unwrap_or(&"unknown");
            let advice =
                "only BPE picks merges by frequency, so only its merges reveal the mixture";
            return Err(wrong(&format!("a model of type {name}"), advice));
        }
    }
    let mut pieces: Vec<Box<[u8]>> = Vec::new();
    for (_, piece) in model.iter().filter(|(number, _)| *number == field::PIECES) {
        room_for(file, pieces.len())?;
        let Field::Bytes(piece) = piece else {
            return Err(damaged());
        };
        let piece = fields(piece).ok_or_else(damaged)?;
        // Bytes that stand in for rare characters, control pieces and what users added are never
        // merged.
        if number(&piece, field::PIECE_TYPE, NORMAL) == NORMAL
            && let Some(spelling) = bytes_of(&piece, field::PIECE)
        {
            std::str::from_utf8(spelling).map_err(|_| damaged())?;
            pieces.push(spelling.into());
        }
    }
    let is = |message: &[(u64, Field<'_>)], field: u64, default: bool| {
        number(message, field, u64::from(default)) != 0
    };
    let normalization = match bytes_of(&normalizer, field::CHARSMAP).filter(|map| !map.is_empty()) {
        Some(map) => {
            SentencePieceNormalization::CharsMap(CharsMap::from_bytes(map).ok_or_else(damaged)?)
        }
        None => SentencePieceNormalization::Identity,
    };
    let rules = SentencePieceRules {
        normalization,
        has_dummy_prefix: is(&normalizer, field::DUMMY_PREFIX, true),
        removes_extra_spaces: is(&normalizer, field::REMOVE_EXTRA_SPACES, true),
        splits_by_script: is(&trainer, field::SPLIT_BY_SCRIPT, true),
        splits_by_number: is(&trainer, field::SPLIT_BY_NUMBER, true),
        splits_digits: is(&trainer, field::SPLIT_DIGITS, false),
        has_space_pieces: is(&trainer, field::SPACE_PIECES, false),
    };
    let longest_token = usize::try_from(number(&trainer, field::MAX_PIECE_LENGTH, 16)).ok();
    Ok(Parts {
        kind: TokenizerKind::SentencePiece,
        units: Units::Chars,
        merges: Merges::Ranked(pieces),
        pretokenizer: Some(Pretokenizer::from_sentence_piece(rules)),
        longest_token,
        notices: Vec::new(),
    })
}

/// The last number of that field.
fn number(message: &[(u64, Field<'_>)], field: u64, default: u64) -> u64 {
    let found = message.iter().rev().find_map(|(key, value)| match value {
        Field::Number(value) if *key == field => Some(*value),
        _ => None,
    });
    found.unwrap_or(default)
}

fn bytes_of<'a>(message: &[(u64, Field<'a>)], field: u64) -> Option<&'a [u8]> {
    message.iter().rev().find_map(|(key, value)| match value {
        Field::Bytes(value) if *key == field => Some(*value),
        _ => None,
    })
}
