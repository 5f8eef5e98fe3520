//! [`TokenizerNotice`]: what was done to a tokenizer while it was read.

use std::fmt;

use mixlens_core::excerpt;

/// Something worth knowing about a tokenizer that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenizerNotice {
    /// Tokens that no merge of earlier tokens makes were left out.
    WithoutMerge {
        /// How many.
        tokens: usize,
        /// The first of them.
        first: String,
    },
    /// A converted list has several merges for a product; one was kept for each.
    OtherSplits {
        /// How many were dropped.
        merges: usize,
    },
    /// Merges that stand in blocks, as training does not find them, were left out.
    AddedByHand {
        /// Merges of runs of one white-space character.
        white_space: usize,
        /// Merges of digits.
        digits: usize,
        /// The first product of them.
        first: String,
    },
    /// The first merges are those of another tokenizer and carry no evidence of this one's training
    /// text.
    Inherited {
        /// How many.
        merges: usize,
        /// Whose.
        from: String,
    },
    /// The vocabulary was cut to the tokens in use.
    VocabularyCut {
        /// Tokens kept.
        kept: usize,
        /// Tokens in the file.
        of: usize,
    },
    /// The file has no rules for cutting words, so those of SentencePiece's trainer are taken.
    SentencePieceAssumed {
        /// Whether digits are cut one by one, as no token has two.
        splits_digits: bool,
    },
    /// The file does not specify how words are split; the usual pattern of its format is assumed.
    PatternAssumed {
        /// Its name.
        pattern: &'static str,
    },
    /// The file does not specify how words are split, and its format has no usual pattern.
    NoPretokenizer,
    /// The file names a rule for splitting words that is not supported.
    UnknownPretokenizer {
        /// The name.
        name: String,
    },
}

impl TokenizerNotice {
    /// Whether it is about how words are cut, which the user may settle.
    pub fn is_about_words(&self) -> bool {
        matches!(
            self,
            Self::NoPretokenizer
                | Self::UnknownPretokenizer { .. }
                | Self::PatternAssumed { .. }
                | Self::SentencePieceAssumed { .. }
        )
    }
}

impl fmt::Display for TokenizerNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WithoutMerge { tokens, first } => {
                let first = excerpt(first);
                write!(
                    f,
                    "tokens that no merge of earlier tokens produces were left out: {tokens} \
                    (first: {first})"
                )
            }
            Self::OtherSplits { merges } => {
                write!(
                    f,
                    "further merges that produce an already known token were left out: {merges}"
                )
            }
            Self::AddedByHand {
                white_space,
                digits,
                first,
            } => write!(
                f,
                "blocks of merges that did not come from training were left out: {white_space} of \
                white space, {digits} of digits \
                 (first: {})",
                excerpt(first)
            ),
            Self::Inherited { merges, from } => {
                let from = excerpt(from);
                write!(
                    f,
                    "the first {merges} merges are those of {from}; they are applied but not \
                    counted as evidence"
                )
            }
            Self::VocabularyCut { kept, of } => write!(
                f,
                "the vocabulary was cut to the {kept} of {of} tokens in use"
            ),
            Self::SentencePieceAssumed { splits_digits } => {
                let digits = if *splits_digits {
                    "one by one"
                } else {
                    "together"
                };
                write!(
                    f,
                    "the file does not specify how words are split; SentencePiece's rule is \
                    assumed, digits {digits}"
                )
            }
            Self::PatternAssumed { pattern } => write!(
                f,
                "the file does not specify how words are split; {pattern} is assumed; name another \
                pattern if that is wrong"
            ),
            Self::NoPretokenizer => {
                write!(
                    f,
                    "the file does not specify how words are split; name a pattern (gpt2, cl100k, \
                    o200k or an expression)"
                )
            }
            Self::UnknownPretokenizer { name } => write!(
                f,
                "the file splits words by {}, which is not supported; name a pattern (gpt2, \
                cl100k, o200k or an expression)",
                excerpt(name)
            ),
        }
    }
}
