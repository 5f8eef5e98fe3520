//! [`CheckedChunks`]: a Parquet file whose pages are no larger than the file says.

use std::io::Read;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// Times that Snappy, the one compression that is read, makes a page smaller at most, and some more.
const MAX_RATIO: u64 = 32;

/// Pages up to this size are not looked at.
const SMALL: u64 = 1 << 20;

/// Refuses pages that claim to be larger than their bytes can hold, before memory is taken for them.
pub(super) struct CheckedChunks<R>(pub R);

impl<R: Length> Length for CheckedChunks<R> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl<R: ChunkReader> ChunkReader for CheckedChunks<R> {
    type T = R::T;

    /// What is read at a place without a length is the header of a page.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut header = [0; 12];
        let mut filled = 0;
        let mut reader = self.0.get_read(start)?;
        while let Some(rest) = header.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match reader.read(rest)? {
                0 => break,
                read => filled += read,
            }
        }
        if let Some((unpacked, packed)) = page_sizes(&header)
            && unpacked > SMALL.max(packed.saturating_mul(MAX_RATIO))
        {
            return Err(ParquetError::General(format!("a page of {packed} bytes claims to hold {unpacked}")));
        }
        self.0.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} are behind the end of the file")));
        }
        self.0.get_bytes(start, length)
    }
}

/// The sizes that the header of a page begins with, behind its type: unpacked and packed.
fn page_sizes(header: &[u8]) -> Option<(u64, u64)> {
    /// A field of 32 bits whose number is one more than the last one's.
    const NEXT_INTEGER: u8 = 0x15;
    let mut rest = header;
    let mut next = || {
        rest = rest.strip_prefix(&[NEXT_INTEGER])?;
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let (&byte, after) = rest.split_first()?;
            rest = after;
            number |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                // Signs are in the lowest bit.
                return Some(number >> 1);
            }
        }
    };
    let (_kind, unpacked, packed) = (next()?, next()?, next()?);
    Some((unpacked, packed))
}
