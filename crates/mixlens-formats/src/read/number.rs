//! Numbers in cells, and saying what is wrong with a cell that holds none.

use crate::ImportError;
use crate::error::Place;

/// What a column's numbers must satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A finite number of zero or more, always present.
    Proportion,
    /// A finite number; the cell may be empty.
    Metric,
}

/// The number in a cell; `None` where the cell is empty. The place is made where an error needs it.
pub(crate) fn number_from_cell(
    text: &str,
    wanted: Wanted,
    place: impl FnOnce() -> Place,
) -> Result<Option<f64>, ImportError> {
    let bad = |expected, advice| ImportError::BadCell {
        place: Box::new(place()),
        expected,
        found: text.to_owned(),
        advice,
    };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return match wanted {
            Wanted::Metric => Ok(None),
            Wanted::Proportion => Err(bad(
                "a proportion",
                "fill in the cell (0 where the domain is not used)",
            )),
        };
    }
    let number = match trimmed.parse::<f64>() {
        Ok(number) if number.is_finite() => number,
        Ok(_) if wanted == Wanted::Proportion => {
            return Err(bad(
                "a finite proportion of zero or more",
                "correct the cell",
            ));
        }
        Ok(_) | Err(_) => return Err(bad("a number", advice_for(trimmed, wanted))),
    };
    if wanted == Wanted::Proportion && number < 0.0 {
        return Err(bad(
            "a finite proportion of zero or more",
            "correct the cell",
        ));
    }
    Ok(Some(number))
}

/// Whether a cell holds a number that a metric can have.
pub(crate) fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(f64::is_finite)
}

/// What to do about a cell that is not a number.
fn advice_for(text: &str, wanted: Wanted) -> &'static str {
    if is_missing_marker(text) {
        return match wanted {
            Wanted::Metric => "mark missing values as empty cells",
            Wanted::Proportion => "fill in the proportion (0 where the domain is not used)",
        };
    }
    if has_decimal_comma(text) {
        return "this looks like a decimal comma, export with decimal points";
    }
    if text
        .strip_suffix('%')
        .is_some_and(|rest| rest.trim().parse::<f64>().is_ok())
    {
        return "this looks like percent, write it as a fraction of 1 without the sign";
    }
    match wanted {
        Wanted::Metric => "correct the cell, or empty it if the value is missing",
        Wanted::Proportion => "correct the cell",
    }
}

/// Whether a spreadsheet or a script wrote `text` for "nothing here".
fn is_missing_marker(text: &str) -> bool {
    const MARKERS: [&str; 13] = [
        "nan", "na", "n/a", "#n/a", "null", "none", "nil", "-", "--", "?", "inf", "-inf",
        "infinity",
    ];
    MARKERS
        .iter()
        .any(|marker| text.eq_ignore_ascii_case(marker))
}

/// Whether `text` is a number once its one comma is read as a decimal point (`0,25`, `1.234,5`).
pub(crate) fn has_decimal_comma(text: &str) -> bool {
    let Some((whole, fraction)) = text.trim().split_once(',') else {
        return false;
    };
    let whole = whole.trim_start_matches(['+', '-']);
    let fraction_digits = fraction.split(['e', 'E']).next().unwrap_or_default();
    !fraction_digits.is_empty()
        && fraction_digits.bytes().all(|byte| byte.is_ascii_digit())
        && whole
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}
