//! [`Pages`]: the sizes in a Parquet file's metadata, checked before anything is unpacked.
//!
//! The reader of the parquet crate trusts a file: it goes down as deep as structures are nested,
//! and takes as much memory as a page says that it unpacks to.

use super::thrift::{IsRead, Thrift, kind};

/// Structures within each other.
const DEEPEST: usize = 64;
/// Bytes that a page may unpack to; writers make pages of 1 MiB.
const MAX_PAGE_BYTES: i64 = 64 << 20;
/// Bytes that the texts of one batch of rows may take, where values repeat.
const BATCH_BYTES: i64 = 32 << 20;
/// Rows of a batch, and cells.
const BATCH_ROWS: usize = 1024;
const BATCH_CELLS: usize = 1 << 20;
/// The encoding in which a value begins with what the value before it holds.
const DELTA_BYTE_ARRAY: i64 = 7;
/// Page type of a dictionary.
const DICTIONARY_PAGE: i64 = 2;

/// What is needed to read a file in batches of bounded size.
pub(super) struct Pages {
    /// Columns that hold values.
    pub columns: usize,
    /// Per chunk of a column, bytes of the values that any number of rows may repeat.
    repeated_bytes: i64,
}

/// What is wrong where metadata end early or lead out of the file.
const INCONSISTENT: &str = "inconsistent metadata";

impl Pages {
    /// Looks over the schema and the headers of all pages.
    ///
    /// # Errors
    /// What is wrong.
    pub fn of(bytes: &[u8]) -> Result<Self, String> {
        let found = Footer::of(footer(bytes).ok_or(INCONSISTENT)?)?;
        let mut pages = Self {
            columns: found.columns,
            repeated_bytes: 0,
        };
        let mut unread = bytes.len();
        for chunks in found.row_groups {
            let mut repeated = 0;
            for chunk in chunks {
                let pages = chunk.pages(bytes).ok_or(INCONSISTENT)?;
                // Chunks that overlap would be walked over, and unpacked, any number of times.
                unread = unread.checked_sub(pages.len()).ok_or(INCONSISTENT)?;
                repeated += chunk.repeated_bytes(pages)?;
            }
            pages.repeated_bytes = pages.repeated_bytes.max(repeated);
        }
        Ok(pages)
    }

    /// Rows that are read at once.
    pub fn batch_rows(&self) -> usize {
        let by_text = usize::try_from(BATCH_BYTES / self.repeated_bytes.max(1)).unwrap_or(1);
        by_text
            .min(BATCH_CELLS / self.columns.max(1))
            .clamp(1, BATCH_ROWS)
    }
}

/// The metadata at the end of a file.
fn footer(bytes: &[u8]) -> Option<&[u8]> {
    let (rest, magic) = bytes.split_last_chunk::<4>()?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let start = rest
        .len()
        .checked_sub(u32::from_le_bytes(*length) as usize)?;
    if magic == b"PAR1" {
        rest.get(start..)
    } else {
        None
    }
}

/// What is kept of the metadata.
#[derive(Default)]
pub(super) struct Footer {
    columns: usize,
    is_nested: bool,
    /// The chunks of each row group.
    row_groups: Vec<Vec<Chunk>>,
}

/// Where the pages of a column are in a row group.
#[derive(Clone, Copy, Default)]
struct Chunk {
    data: i64,
    dictionary: i64,
    length: i64,
    /// Whether each value has a length.
    is_text: bool,
}

/// The physical type of values that each have a length.
const BYTE_ARRAY: i64 = 6;

impl Footer {
    /// Checks the metadata, without the bytes at the end that hold their length.
    ///
    /// # Errors
    /// What is wrong.
    pub fn of(metadata: &[u8]) -> Result<Self, String> {
        let mut found = Self::default();
        let read = Thrift::new(metadata).structure(|thrift, field, of| match (field, of) {
            (2, kind::LIST) => found.read_schema(thrift),
            (4, kind::LIST) => found.read_row_groups(thrift),
            _ => Some(IsRead::No),
        });
        if found.is_nested {
            return Err(format!("more than {DEEPEST} structures within each other"));
        }
        read.ok_or(INCONSISTENT)?;
        Ok(found)
    }

    /// `SchemaElement`s in the order of a walk: each holds the number of its children.
    fn read_schema(&mut self, thrift: &mut Thrift<'_>) -> Option<IsRead> {
        let (count, _) = thrift.list()?;
        let mut open: Vec<i64> = Vec::new();
        for _ in 0..count {
            let mut children = 0;
            thrift.structure(|thrift, field, of| match (field, of) {
                (5, kind::INT32) => {
                    children = thrift.int()?;
                    Some(IsRead::Yes)
                }
                _ => Some(IsRead::No),
            })?;
            while open.last() == Some(&0) {
                open.pop();
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            // The parquet crate makes room for all children that are claimed.
            if u64::try_from(children).is_ok_and(|children| children > count) {
                return None;
            }
            if children > 0 {
                open.push(children);
            } else {
                self.columns += 1;
            }
            if open.len() > DEEPEST {
                self.is_nested = true;
                return None;
            }
        }
        Some(IsRead::Yes)
    }

    /// `RowGroup`s: their `ColumnChunk`s with the `ColumnMetaData` of each.
    fn read_row_groups(&mut self, thrift: &mut Thrift<'_>) -> Option<IsRead> {
        let (count, _) = thrift.list()?;
        for _ in 0..count {
            let mut chunks = Vec::new();
            thrift.structure(|thrift, field, of| {
                if (field, of) != (1, kind::LIST) {
                    return Some(IsRead::No);
                }
                let (count, _) = thrift.list()?;
                for _ in 0..count {
                    chunks.push(read_chunk(thrift)?);
                }
                Some(IsRead::Yes)
            })?;
            self.row_groups.push(chunks);
        }
        Some(IsRead::Yes)
    }
}

fn read_chunk(thrift: &mut Thrift<'_>) -> Option<Chunk> {
    let mut chunk = Chunk::default();
    thrift.structure(|thrift, field, of| {
        if (field, of) != (3, kind::STRUCT) {
            return Some(IsRead::No);
        }
        thrift.structure(|thrift, field, of| {
            let slot = match (field, of) {
                (1, kind::INT32) => {
                    chunk.is_text = thrift.int()? == BYTE_ARRAY;
                    return Some(IsRead::Yes);
                }
                (7, kind::INT64) => &mut chunk.length,
                (9, kind::INT64) => &mut chunk.data,
                (11, kind::INT64) => &mut chunk.dictionary,
                _ => return Some(IsRead::No),
            };
            *slot = thrift.int()?;
            Some(IsRead::Yes)
        })?;
        Some(IsRead::Yes)
    })?;
    Some(chunk)
}

/// The header of a page.
#[derive(Default)]
struct Page {
    page_type: i64,
    unpacked: i64,
    packed: i64,
    encoding: i64,
}

impl Chunk {
    /// The pages of the chunk.
    fn pages(self, bytes: &[u8]) -> Option<&[u8]> {
        let start = usize::try_from(if self.dictionary > 0 {
            self.dictionary
        } else {
            self.data
        })
        .ok()?;
        bytes.get(start..start.checked_add(usize::try_from(self.length).ok()?)?)
    }

    /// Walks over the pages; returns the bytes that each row may repeat: a dictionary, or the
    /// largest page of values that begin as the one before.
    fn repeated_bytes(self, pages: &[u8]) -> Result<i64, String> {
        let mut rest = pages;
        let (mut dictionary, mut largest) = (0, 0);
        while !rest.is_empty() {
            let mut thrift = Thrift::new(rest);
            let page = read_page(&mut thrift).ok_or(INCONSISTENT)?;
            if !(0..=MAX_PAGE_BYTES).contains(&page.unpacked) {
                return Err(format!(
                    "a page of {} bytes when unpacked, more than {MAX_PAGE_BYTES}",
                    page.unpacked
                ));
            }
            if page.page_type == DICTIONARY_PAGE {
                dictionary = page.unpacked.max(dictionary);
            } else if page.encoding == DELTA_BYTE_ARRAY {
                largest = page.unpacked.max(largest);
            }
            let packed = usize::try_from(page.packed).map_err(|_| INCONSISTENT)?;
            rest = thrift.rest().get(packed..).ok_or(INCONSISTENT)?;
        }
        Ok(if self.is_text {
            dictionary + largest
        } else {
            0
        })
    }
}

/// A `PageHeader` with the encoding of its `DataPageHeader` or `DataPageHeaderV2`.
fn read_page(thrift: &mut Thrift<'_>) -> Option<Page> {
    let mut page = Page::default();
    thrift.structure(|thrift, field, of| {
        let slot = match (field, of) {
            (1, kind::INT32) => &mut page.page_type,
            (2, kind::INT32) => &mut page.unpacked,
            (3, kind::INT32) => &mut page.packed,
            (5 | 8, kind::STRUCT) => {
                let encoding_field = if field == 5 { 2 } else { 4 };
                thrift.structure(|thrift, field, of| {
                    if (field, of) != (encoding_field, kind::INT32) {
                        return Some(IsRead::No);
                    }
                    page.encoding = thrift.int()?;
                    Some(IsRead::Yes)
                })?;
                return Some(IsRead::Yes);
            }
            _ => return Some(IsRead::No),
        };
        *slot = thrift.int()?;
        Some(IsRead::Yes)
    })?;
    Some(page)
}
