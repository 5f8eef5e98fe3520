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
    /// The first merges are those of another tokenizer and say nothing about this one's training
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
    /// The file does not say how words are cut, so a pattern that is usual for its format is taken.
    PatternAssumed {
        /// Its name.
        pattern: &'static str,
    },
    /// The file does not say how words are cut, and many ways are usual.
    NoPretokenizer,
    /// The file has a name for how words are cut that says nothing here.
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
                    "tokens that no merge of earlier ones makes were left out: {tokens} (first: \
                    {first})"
                )
            }
            Self::OtherSplits { merges } => {
                write!(
                    f,
                    "other ways to make a token that another merge makes were left out: {merges}"
                )
            }
            Self::AddedByHand {
                white_space,
                digits,
                first,
            } => write!(
                f,
                "merges in blocks that training does not find were left out: {white_space} of \
                white space, {digits} of digits \
                 (first: {})",
                excerpt(first)
            ),
            Self::Inherited { merges, from } => {
                let from = excerpt(from);
                write!(
                    f,
                    "the first {merges} merges are those of {from} and are applied, but are no \
                    evidence"
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
                    "the file does not say how words are cut; taken as by SentencePiece, digits \
                    {digits}"
                )
            }
            Self::PatternAssumed { pattern } => write!(
                f,
                "the file does not say how words are cut; taken as by {pattern}; name another \
                pattern if that is wrong"
            ),
            Self::NoPretokenizer => {
                write!(
                    f,
                    "the file does not say how words are cut; name a pattern (gpt2, cl100k, o200k \
                    or an expression)"
                )
            }
            Self::UnknownPretokenizer { name } => write!(
                f,
                "words are cut as by {}, which is not known here; name a pattern (gpt2, cl100k, \
                o200k or an expression)",
                excerpt(name)
            ),
        }
    }
}
