//! [`Program`]: an expression with look-around, possessive repetitions or back references, as
//! instructions.

use std::collections::HashMap;

use fancy_regex::{Assertion, BacktrackingControlVerb, Expr, LookAround};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// Instructions that an expression may become; those of known tokenizers take about 200.
const MAX_STEPS: usize = 1 << 15;

/// Parts of an expression that are visited, counting those of repetitions as often as they are
/// written out.
const MAX_VISITS: usize = 1 << 18;

/// Instructions, the first of which begins a match and the last of which ends it.
#[derive(Debug)]
pub(super) struct Program {
    pub steps: Vec<Step>,
    pub sets: Vec<CharSet>,
    /// Words of memory: two for each group (its start and end, the whole match first), and one for
    /// each loop.
    pub slots: usize,
}

#[derive(Debug)]
pub(super) enum Step {
    Char(char),
    /// A character of the set with this number.
    Set(usize),
    Assert(Assertion),
    /// The beginning of a word, its end, or neither; with the set of characters of words.
    Word(Edge, usize),
    /// The position where the search began.
    SearchStart,
    /// Goes on at the first; at the second where that fails.
    Split(usize, usize),
    Jump(usize),
    /// Notes where it is.
    Save(usize),
    /// Goes on at the second where nothing was read since the slot was noted.
    IfStill(usize, usize),
    /// Goes on at the second where the group has no match.
    IfUnset(usize, usize),
    /// The text of a group once more.
    Backref {
        group: usize,
        ignores_case: bool,
    },
    /// Tries the instructions that follow by themselves, up to [`Step::Accept`]; goes on at `next`.
    Inner {
        inner: Inner,
        next: usize,
    },
    Accept,
    Fail,
}

/// What an inner try means for the outer one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inner {
    /// Its first match is final.
    Atomic,
    /// It must match what comes next, or must not.
    Ahead { is_negative: bool },
    /// It must match so many characters before, or must not.
    Behind {
        is_negative: bool,
        min: usize,
        max: Option<usize>,
    },
}

/// Edges of words.
#[derive(Clone, Copy, Debug)]
pub(super) enum Edge {
    Start,
    End,
    HalfStart,
    HalfEnd,
    Any,
    None,
}

/// A set of characters.
#[derive(Debug)]
pub(super) struct CharSet {
    ascii: u128,
    ranges: Box<[(char, char)]>,
}

impl CharSet {
    fn new(class: &ClassUnicode) -> Self {
        let ranges: Box<[(char, char)]> = class
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect();
        let contains = |unit: char| {
            ranges
                .iter()
                .any(|(start, end)| (*start..=*end).contains(&unit))
        };
        let ascii = (0..0x80_u8)
            .filter(|&byte| contains(char::from(byte)))
            .fold(0, |set, byte| set | 1 << byte);
        Self { ascii, ranges }
    }

    pub fn contains(&self, unit: char) -> bool {
        if unit.is_ascii() {
            return self.ascii >> u32::from(unit) & 1 == 1;
        }
        let before = self.ranges.partition_point(|(start, _)| *start <= unit);
        before
            .checked_sub(1)
            .and_then(|last| self.ranges.get(last))
            .is_some_and(|(_, end)| unit <= *end)
    }
}

impl Program {
    /// # Errors
    /// What is wrong with the expression.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let tree = Expr::parse_tree(pattern).map_err(|error| error.to_string())?;
        let mut compiler = Compiler::default();
        compiler.groups = groups_of(&tree.expr);
        compiler.slots = 2 * (compiler.groups + 1);
        compiler.expression(&tree.expr)?;
        compiler.push(Step::Accept)?;
        Ok(Self {
            steps: compiler.steps,
            sets: compiler.sets,
            slots: compiler.slots,
        })
    }
}

#[derive(Default)]
struct Compiler {
    steps: Vec<Step>,
    sets: Vec<CharSet>,
    /// Sets by how they are spelled, and whether they ignore case.
    known: HashMap<(String, bool), usize>,
    slots: usize,
    groups: usize,
    /// The number of the last group that began.
    group: usize,
    visits: usize,
}

impl Compiler {
    fn push(&mut self, step: Step) -> Result<usize, String> {
        if self.steps.len() == MAX_STEPS {
            return Err(
                "the expression is too large when its repetitions are written out".to_owned(),
            );
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    /// Makes the step at `index` continue at the next step to be pushed.
    fn patch(&mut self, index: usize) {
        let here = self.steps.len();
        match self.steps.get_mut(index) {
            Some(Step::Split(first, _)) if *first == PENDING => *first = here,
            Some(
                Step::Split(_, next)
                | Step::Jump(next)
                | Step::IfStill(_, next)
                | Step::IfUnset(_, next),
            ) => {
                *next = here;
            }
            Some(Step::Inner { next, .. }) => *next = here,
            _ => {}
        }
    }

    fn expression(&mut self, expr: &Expr) -> Result<(), String> {
        self.visits += 1;
        if self.visits > MAX_VISITS {
            return Err(
                "the expression is too large when its repetitions are written out".to_owned(),
            );
        }
        match expr {
            Expr::Empty => {}
            Expr::Any { newline, crlf } => {
                let set = match (newline, crlf) {
                    (true, _) => "(?s:.)",
                    (false, true) => "(?R:.)",
                    (false, false) => ".",
                };
                self.set(set, false)?;
            }
            Expr::Delegate { inner, casei } => self.set(inner, *casei)?,
            Expr::Literal { val, casei } => {
                val.chars().try_for_each(|unit| self.unit(unit, *casei))?
            }
            Expr::Assertion(assertion) => self.assertion(*assertion)?,
            Expr::GeneralNewline { unicode } => self.newline(*unicode)?,
            Expr::Concat(parts) => parts.iter().try_for_each(|part| self.expression(part))?,
            Expr::Alt(branches) => self.alternatives(branches)?,
            Expr::Group(inner) => self.capture(inner)?,
            Expr::Repeat {
                child,
                lo,
                hi,
                greedy,
            } => self.repeat(child, *lo, *hi, *greedy)?,
            Expr::AtomicGroup(inner) => self.inner(Inner::Atomic, inner)?,
            Expr::LookAround(inner, kind) => self.look_around(inner, *kind)?,
            Expr::Backref { group, casei } => {
                self.check_group(*group)?;
                self.push(Step::Backref {
                    group: *group,
                    ignores_case: *casei,
                })?;
            }
            Expr::KeepOut => {
                self.push(Step::Save(0))?;
            }
            Expr::ContinueFromPreviousMatchEnd => {
                self.push(Step::SearchStart)?;
            }
            Expr::BacktrackingControlVerb(BacktrackingControlVerb::Fail) => {
                self.push(Step::Fail)?;
            }
            Expr::Conditional {
                condition,
                true_branch,
                false_branch,
            } => {
                self.conditional(condition, true_branch, false_branch)?;
            }
            _ => {
                return Err(
                    "calls of groups, absent operators and control verbs are not supported"
                        .to_owned(),
                );
            }
        }
        Ok(())
    }

    fn check_group(&self, group: usize) -> Result<(), String> {
        if group > self.groups {
            Err(format!("there is no group {group}"))
        } else {
            Ok(())
        }
    }

    /// A character, or what it is when case is ignored.
    fn unit(&mut self, unit: char, ignores_case: bool) -> Result<(), String> {
        let mut class = ClassUnicode::new([ClassUnicodeRange::new(unit, unit)]);
        if ignores_case {
            class
                .try_case_fold_simple()
                .map_err(|error| error.to_string())?;
        }
        if class.ranges().len() == 1 {
            return self.push(Step::Char(unit)).map(drop);
        }
        let set = self.known_set((unit.to_string(), true), &class);
        self.push(Step::Set(set)).map(drop)
    }

    /// A character of a class.
    fn set(&mut self, spelling: &str, ignores_case: bool) -> Result<(), String> {
        let set = self.set_number(spelling, ignores_case)?;
        self.push(Step::Set(set)).map(drop)
    }

    fn set_number(&mut self, spelling: &str, ignores_case: bool) -> Result<usize, String> {
        // A single character is known under itself, a class under a spelling that is longer.
        let key = (spelling.to_owned(), ignores_case);
        if let Some(&known) = self.known.get(&key) {
            return Ok(known);
        }
        let flagged = if ignores_case {
            format!("(?i:{spelling})")
        } else {
            spelling.to_owned()
        };
        let hir = regex_syntax::parse(&flagged).map_err(|error| error.to_string())?;
        let class = match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => class.clone(),
            HirKind::Class(Class::Bytes(class)) => {
                let range = |range: &regex_syntax::hir::ClassBytesRange| {
                    ClassUnicodeRange::new(char::from(range.start()), char::from(range.end()))
                };
                ClassUnicode::new(class.iter().map(range))
            }
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).unwrap_or_default();
                let mut units = text.chars();
                match (units.next(), units.next()) {
                    (Some(unit), None) => ClassUnicode::new([ClassUnicodeRange::new(unit, unit)]),
                    _ => return Err(format!("{spelling:?} is not a set of characters")),
                }
            }
            _ => return Err(format!("{spelling:?} is not a set of characters")),
        };
        Ok(self.known_set(key, &class))
    }

    fn known_set(&mut self, key: (String, bool), class: &ClassUnicode) -> usize {
        let sets = &mut self.sets;
        *self.known.entry(key).or_insert_with(|| {
            sets.push(CharSet::new(class));
            sets.len() - 1
        })
    }

    fn assertion(&mut self, assertion: Assertion) -> Result<(), String> {
        let edge = match assertion {
            Assertion::LeftWordBoundary => Edge::Start,
            Assertion::RightWordBoundary => Edge::End,
            Assertion::LeftWordHalfBoundary => Edge::HalfStart,
            Assertion::RightWordHalfBoundary => Edge::HalfEnd,
            Assertion::WordBoundary => Edge::Any,
            Assertion::NotWordBoundary => Edge::None,
            other => return self.push(Step::Assert(other)).map(drop),
        };
        let word = self.set_number(r"\w", false)?;
        self.push(Step::Word(edge, word)).map(drop)
    }

    fn newline(&mut self, is_unicode: bool) -> Result<(), String> {
        let single = if is_unicode {
            r"[\n-\r\x{85}\x{2028}\x{2029}]"
        } else {
            r"[\n-\r]"
        };
        let single = Expr::Delegate {
            inner: single.to_owned(),
            casei: false,
        };
        let pair = Expr::Literal {
            val: "\r\n".to_owned(),
            casei: false,
        };
        self.inner(Inner::Atomic, &Expr::Alt(vec![pair, single]))
    }

    fn alternatives(&mut self, branches: &[Expr]) -> Result<(), String> {
        let mut ends = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            if index + 1 == branches.len() {
                self.expression(branch)?;
                break;
            }
            let split = self.steps.len();
            self.push(Step::Split(split + 1, PENDING))?;
            self.expression(branch)?;
            ends.push(self.push(Step::Jump(PENDING))?);
            self.patch(split);
        }
        ends.into_iter().for_each(|end| self.patch(end));
        Ok(())
    }

    fn capture(&mut self, inner: &Expr) -> Result<(), String> {
        self.group += 1;
        let group = self.group;
        self.push(Step::Save(2 * group))?;
        self.expression(inner)?;
        self.push(Step::Save(2 * group + 1)).map(drop)
    }

    fn repeat(
        &mut self,
        child: &Expr,
        min: usize,
        max: usize,
        is_greedy: bool,
    ) -> Result<(), String> {
        let first = self.group;
        for _ in 0..min {
            self.group = first;
            self.expression(child)?;
        }
        let split = |here: usize| {
            if is_greedy {
                Step::Split(here + 1, PENDING)
            } else {
                Step::Split(PENDING, here + 1)
            }
        };
        let mut exits = Vec::new();
        if max == usize::MAX {
            self.group = first;
            let head = self.push(split(self.steps.len()))?;
            exits.push(head);
            // A turn that reads nothing is the last one.
            let slot = self.slots;
            self.slots += 1;
            let reads = matches!(child, Expr::Any { .. } | Expr::Delegate { .. });
            if !reads {
                self.push(Step::Save(slot))?;
            }
            self.expression(child)?;
            if !reads {
                exits.push(self.push(Step::IfStill(slot, PENDING))?);
            }
            self.push(Step::Jump(head))?;
        } else {
            for _ in min..max {
                self.group = first;
                exits.push(self.push(split(self.steps.len()))?);
                self.expression(child)?;
            }
        }
        exits.into_iter().for_each(|exit| self.patch(exit));
        self.group = first + groups_of(child);
        Ok(())
    }

    fn inner(&mut self, inner: Inner, body: &Expr) -> Result<(), String> {
        let step = self.push(Step::Inner {
            inner,
            next: PENDING,
        })?;
        self.expression(body)?;
        self.push(Step::Accept)?;
        self.patch(step);
        Ok(())
    }

    fn look_around(&mut self, body: &Expr, kind: LookAround) -> Result<(), String> {
        let behind = |is_negative| {
            let (min, max) = width(body);
            Inner::Behind {
                is_negative,
                min,
                max,
            }
        };
        let inner = match kind {
            LookAround::LookAhead => Inner::Ahead { is_negative: false },
            LookAround::LookAheadNeg => Inner::Ahead { is_negative: true },
            LookAround::LookBehind => behind(false),
            LookAround::LookBehindNeg => behind(true),
        };
        self.inner(inner, body)
    }

    fn conditional(&mut self, condition: &Expr, yes: &Expr, no: &Expr) -> Result<(), String> {
        let Expr::BackrefExistsCondition {
            group,
            relative_recursion_level: None,
        } = condition
        else {
            return Err(
                "conditions other than that a group has matched are not supported".to_owned(),
            );
        };
        self.check_group(*group)?;
        let test = self.push(Step::IfUnset(*group, PENDING))?;
        self.expression(yes)?;
        let end = self.push(Step::Jump(PENDING))?;
        self.patch(test);
        self.expression(no)?;
        self.patch(end);
        Ok(())
    }
}

/// A step that is not known yet.
const PENDING: usize = usize::MAX;

/// The groups in an expression.
fn groups_of(expr: &Expr) -> usize {
    usize::from(matches!(expr, Expr::Group(_))) + expr.children_iter().map(groups_of).sum::<usize>()
}

/// The minimum and maximum number of characters that an expression reads; `None` without a limit.
fn width(expr: &Expr) -> (usize, Option<usize>) {
    match expr {
        Expr::Any { .. } | Expr::Delegate { .. } => (1, Some(1)),
        Expr::Literal { val, .. } => (val.chars().count(), Some(val.chars().count())),
        Expr::GeneralNewline { .. } => (1, Some(2)),
        Expr::Concat(parts) => parts.iter().map(width).fold((0, Some(0)), |sum, part| {
            let max = sum
                .1
                .zip(part.1)
                .and_then(|(sum, part)| sum.checked_add(part));
            (sum.0.saturating_add(part.0), max)
        }),
        Expr::Alt(branches) => {
            let widths = branches.iter().map(width);
            let widest = widths.reduce(|a, b| (a.0.min(b.0), a.1.zip(b.1).map(|(a, b)| a.max(b))));
            widest.unwrap_or((0, Some(0)))
        }
        Expr::Group(inner) => width(inner),
        Expr::AtomicGroup(inner) => width(inner),
        Expr::Repeat { child, lo, hi, .. } => {
            let (min, max) = width(child);
            (
                min.saturating_mul(*lo),
                max.and_then(|max| max.checked_mul(*hi))
                    .filter(|_| *hi != usize::MAX),
            )
        }
        Expr::Backref { .. } => (0, None),
        Expr::Conditional {
            true_branch,
            false_branch,
            ..
        } => {
            let (yes, no) = (width(true_branch), width(false_branch));
            (
                yes.0.min(no.0),
                yes.1.zip(no.1).map(|(yes, no)| yes.max(no)),
            )
        }
        _ => (0, Some(0)),
    }
}
