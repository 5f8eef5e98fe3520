//! Numbers in five characters that need no escaping in a link.

use mixlens_core::simplex::apportion;

/// The characters, by their value (RFC 4648, section 5).
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Characters of a number: 30 bits.
const CHARS: usize = 5;
/// Units of a proportion.
const BILLION: f64 = 1e9;
/// The code of a missing number.
const MISSING: &str = "~~~~~";
/// Significant digits of a number that is no proportion.
const DIGITS: usize = 6;

/// A 30-bit number in five characters.
fn word(mut value: u32) -> String {
    let mut text = [b'A'; CHARS];
    for byte in text.iter_mut().rev() {
        *byte = ALPHABET.get((value % 64) as usize).copied().unwrap_or(b'A');
        value /= 64;
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

fn value(word: &[u8]) -> Option<u32> {
    word.iter().try_fold(0_u32, |sum, byte| {
        let digit = ALPHABET.iter().position(|known| known == byte)?;
        sum.checked_mul(64)?.checked_add(digit as u32)
    })
}

fn words(text: &str) -> Option<Vec<&[u8]>> {
    let (words, rest) = text.as_bytes().as_chunks::<CHARS>();
    rest.is_empty()
        .then(|| words.iter().map(|word| &word[..]).collect())
}

/// Proportions in billionths that sum to exactly one.
pub fn proportions(parts: &[f64]) -> String {
    apportion(parts, BILLION as u64)
        .into_iter()
        .map(|units| word(units as u32))
        .collect()
}

/// Reads [`proportions`]; `None` for anything else.
pub fn parse_proportions(text: &str) -> Option<Vec<f64>> {
    let units: Option<Vec<u32>> = words(text)?.into_iter().map(value).collect();
    Some(
        units?
            .into_iter()
            .map(|units| f64::from(units) / BILLION)
            .collect(),
    )
}

/// Bounds in billionths, where there are any.
pub fn bounds(values: &[Option<f64>]) -> String {
    let one = |value: &Option<f64>| {
        value.map_or_else(
            || MISSING.to_owned(),
            |value| word((value.clamp(0.0, 1.0) * BILLION).round() as u32),
        )
    };
    values.iter().map(one).collect()
}

/// Reads [`bounds`].
pub fn parse_bounds(text: &str) -> Option<Vec<Option<f64>>> {
    optional(text, |units| f64::from(units) / BILLION)
}

/// Numbers of zero or more with six significant digits, where there are any.
pub fn numbers(values: &[Option<f64>]) -> String {
    values
        .iter()
        .map(|value| value.map_or_else(|| MISSING.to_owned(), |value| word(short_float(value))))
        .collect()
}

/// Reads [`numbers`].
pub fn parse_numbers(text: &str) -> Option<Vec<Option<f64>>> {
    optional(text, from_short_float)
}

fn optional(text: &str, number: fn(u32) -> f64) -> Option<Vec<Option<f64>>> {
    let one = |word: &[u8]| match word == MISSING.as_bytes() {
        true => Some(None),
        false => value(word)
            .map(number)
            .filter(|number| number.is_finite())
            .map(Some),
    };
    words(text)?.into_iter().map(one).collect()
}

/// The upper 30 bits of a single-precision number's 31 (its sign is always plus): 22 bits of
/// fraction.
fn short_float(value: f64) -> u32 {
    let bits = (shortened(value) as f32).clamp(0.0, f32::MAX).to_bits();
    // Rounded to nearest; the maximum has nothing to round up to.
    ((bits + 1) >> 1).min(f32::MAX.to_bits() >> 1)
}

fn from_short_float(bits: u32) -> f64 {
    let value = f64::from(f32::from_bits(bits << 1));
    if !value.is_finite() || value <= 0.0 {
        return if value.is_nan() { f64::NAN } else { value };
    }
    shortened(value)
}

/// `value` rounded to six significant decimal digits, the precision of the bits.
fn shortened(value: f64) -> f64 {
    format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value)
}

/// A 24-bit hash of a name, in four characters (FNV-1a, folded).
/// Source: Fowler, Noll and Vo, the FNV hash, RFC 9923.
pub fn fingerprint(name: &str) -> String {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let folded = (hash >> 24) ^ (hash & 0x00ff_ffff);
    word(folded).split_off(1)
}

/// Text with all characters escaped that have a meaning in a fragment of this crate.
pub fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// Undoes [`escape`]; `None` for broken escapes and invalid UTF-8.
pub fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let (digits, tail) = rest.split_first_chunk::<2>()?;
        let digits = std::str::from_utf8(digits)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}
