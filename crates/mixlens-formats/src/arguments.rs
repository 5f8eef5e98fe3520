//! Lists and numbers as they are written on a command line.

use std::collections::HashSet;

use crate::ImportError;

/// Suffixes of token counts and what they multiply by.
const SCALES: [(char, f64); 4] = [('k', 1e3), ('m', 1e6), ('b', 1e9), ('t', 1e12)];

/// The largest count that a floating-point number holds exactly.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// A number of tokens: `300B`, `1.2T`, `1000e9`, `5k`, `2_000_000`.
///
/// # Errors
/// [`ImportError::BadArgument`] for anything else, for fractions of a token, negative counts and
/// those above 2⁵³.
///
/// ```
/// use mixlens_formats::parse_token_count;
/// assert_eq!(parse_token_count("1.2T")?, 1_200_000_000_000);
/// assert_eq!(parse_token_count("1000e9")?, parse_token_count("1T")?);
/// # Ok::<(), mixlens_formats::ImportError>(())
/// ```
pub fn parse_token_count(text: &str) -> Result<u64, ImportError> {
    let bad = || ImportError::BadArgument {
        expected: "a count such as 300B, 1.2T or 1000e9",
        found: text.to_owned(),
    };
    let plain = text.trim().replace('_', "");
    let scale = plain
        .chars()
        .next_back()
        .map(|last| last.to_ascii_lowercase());
    let scale = SCALES
        .iter()
        .find(|(suffix, _)| Some(*suffix) == scale)
        .map(|(_, factor)| *factor);
    let digits = if scale.is_some() {
        plain.get(..plain.len() - 1).unwrap_or_default().trim_end()
    } else {
        &plain
    };
    // `inf`, `nan` and hexadecimal floats are words to `str::parse` or to the reader, never counts.
    let is_digit = |byte: u8| byte.is_ascii_digit() || b".eE+-".contains(&byte);
    if !digits.bytes().all(is_digit) {
        return Err(bad());
    }
    let number: f64 = digits.parse().map_err(|_| bad())?;
    let exact = number * scale.unwrap_or(1.0);
    let count = exact.round();
    // Scaling may round in the last digits (1.1T); a count such as 0.3 is a share, not tokens.
    if !(0.0..=LARGEST_EXACT).contains(&count) || (exact - count).abs() > 1e-9 * count {
        return Err(bad());
    }
    // A whole number from 0 to 2⁵³ converts without loss.
    Ok(count as u64)
}

/// Names with a value each: `A=1,B=two`. The last `=` of an entry separates, so names may contain
/// the sign.
///
/// # Errors
/// [`ImportError::BadArgument`] for an entry without name, sign or value,
/// [`ImportError::RepeatedName`].
pub fn parse_pairs(text: &str) -> Result<Vec<(String, String)>, ImportError> {
    let (mut pairs, mut seen) = (Vec::new(), HashSet::new());
    for entry in text.split(',') {
        let pair = entry
            .rsplit_once('=')
            .map(|(name, value)| (name.trim(), value.trim()));
        let Some((name, value)) =
            pair.filter(|(name, value)| !name.is_empty() && !value.is_empty())
        else {
            return Err(ImportError::BadArgument {
                expected: "NAME=VALUE, several separated by commas",
                found: entry.to_owned(),
            });
        };
        if !seen.insert(name) {
            return Err(ImportError::RepeatedName {
                name: name.to_owned(),
                text: text.to_owned(),
            });
        }
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Ok(pairs)
}

/// Names with a finite number each: `web=0.1,code=2e-3`.
///
/// # Errors
/// As [`parse_pairs`], and [`ImportError::BadArgument`] for a value that is no finite number.
pub fn parse_number_pairs(text: &str) -> Result<Vec<(String, f64)>, ImportError> {
    let number = |(name, value): (String, String)| match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((name, number)),
        _ => Err(ImportError::BadArgument {
            expected: "NAME=NUMBER with a decimal point, several separated by commas",
            found: format!("{name}={value}"),
        }),
    };
    parse_pairs(text)?.into_iter().map(number).collect()
}

/// Names with a number of tokens each: `web=1.2T,code=300B`.
///
/// # Errors
/// As [`parse_pairs`] and [`parse_token_count`].
pub fn parse_token_pairs(text: &str) -> Result<Vec<(String, u64)>, ImportError> {
    parse_pairs(text)?
        .into_iter()
        .map(|(name, value)| Ok((name, parse_token_count(&value)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_counts_are_read_as_people_write_them() {
        for (text, count) in [
            ("0", 0),
            ("1000e9", 1_000_000_000_000),
            ("1.2T", 1_200_000_000_000),
            ("300B", 300_000_000_000),
            ("300b", 300_000_000_000),
            ("5k", 5_000),
            (" 2_500 ", 2_500),
            ("1.5 M", 1_500_000),
        ] {
            assert_eq!(parse_token_count(text), Ok(count), "{text}");
        }
        for text in [
            "",
            "T",
            "-1B",
            "1,2T",
            "nan",
            "inf",
            "1e30",
            "12 apples",
            "1TT",
            "0x10",
        ] {
            assert!(parse_token_count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pairs_name_what_is_wrong_with_them() {
        let pairs = parse_number_pairs("a=b=0.25, code=1e-3").unwrap();
        assert_eq!(
            pairs,
            [("a=b".to_owned(), 0.25), ("code".to_owned(), 0.001)]
        );
        let message = |text: &str| parse_number_pairs(text).unwrap_err().to_string();
        assert_eq!(
            message("a=1,b"),
            "expected NAME=VALUE, several separated by commas, found \"b\""
        );
        assert_eq!(
            message("a=1,a=2"),
            "expected each name once, found \"a\" twice in \"a=1,a=2\""
        );
        assert!(message("a=nan").contains("found \"a=nan\""));
        assert_eq!(parse_token_pairs("web=1T,code=5k").unwrap()[1].1, 5000);
    }
}
