//! [`SentencePieceRules`]: the words that SentencePiece's trainer sees.

use unicode_script::{Script, UnicodeScript};

use super::budget::WorkBudget;
use super::cut_error::CutError;
use super::{CharsMap, bounded};

/// The mark for a space.
pub(crate) const SPACE_MARK: char = '\u{2581}';

/// How SentencePiece's trainer cuts a line into words, and the words into parts that no piece may
/// cross.
///
/// Pieces may not mix scripts or contain a space mark inside, and where digits are split none has
/// two of them, so a border between such characters is a border between words. Source:
/// `trainer_interface.cc` of SentencePiece.
#[derive(Clone, Debug)]
pub(crate) struct SentencePieceRules {
    pub normalization: SentencePieceNormalization,
    /// Whether a mark is put before the line.
    pub has_dummy_prefix: bool,
    /// Whether runs of spaces count as one, and none stands at the ends.
    pub removes_extra_spaces: bool,
    pub splits_by_script: bool,
    pub splits_by_number: bool,
    pub splits_digits: bool,
    /// Whether pieces of marks alone are learned.
    pub has_space_pieces: bool,
}

/// How a line is normalised.
#[derive(Clone, Debug)]
pub(crate) enum SentencePieceNormalization {
    Identity,
    CharsMap(CharsMap),
}

impl SentencePieceRules {
    /// What the trainer does where nothing else is said, for models that were converted and no
    /// longer say it.
    pub fn converted(splits_digits: bool) -> Self {
        Self {
            normalization: SentencePieceNormalization::Identity,
            has_dummy_prefix: true,
            removes_extra_spaces: false,
            splits_by_script: true,
            splits_by_number: true,
            splits_digits,
            has_space_pieces: true,
        }
    }

    /// The words of a line, or of the part of one that is left where other text of it came before.
    ///
    /// # Errors
    /// Where normalisation takes too many steps or makes the line too long.
    pub fn cut_line(
        &self,
        line: &str,
        begins_line: bool,
        budget: &mut WorkBudget<'_>,
        emit: &mut dyn FnMut(&str),
    ) -> Result<(), CutError> {
        let normalized;
        let line = match &self.normalization {
            SentencePieceNormalization::Identity => line,
            SentencePieceNormalization::CharsMap(map) => {
                normalized = map.normalize(line, bounded::limit(line.len()), budget)?;
                &normalized
            }
        };
        let has_prefix = begins_line && self.has_dummy_prefix;
        let mut word = String::new();
        if self.removes_extra_spaces {
            let has_prefix = has_prefix || !begins_line && line.starts_with(' ');
            for (number, text) in line.split(' ').filter(|text| !text.is_empty()).enumerate() {
                word.clear();
                if number > 0 || has_prefix {
                    word.push(SPACE_MARK);
                }
                word.push_str(text);
                self.cut_word(&word, emit);
            }
            return Ok(());
        }
        if has_prefix && !line.is_empty() {
            word.push(SPACE_MARK);
        }
        // Whether the word so far is marks alone.
        let mut is_marks = true;
        for unit in line.chars() {
            let begins = unit == ' ' && !(self.has_space_pieces && is_marks);
            if begins && !word.is_empty() {
                self.cut_word(&word, emit);
                word.clear();
                is_marks = true;
            }
            let unit = if unit == ' ' { SPACE_MARK } else { unit };
            is_marks &= unit == SPACE_MARK;
            word.push(unit);
        }
        if !word.is_empty() {
            self.cut_word(&word, emit);
        }
        Ok(())
    }

    /// Cuts a word where no piece may cross.
    fn cut_word(&self, word: &str, emit: &mut dyn FnMut(&str)) {
        let mut start = 0;
        let mut before: Option<(char, Option<Script>)> = None;
        for (at, unit) in word.char_indices() {
            let script = self.script(unit);
            if before.is_some_and(|(last, known)| self.is_border(last, known, unit, script)) {
                emit(word.get(start..at).unwrap_or_default());
                start = at;
                before = None;
            }
            // A mark, or a number that may stand with anything, leaves the script open.
            let known = script.or(before.and_then(|(_, known)| known));
            before = Some((unit, known));
        }
        emit(word.get(start..).unwrap_or_default());
    }

    fn is_border(
        &self,
        last: char,
        known: Option<Script>,
        unit: char,
        script: Option<Script>,
    ) -> bool {
        let is_control = |unit: char| unit == '\t' || unit == '\n';
        is_control(last)
            || is_control(unit)
            || self.splits_digits && (is_digit(last) || is_digit(unit))
            || self.splits_by_script
                && matches!((known, script), (Some(known), Some(script)) if known != script)
    }

    /// The script of a character as pieces are checked for it; none for those that may stand with
    /// any.
    fn script(&self, unit: char) -> Option<Script> {
        if unit == SPACE_MARK || !self.splits_by_number && is_digit(unit) {
            return None;
        }
        match unit.script() {
            Script::Hiragana | Script::Katakana => Some(Script::Han),
            _ if unit == '\u{30FC}' => Some(Script::Han),
            script => Some(script),
        }
    }
}

/// A digit, of ASCII or as wide as Han characters.
fn is_digit(unit: char) -> bool {
    unit.is_ascii_digit() || ('\u{FF10}'..='\u{FF19}').contains(&unit)
}
