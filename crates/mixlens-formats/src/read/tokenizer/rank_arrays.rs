//! Scripts with arrays of tokens in the order of their ranks, as gpt-tokenizer ships them.

use super::rank_lists::{self, Ranked};
use super::{Parts, TokenizerKind, TokenizerNotice, room_for};
use crate::error::{Position, malformed};
use crate::read::rank_array::RankArray;
use crate::{ImportError, NamedBytes};

/// `None` where the text is no such script.
pub(super) fn read(file: &NamedBytes, text: &str) -> Option<Result<Parts, ImportError>> {
    let ranked = ranked(file, RankArray::first(text)?);
    let notices = vec![TokenizerNotice::NoPretokenizer];
    Some(ranked.map(|ranked| rank_lists::parts(TokenizerKind::RankArrays, ranked, None, notices)))
}

fn ranked(file: &NamedBytes, mut array: RankArray<'_>) -> Result<Vec<Ranked>, ImportError> {
    let (mut ranked, mut ranks) = (Vec::new(), 0..);
    loop {
        for (entry, rank) in array.by_ref().zip(ranks.by_ref()) {
            match entry {
                Ok(Some(token)) => {
                    room_for(file, ranked.len())?;
                    ranked.push((rank, token.into_boxed_slice()));
                }
                Ok(None) => {}
                Err(rest) => {
                    let shown: String = rest.chars().take(40).collect();
                    let found = if rest.is_empty() {
                        "the end of the file".to_owned()
                    } else {
                        format!("{shown:?}")
                    };
                    let expected = "an array of tokens, each a text or an array of bytes";
                    let position = Position::Row(u64::from(rank) + 1);
                    return Err(malformed(
                        &file.name,
                        position,
                        expected,
                        found,
                        "download the file again",
                    ));
                }
            }
        }
        match array.following() {
            Some(next) => array = next,
            None if array.has_another() => {
                let (expected, found) = ("a script with one vocabulary", "several");
                return Err(malformed(
                    &file.name,
                    Position::File,
                    expected,
                    found,
                    "choose the script of one of them",
                ));
            }
            None => return Ok(ranked),
        }
    }
}
