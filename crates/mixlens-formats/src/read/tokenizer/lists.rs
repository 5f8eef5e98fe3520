//! `merges.txt`: a merge a line, in byte-level spelling.

use mixlens_core::excerpt;
use mixlens_core::tokenizer::Units;

use super::byte_level::bytes_of;
use super::{Merges, Parts, TokenizerKind, TokenizerNotice, room_for};
use crate::error::Position;
use crate::error::malformed;
use crate::{ImportError, NamedBytes};

/// Where GPT-2's merges are from, text cut by its pattern is most likely; the user may say
/// otherwise.
const PATTERN: &str = "gpt2";

pub(super) fn read(file: &NamedBytes, text: &str) -> Result<Parts, ImportError> {
    const EXPECTED: &str = "a tokenizer: tokenizer.json, merges.txt, tiktoken ranks, tekken.json \
                           or a SentencePiece model";
    let has_version = text.starts_with("#version");
    let mut merges = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        // `#` is a token as well, so only the first line can be a remark.
        if line.is_empty() || number == 1 && has_version {
            continue;
        }
        let wrong = |found: String, advice| {
            Err(malformed(
                &file.name,
                Position::Line(number),
                EXPECTED,
                found,
                advice,
            ))
        };
        match line.split_once(' ') {
            Some((left, right))
                if !left.is_empty() && !right.is_empty() && !right.contains(' ') =>
            {
                room_for(file, merges.len())?;
                match (bytes_of(left), bytes_of(right)) {
                    (Some(left), Some(right)) => merges.push((left, right)),
                    _ if has_version && line.contains("</w>") => {
                        return wrong(
                            "words that end in </w>".to_owned(),
                            "choose a byte-level tokenizer",
                        );
                    }
                    _ => {
                        return wrong(
                            excerpt(line).to_string(),
                            "merges are two tokens in byte-level spelling",
                        );
                    }
                }
            }
            _ => {
                return wrong(
                    excerpt(line).to_string(),
                    "choose the file that holds the merges, one pair of tokens a line",
                );
            }
        }
    }
    Ok(Parts {
        kind: TokenizerKind::Merges,
        units: Units::Bytes,
        merges: Merges::Listed(merges),
        pretokenizer: Some(crate::Pretokenizer::from_pattern(PATTERN)?),
        longest_token: None,
        notices: vec![TokenizerNotice::PatternAssumed { pattern: PATTERN }],
    })
}
