//! [`WordStream`]: the words of a text that arrives in parts, with bounded memory.

use mixlens_core::compute::Control;

use super::budget::WorkBudget;
use super::cut_error::{CutError, line_breaks};
use super::{Normalizer, Pretokenizer, Rules, SentencePieceRules, Stage, bounded};

/// Bytes that are cut at a time.
const WINDOW: usize = 1 << 16;

/// Words that end this near to the end of a window wait for what follows: a pattern may look ahead.
const MARGIN: usize = 1 << 10;

/// The length at which a text without a safe cut is cut all the same.
const LONGEST: usize = 1 << 20;

/// Steps that a word costs beside those of its bytes.
const STEPS_PER_WORD: usize = 8;

/// Cuts one text (a document) into words while it arrives. Any partition of the text into parts
/// gives the same words, as long as no word is longer than 1 MB and no pattern looks back or
/// farther ahead than 1 kB.
pub(crate) struct WordStream<'a> {
    pretokenizer: &'a Pretokenizer,
    budget: WorkBudget<'a>,
    /// Text that is not yet normalised.
    raw: String,
    /// Normalised text that is not yet cut.
    window: String,
    /// Line breaks of the text before the window.
    lines: u64,
    /// Bytes that are gathered before they are cut.
    gathered: usize,
    /// Whether what comes next stands behind other text, so that no mark is put before it.
    is_begun: bool,
    ranges: Vec<(usize, usize)>,
}

impl<'a> WordStream<'a> {
    /// A stream at the beginning of a text. The budget for work is that of all its texts.
    pub fn new(pretokenizer: &'a Pretokenizer, control: &'a Control) -> Self {
        Self {
            pretokenizer,
            budget: WorkBudget::new(control),
            raw: String::new(),
            window: String::new(),
            lines: 0,
            gathered: 2 * WINDOW,
            is_begun: false,
            ranges: Vec::new(),
        }
    }

    /// Takes the next part of the text and gives the words that are certain.
    ///
    /// # Errors
    /// Where it takes too many steps or normalisation makes the text too long; the stream is of no
    /// use then.
    pub fn push(&mut self, text: &str, emit: &mut dyn FnMut(&str)) -> Result<(), CutError> {
        let mut rest = text;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(boundary(rest, WINDOW));
            rest = after;
            self.raw.push_str(part);
            self.budget.earn(part.len());
            if self.raw.len() + self.window.len() >= self.gathered {
                self.advance(false, emit)?;
            }
        }
        Ok(())
    }

    /// Ends the text and gives the words that are left; the stream then is at the beginning of
    /// another text.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn finish(&mut self, emit: &mut dyn FnMut(&str)) -> Result<(), CutError> {
        self.advance(true, emit)?;
        self.raw.clear();
        self.window.clear();
        self.lines = 0;
        self.is_begun = false;
        Ok(())
    }

    /// Between texts: the words of a segment, white space and then anything else, as it stands
    /// inside of a text.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn segment(&mut self, segment: &str, emit: &mut dyn FnMut(&str)) -> Result<(), CutError> {
        self.is_begun = true;
        self.push(segment, emit)?;
        self.finish(emit)
    }

    fn advance(&mut self, is_final: bool, emit: &mut dyn FnMut(&str)) -> Result<(), CutError> {
        let pretokenizer = self.pretokenizer;
        match &pretokenizer.rules {
            Rules::Stages {
                normalizers,
                stages,
            } => {
                self.normalize(normalizers, stages, is_final)?;
                self.cut(stages, is_final, emit)
            }
            Rules::SentencePiece(rules) => self.cut_lines(rules, is_final, emit),
        }
    }

    /// Moves text to the window that no later text can change.
    fn normalize(
        &mut self,
        normalizers: &[Normalizer],
        stages: &[Stage],
        is_final: bool,
    ) -> Result<(), CutError> {
        let end = if is_final || normalizers.is_empty() {
            self.raw.len()
        } else {
            normalizing_border(&self.raw)
        };
        let rest = self.raw.split_off(end);
        let mut part = std::mem::replace(&mut self.raw, rest);
        if part.is_empty() {
            return Ok(());
        }
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        let limit = bounded::limit(part.len());
        for normalizer in normalizers {
            let changed = normalizer.apply(part, is_first, limit, &mut self.budget);
            part = changed.map_err(|error| {
                error.behind(self.lines + line_breaks(&self.window, self.window.len()))
            })?;
        }
        match stages.first() {
            // Only the text itself is a piece here, so its beginning is the only position for a
            // prefix.
            Some(stage) if is_first => self.window.push_str(&stage.alter(&part, true)),
            Some(stage) if stage.space != ' ' => stage.push_marked(&part, &mut self.window),
            _ => self.window.push_str(&part),
        }
        Ok(())
    }

    /// Cuts the window; words near its end stay in it unless the text is over.
    fn cut(
        &mut self,
        stages: &[Stage],
        is_final: bool,
        emit: &mut dyn FnMut(&str),
    ) -> Result<(), CutError> {
        let Self {
            window,
            budget,
            ranges,
            lines,
            ..
        } = self;
        let mut done = 0;
        ranges.clear();
        match stages.first() {
            Some(stage) => stage
                .cut(window, budget, ranges)
                .map_err(|error| error.behind(*lines))?,
            None if is_final && !window.is_empty() => ranges.push((0, window.len())),
            None => {}
        }
        let later = stages.get(1..).unwrap_or_default();
        let certain = if is_final {
            window.len()
        } else {
            window.len().saturating_sub(MARGIN)
        };
        for &(start, end) in ranges.iter().take_while(|range| range.1 <= certain) {
            let piece = window.get(start..end).unwrap_or_default();
            let cut = cut_further(later, piece, budget, emit);
            cut.map_err(|error| error.behind(*lines + line_breaks(window, start)))?;
            done = end;
        }
        if done == 0 && window.len() > LONGEST {
            done = boundary(window, LONGEST);
            let piece = window.get(..done).unwrap_or_default();
            cut_further(later, piece, budget, emit).map_err(|error| error.behind(*lines))?;
        }
        // What cannot be cut yet is not tried again before there is twice as much of it.
        self.gathered = if done == 0 {
            LONGEST.min(2 * window.len())
        } else {
            0
        }
        .max(2 * WINDOW);
        *lines += line_breaks(window, done);
        window.drain(..done);
        Ok(())
    }

    /// Gives whole lines to SentencePiece's rules.
    fn cut_lines(
        &mut self,
        rules: &SentencePieceRules,
        is_final: bool,
        emit: &mut dyn FnMut(&str),
    ) -> Result<(), CutError> {
        let end = match self.raw.rfind('\n') {
            _ if is_final => self.raw.len(),
            Some(newline) => newline + 1,
            None if self.raw.len() > LONGEST => late_or_longest(&self.raw, self.raw.rfind(' ')),
            None => return Ok(()),
        };
        let text = self.raw.get(..end).unwrap_or_default();
        let mut begins_line = !self.is_begun;
        for line in text.lines() {
            let cut = rules.cut_line(line, begins_line, &mut self.budget, emit);
            cut.map_err(|error| error.behind(self.lines))?;
            self.lines += 1;
            begins_line = true;
        }
        self.is_begun = !text.is_empty() && !text.ends_with('\n');
        self.lines -= u64::from(self.is_begun);
        self.raw.drain(..end);
        Ok(())
    }
}

/// Cuts a piece by the stages that are left.
fn cut_further(
    stages: &[Stage],
    piece: &str,
    budget: &mut WorkBudget<'_>,
    emit: &mut dyn FnMut(&str),
) -> Result<(), CutError> {
    let spent = budget.spend(piece.len() + STEPS_PER_WORD);
    spent.map_err(|stop| CutError::stopped(stop, &"the rules for words together", piece, 0))?;
    let Some((stage, rest)) = stages.split_first() else {
        emit(piece);
        return Ok(());
    };
    let piece = stage.alter(piece, false);
    if stage.split.is_none() {
        return cut_further(rest, &piece, budget, emit);
    }
    let mut ranges = Vec::new();
    stage.cut(&piece, budget, &mut ranges)?;
    for (start, end) in ranges {
        cut_further(
            rest,
            piece.get(start..end).unwrap_or_default(),
            budget,
            emit,
        )?;
    }
    Ok(())
}

/// The last position before which text may be normalised alone: nothing before an ASCII character
/// combines with it.
fn normalizing_border(text: &str) -> usize {
    let border = text.rfind(|unit: char| unit.is_ascii());
    if text.len() > LONGEST {
        late_or_longest(text, border)
    } else {
        border.unwrap_or(0)
    }
}

/// A border in the second half of a long text, or else where the text is cut all the same.
fn late_or_longest(text: &str, border: Option<usize>) -> usize {
    border
        .filter(|&border| border > LONGEST / 2)
        .unwrap_or_else(|| boundary(text, LONGEST))
}

/// The last boundary between characters at or before `max`, but after the first character.
fn boundary(text: &str, max: usize) -> usize {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end == 0 {
        text.chars().next().map_or(0, char::len_utf8)
    } else {
        end
    }
}
