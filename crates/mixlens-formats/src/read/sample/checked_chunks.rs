//! [`CheckedChunks`]: a Parquet file whose pages are no larger than their headers claim.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use crate::read::parquet_pages::Footer;
use crate::read::thrift::{IsRead, Thrift, kind};

/// Times that Snappy, the one compression that is read, makes a page smaller at most, and some
/// more.
const MAX_RATIO: u64 = 32;

/// Pages up to this size are not looked at.
const SMALL: u64 = 1 << 16;

/// Bytes behind the metadata of a file: their length and a mark.
const TAIL: u64 = 8;

/// Refuses pages that claim to be larger than their bytes can hold, before memory is taken for
/// them.
pub(super) struct CheckedChunks<R> {
    reader: R,
    /// Bytes that a page may unpack to.
    max_page: Arc<AtomicU64>,
}

impl<R: ChunkReader> CheckedChunks<R> {
    /// A file with consistent metadata.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(reader: R) -> std::result::Result<Self, String> {
        let file = Self {
            reader,
            max_page: Arc::new(AtomicU64::new(u64::MAX)),
        };
        let read = |start, length| {
            file.get_bytes(start, length)
                .map_err(|error| error.to_string())
        };
        let tail_start = file.len().saturating_sub(TAIL);
        let tail = read(tail_start, TAIL as usize)?;
        let length = tail
            .first_chunk::<4>()
            .map_or(0, |length| u32::from_le_bytes(*length));
        let start = tail_start
            .checked_sub(u64::from(length))
            .ok_or("metadata that begin before the file")?;
        Footer::of(&read(start, length as usize)?)?;
        Ok(file)
    }
}

impl<R> CheckedChunks<R> {
    /// Sets how many bytes a page may unpack to: as many as the metadata claim for all pages of a
    /// column together.
    pub fn page_limit(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.max_page)
    }
}

impl<R: Length> Length for CheckedChunks<R> {
    fn len(&self) -> u64 {
        self.reader.len()
    }
}

impl<R: ChunkReader> ChunkReader for CheckedChunks<R> {
    type T = R::T;

    /// Bytes read at an offset without a length are the header of a page.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut header = [0; 32];
        let mut filled = 0;
        let mut reader = self.reader.get_read(start)?;
        while let Some(rest) = header.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match reader.read(rest)? {
                0 => break,
                read => filled += read,
            }
        }
        if let Some((unpacked, packed)) = page_sizes(&header)
            && unpacked
                > SMALL.max(
                    packed
                        .saturating_mul(MAX_RATIO)
                        .min(self.max_page.load(Relaxed)),
                )
        {
            return Err(ParquetError::General(format!(
                "a page of {packed} bytes claims to hold {unpacked}"
            )));
        }
        self.reader.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start
            .checked_add(length as u64)
            .is_none_or(|end| end > self.len())
        {
            return Err(ParquetError::EOF(format!(
                "{length} bytes at {start} are behind the end of the file"
            )));
        }
        self.reader.get_bytes(start, length)
    }
}

/// The sizes that the header of a page begins with, behind its type: unpacked and packed. What
/// comes later may be cut off.
fn page_sizes(header: &[u8]) -> Option<(u64, u64)> {
    let mut sizes = [None; 2];
    let _cut_off = Thrift::new(header).structure(|thrift, field, of| {
        let slot = match (field, of) {
            (2 | 3, kind::INT32) => sizes.get_mut(usize::try_from(field).ok()? - 2)?,
            _ => return Some(IsRead::No),
        };
        *slot = u64::try_from(thrift.int()?).ok();
        Some(IsRead::Yes)
    });
    sizes[0].zip(sizes[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(bytes: Vec<u8>) -> CheckedChunks<Bytes> {
        CheckedChunks {
            reader: Bytes::from(bytes),
            max_page: Arc::new(AtomicU64::new(u64::MAX)),
        }
    }

    #[test]
    fn a_page_that_claims_more_than_it_can_hold_is_refused_before_memory_is_taken() {
        // Its type, then 2 GB unpacked or 20 MB, and 1 MB packed.
        let claims = |unpacked: &[u8]| {
            [
                &[0x15, 0x04, 0x15][..],
                unpacked,
                &[0x15, 0x80, 0x80, 0x80, 0x01, 0, 0],
            ]
            .concat()
        };
        for (unpacked, is_refused) in [
            (&[0xFE, 0xFF, 0xFF, 0xFF, 0x0F][..], true),
            (&[0x80, 0x80, 0x80, 0x14], false),
        ] {
            let file = chunks(claims(unpacked));
            assert_eq!(file.get_read(0).is_err(), is_refused, "{unpacked:?}");
            file.page_limit().store(10 << 20, Relaxed);
            assert!(file.get_read(0).is_err(), "{unpacked:?}");
        }
        let file = chunks(b"PAR1".to_vec());
        assert!(file.get_bytes(2, usize::MAX).is_err() && file.get_bytes(0, 4).is_ok());
        assert!(CheckedChunks::new(Bytes::from_static(b"PAR1\xFF\xFF\xFF\x7FPAR1")).is_err());
    }
}
