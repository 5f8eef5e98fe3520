//! Tokenizers: the merges in their order, and what they do to text before.

pub(crate) mod byte_level;
mod fields;
mod gguf;
mod gguf_values;
mod gguf_words;
mod hugging_face;
mod hugging_face_rules;
mod json_vocabulary;
mod lists;
mod notice;
mod npm_pack;
mod rank_arrays;
mod rank_lists;
mod sentence_piece;
mod wire;

pub use notice::TokenizerNotice;

use std::fmt;

use mixlens_core::tokenizer::{
    MergeList, RecoveredMerges, SpelledMerge, Units, clean_merges, merges_from_ranks,
};

use super::NamedBytes;
use super::sample::uncompressed;
use crate::error::{Position, malformed};
use crate::{ImportError, Pretokenizer};

/// A tokenizer as read from a file.
#[derive(Clone, Debug)]
pub struct TokenizerFile {
    /// The file's name as the user gave it.
    pub name: String,
    /// Its format.
    pub kind: TokenizerKind,
    /// The merges in order.
    pub merges: MergeList,
    /// Its pre-tokenizer; `None` where the file does not specify one.
    pub pretokenizer: Option<Pretokenizer>,
    /// The trainer's maximum number of characters in a token.
    pub longest_token: Option<usize>,
    /// Notices about cleaned merges and other findings.
    pub notices: Vec<TokenizerNotice>,
}

/// A format that tokenizers are kept in, recognised by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenizerKind {
    /// `tokenizer.json` of the Hugging Face library.
    HuggingFace,
    /// `merges.txt`: a merge a line.
    Merges,
    /// Tokens in base64 and their ranks, a token a line (`.tiktoken`, `tokenizer.model` of Llama
    /// 3).
    Tiktoken,
    /// JSON with `pat_str` and `bpe_ranks` (js-tiktoken, Claude).
    JsTiktoken,
    /// Mistral's `tekken.json`.
    Tekken,
    /// A model of SentencePiece.
    SentencePiece,
    /// A script with vocabulary and merges in base64 (llama-tokenizer-js and its relatives).
    NpmPack,
    /// A script with arrays of tokens in the order of their ranks (gpt-tokenizer).
    RankArrays,
    /// A model in GGUF.
    Gguf,
}

impl fmt::Display for TokenizerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HuggingFace => "Hugging Face tokenizer.json",
            Self::Merges => "merges.txt",
            Self::Tiktoken => "tiktoken ranks",
            Self::JsTiktoken => "js-tiktoken JSON",
            Self::Tekken => "tekken.json",
            Self::SentencePiece => "SentencePiece model",
            Self::NpmPack => "npm package script",
            Self::RankArrays => "script with arrays of ranks",
            Self::Gguf => "GGUF model",
        })
    }
}

/// Whose the first merges of a tokenizer are.
#[derive(Clone, Debug, Default)]
pub enum Inherited {
    /// Those of a known tokenizer with the same first merges, or none.
    #[default]
    Recognised,
    /// So many are another tokenizer's.
    First(usize),
    /// All that equal the first merges of this tokenizer.
    From(Box<TokenizerFile>),
}

/// Tokens and merges that a tokenizer may have, four times those of the largest known ones.
const MAX_TOKENS: usize = 1 << 20;

/// Bytes of a tokenizer that are read, packed or not; the largest known ones have 35 MB.
const MAX_TOKENIZER_BYTES: u64 = 128 << 20;

/// Times that a packed tokenizer may be larger unpacked, beside [`UNPACKED_SLACK`]; known ones
/// unpack to six times their size.
const MAX_UNPACKING: u64 = 24;
const UNPACKED_SLACK: u64 = 4 << 20;

/// Reads a tokenizer; its format is recognised by content, also when it is compressed (gzip,
/// Zstandard).
///
/// # Errors
/// [`ImportError::Malformed`] for a file that is no BPE tokenizer, names merges of tokens that it
/// does not have, or ends early.
pub fn read_tokenizer(
    file: &NamedBytes,
    inherited: &Inherited,
) -> Result<TokenizerFile, ImportError> {
    let unpacked;
    let limit = MAX_UNPACKING * file.bytes.len() as u64 + UNPACKED_SLACK;
    let file = match uncompressed(file, limit.min(MAX_TOKENIZER_BYTES))? {
        Some(bytes) => {
            unpacked = NamedBytes::new(file.name.clone(), bytes);
            &unpacked
        }
        None => file,
    };
    if file.bytes.len() as u64 > MAX_TOKENIZER_BYTES {
        let found = format!("{} bytes", file.bytes.len());
        let expected = "a tokenizer of at most 128 MB";
        return Err(malformed(
            &file.name,
            Position::File,
            expected,
            found,
            "choose another file",
        ));
    }
    let parts = read_parts(file)?;
    parts.finish(&file.name, inherited)
}

/// What a reader of one format finds.
struct Parts {
    kind: TokenizerKind,
    units: Units,
    merges: Merges,
    pretokenizer: Option<Pretokenizer>,
    longest_token: Option<usize>,
    notices: Vec<TokenizerNotice>,
}

enum Merges {
    /// Merges in order.
    Listed(Vec<SpelledMerge>),
    /// Tokens in the order of their ranks.
    Ranked(Vec<Box<[u8]>>),
}

/// # Errors
/// Where so many tokens or merges leave no room for another.
fn room_for(file: &NamedBytes, held: usize) -> Result<(), ImportError> {
    if held < MAX_TOKENS {
        Ok(())
    } else {
        Err(too_many(file))
    }
}

fn too_many(file: &NamedBytes) -> ImportError {
    let found = format!("more than {MAX_TOKENS}");
    malformed(
        &file.name,
        Position::File,
        "tokens and merges of one tokenizer",
        found,
        "choose another file",
    )
}

fn read_parts(file: &NamedBytes) -> Result<Parts, ImportError> {
    let bytes = file
        .bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(&file.bytes);
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => {
            return Err(malformed(
                &file.name,
                Position::File,
                "a tokenizer",
                "an empty file",
                "choose another file",
            ));
        }
        Some(b'{' | b'[') => return json_vocabulary::read(file, bytes),
        Some(_) => {}
    }
    if bytes.starts_with(gguf_values::MAGIC) {
        return gguf::read(file, bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return sentence_piece::read(file, bytes);
    };
    if sentence_piece::looks_like(bytes) {
        return sentence_piece::read(file, bytes);
    }
    if let Some(found) = npm_pack::read(file, text) {
        return found;
    }
    if let Some(found) = rank_arrays::read(file, text) {
        return found;
    }
    if rank_lists::looks_like(text) {
        return rank_lists::read(file, text);
    }
    lists::read(file, text)
}

impl Parts {
    /// Cleans the merges, with notices.
    fn finish(mut self, name: &str, inherited: &Inherited) -> Result<TokenizerFile, ImportError> {
        let listed = match self.merges {
            Merges::Listed(merges) => merges,
            Merges::Ranked(tokens) => {
                let RecoveredMerges {
                    merges,
                    without_merge,
                } = merges_from_ranks(self.units, &tokens);
                if let Some(first) = without_merge.first() {
                    let first = shown(self.units, first);
                    self.notices.push(TokenizerNotice::WithoutMerge {
                        tokens: without_merge.len(),
                        first,
                    });
                }
                merges
            }
        };
        let cleaned = clean_merges(self.units, listed);
        if cleaned.other_splits > 0 {
            self.notices.push(TokenizerNotice::OtherSplits {
                merges: cleaned.other_splits,
            });
        }
        if let Some(first) = &cleaned.first_by_hand {
            let first = shown(self.units, first);
            let (white_space, digits) = (cleaned.white_space, cleaned.digits);
            self.notices.push(TokenizerNotice::AddedByHand {
                white_space,
                digits,
                first,
            });
        }
        if cleaned.merges.is_empty() {
            return Err(malformed(
                name,
                Position::File,
                "merges of tokens",
                "none",
                "choose a BPE tokenizer",
            ));
        }
        let inherited = inherited.count(&cleaned.merges, &mut self.notices);
        Ok(TokenizerFile {
            name: name.to_owned(),
            kind: self.kind,
            merges: MergeList::from_spellings(self.units, cleaned.merges, inherited),
            pretokenizer: self.pretokenizer,
            longest_token: self.longest_token,
            notices: self.notices,
        })
    }
}

/// A token as the tokenizer's users spell it.
fn shown(units: Units, token: &[u8]) -> String {
    match units {
        Units::Bytes => byte_level::spelled(token),
        Units::Chars => String::from_utf8_lossy(token).into_owned(),
    }
}

/// A tokenizer whose merges others begin with: its name, how many they are, and [`fingerprint`] of
/// them.
struct Base(&'static str, usize, u64);

/// Recognised without being shipped.
const BASES: [Base; 1] = [Base("cl100k", 100_000, 0xF8C1_34EC_BB18_06DA)];

impl Inherited {
    fn count(&self, merges: &[SpelledMerge], notices: &mut Vec<TokenizerNotice>) -> usize {
        let (count, from) = match self {
            Self::First(count) => (*count, "another tokenizer".to_owned()),
            Self::From(base) => {
                let spelled = base.merges.merges().iter().map(|merge| {
                    (
                        base.merges.spelling(merge.left),
                        base.merges.spelling(merge.right),
                    )
                });
                let same = merges
                    .iter()
                    .zip(spelled)
                    .take_while(|((left, right), base)| (&**left, &**right) == *base);
                (same.count(), base.name.clone())
            }
            Self::Recognised => {
                let is_base = |base: &&Base| {
                    merges.len() > base.1
                        && merges
                            .get(..base.1)
                            .is_some_and(|beginning| fingerprint(beginning) == base.2)
                };
                match BASES.iter().find(is_base) {
                    Some(base) => (base.1, base.0.to_owned()),
                    None => return 0,
                }
            }
        };
        let count = count.min(merges.len());
        notices.push(TokenizerNotice::Inherited {
            merges: count,
            from,
        });
        count
    }
}

/// A number that two lists of merges share only if they are equal (FNV-1a, 64 bits, a separator
/// after each token).
pub(crate) fn fingerprint(merges: &[SpelledMerge]) -> u64 {
    let bytes = merges.iter().flat_map(|(left, right)| {
        left.iter()
            .chain([&0xFF])
            .chain(right.iter())
            .chain([&0xFE])
    });
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests;
