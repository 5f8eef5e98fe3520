//! [`Stage`]: one step of cutting text into words, as the Hugging Face library `tokenizers` defines
//! it.

use std::borrow::Cow;

use super::Matcher;
use super::budget::WorkBudget;
use super::cut_error::CutError;

/// What becomes of the matches of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behavior {
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// Where a mark is put before a piece that does not begin with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    Never,
    /// Before the text.
    First,
    /// Before every piece of the stage before.
    Always,
}

/// Changes a piece, then cuts it.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    /// The character that represents a space from here on.
    pub space: char,
    pub prefix: Prefix,
    /// How to cut; `None` leaves pieces whole.
    pub split: Option<Split>,
}

#[derive(Clone, Debug)]
pub(crate) struct Split {
    matcher: Matcher,
    behavior: Behavior,
    /// Whether what lies between matches counts as the match.
    is_inverted: bool,
}

/// A part of a piece.
type Range = (usize, usize);

impl Stage {
    /// A stage that only cuts.
    pub fn split(matcher: Matcher, behavior: Behavior, is_inverted: bool) -> Self {
        Self {
            space: ' ',
            prefix: Prefix::Never,
            split: Some(Split {
                matcher,
                behavior,
                is_inverted,
            }),
        }
    }

    /// The piece as the stage cuts it. `is_first`: the piece begins the text.
    pub fn alter<'a>(&self, piece: &'a str, is_first: bool) -> Cow<'a, str> {
        let has_prefix = match self.prefix {
            Prefix::Never => false,
            Prefix::First => is_first,
            Prefix::Always => true,
        };
        let mut piece = Cow::Borrowed(piece);
        if self.space != ' ' && piece.contains(' ') {
            let mut marked = String::with_capacity(piece.len() + piece.len() / 2);
            self.push_marked(&piece, &mut marked);
            piece = Cow::Owned(marked);
        }
        if has_prefix && !piece.starts_with(self.space) && !piece.is_empty() {
            piece.to_mut().insert(0, self.space);
        }
        piece
    }

    /// Adds a piece with the stage's character for every space.
    pub fn push_marked(&self, piece: &str, out: &mut String) {
        let mut start = 0;
        for space in memchr::memchr_iter(b' ', piece.as_bytes()) {
            out.push_str(piece.get(start..space).unwrap_or_default());
            out.push(self.space);
            start = space + 1;
        }
        out.push_str(piece.get(start..).unwrap_or_default());
    }

    /// The ranges of the words in an altered piece, in order, none of them empty.
    ///
    /// # Errors
    /// Where it takes too many steps.
    pub fn cut(
        &self,
        piece: &str,
        budget: &mut WorkBudget<'_>,
        out: &mut Vec<Range>,
    ) -> Result<(), CutError> {
        match &self.split {
            Some(split) => split.cut(piece, budget, out)?,
            None if piece.is_empty() => {}
            None => out.push((0, piece.len())),
        }
        Ok(())
    }
}

impl Split {
    fn cut(
        &self,
        piece: &str,
        budget: &mut WorkBudget<'_>,
        out: &mut Vec<Range>,
    ) -> Result<(), CutError> {
        // The parts so far and whether the last one is a match, for behaviours that look back.
        let mut last_is_match = false;
        let mut is_begun = false;
        let mut push = |range: Range, is_match: bool, out: &mut Vec<Range>| {
            if range.0 == range.1 {
                return;
            }
            let joins = is_begun
                && match self.behavior {
                    Behavior::Removed | Behavior::Isolated => false,
                    Behavior::Contiguous => last_is_match == is_match,
                    Behavior::MergedWithPrevious => is_match && !last_is_match,
                    Behavior::MergedWithNext => last_is_match && !is_match,
                };
            (last_is_match, is_begun) = (is_match, true);
            match out.last_mut() {
                Some(last) if joins => last.1 = range.1,
                _ if self.behavior == Behavior::Removed && is_match => {}
                _ => out.push(range),
            }
        };
        let mut at = 0;
        self.matcher.each(piece, budget, &mut |start, end| {
            push((at, start), self.is_inverted, out);
            push((start, end), !self.is_inverted, out);
            at = end;
            Ok(())
        })?;
        push((at, piece.len()), self.is_inverted, out);
        Ok(())
    }
}
