//! [`Normalizer`]: what tokenizers do to text before they cut it.

use mixlens_core::excerpt;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc, is_nfd, is_nfkc, is_nfkd};

use super::bounded::Bounded;
use super::budget::WorkBudget;
use super::cut_error::CutError;
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
    ///
    /// # Errors
    /// Where it takes too many steps, or the result is longer than `limit` bytes.
    pub fn apply(
        &self,
        text: String,
        is_first: bool,
        limit: usize,
        budget: &mut WorkBudget<'_>,
    ) -> Result<String, CutError> {
        let changed = match self {
            Self::Nfc => word_by_word(text, is_nfc, |word, out| out.extend(word.nfc())),
            Self::Nfd => word_by_word(text, is_nfd, |word, out| out.extend(word.nfd())),
            Self::Nfkc => word_by_word(text, is_nfkc, |word, out| out.extend(word.nfkc())),
            Self::Nfkd => word_by_word(text, is_nfkd, |word, out| out.extend(word.nfkd())),
            Self::Lowercase => text.to_lowercase(),
            Self::StripAccents => text
                .chars()
                .filter(|unit| !is_combining_mark(*unit))
                .collect(),
            Self::Prepend(prefix) if is_first && !text.is_empty() => {
                let rule = format!("the beginning {}", excerpt(prefix));
                let mut out = Bounded::new(&rule, limit, &text);
                out.push(prefix, 0)?;
                out.push(&text, 0)?;
                out.into_text()
            }
            Self::Prepend(_) => text,
            Self::Replace(matcher, by) => replace(&text, matcher, by, limit, budget)?,
            Self::CharsMap(map) => map.normalize(&text, limit, budget)?,
        };
        let rule = "normalisation";
        budget
            .spend(changed.len())
            .map_err(|stop| CutError::stopped(stop, &rule, &changed, 0))?;
        if changed.len() > limit {
            Err(CutError::grown(&rule, &changed, 0))
        } else {
            Ok(changed)
        }
    }
}

/// Writes again what is not as it should be; asking is much cheaper. A word is from one space to
/// the next: nothing before an ASCII character combines with it.
fn word_by_word(
    text: String,
    is_normal: fn(&str) -> bool,
    write: impl Fn(&str, &mut String),
) -> String {
    if text.is_ascii() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while !rest.is_empty() {
        let next = rest.bytes().skip(1).position(|byte| byte == b' ');
        let (word, after) = rest.split_at(next.map_or(rest.len(), |before| before + 1));
        if word.is_ascii() || is_normal(word) {
            out.push_str(word);
        } else {
            write(word, &mut out);
        }
        rest = after;
    }
    out
}

fn replace(
    text: &str,
    matcher: &Matcher,
    by: &str,
    limit: usize,
    budget: &mut WorkBudget<'_>,
) -> Result<String, CutError> {
    let mut out = Bounded::new(matcher, limit, text);
    let mut at = 0;
    matcher.each(text, budget, &mut |start, end| {
        out.push(text.get(at..start).unwrap_or_default(), at)?;
        out.push(by, start)?;
        at = end;
        Ok(())
    })?;
    out.push(text.get(at..).unwrap_or_default(), at)?;
    Ok(out.into_text())
}
