//! The metadata of a model in GGUF: named values before the weights.

use super::wire::take;

/// How such a file begins.
pub(super) const MAGIC: &[u8] = b"GGUF";

/// The versions whose lengths have 64 bits, low byte first.
const VERSIONS: [u32; 2] = [2, 3];

/// A value, as far as tokenizers need it.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Bool(bool),
    Texts(Vec<&'a str>),
    /// Whole numbers of 32 bits, four bytes each.
    Integers(&'a [u8]),
    /// Numbers of 32 bits, four bytes each.
    Floats(&'a [u8]),
    Other,
}

/// Values by their names, as they stand in the file.
pub(super) struct Values<'a>(Vec<(&'a str, Value<'a>)>);

/// Why the metadata cannot be read.
#[derive(Debug, PartialEq)]
pub(super) enum Unreadable<'a> {
    /// The file ends before its first entry.
    Head,
    Version(u32),
    /// The file ends inside an entry, or its value is of no known type.
    Entry {
        number: u64,
        name: &'a str,
    },
}

impl<'a> Values<'a> {
    /// The metadata of a file that begins with [`MAGIC`]; what comes behind it is not looked at.
    pub fn read(file: &'a [u8]) -> Result<Self, Unreadable<'a>> {
        let mut rest = file.get(MAGIC.len()..).unwrap_or_default();
        let broken = |number, name| Unreadable::Entry { number, name };
        let version = number(&mut rest).ok_or(Unreadable::Head)?;
        if !VERSIONS.contains(&version) {
            return Err(Unreadable::Version(version));
        }
        let entries = length(&mut rest)
            .and_then(|_tensors| length(&mut rest))
            .ok_or(Unreadable::Head)?;
        let mut values = Vec::new();
        for entry in 1..=entries {
            let name = text(&mut rest).ok_or(broken(entry, ""))?;
            let value = value(&mut rest).ok_or(broken(entry, name))?;
            values.push((name, value));
        }
        Ok(Self(values))
    }

    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.0
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    pub fn text(&self, name: &str) -> Option<&'a str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn bool(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub fn texts(&self, name: &str) -> Option<&[&'a str]> {
        match self.get(name)? {
            Value::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    pub fn integers(&self, name: &str) -> Option<Vec<u32>> {
        match self.get(name)? {
            Value::Integers(bytes) => Some(
                bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|bytes| u32::from_le_bytes(*bytes))
                    .collect(),
            ),
            _ => None,
        }
    }

    pub fn floats(&self, name: &str) -> Option<Vec<f32>> {
        match self.get(name)? {
            Value::Floats(bytes) => Some(
                bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|bytes| f32::from_le_bytes(*bytes))
                    .collect(),
            ),
            _ => None,
        }
    }
}

/// The numbers of types.
mod kind {
    pub const UNSIGNED: u32 = 4;
    pub const SIGNED: u32 = 5;
    pub const FLOAT: u32 = 6;
    pub const BOOL: u32 = 7;
    pub const TEXT: u32 = 8;
    pub const ARRAY: u32 = 9;
}

/// The bytes of a value of that type; none where they differ.
fn width(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | kind::BOOL => Some(1),
        2 | 3 => Some(2),
        kind::UNSIGNED | kind::SIGNED | kind::FLOAT => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

fn value<'a>(rest: &mut &'a [u8]) -> Option<Value<'a>> {
    match number(rest)? {
        kind::TEXT => text(rest).map(Value::Text),
        kind::BOOL => take(rest, 1).map(|byte| Value::Bool(byte != [0])),
        kind::ARRAY => {
            let (kind, count) = (number(rest)?, length(rest)?);
            if kind == kind::TEXT {
                // No room is made for what a damaged file may only claim to hold.
                let mut texts = Vec::new();
                for _ in 0..count {
                    texts.push(text(rest)?);
                }
                return Some(Value::Texts(texts));
            }
            // Arrays of arrays, which no model has, end here.
            let bytes = take(
                rest,
                usize::try_from(width(kind)?.checked_mul(count)?).ok()?,
            )?;
            Some(match kind {
                kind::UNSIGNED | kind::SIGNED => Value::Integers(bytes),
                kind::FLOAT => Value::Floats(bytes),
                _ => Value::Other,
            })
        }
        kind => take(rest, usize::try_from(width(kind)?).ok()?).map(|_| Value::Other),
    }
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(length(rest)?).ok()?;
    std::str::from_utf8(take(rest, length)?).ok()
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(take(rest, 4)?.try_into().ok()?))
}

fn length(rest: &mut &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(take(rest, 8)?.try_into().ok()?))
}
