//! [`Matcher`]: finds the matches of a pattern, with an automaton wherever one can.

use std::fmt;
use std::sync::Arc;

use memchr::memmem;
use mixlens_core::excerpt;

use super::automaton::Automaton;
use super::backtracker::Backtracker;
use super::budget::WorkBudget;
use super::cut_error::CutError;
use super::patterns::without_possessives;
use super::program::Program;

/// Bytes that an expression may have; those of known tokenizers have up to 600.
const MAX_PATTERN_BYTES: usize = 1 << 14;

/// A pattern that text is split by.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    pattern: Arc<str>,
    engine: Engine,
}

#[derive(Clone, Debug)]
enum Engine {
    /// A text that never is empty.
    Literal(Box<memmem::Finder<'static>>),
    /// An expression without look-around. Matches of its second part give their last character back
    /// to what follows.
    Automaton(Arc<Automaton>),
    /// Any other expression, which takes ten times as long.
    Backtracking(Arc<Program>),
}

/// Ends of expressions that mean: white space, but leave its last character to the word that
/// follows.
///
/// This is the only look-ahead of the well-known patterns. White space matched by `\s+` is followed
/// by the end of the text or by something else, so the rule is to give back one character, if there
/// are two.
const TRAILING_SPACE: [&str; 2] = [r"|\s+(?!\S)|\s+", r"|\s+(?!\S)|\s"];

impl Matcher {
    /// Finds a text as it stands.
    pub fn literal(text: &str) -> Self {
        let finder = memmem::Finder::new(text).into_owned();
        Self {
            pattern: text.into(),
            engine: Engine::Literal(Box::new(finder)),
        }
    }

    /// # Errors
    /// What is wrong with the expression.
    pub fn from_regex(pattern: &str) -> Result<Self, String> {
        if pattern.len() > MAX_PATTERN_BYTES {
            return Err(format!(
                "an expression of {} bytes; at most {MAX_PATTERN_BYTES} are read",
                pattern.len()
            ));
        }
        let engine = match Self::automaton(pattern) {
            Some(automaton) => Engine::Automaton(Arc::new(automaton)),
            None => Engine::Backtracking(Arc::new(Program::new(pattern)?)),
        };
        Ok(Self {
            pattern: pattern.into(),
            engine,
        })
    }

    fn automaton(pattern: &str) -> Option<Automaton> {
        let pattern = without_possessives(pattern);
        if has_possessives(pattern) {
            return None;
        }
        match TRAILING_SPACE
            .iter()
            .find_map(|tail| pattern.strip_suffix(tail))
        {
            Some(head) => Automaton::new(&[head, r"\s+"]),
            None => Automaton::new(&[pattern]),
        }
    }

    /// The same expression without an automaton, which finds the same.
    #[cfg(test)]
    pub fn backtracking(pattern: &str) -> Result<Self, String> {
        let program = Program::new(pattern)?;
        Ok(Self {
            pattern: pattern.into(),
            engine: Engine::Backtracking(Arc::new(program)),
        })
    }

    /// Whether it needs no look-around.
    #[cfg(test)]
    pub fn is_automaton(&self) -> bool {
        matches!(self.engine, Engine::Automaton(_))
    }

    /// Calls `found` with the start and the end of every match that is not empty, from left to
    /// right.
    ///
    /// # Errors
    /// Those of `found`, and where the search takes too many steps.
    pub fn each(
        &self,
        text: &str,
        budget: &mut WorkBudget<'_>,
        found: &mut dyn FnMut(usize, usize) -> Result<(), CutError>,
    ) -> Result<(), CutError> {
        match &self.engine {
            Engine::Literal(literal) => {
                budget
                    .spend(text.len())
                    .map_err(|stop| CutError::stopped(stop, self, text, 0))?;
                let length = literal.needle().len();
                literal
                    .find_iter(text.as_bytes())
                    .try_for_each(|start| found(start, start + length))
            }
            Engine::Automaton(automaton) => {
                let mut searcher = automaton.searcher(text);
                scan(text, found, |from| {
                    let next = searcher
                        .find(from, budget)
                        .map_err(|stop| CutError::stopped(stop, self, text, from))?;
                    let Some(next) = next else { return Ok(None) };
                    let gives_back = next.expression == 1 && next.end < text.len();
                    let last = if gives_back {
                        last_unit(text, next.start, next.end)
                    } else {
                        0
                    };
                    let end = if next.end - last > next.start {
                        next.end - last
                    } else {
                        next.end
                    };
                    Ok(Some((next.start, end)))
                })
            }
            Engine::Backtracking(program) => {
                let mut backtracker = Backtracker::new(program, text);
                scan(text, found, |from| {
                    let next = backtracker.find(from, budget);
                    next.map_err(|stop| CutError::stopped(stop, self, text, backtracker.start()))
                })
            }
        }
    }
}

/// Searches again behind each match.
fn scan(
    text: &str,
    found: &mut dyn FnMut(usize, usize) -> Result<(), CutError>,
    mut find: impl FnMut(usize) -> Result<Option<(usize, usize)>, CutError>,
) -> Result<(), CutError> {
    let mut from = 0;
    while let Some((start, end)) = find(from)? {
        if end > start {
            found(start, end)?;
            from = end;
            continue;
        }
        // An empty match is no word; look again behind the next character.
        match (end + 1..=text.len()).find(|&next| text.is_char_boundary(next)) {
            Some(next) => from = next,
            None => break,
        }
    }
    Ok(())
}

/// As messages call it.
impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the pattern {}", excerpt(&self.pattern))
    }
}

/// The bytes of the last character of a part of a text.
fn last_unit(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end)
        .and_then(|part| part.chars().next_back())
        .map_or(0, char::len_utf8)
}

/// Whether an expression may hold possessive repetitions, which an automaton would read as repeated
/// repetitions.
fn has_possessives(pattern: &str) -> bool {
    let counted = pattern.match_indices("}+").any(|(end, _)| {
        let count = pattern
            .get(..end)
            .and_then(|before| before.rsplit_once('{'))
            .map(|(_, count)| count);
        // Other braces hold the name of a class, as in `\p{L}+`.
        count.is_some_and(|count| {
            count
                .chars()
                .all(|unit| unit.is_ascii_digit() || unit == ',')
        })
    });
    counted
        || ["++", "*+", "?+"]
            .iter()
            .any(|repetition| pattern.contains(repetition))
}
