//! Tokens in base64 and their ranks: `.tiktoken`, the `tokenizer.model` of Llama 3, and the packed
//! lists of js-tiktoken.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mixlens_core::tokenizer::Units;

use super::{Merges, Parts, TokenizerKind, TokenizerNotice, room_for};
use crate::error::Position;
use crate::error::malformed;
use crate::{ImportError, NamedBytes, Pretokenizer};

/// A rank and its token.
pub(super) type Ranked = (u32, Box<[u8]>);

/// Whether the first line is a token in base64 and a number.
pub(super) fn looks_like(text: &str) -> bool {
    let first = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .and_then(|line| line.split_once(' '));
    first.is_some_and(|(token, rank)| {
        BASE64_STANDARD.decode(token).is_ok() && rank.trim().parse::<u32>().is_ok()
    })
}

pub(super) fn read(file: &NamedBytes, text: &str) -> Result<Parts, ImportError> {
    let mut ranked: Vec<Ranked> = Vec::new();
    for (number, line) in (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
    {
        room_for(file, ranked.len())?;
        let parsed = line.trim().split_once(' ').and_then(|(token, rank)| {
            Some((
                rank.trim().parse().ok()?,
                BASE64_STANDARD.decode(token).ok()?.into_boxed_slice(),
            ))
        });
        let Some(entry) = parsed else {
            const EXPECTED: &str = "a token in base64, a blank and its rank";
            let shown: String = line.chars().take(60).collect();
            return Err(malformed(
                &file.name,
                Position::Line(number),
                EXPECTED,
                format!("{shown:?}"),
                "download the file again",
            ));
        };
        ranked.push(entry);
    }
    Ok(parts(
        TokenizerKind::Tiktoken,
        ranked,
        None,
        vec![TokenizerNotice::NoPretokenizer],
    ))
}

/// Parts of a byte-level tokenizer of which tokens and ranks are known.
pub(super) fn parts(
    kind: TokenizerKind,
    mut ranked: Vec<Ranked>,
    pretokenizer: Option<Pretokenizer>,
    notices: Vec<TokenizerNotice>,
) -> Parts {
    ranked.sort_by_key(|(rank, _)| *rank);
    let tokens = ranked.into_iter().map(|(_, token)| token).collect();
    Parts {
        kind,
        units: Units::Bytes,
        merges: Merges::Ranked(tokens),
        pretokenizer,
        longest_token: None,
        notices,
    }
}

/// The entries of lists as `! 0 IQ== Ig==`: a mark, the first rank, and tokens in the order of
/// their ranks; a list a line.
pub(super) fn unpack(file: &NamedBytes, text: &str) -> Result<Vec<Ranked>, ImportError> {
    let wrong = |line: u64, found: &str| {
        const EXPECTED: &str = "lists of ranks such as \"! 0 IQ== Ig==\" in `bpe_ranks`";
        let shown: String = found.chars().take(60).collect();
        Err(malformed(
            &file.name,
            Position::Row(line),
            EXPECTED,
            format!("{shown:?}"),
            "download the file again",
        ))
    };
    let mut ranked = Vec::new();
    for (number, line) in (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let mut parts = line.split(' ').filter(|part| !part.is_empty());
        let Some(first) = parts.nth(1).and_then(|first| first.parse::<u32>().ok()) else {
            return wrong(number, line);
        };
        for (index, token) in (0..).zip(parts) {
            room_for(file, ranked.len())?;
            match (BASE64_STANDARD.decode(token), first.checked_add(index)) {
                (Ok(bytes), Some(rank)) => ranked.push((rank, bytes.into_boxed_slice())),
                _ => return wrong(number, token),
            }
        }
    }
    Ok(ranked)
}
