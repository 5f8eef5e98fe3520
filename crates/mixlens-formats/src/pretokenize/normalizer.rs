//! [`Normalizer`]: what tokenizers do to text before they cut it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{CharsMap, Matcher};

/// One change of the whole text.
#[derive(Clone, Debug)]
pub(crate) enum Normalizer {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
    Lowercase,
    StripAccents,
    /// Puts a text before the document.
    Prepend(Box<str>),
    Replace(Matcher, Box<str>),
    /// SentencePiece's compiled rules.
    CharsMap(CharsMap),
}

impl Normalizer {
    /// The text changed; `is_first`: it begins the document.
    pub fn apply(&self, text: String, is_first: bool) -> String {
        match self {
            // Most text is what it should be, and asking is much cheaper than writing it again.
            Self::Nfc if unicode_normalization::is_nfc(&text) => text,
            Self::Nfc => text.nfc().collect(),
            Self::Nfd => text.nfd().collect(),
            Self::Nfkc if unicode_normalization::is_nfkc(&text) => text,
            Self::Nfkc => text.nfkc().collect(),
            Self::Nfkd => text.nfkd().collect(),
            Self::Lowercase => text.to_lowercase(),
            Self::StripAccents => text.chars().filter(|unit| !is_combining_mark(*unit)).collect(),
            Self::Prepend(prefix) if is_first && !text.is_empty() => format!("{prefix}{text}"),
            Self::Prepend(_) => text,
            Self::Replace(Matcher::Literal(literal), by) => text.replace(&**literal, by),
            Self::Replace(matcher, by) => replace(&text, matcher, by),
            Self::CharsMap(map) => map.normalize(&text),
        }
    }
}

fn replace(text: &str, matcher: &Matcher, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some((start, end)) = matcher.find(text, at) {
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(by);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
