//! Numbers as text: never more digits than the noise allows.

use mixlens_formats::parse_token_count;

/// The maximum number of decimals in any text.
const MAX_DECIMALS: usize = 9;
/// Decimals where the noise is unknown.
const USUAL_DECIMALS: usize = 4;

/// Decimals that show an error with one significant digit, or with two where the first is a 1.
///
/// ```
/// use mixlens_jobs::decimals_for_error;
/// assert_eq!(decimals_for_error(0.008), 3);
/// assert_eq!(decimals_for_error(0.013), 3);
/// assert_eq!(decimals_for_error(25.0), 0);
/// ```
/// For an error that is zero or not finite: four.
pub fn decimals_for_error(error: f64) -> usize {
    if !(error.is_finite() && error > 0.0) {
        return USUAL_DECIMALS;
    }
    let exponent = error.log10().floor();
    let first = (error / 10_f64.powf(exponent)).round();
    // 9.6 is written as 10.
    let (exponent, first) = if first >= 10.0 {
        (exponent + 1.0, 1.0)
    } else {
        (exponent, first)
    };
    let more = if first < 2.0 { 1.0 } else { 0.0 };
    (more - exponent).clamp(0.0, MAX_DECIMALS as f64) as usize
}

/// A value with as many decimals as its error allows; four where the error is unknown.
pub fn value_text(value: f64, error: Option<f64>) -> String {
    let decimals = error.map_or(USUAL_DECIMALS, decimals_for_error);
    with_minus(format!("{value:.decimals$}"))
}

/// A difference with its sign, and with its error where there is one: `−0.012 ± 0.008`.
///
/// `noise` decides the digits where there is no error to show, for example where a mixture is
/// compared with itself.
pub fn difference_text(value: f64, error: Option<f64>, noise: Option<f64>) -> String {
    let error = error.filter(|error| *error > 0.0);
    let decimals = error.or(noise).map_or(USUAL_DECIMALS, decimals_for_error);
    let signed = format!("{value:+.decimals$}");
    // Nothing left after rounding: no sign either.
    let signed = if signed.bytes().all(|byte| b"+-0.".contains(&byte)) {
        format!("{:.decimals$}", 0.0)
    } else {
        signed
    };
    match error {
        Some(error) => with_minus(format!("{signed} ± {error:.decimals$}")),
        None => with_minus(signed),
    }
}

/// A proportion in per cent with two decimals, the format of mixtures everywhere.
pub fn percent_text(part: f64) -> String {
    with_minus(format!("{:.2} %", 100.0 * part))
}

/// A number with at most `decimals` decimals, without trailing zeros.
pub fn number_text(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    with_minus(text.to_owned())
}

/// A count of tokens with three significant digits: `1.2T`, `300B`, `5k`.
pub fn token_text(tokens: f64) -> String {
    let scales = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
    // Rounded to three digits before the scale is chosen, so that 999,900 is 1M.
    let size = tokens.abs().log10().floor();
    let unit = if size.is_finite() {
        10_f64.powf(size - 2.0)
    } else {
        1.0
    };
    let rounded = if unit > 0.0 {
        (tokens / unit).round() * unit
    } else {
        tokens
    };
    let (scale, suffix) = scales
        .into_iter()
        .find(|(scale, _)| rounded.abs() >= *scale * 0.999_999)
        .unwrap_or((1.0, ""));
    format!("{}{suffix}", number_text(rounded / scale, 2))
}

/// Reads a count of tokens in usual notation: `300B`, `1.2T`, `1000e9`.
pub fn tokens_from_text(text: &str) -> Option<f64> {
    parse_token_count(text).ok().map(|tokens| tokens as f64)
}

/// `text` with the minus sign that is as wide as a plus.
fn with_minus(text: String) -> String {
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_end_where_the_noise_begins() {
        for (error, decimals) in [
            (0.008, 3),
            (0.08, 2),
            (0.8, 1),
            (0.013, 3),
            (0.096, 2),
            (0.0996, 2),
            (1.0, 1),
            (8.0, 0),
            (250.0, 0),
        ] {
            assert_eq!(decimals_for_error(error), decimals, "{error}");
        }
        assert_eq!(decimals_for_error(1e-20), 9);
        for nothing in [0.0, f64::NAN, f64::INFINITY] {
            assert_eq!(decimals_for_error(nothing), 4);
        }
    }

    #[test]
    fn differences_carry_a_sign_and_their_error() {
        assert_eq!(
            difference_text(-0.01234, Some(0.008), None),
            "−0.012 ± 0.008"
        );
        assert_eq!(difference_text(0.01234, None, Some(0.02)), "+0.01");
        assert_eq!(difference_text(-0.001, None, Some(0.02)), "0.00");
        assert_eq!(difference_text(0.0, Some(0.0), Some(0.02)), "0.00");
        assert_eq!(difference_text(-1.5, None, None), "−1.5000");
        assert_eq!(value_text(-2.34567, Some(0.03)), "−2.35");
    }

    #[test]
    fn counts_of_tokens_are_short() {
        let texts = [0.0, 5e3, 999_900.0, 1.2e12, 3e11, 2_345_678.0, 12.0].map(token_text);
        assert_eq!(texts, ["0", "5k", "1M", "1.2T", "300B", "2.35M", "12"]);
    }
}
