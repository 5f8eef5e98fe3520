//! [`CutError`]: why a text was not cut into words.

use std::fmt::Display;

use mixlens_core::{CoreError, excerpt};

use super::budget::Stop;
use crate::ImportError;
use crate::error::{Place, Position, malformed};

/// Why a text was not cut into words; the file is named by [`CutError::at`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CutError {
    Cancelled,
    /// Memory does not hold more than so many different words.
    NoMemory(usize),
    Refused(Box<Refusal>),
}

/// A rule that needs too much for a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    expected: &'static str,
    found: String,
    /// The text there, quoted.
    text: String,
    advice: &'static str,
    /// Line breaks of the text before.
    lines: u64,
}

impl CutError {
    /// A rule that takes too long at byte `at` of a text.
    pub fn stopped(stop: Stop, rule: &dyn Display, text: &str, at: usize) -> Self {
        let expected = "words after a reasonable number of steps";
        let advice = "simplify the rule, or leave the text out";
        match stop {
            Stop::Cancelled => Self::Cancelled,
            Stop::Exhausted => {
                Self::refused(expected, format!("too many for {rule}"), text, at, advice)
            }
        }
    }

    /// A rule that writes too much for what it reads at byte `at` of a text.
    pub fn grown(rule: &dyn Display, text: &str, at: usize) -> Self {
        let expected = "a normaliser that makes a text at most 32 times as long";
        let found = format!("that {rule} lets the text grow too much");
        Self::refused(
            expected,
            found,
            text,
            at,
            "use a tokenizer without this rule",
        )
    }

    fn refused(
        expected: &'static str,
        found: String,
        text: &str,
        at: usize,
        advice: &'static str,
    ) -> Self {
        let lines = line_breaks(text, at);
        let text = excerpt(text.get(at..).unwrap_or_default()).to_string();
        Self::Refused(Box::new(Refusal {
            expected,
            found,
            text,
            advice,
            lines,
        }))
    }

    /// The same for a text that stands behind so many line breaks.
    #[must_use]
    pub fn behind(mut self, line_breaks: u64) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.lines += line_breaks;
        }
        self
    }

    /// The error of a file; the line is counted from the text's beginning, unless the text itself
    /// is at a position.
    pub fn at(self, file: &str, position: Option<Position>) -> ImportError {
        match self {
            Self::Cancelled => CoreError::Cancelled.into(),
            Self::NoMemory(words) => {
                let (expected, advice) = (
                    "different words that fit into memory",
                    "count a smaller sample",
                );
                let found = format!("no room after {words} of them");
                malformed(
                    file,
                    position.unwrap_or(Position::File),
                    expected,
                    found,
                    advice,
                )
            }
            Self::Refused(refusal) => {
                let Refusal {
                    expected,
                    found,
                    text,
                    advice,
                    lines,
                } = *refusal;
                let place = Box::new(Place::new(
                    file,
                    position.unwrap_or(Position::Line(lines + 1)),
                ));
                ImportError::Uncut {
                    place,
                    expected,
                    found,
                    text,
                    advice,
                }
            }
        }
    }
}

pub(super) fn line_breaks(text: &str, end: usize) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes().get(..end).unwrap_or_default()).count() as u64
}
