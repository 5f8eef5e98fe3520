//! [`Thrift`]: as much of Thrift's compact protocol as it takes to look over the metadata of a
//! Parquet file.
//!
//! Source: the Apache Thrift compact protocol encoding,
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

/// Structures within each other that are passed over.
const DEEPEST: u32 = 32;

/// The type of a field, by its header.
pub(super) mod kind {
    pub const BYTE: u8 = 3;
    pub const INT16: u8 = 4;
    pub const INT32: u8 = 5;
    pub const INT64: u8 = 6;
    pub const DOUBLE: u8 = 7;
    pub const BINARY: u8 = 8;
    pub const LIST: u8 = 9;
    pub const SET: u8 = 10;
    pub const MAP: u8 = 11;
    pub const STRUCT: u8 = 12;
}

/// Bytes that are read from the front. Every method gives `None` at the end and for what is no
/// Thrift.
pub(super) struct Thrift<'a> {
    rest: &'a [u8],
}

impl<'a> Thrift<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What was not read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads a structure: `field` is called with the number and the kind of each field and reads
    /// its value, or says that it did not.
    pub fn structure(
        &mut self,
        mut field: impl FnMut(&mut Self, i16, u8) -> Option<IsRead>,
    ) -> Option<()> {
        let mut number = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            let (step, kind) = (i16::from(head >> 4), head & 15);
            number = if step == 0 {
                i16::try_from(self.int()?).ok()?
            } else {
                number.checked_add(step)?
            };
            if field(self, number, kind)? == IsRead::No {
                self.skip(kind, 0)?;
            }
        }
    }

    /// Reads the header of a list: how many items, and their kind.
    pub fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 {
            self.unsigned()?
        } else {
            u64::from(head >> 4)
        };
        Some((count, head & 15))
    }

    /// A whole number of any width.
    pub fn int(&mut self) -> Option<i64> {
        let zigzag = self.unsigned()?;
        Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(value);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn pass(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    /// Passes over a value.
    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            1 | 2 => Some(()), // a boolean is in the header of its field
            kind::BYTE => self.pass(1),
            kind::INT16 | kind::INT32 | kind::INT64 => self.unsigned().map(|_| ()),
            kind::DOUBLE => self.pass(8),
            kind::BINARY => {
                let length = self.unsigned()?;
                self.pass(length)
            }
            kind::LIST | kind::SET => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.skip_item(kind, depth))
            }
            kind::MAP => {
                let count = self.unsigned()?;
                if count == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                (0..count).try_for_each(|_| {
                    self.skip_item(kinds >> 4, depth)?;
                    self.skip_item(kinds & 15, depth)
                })
            }
            kind::STRUCT => loop {
                let head = self.byte()?;
                if head == 0 {
                    return Some(());
                }
                if head >> 4 == 0 {
                    self.unsigned()?;
                }
                self.skip(head & 15, depth + 1)?;
            },
            _ => None,
        }
    }

    /// Passes over an item of a list, where a boolean takes a byte.
    fn skip_item(&mut self, kind: u8, depth: u32) -> Option<()> {
        if matches!(kind, 1 | 2) {
            self.pass(1)
        } else {
            self.skip(kind, depth + 1)
        }
    }
}

/// Whether the value of a field was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsRead {
    Yes,
    No,
}
