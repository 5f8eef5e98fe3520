//! [`Matcher`]: finds the next match of a pattern, with an automaton wherever one can.

use memchr::memmem;
use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};

use super::patterns::without_possessives;

/// A pattern that text is split by.
#[derive(Clone, Debug)]
pub(crate) enum Matcher {
    /// A text that never is empty.
    Literal(Box<memmem::Finder<'static>>),
    /// An expression without look-around. Matches of its second pattern give their last character back to what follows.
    Automaton(Regex),
    /// Any other expression, which takes ten times as long.
    Backtracking(Box<fancy_regex::Regex>),
}

/// Ends of expressions that say: white space, but leave its last character to the word that follows.
///
/// This is the only look-ahead of the well-known patterns. White space matched by `\s+` is followed by the end of the text or by
/// something else, so the rule is to give back one character, if there are two.
const TRAILING_SPACE: [&str; 2] = [r"|\s+(?!\S)|\s+", r"|\s+(?!\S)|\s"];

impl Matcher {
    /// Finds a text as it stands.
    pub fn literal(text: &str) -> Self {
        Self::Literal(Box::new(memmem::Finder::new(text).into_owned()))
    }

    /// # Errors
    /// What is wrong with the expression.
    pub fn from_regex(pattern: &str) -> Result<Self, String> {
        let pattern = without_possessives(pattern);
        let head = TRAILING_SPACE.iter().find_map(|tail| pattern.strip_suffix(tail));
        if !has_possessives(pattern) {
            let automaton = match head {
                Some(head) => Regex::new_many(&[head, r"\s+"]),
                None => Regex::new(pattern),
            };
            if let Ok(automaton) = automaton {
                return Ok(Self::Automaton(automaton));
            }
        }
        fancy_regex::Regex::new(pattern).map(|regex| Self::Backtracking(Box::new(regex))).map_err(|e| e.to_string())
    }

    /// The first match at or after `from` that is not empty.
    pub fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let mut from = from;
        loop {
            let (start, end) = self.find_any(text, from)?;
            if end > start {
                return Some((start, end));
            }
            // An empty match is no word; look again behind the next character.
            from = start + text.get(start..)?.chars().next()?.len_utf8();
        }
    }

    fn find_any(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        match self {
            Self::Literal(literal) => {
                let start = from + literal.find(text.as_bytes().get(from..)?)?;
                Some((start, start + literal.needle().len()))
            }
            Self::Automaton(regex) => {
                let input = Input::new(text).span(from..text.len());
                // Nearly always a match begins where the last one ended, and that search is cheaper.
                let anchored = regex.search(&input.clone().anchored(Anchored::Yes));
                let found = anchored.or_else(|| regex.search(&input))?;
                let (start, end) = (found.start(), found.end());
                if found.pattern().as_usize() == 1 && end < text.len() {
                    let last = text.get(start..end)?.chars().next_back()?.len_utf8();
                    return Some((start, if end - last > start { end - last } else { end }));
                }
                Some((start, end))
            }
            Self::Backtracking(regex) => {
                let found = regex.find_from_pos(text, from).ok()??;
                Some((found.start(), found.end()))
            }
        }
    }
}

/// Whether an expression may hold possessive repetitions, which an automaton would read as repeated repetitions.
fn has_possessives(pattern: &str) -> bool {
    let counted = pattern.match_indices("}+").any(|(end, _)| {
        let count = pattern.get(..end).and_then(|before| before.rsplit_once('{')).map(|(_, count)| count);
        // Other braces hold the name of a class, as in `\p{L}+`.
        count.is_some_and(|count| count.chars().all(|unit| unit.is_ascii_digit() || unit == ','))
    });
    counted || ["++", "*+", "?+"].iter().any(|repetition| pattern.contains(repetition))
}
