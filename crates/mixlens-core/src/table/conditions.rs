//! [`Conditions`]: what else differs between runs, beside their mixtures.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{CoreError, excerpt, shown};

/// Names of the model parameters in files and lists, the preferred first.
const PARAMETERS_NAMES: [&str; 14] = [
    "parameters",
    "params",
    "n_params",
    "num_params",
    "n_parameters",
    "num_parameters",
    "param_count",
    "parameter_count",
    "model_params",
    "model_parameters",
    "non_embedding_params",
    "non_embedding_parameters",
    "model_size",
    "size",
];

/// Names of the training tokens, the preferred first.
const TOKENS_NAMES: [&str; 9] = [
    "tokens",
    "training_tokens",
    "train_tokens",
    "n_tokens",
    "num_tokens",
    "total_tokens",
    "tokens_seen",
    "trained_tokens",
    "num_train_tokens",
];

/// Names of the step, the preferred first.
const STEP_NAMES: [&str; 11] = [
    "step",
    "global_step",
    "train_step",
    "training_step",
    "steps",
    "train_steps",
    "training_steps",
    "iteration",
    "iterations",
    "iter",
    "_step",
];

/// Suffixes of counts and the powers of ten they stand for, the largest first.
const SUFFIXES: [(char, i32); 4] = [('T', 12), ('B', 9), ('M', 6), ('k', 3)];

/// What a condition measures. The order is that in which conditions are shown and compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// Parameters of the model, N.
    Parameters,
    /// Tokens that the run has seen, D.
    TrainingTokens,
    /// Optimiser steps.
    Step,
    /// Any other number, by the name of its column. Never one of the names of the others.
    Named(Arc<str>),
}

impl Condition {
    /// The condition of this name: one of the known spellings (`params`, `model_size`, `n_tokens`,
    /// `global_step`, …) whatever its case, or else a named one.
    ///
    /// ```
    /// use mixlens_core::table::Condition;
    /// assert_eq!(Condition::of_name("Model size"), Condition::Parameters);
    /// assert_eq!(Condition::of_name("lr").name(), "lr");
    /// ```
    pub fn of_name(name: &str) -> Self {
        Self::known(name).map_or_else(|| Self::Named(name.into()), |(condition, _)| condition)
    }

    /// The condition that a known spelling stands for, and how far down the list of its spellings
    /// that one is; `None` for any other name.
    pub fn known(name: &str) -> Option<(Self, usize)> {
        let name = name.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        let rank_in = |names: &[&str]| names.iter().position(|known| *known == name);
        let parameters = rank_in(&PARAMETERS_NAMES).map(|rank| (Self::Parameters, rank));
        parameters
            .or_else(|| rank_in(&TOKENS_NAMES).map(|rank| (Self::TrainingTokens, rank)))
            .or_else(|| rank_in(&STEP_NAMES).map(|rank| (Self::Step, rank)))
    }

    /// The name in lists and files: `parameters`, `tokens`, `step`, or that of the column.
    pub fn name(&self) -> &str {
        match self {
            Self::Parameters => "parameters",
            Self::TrainingTokens => "tokens",
            Self::Step => "step",
            Self::Named(name) => name,
        }
    }

    /// A number of this condition as text reads it: `122M`, `1.2e9`, `10_000`.
    ///
    /// # Errors
    /// [`CoreError::BadCondition`] for anything but a finite number, for parameters that are not
    /// above zero, and for tokens and steps below zero.
    pub fn parse_value(&self, text: &str) -> Result<f64, CoreError> {
        let bad = || self.bad_value(text);
        self.check(count_of(text).ok_or_else(bad)?).ok_or_else(bad)
    }

    /// The value, with −0 made 0, where the condition can have it.
    fn check(&self, value: f64) -> Option<f64> {
        let is_possible = value.is_finite()
            && match self {
                Self::Parameters => value > 0.0,
                Self::TrainingTokens | Self::Step => value >= 0.0,
                Self::Named(_) => true,
            };
        is_possible.then_some(value + 0.0)
    }

    fn bad_value(&self, found: &str) -> CoreError {
        CoreError::BadCondition {
            name: self.name().to_owned(),
            expected: match self {
                Self::Parameters => "a number above zero, such as 122M",
                Self::TrainingTokens => "a number of zero or more, such as 10B",
                Self::Step => "a number of zero or more",
                Self::Named(_) => "a finite number",
            },
            found: found.to_owned(),
        }
    }

    /// `122M`, `10B`; steps and named conditions are written out.
    fn write_value(&self, value: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameters | Self::TrainingTokens => f.write_str(&count_text(value)),
            Self::Step | Self::Named(_) => write!(f, "{value}"),
        }
    }
}

/// The conditions of a run, of a group of runs, or of the target run: each condition that is known,
/// with its value.
///
/// Two are equal when they have the same conditions with the same values, bit for bit. They are
/// ordered by their first difference, a condition that is not known before any value.
///
/// ```
/// use mixlens_core::table::{Condition, Conditions};
/// let at: Conditions = "tokens=10B, size=122M".parse()?;
/// assert_eq!(at.parameters(), Some(122e6));
/// assert_eq!(at.to_string(), "parameters=122M, tokens=10B");
/// assert!(at > "parameters=70M, tokens=300B".parse()?);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Conditions(Entries);

/// By rising condition; nothing where there are none. Tables hold very many, mostly empty: they
/// take eight bytes.
type Entries = Option<Box<Vec<(Condition, f64)>>>;

impl Conditions {
    /// The model parameters, N.
    pub fn parameters(&self) -> Option<f64> {
        self.get(&Condition::Parameters)
    }

    /// The training tokens, D.
    pub fn training_tokens(&self) -> Option<f64> {
        self.get(&Condition::TrainingTokens)
    }

    /// The optimiser step.
    pub fn step(&self) -> Option<f64> {
        self.get(&Condition::Step)
    }

    /// The value of a condition, where it is known.
    pub fn get(&self, condition: &Condition) -> Option<f64> {
        let index = self.index_of(condition).ok()?;
        self.entries().get(index).map(|(_, value)| *value)
    }

    /// The conditions known, in their order, with their values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Condition, f64)> {
        self.entries()
            .iter()
            .map(|(condition, value)| (condition, *value))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Sets a condition.
    ///
    /// # Errors
    /// [`CoreError::BadCondition`] for a value that is not finite, for parameters that are not
    /// above zero, and for tokens and steps below zero.
    pub fn set(&mut self, condition: Condition, value: f64) -> Result<(), CoreError> {
        let value = condition
            .check(value)
            .ok_or_else(|| condition.bad_value(&value.to_string()))?;
        let index = self.index_of(&condition);
        let entries = self.0.get_or_insert_default();
        match index {
            Ok(index) => {
                if let Some(slot) = entries.get_mut(index) {
                    slot.1 = value;
                }
            }
            Err(index) => {
                entries.reserve_exact(1);
                entries.insert(index, (condition, value));
            }
        }
        Ok(())
    }

    /// These conditions without those that are not among `kept`.
    pub fn restricted(&self, kept: &[Condition]) -> Self {
        let is_kept = |entry: &&(Condition, f64)| kept.contains(&entry.0);
        Self::of(self.entries().iter().filter(is_kept).cloned().collect())
    }

    /// These conditions and those that only `others` have.
    pub fn or(&self, others: &Self) -> Self {
        let mut all = self.entries().to_vec();
        for (condition, value) in others.entries() {
            if let Err(index) = all.binary_search_by(|(known, _)| known.cmp(condition)) {
                all.insert(index, (condition.clone(), *value));
            }
        }
        Self::of(all)
    }

    /// Whether all conditions of `asked` are known here, with the same values.
    pub fn include(&self, asked: &Self) -> bool {
        asked.iter().all(|(condition, value)| {
            let found = self.get(condition);
            found.is_some_and(|found| found.to_bits() == value.to_bits())
        })
    }

    /// A run id with its conditions, for messages: `run-1 (step=500)`, or the id alone.
    pub fn label(&self, id: &str) -> String {
        if self.is_empty() {
            id.to_owned()
        } else {
            format!("{id} ({self})")
        }
    }

    fn of(mut entries: Vec<(Condition, f64)>) -> Self {
        entries.shrink_to_fit();
        Self((!entries.is_empty()).then(|| Box::new(entries)))
    }

    fn entries(&self) -> &[(Condition, f64)] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    fn index_of(&self, condition: &Condition) -> Result<usize, usize> {
        self.entries()
            .binary_search_by(|(known, _)| known.cmp(condition))
    }
}

impl PartialEq for Conditions {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Conditions {}

impl PartialOrd for Conditions {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Conditions {
    fn cmp(&self, other: &Self) -> Ordering {
        for ((mine, value), (theirs, other)) in self.entries().iter().zip(other.entries()) {
            // The side with the earlier condition has a value where the other has none.
            let ordering = theirs.cmp(mine).then(value.total_cmp(other));
            if ordering.is_ne() {
                return ordering;
            }
        }
        self.entries().len().cmp(&other.entries().len())
    }
}

impl Hash for Conditions {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for (condition, value) in self.entries() {
            condition.hash(state);
            value.to_bits().hash(state);
        }
    }
}

/// `parameters=122M, tokens=10B`; nothing for none.
impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (condition, value)) in self.entries().iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{}=", shown(condition.name()))?;
            condition.write_value(*value, f)?;
        }
        Ok(())
    }
}

/// A list such as `parameters=122M,tokens=10B`. Names are understood in every known spelling,
/// numbers with k, M, B and T; any other name is that of a named condition.
impl FromStr for Conditions {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        let mut conditions = Self::default();
        for entry in text.split(',') {
            let pair = entry.rsplit_once('=').map(|(name, value)| {
                let condition = Condition::of_name(name.trim());
                (condition, value.trim())
            });
            let Some((condition, value)) = pair.filter(|(name, _)| !name.name().is_empty()) else {
                return Err(CoreError::BadParameter {
                    name: "conditions",
                    expected: "NAME=NUMBER, several separated by commas",
                    found: excerpt(entry).to_string(),
                });
            };
            if conditions.get(&condition).is_some() {
                return Err(CoreError::DuplicateName {
                    what: "condition",
                    name: condition.name().to_owned(),
                });
            }
            let value = condition.parse_value(value)?;
            conditions.set(condition, value)?;
        }
        Ok(conditions)
    }
}

/// In files: the names with their values.
impl Serialize for Conditions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.iter()
                .map(|(condition, value)| (condition.name(), value)),
        )
    }
}

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::<String, f64>::deserialize(deserializer)?;
        let mut conditions = Self::default();
        for (name, value) in fields {
            let set = conditions.set(Condition::of_name(&name), value);
            set.map_err(D::Error::custom)?;
        }
        Ok(conditions)
    }
}

/// A number with a suffix or without, rounded once: `1.1B` is the same number as `1.1e9`.
fn count_of(text: &str) -> Option<f64> {
    let plain = text.trim().replace('_', "");
    let last = plain.chars().next_back()?;
    let suffix = SUFFIXES
        .iter()
        .find(|(suffix, _)| suffix.eq_ignore_ascii_case(&last));
    let (digits, power) = match suffix {
        Some((_, power)) => (plain.get(..plain.len() - 1)?.trim_end(), *power),
        None => (plain.as_str(), 0),
    };
    // `inf` and `nan` are numbers to `str::parse`.
    let is_digit = |byte: u8| byte.is_ascii_digit() || b".eE+-".contains(&byte);
    if digits.is_empty() || !digits.bytes().all(is_digit) {
        return None;
    }
    let lower = digits.to_ascii_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent = exponent.parse::<i32>().ok()?.checked_add(power)?;
    format!("{mantissa}e{exponent}").parse().ok()
}

/// The shortest text with a suffix that reads back to the same bits.
fn count_text(value: f64) -> String {
    let text = format!("{value:e}"); // shortest digits: 1.22e8
    let parts = text.split_once('e');
    let parts = parts.and_then(|(digits, power)| Some((digits, power.parse::<i32>().ok()?)));
    let Some((digits, power)) = parts else {
        return text;
    };
    let Some((suffix, scale)) = SUFFIXES.iter().find(|(_, scale)| *scale <= power) else {
        return value.to_string();
    };
    // Digits before the point: one, and one for each power of ten beyond the suffix.
    let (before, digits) = ((power - scale + 1) as usize, digits.replace('.', ""));
    let zeros = "0".repeat(before.saturating_sub(digits.len()));
    let (whole, rest) = digits.split_at(before.min(digits.len()));
    let point = if rest.is_empty() { "" } else { "." };
    format!("{whole}{zeros}{point}{rest}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(text: &str) -> Conditions {
        text.parse().unwrap()
    }

    #[test]
    fn a_list_reads_in_every_spelling_and_is_shown_in_one() {
        for text in [
            "parameters=122M,tokens=10B,step=1000,lr=0.5",
            " lr=5e-1, global_step=1k ,n_tokens=10e9, Model size=0.122b",
            "step=1_000,size=122000000,training_tokens=10000M,lr=.5",
        ] {
            let read = conditions(text);
            let shown = "parameters=122M, tokens=10B, step=1000, lr=0.5";
            assert_eq!(read.to_string(), shown, "{text}");
            assert_eq!(read, conditions(shown));
        }
        assert_eq!(Conditions::default().to_string(), "");
    }

    #[test]
    fn counts_are_rounded_once_and_read_back_to_the_bit() {
        for (text, value) in [
            ("1.1B", 1.1e9),
            ("70.426624M", 70_426_624.0),
            ("2.3T", 2.3e12),
            ("5k", 5e3),
            ("999", 999.0),
            ("1e3k", 1e6),
            ("1234.5T", 1.2345e15),
            ("0.3", 0.3),
        ] {
            let read = Condition::Parameters.parse_value(text).unwrap();
            assert_eq!(read.to_bits(), f64::to_bits(value), "{text}");
            let again = Condition::Parameters.parse_value(&count_text(read));
            assert_eq!(again.unwrap().to_bits(), read.to_bits(), "{text}");
        }
        for value in [1e3, 1.5e4, 7e8, 1e9 / 3.0, 1e30, 123_456_789.123] {
            let again = count_of(&count_text(value)).unwrap();
            assert_eq!(again.to_bits(), value.to_bits(), "{}", count_text(value));
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in [
            "",
            "parameters",
            "=5",
            "parameters=",
            "parameters=0",
            "tokens=-1",
            "step=nan",
            "lr=inf",
            "step=1e999",
            "size=small",
            "tokens=1BB",
            "step=0x10",
            "lr=e5",
            "parameters=70M,size=160M",
            "lr=1,lr=1",
        ] {
            assert!(text.parse::<Conditions>().is_err(), "{text}");
        }
        let message = "tokens=many".parse::<Conditions>().unwrap_err().to_string();
        let expected = "expected a number of zero or more, such as 10B";
        assert_eq!(
            message,
            format!("condition tokens: {expected}, found \"many\"")
        );
        let mut none = Conditions::default();
        assert!(none.set(Condition::Step, f64::NAN).is_err());
        assert!(none.set(Condition::Parameters, -1.0).is_err() && none.is_empty());
    }

    #[test]
    fn conditions_are_equal_to_the_bit_and_larger_ones_come_later() {
        let rising = [
            "step=5",
            "tokens=10B",
            "parameters=70M",
            "parameters=70M,step=1",
            "parameters=70M,step=2",
            "parameters=70M,tokens=1",
            "parameters=160M",
        ];
        let mut rising: Vec<Conditions> = rising.into_iter().map(conditions).collect();
        rising.insert(0, Conditions::default());
        assert!(rising.is_sorted_by(|a, b| a < b), "{rising:?}");
        assert_ne!(conditions("lr=0.3"), conditions("lr=0.30000000000000004"));
        assert_eq!(conditions("lr=0"), conditions("lr=-0"));
    }

    #[test]
    fn conditions_are_united_restricted_and_searched() {
        let (run, file) = (conditions("size=70M,step=5"), conditions("step=6,lr=1"));
        assert_eq!(run.or(&file), conditions("size=70M,step=5,lr=1"));
        assert_eq!(run.restricted(&[Condition::Step]), conditions("step=5"));
        assert!(run.include(&conditions("step=5")) && !run.include(&file));
        assert!(run.include(&Conditions::default()));
        assert_eq!(run.get(&Condition::of_name("lr")), None);
    }

    #[test]
    fn conditions_are_saved_by_name() {
        let saved = conditions("size=122M,lr=0.1,step=7");
        let text = serde_json::to_string(&saved).unwrap();
        assert_eq!(text, r#"{"parameters":122000000.0,"step":7.0,"lr":0.1}"#);
        assert_eq!(serde_json::from_str::<Conditions>(&text).unwrap(), saved);
        assert!(serde_json::from_str::<Conditions>(r#"{"parameters":-1.0}"#).is_err());
    }
}
