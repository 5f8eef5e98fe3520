//! Cutting text into words as a tokenizer does before it merges: normalisation, then a pattern or
//! rules.
//!
//! No merge crosses a border between words, so counts of words are all that inference needs of a
//! text.

mod automaton;
mod backtracker;
mod bounded;
mod budget;
mod charsmap;
mod cut_error;
mod matcher;
mod normalizer;
mod patterns;
mod program;
mod sentence_piece;
mod stage;
mod stream;

pub(crate) use charsmap::CharsMap;
pub(crate) use cut_error::CutError;
pub(crate) use matcher::Matcher;
pub(crate) use normalizer::Normalizer;
pub(crate) use patterns::pattern_by_name;
pub(crate) use sentence_piece::{SentencePieceNormalization, SentencePieceRules};
pub(crate) use stage::{Behavior, Prefix, Stage};

pub(crate) use stream::WordStream;

pub use patterns::NAMED_PATTERNS;

use mixlens_core::compute::Control;

use crate::ImportError;

/// What a tokenizer does to text before it merges.
#[derive(Clone, Debug)]
pub struct Pretokenizer {
    rules: Rules,
}

#[derive(Clone, Debug)]
pub(crate) enum Rules {
    /// Normalizers, then stages that each cut the pieces of the one before.
    Stages {
        normalizers: Vec<Normalizer>,
        stages: Vec<Stage>,
    },
    /// SentencePiece's trainer.
    SentencePiece(SentencePieceRules),
}

impl Pretokenizer {
    /// One of [`NAMED_PATTERNS`], or a regular expression whose matches are words, as is what
    /// stands between them.
    ///
    /// ```
    /// # use mixlens_formats::Pretokenizer;
    /// let words = Pretokenizer::from_pattern("gpt2")?.words("Hello  world")?;
    /// assert_eq!(words, ["Hello", " ", " world"]);
    /// # Ok::<(), mixlens_formats::ImportError>(())
    /// ```
    ///
    /// # Errors
    /// [`ImportError::BadPattern`] for what is neither.
    pub fn from_pattern(pattern: &str) -> Result<Self, ImportError> {
        let expression = pattern_by_name(pattern).unwrap_or(pattern);
        let matcher =
            Matcher::from_regex(expression).map_err(|problem| ImportError::BadPattern {
                pattern: pattern.to_owned(),
                problem,
            })?;
        Ok(Self::from_stages(
            Vec::new(),
            vec![Stage::split(matcher, Behavior::Isolated, false)],
        ))
    }

    pub(crate) fn from_stages(normalizers: Vec<Normalizer>, stages: Vec<Stage>) -> Self {
        Self {
            rules: Rules::Stages {
                normalizers,
                stages,
            },
        }
    }

    pub(crate) fn from_sentence_piece(rules: SentencePieceRules) -> Self {
        Self {
            rules: Rules::SentencePiece(rules),
        }
    }

    /// The words of a whole text, in order.
    ///
    /// # Errors
    /// [`ImportError::Malformed`] where a rule takes too many steps for the text, or lets it grow
    /// too much.
    pub fn words(&self, text: &str) -> Result<Vec<String>, ImportError> {
        let control = Control::default();
        let mut words = Vec::new();
        let mut stream = WordStream::new(self, &control);
        let cut = stream.push(text, &mut |word| words.push(word.to_owned()));
        let cut = cut.and_then(|()| stream.finish(&mut |word| words.push(word.to_owned())));
        cut.map(|()| words)
            .map_err(|error| error.at("the text", None))
    }
}

#[cfg(test)]
mod tests;
