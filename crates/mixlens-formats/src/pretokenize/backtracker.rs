//! [`Backtracker`]: runs a [`Program`] on a text with counted steps.

use fancy_regex::Assertion;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::budget::{Stop, WorkBudget};
use super::program::{Edge, Inner, Program, Step};

/// Steps that are taken before they are paid for.
const CHUNK: usize = 1 << 10;

/// Ways back that are kept, 24 bytes each; a repetition keeps one for each character that it may
/// give back.
const MAX_TRAIL: usize = 1 << 21;

/// A slot that holds nothing.
const UNSET: usize = usize::MAX;

/// Searches in one text.
pub(super) struct Backtracker<'a> {
    program: &'a Program,
    text: &'a str,
    /// Where the search began.
    from: usize,
    /// Where the match would begin that is tried.
    start: usize,
    slots: Vec<usize>,
    trail: Vec<Trail>,
    unpaid: usize,
}

/// A way back.
enum Trail {
    /// Another way to go on.
    Branch { step: usize, at: usize },
    /// What a slot held before.
    Slot { slot: usize, held: usize },
}

impl<'a> Backtracker<'a> {
    pub fn new(program: &'a Program, text: &'a str) -> Self {
        Self {
            program,
            text,
            from: 0,
            start: 0,
            slots: vec![UNSET; program.slots],
            trail: Vec::new(),
            unpaid: 0,
        }
    }

    /// The first match at or after `from`.
    pub fn find(
        &mut self,
        from: usize,
        budget: &mut WorkBudget<'_>,
    ) -> Result<Option<(usize, usize)>, Stop> {
        self.from = from;
        self.trail.clear();
        self.slots.fill(UNSET);
        self.unpaid += self.slots.len();
        self.start = from;
        // A try that fails leaves everything as it was.
        loop {
            if let Some(end) = self.run(0, self.start, None, budget)? {
                let kept = self
                    .slots
                    .first()
                    .copied()
                    .filter(|&kept| kept != UNSET)
                    .unwrap_or(self.start);
                self.settle(budget)?;
                return Ok(Some((kept.min(end), end)));
            }
            let Some(unit) = self.unit(self.start) else {
                self.settle(budget)?;
                return Ok(None);
            };
            self.start += unit.len_utf8();
        }
    }

    /// Where the last search ended early.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Pays for the last steps.
    fn settle(&mut self, budget: &mut WorkBudget<'_>) -> Result<(), Stop> {
        budget.spend(std::mem::take(&mut self.unpaid))
    }

    fn unit(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn unit_before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    /// Runs from a step up to [`Step::Accept`], with an end at `target` where there is one; the way
    /// back ends where it begins.
    fn run(
        &mut self,
        step: usize,
        at: usize,
        target: Option<usize>,
        budget: &mut WorkBudget<'_>,
    ) -> Result<Option<usize>, Stop> {
        let base = self.trail.len();
        let program = self.program;
        let (mut step, mut at) = (step, at);
        loop {
            self.unpaid += 1;
            if self.unpaid >= CHUNK {
                self.settle(budget)?;
                if self.trail.len() > MAX_TRAIL {
                    return Err(Stop::Exhausted);
                }
            }
            let next = match program.steps.get(step) {
                Some(Step::Accept) if target.is_none_or(|target| target == at) => {
                    self.forget_branches(base);
                    return Ok(Some(at));
                }
                Some(other) => self.advance(other, step, at, budget)?,
                None => None,
            };
            match next.or_else(|| self.back(base)) {
                Some(next) => (step, at) = next,
                None => return Ok(None),
            }
        }
    }

    /// The step and the position after one step; `None` where it fails.
    fn advance(
        &mut self,
        step: &Step,
        number: usize,
        at: usize,
        budget: &mut WorkBudget<'_>,
    ) -> Result<Option<(usize, usize)>, Stop> {
        let go = |does: bool| does.then_some((number + 1, at));
        Ok(match step {
            Step::Char(unit) => {
                (self.unit(at) == Some(*unit)).then(|| (number + 1, at + unit.len_utf8()))
            }
            Step::Set(set) => {
                let set = self.program.sets.get(*set);
                let unit = self
                    .unit(at)
                    .filter(|unit| set.is_some_and(|set| set.contains(*unit)));
                unit.map(|unit| (number + 1, at + unit.len_utf8()))
            }
            Step::Assert(assertion) => go(self.holds(*assertion, at)),
            Step::Word(edge, word) => go(self.is_edge(*edge, *word, at)),
            Step::SearchStart => go(at == self.from),
            Step::Split(first, second) => {
                self.trail.push(Trail::Branch { step: *second, at });
                Some((*first, at))
            }
            Step::Jump(next) => Some((*next, at)),
            Step::Save(slot) => {
                self.save(*slot, at);
                go(true)
            }
            Step::IfStill(slot, next) if self.slots.get(*slot) == Some(&at) => Some((*next, at)),
            Step::IfUnset(group, next) if self.group(*group).is_none() => Some((*next, at)),
            Step::IfStill(..) | Step::IfUnset(..) => go(true),
            Step::Backref {
                group,
                ignores_case,
            } => self
                .repeated(*group, *ignores_case, at)
                .map(|end| (number + 1, end)),
            Step::Inner { inner, next } => self
                .inner(*inner, number + 1, at, budget)?
                .map(|at| (*next, at)),
            Step::Accept | Step::Fail => None,
        })
    }

    /// Where an inner try lets the outer one go on.
    fn inner(
        &mut self,
        inner: Inner,
        body: usize,
        at: usize,
        budget: &mut WorkBudget<'_>,
    ) -> Result<Option<usize>, Stop> {
        let base = self.trail.len();
        let (matched, is_negative) = match inner {
            Inner::Atomic => return self.run(body, at, None, budget),
            Inner::Ahead { is_negative } => {
                (self.run(body, at, None, budget)?.is_some(), is_negative)
            }
            Inner::Behind {
                is_negative,
                min,
                max,
            } => (self.is_behind(body, at, (min, max), budget)?, is_negative),
        };
        if is_negative {
            self.undo(base);
        }
        Ok((matched != is_negative).then_some(at))
    }

    /// Whether the body matches a text that ends here.
    fn is_behind(
        &mut self,
        body: usize,
        end: usize,
        (min, max): (usize, Option<usize>),
        budget: &mut WorkBudget<'_>,
    ) -> Result<bool, Stop> {
        let (mut start, mut units) = (end, 0);
        loop {
            if units >= min && self.run(body, start, Some(end), budget)?.is_some() {
                return Ok(true);
            }
            units += 1;
            match self
                .unit_before(start)
                .filter(|_| max.is_none_or(|max| units <= max))
            {
                Some(unit) => start -= unit.len_utf8(),
                None => return Ok(false),
            }
            self.unpaid += 1;
        }
    }

    fn save(&mut self, slot: usize, value: usize) {
        if let Some(held) = self.slots.get_mut(slot) {
            let held = std::mem::replace(held, value);
            self.trail.push(Trail::Slot { slot, held });
        }
    }

    /// Goes back to the last branch after `base`.
    fn back(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.trail.len() > base {
            match self.trail.pop()? {
                Trail::Branch { step, at } => return Some((step, at)),
                Trail::Slot { slot, held } => self.restore(slot, held),
            }
        }
        None
    }

    /// Goes back to `base` as if nothing was tried since.
    fn undo(&mut self, base: usize) {
        while self.back(base).is_some() {}
    }

    fn restore(&mut self, slot: usize, held: usize) {
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = held;
        }
    }

    /// Keeps the saved values of slots, but removes all branches.
    fn forget_branches(&mut self, base: usize) {
        let mut kept = base;
        for index in base..self.trail.len() {
            if matches!(self.trail.get(index), Some(Trail::Slot { .. })) {
                self.trail.swap(kept, index);
                kept += 1;
            }
        }
        self.unpaid += self.trail.len() - base;
        self.trail.truncate(kept);
    }

    fn group(&self, group: usize) -> Option<&'a str> {
        let (start, end) = (*self.slots.get(2 * group)?, *self.slots.get(2 * group + 1)?);
        self.text.get(start..end).filter(|_| end != UNSET)
    }

    /// Where a group's text ends when it comes again here.
    fn repeated(&mut self, group: usize, ignores_case: bool, at: usize) -> Option<usize> {
        let wanted = self.group(group)?;
        self.unpaid += wanted.len();
        let rest = self.text.get(at..)?;
        if !ignores_case {
            return rest.starts_with(wanted).then_some(at + wanted.len());
        }
        let mut units = rest.chars();
        let is_same = wanted.chars().all(|wanted| {
            units
                .next()
                .is_some_and(|unit| is_same_letter(unit, wanted))
        });
        is_same.then(|| at + rest.len() - units.as_str().len())
    }

    fn is_edge(&self, edge: Edge, word: usize, at: usize) -> bool {
        let set = self.program.sets.get(word);
        let is_word =
            |unit: Option<char>| unit.zip(set).is_some_and(|(unit, set)| set.contains(unit));
        let (before, after) = (is_word(self.unit_before(at)), is_word(self.unit(at)));
        match edge {
            Edge::Start => !before && after,
            Edge::End => before && !after,
            Edge::HalfStart => !before,
            Edge::HalfEnd => !after,
            Edge::Any => before != after,
            Edge::None => before == after,
        }
    }

    fn holds(&mut self, assertion: Assertion, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let before = at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .copied();
        let after = bytes.get(at).copied();
        match assertion {
            Assertion::StartText => before.is_none(),
            Assertion::EndText => after.is_none(),
            Assertion::EndTextIgnoreTrailingNewlines { crlf } => {
                let rest = bytes.get(at..).unwrap_or_default();
                let breaks = rest
                    .iter()
                    .take_while(|&&byte| byte == b'\n' || crlf && byte == b'\r')
                    .count();
                self.unpaid += breaks;
                breaks == rest.len()
            }
            Assertion::StartLine { crlf } => starts_line(before, after, crlf),
            Assertion::StartLineOniguruma { crlf } => {
                starts_line(before, after, crlf) && (before.is_none() || after.is_some())
            }
            Assertion::EndLine { crlf: false } => after.is_none_or(|byte| byte == b'\n'),
            Assertion::EndLine { crlf: true } => match after {
                Some(b'\n') => before != Some(b'\r'),
                other => other.is_none_or(|byte| byte == b'\r'),
            },
            // Edges of words are separate steps.
            _ => false,
        }
    }
}

fn starts_line(before: Option<u8>, after: Option<u8>, crlf: bool) -> bool {
    match before {
        None | Some(b'\n') => true,
        Some(b'\r') => crlf && after != Some(b'\n'),
        Some(_) => false,
    }
}

fn is_same_letter(a: char, b: char) -> bool {
    let mut folded = ClassUnicode::new([ClassUnicodeRange::new(a, a)]);
    a == b
        || folded.try_case_fold_simple().is_ok()
            && folded
                .iter()
                .any(|range| (range.start()..=range.end()).contains(&b))
}
