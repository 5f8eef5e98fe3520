//! [`Automaton`]: searches without going back, for expressions without look-around, with counted
//! steps.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use regex_automata::hybrid::dfa::{self, DFA};
use regex_automata::hybrid::regex::{Cache, Regex};
use regex_automata::nfa::thompson;
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input, PatternID};

use super::budget::{Stop, WorkBudget};

/// Bytes that a compiled expression may take; those of known tokenizers take 150 kB.
const MAX_COMPILED_BYTES: usize = 2 << 20;

/// Bytes that are searched before they are paid for.
const CHUNK: usize = 1 << 10;

/// Lazily built automata that search forwards for the end of a match and backwards for its start.
///
/// The searches are spelled out here since those of the library can neither be counted nor ended.
#[derive(Debug)]
pub(crate) struct Automaton {
    regex: Arc<Regex>,
    caches: Pool<Cache, MakeCache>,
}

type MakeCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// A match and the number of the expression that it is of.
pub(crate) struct Match {
    pub expression: usize,
    pub start: usize,
    pub end: usize,
}

impl Automaton {
    /// An automaton for several expressions, of which earlier ones are preferred. `None` where it
    /// cannot do one of them.
    pub fn new(expressions: &[&str]) -> Option<Self> {
        let regex = Regex::builder()
            .thompson(thompson::Config::new().nfa_size_limit(Some(MAX_COMPILED_BYTES)))
            .dfa(DFA::config().skip_cache_capacity_check(true))
            .build_many(expressions)
            .ok()?;
        let regex = Arc::new(regex);
        let made_for = Arc::clone(&regex);
        Some(Self {
            regex,
            caches: Pool::new(Box::new(move || made_for.create_cache())),
        })
    }

    /// What searches of one text after the other need.
    pub fn searcher<'a>(&'a self, text: &'a str) -> Searcher<'a> {
        Searcher {
            regex: &self.regex,
            cache: self.caches.get(),
            text,
        }
    }
}

/// Searches in one text.
pub(crate) struct Searcher<'a> {
    regex: &'a Regex,
    cache: regex_automata::util::pool::PoolGuard<'a, Cache, MakeCache>,
    text: &'a str,
}

impl Searcher<'_> {
    /// The first match at or after `from`.
    pub fn find(
        &mut self,
        from: usize,
        budget: &mut WorkBudget<'_>,
    ) -> Result<Option<Match>, Stop> {
        let input = Input::new(self.text).range(from..);
        let (forward, reverse) = self.cache.as_parts_mut();
        // Nearly always a match begins where the last one ended.
        let anchored = input.clone().anchored(Anchored::Yes);
        if let Some((expression, end)) =
            end_of_match(self.regex.forward(), forward, &anchored, budget)?
        {
            return Ok(Some(Match {
                expression: expression.as_usize(),
                start: from,
                end,
            }));
        }
        let Some((expression, end)) = end_of_match(self.regex.forward(), forward, &input, budget)?
        else {
            return Ok(None);
        };
        let before = anchored.range(from..end);
        let start = start_of_match(self.regex.reverse(), reverse, &before, budget)?.unwrap_or(end);
        Ok(Some(Match {
            expression: expression.as_usize(),
            start,
            end,
        }))
    }
}

/// Where the first match of a range ends, and of which expression it is.
fn end_of_match(
    dfa: &DFA,
    cache: &mut dfa::Cache,
    input: &Input<'_>,
    budget: &mut WorkBudget<'_>,
) -> Result<Option<(PatternID, usize)>, Stop> {
    let mut paid = cache.memory_usage();
    let mut state = dfa
        .start_state_forward(cache, input)
        .map_err(|_| Stop::Exhausted)?;
    let mut found = None;
    let mut at = input.start();
    for chunk in input
        .haystack()
        .get(input.get_range())
        .unwrap_or_default()
        .chunks(CHUNK)
    {
        let start = at;
        for &byte in chunk {
            state = dfa
                .next_state(cache, state, byte)
                .map_err(|_| Stop::Exhausted)?;
            if state.is_match() {
                // The automaton is a byte late.
                found = Some((dfa.match_pattern(cache, state, 0), at));
            } else if state.is_dead() {
                pay(cache, &mut paid, at + 1 - start, budget)?;
                return Ok(found);
            }
            at += 1;
        }
        pay(cache, &mut paid, chunk.len(), budget)?;
    }
    state = dfa
        .next_eoi_state(cache, state)
        .map_err(|_| Stop::Exhausted)?;
    if state.is_match() {
        found = Some((dfa.match_pattern(cache, state, 0), at));
    }
    pay(cache, &mut paid, 1, budget)?;
    Ok(found)
}

/// Where the match that ends at the end of a range begins.
fn start_of_match(
    dfa: &DFA,
    cache: &mut dfa::Cache,
    input: &Input<'_>,
    budget: &mut WorkBudget<'_>,
) -> Result<Option<usize>, Stop> {
    let mut paid = cache.memory_usage();
    let mut state = dfa
        .start_state_reverse(cache, input)
        .map_err(|_| Stop::Exhausted)?;
    let mut found = None;
    let mut at = input.end();
    for chunk in input
        .haystack()
        .get(input.get_range())
        .unwrap_or_default()
        .rchunks(CHUNK)
    {
        let start = at;
        for &byte in chunk.iter().rev() {
            state = dfa
                .next_state(cache, state, byte)
                .map_err(|_| Stop::Exhausted)?;
            if state.is_match() {
                found = Some(at);
            } else if state.is_dead() {
                pay(cache, &mut paid, start + 1 - at, budget)?;
                return Ok(found);
            }
            at -= 1;
        }
        pay(cache, &mut paid, chunk.len(), budget)?;
    }
    let last = match input
        .start()
        .checked_sub(1)
        .and_then(|before| input.haystack().get(before))
    {
        Some(&byte) => dfa.next_state(cache, state, byte),
        None => dfa.next_eoi_state(cache, state),
    };
    state = last.map_err(|_| Stop::Exhausted)?;
    if state.is_match() {
        found = Some(at);
    }
    pay(cache, &mut paid, 1, budget)?;
    Ok(found)
}

/// Pays for the bytes that were read and the states that were built for them, or thrown away.
fn pay(
    cache: &dfa::Cache,
    paid: &mut usize,
    bytes: usize,
    budget: &mut WorkBudget<'_>,
) -> Result<(), Stop> {
    let memory = cache.memory_usage();
    let built = memory.abs_diff(std::mem::replace(paid, memory));
    budget.spend(bytes + built)
}
