//! [`WordStream`]: the words of a text that arrives in parts, with bounded memory.

use super::{Normalizer, Pretokenizer, Rules, SentencePieceRules, Stage};

/// Bytes that are cut at a time.
const WINDOW: usize = 1 << 16;

/// Words that end this near to the end of a window wait for what follows: a pattern may look ahead.
const MARGIN: usize = 1 << 10;

/// A text without a place to cut it is cut here all the same.
const LONGEST: usize = 1 << 20;

/// Cuts one text (a document) into words while it arrives. Any partition of the text into parts gives the same words, as long
/// as no word is longer than 1 MB and no pattern looks back or farther ahead than 1 kB.
#[derive(Debug)]
pub struct WordStream<'a> {
    pretokenizer: &'a Pretokenizer,
    /// Text that is not yet normalised.
    raw: String,
    /// Normalised text that is not yet cut.
    window: String,
    /// Whether what comes next stands behind other text, so that no mark is put before it.
    is_begun: bool,
    ranges: Vec<(usize, usize)>,
}

impl<'a> WordStream<'a> {
    /// A stream at the beginning of a text.
    pub fn new(pretokenizer: &'a Pretokenizer) -> Self {
        Self { pretokenizer, raw: String::new(), window: String::new(), is_begun: false, ranges: Vec::new() }
    }

    /// Takes the next part of the text and gives the words that are certain.
    pub fn push(&mut self, text: &str, emit: &mut dyn FnMut(&str)) {
        let mut rest = text;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(boundary(rest, WINDOW));
            rest = after;
            self.raw.push_str(part);
            if self.raw.len() + self.window.len() >= 2 * WINDOW {
                self.advance(false, emit);
            }
        }
    }

    /// Ends the text and gives the words that are left; the stream then is at the beginning of another text.
    pub fn finish(&mut self, emit: &mut dyn FnMut(&str)) {
        self.advance(true, emit);
        self.raw.clear();
        self.window.clear();
        self.is_begun = false;
    }

    /// Between texts: the words of a segment, white space and then anything else, as it stands inside of a text.
    pub(crate) fn segment(&mut self, segment: &str, emit: &mut dyn FnMut(&str)) {
        self.is_begun = true;
        self.push(segment, emit);
        self.finish(emit);
    }

    fn advance(&mut self, is_final: bool, emit: &mut dyn FnMut(&str)) {
        match &self.pretokenizer.rules {
            Rules::Stages { normalizers, stages } => {
                self.normalize(normalizers, stages, is_final);
                self.cut(stages, is_final, emit);
            }
            Rules::SentencePiece(rules) => self.lines(rules, is_final, emit),
        }
    }

    /// Moves text to the window that no later text can change.
    fn normalize(&mut self, normalizers: &[Normalizer], stages: &[Stage], is_final: bool) {
        let end = if is_final || normalizers.is_empty() { self.raw.len() } else { normalizing_border(&self.raw) };
        let rest = self.raw.split_off(end);
        let mut part = std::mem::replace(&mut self.raw, rest);
        if part.is_empty() {
            return;
        }
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        for normalizer in normalizers {
            part = normalizer.apply(part, is_first);
        }
        match stages.first() {
            // Only the text itself is a piece here, so its beginning is the only place for a prefix.
            Some(stage) if is_first => self.window.push_str(&stage.alter(&part, true)),
            Some(stage) if stage.space != ' ' => stage.push_marked(&part, &mut self.window),
            _ => self.window.push_str(&part),
        }
    }

    /// Cuts the window; words near its end stay in it unless the text is over.
    fn cut(&mut self, stages: &[Stage], is_final: bool, emit: &mut dyn FnMut(&str)) {
        let mut done = 0;
        self.ranges.clear();
        match stages.first() {
            Some(stage) => stage.cut(&self.window, &mut self.ranges),
            None if is_final && !self.window.is_empty() => self.ranges.push((0, self.window.len())),
            None => {}
        }
        let certain = if is_final { self.window.len() } else { self.window.len().saturating_sub(MARGIN) };
        for &(start, end) in self.ranges.iter().take_while(|range| range.1 <= certain) {
            if let Some(piece) = self.window.get(start..end) {
                cut_further(stages.get(1..).unwrap_or_default(), piece, emit);
            }
            done = end;
        }
        if done == 0 && self.window.len() > LONGEST {
            done = boundary(&self.window, LONGEST);
            cut_further(stages.get(1..).unwrap_or_default(), self.window.get(..done).unwrap_or_default(), emit);
        }
        self.window.drain(..done);
    }

    /// Gives whole lines to SentencePiece's rules.
    fn lines(&mut self, rules: &SentencePieceRules, is_final: bool, emit: &mut dyn FnMut(&str)) {
        let end = match self.raw.rfind('\n') {
            _ if is_final => self.raw.len(),
            Some(newline) => newline + 1,
            None if self.raw.len() > LONGEST => self.raw.rfind(' ').unwrap_or(boundary(&self.raw, LONGEST)),
            None => return,
        };
        let text = self.raw.get(..end).unwrap_or_default();
        let mut begins_line = !self.is_begun;
        for line in text.lines() {
            rules.cut_line(line, begins_line, emit);
            begins_line = true;
        }
        self.is_begun = !text.is_empty() && !text.ends_with('\n');
        self.raw.drain(..end);
    }
}

/// Cuts a piece by the stages that are left.
fn cut_further(stages: &[Stage], piece: &str, emit: &mut dyn FnMut(&str)) {
    let Some((stage, rest)) = stages.split_first() else {
        emit(piece);
        return;
    };
    let piece = stage.alter(piece, false);
    if stage.split.is_none() {
        return cut_further(rest, &piece, emit);
    }
    let mut ranges = Vec::new();
    stage.cut(&piece, &mut ranges);
    for (start, end) in ranges {
        cut_further(rest, piece.get(start..end).unwrap_or_default(), emit);
    }
}

/// The last place before which text may be normalised by itself: nothing before an ASCII character combines with it.
fn normalizing_border(text: &str) -> usize {
    match text.rfind(|unit: char| unit.is_ascii()) {
        Some(border) => border,
        None if text.len() > LONGEST => text.len(),
        None => 0,
    }
}

/// The last border between characters that is at most at `most`, but after the first character.
fn boundary(text: &str, most: usize) -> usize {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end == 0 { text.chars().next().map_or(0, char::len_utf8) } else { end }
}
