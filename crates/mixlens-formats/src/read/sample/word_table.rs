//! Tables of words or segments and how often each occurs.
//!
//! With a header, the column `word` holds words as a pretokenizer cuts them, in plain text, and
//! `segment` what [`SEGMENTS`](super::SEGMENTS) cuts; `count` is how often, and a column `group`,
//! where there is one, the part of the sample. Without a header, a line is a word, a tab and a
//! count, the word in the byte-level spelling of GPT-2 with `\\`, `\t`, `\n` and `\r` escaped; in
//! plain text where any word has a character that represents no byte.

use std::cell::Cell;
use std::io::{BufRead, Read};

use csv::ByteRecord;
use mixlens_core::excerpt;
use mixlens_core::tokenizer::Category;
use rustc_hash::FxHashMap;

use super::line::{LineReader, MAX_LINE_BYTES, too_long};
use super::{Counter, stream_error};
use crate::ImportError;
use crate::error::{Position, malformed};
use crate::pretokenize::CutError;
use crate::read::tokenizer::byte_level;

/// What the rows of a table count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordColumn {
    /// Words of a tokenizer.
    Word,
    /// Segments, which are cut further for each tokenizer.
    Segment,
}

impl WordColumn {
    /// The column's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Segment => "segment",
        }
    }
}

/// Lines of a headerless table that are looked at.
const LOOKED_AT: usize = 50;

/// Whether a file begins as a table of counts does.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let mut lines = head
        .split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    let first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first);
    if header(first).is_some() {
        return true;
    }
    let is_row =
        |line: &[u8]| headerless_row(std::str::from_utf8(line).unwrap_or_default()).is_some();
    // The last line of the head may be cut off.
    let rest: Vec<&[u8]> = lines.take(LOOKED_AT).collect();
    let rest = rest.split_last().map(|(_, rest)| rest).unwrap_or_default();
    is_row(first) && rest.iter().all(|line| is_row(line))
}

/// Places of the columns in a header.
struct Header {
    delimiter: u8,
    column: WordColumn,
    word: usize,
    count: usize,
    group: Option<usize>,
    width: usize,
}

fn header(line: &[u8]) -> Option<Header> {
    let line = std::str::from_utf8(line).ok()?;
    [b',', b'\t', b';'].into_iter().find_map(|delimiter| {
        let cells: Vec<&str> = line
            .split(char::from(delimiter))
            .map(|cell| cell.trim().trim_matches('"'))
            .collect();
        let index_of = |name: &str| cells.iter().position(|cell| *cell == name);
        let (column, word) = match (index_of("word"), index_of("segment")) {
            (Some(word), None) => (WordColumn::Word, word),
            (None, Some(segment)) => (WordColumn::Segment, segment),
            _ => return None,
        };
        Some(Header {
            delimiter,
            column,
            word,
            count: index_of("count")?,
            group: index_of("group"),
            width: cells.len(),
        })
    })
}

fn headerless_row(line: &str) -> Option<(&str, u64)> {
    let (word, count) = line.rsplit_once('\t')?;
    Some((word, count.parse().ok()?)).filter(|_| !word.is_empty() && !word.contains('\t'))
}

/// Reads a table that begins with `head`.
pub(super) fn read(
    name: &str,
    head: &[u8],
    mut reader: impl BufRead,
    counter: &mut Counter<'_>,
) -> Result<(), ImportError> {
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let mark = (head.len() - text.len()) as u64;
    let skipped = std::io::copy(&mut reader.by_ref().take(mark), &mut std::io::sink());
    skipped.map_err(|error| stream_error(name, &error))?;
    match header(
        text.split(|&byte| byte == b'\n')
            .next()
            .unwrap_or_default()
            .trim_ascii_end(),
    ) {
        Some(header) => read_delimited(name, reader, &header, counter),
        None => read_headerless(name, reader, counter),
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn read_delimited(
    name: &str,
    reader: impl BufRead,
    header: &Header,
    counter: &mut Counter<'_>,
) -> Result<(), ImportError> {
    let file_group = counter.next_group();
    let left = Cell::new(MAX_LINE_BYTES);
    let rows = Rationed {
        reader,
        left: &left,
    };
    let mut rows = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(header.delimiter)
        .from_reader(rows);
    let mut record = ByteRecord::new();
    loop {
        left.set(MAX_LINE_BYTES);
        let position = Position::Line(rows.position().line());
        match rows.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(_) if left.get() == 0 => return Err(too_long(name, position)),
            Err(problem) => return Err(bad_row(name, position, &problem.to_string())),
        }
        let position = Position::Line(record.position().map_or(0, csv::Position::line));
        let cell = |index: usize| {
            record
                .get(index)
                .and_then(|cell| std::str::from_utf8(cell).ok())
        };
        let number = |index: usize| cell(index).and_then(|cell| cell.trim().parse::<u64>().ok());
        let (Some(word), Some(count), true) = (
            cell(header.word),
            number(header.count),
            record.len() == header.width,
        ) else {
            return Err(bad_row(
                name,
                position,
                &String::from_utf8_lossy(record.as_slice()),
            ));
        };
        let group = match header.group {
            Some(index) => match number(index).and_then(|group| usize::try_from(group).ok()) {
                Some(group) => group,
                None => return Err(bad_row(name, position, "a group that is not a number")),
            },
            None => file_group,
        };
        add(counter, header.column, group, word, count)
            .map_err(|error| error.at(name, Some(position)))?;
    }
}

/// A reader that gives so many bytes and no more, unless it gets another ration.
struct Rationed<'a, R> {
    reader: R,
    left: &'a Cell<usize>,
}

impl<R: Read> Read for Rationed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let left = self.left.get().saturating_sub(read);
        self.left.set(left);
        if left == 0 {
            Err(std::io::Error::other("a row is too long"))
        } else {
            Ok(read)
        }
    }
}

/// Counts a row with plain text.
pub(super) fn add(
    counter: &mut Counter<'_>,
    column: WordColumn,
    group: usize,
    word: &str,
    count: u64,
) -> Result<(), CutError> {
    match column {
        WordColumn::Word => counter.add_word(group, word.as_bytes(), count, bytes_in_text(word)),
        WordColumn::Segment => counter.add_segment(group, word, count),
    }
}

/// The bytes of a word before spaces were written as marks.
fn bytes_in_text(word: &str) -> u64 {
    let marks = word.matches('\u{2581}').count();
    (word.len() - 2 * marks) as u64
}

fn read_headerless(
    name: &str,
    reader: impl BufRead,
    counter: &mut Counter<'_>,
) -> Result<(), ImportError> {
    let mut words: FxHashMap<String, u64> = FxHashMap::default();
    let mut lines = LineReader::new(name, reader);
    while let Some((number, line)) = lines.next()? {
        let position = Position::Line(number);
        match std::str::from_utf8(line).ok().and_then(headerless_row) {
            Some((word, count)) => {
                let known = words.entry(unescaped(word)).or_default();
                *known = known.saturating_add(count);
            }
            None if line.is_empty() => {}
            None => return Err(bad_row(name, position, &String::from_utf8_lossy(line))),
        }
    }
    let group = counter.next_group();
    let stands_for_byte =
        |unit: char| unit.is_ascii_whitespace() || byte_level::byte_of(unit).is_some();
    let is_byte_level = words.keys().all(|word| word.chars().all(stands_for_byte));
    // A category has its words in order, whatever the order in which they come.
    let added = words.into_iter().try_for_each(|(word, count)| {
        if !is_byte_level {
            return counter.add_word(group, word.as_bytes(), count, bytes_in_text(&word));
        }
        let bytes = |unit: char| {
            byte_level::byte_of(unit).unwrap_or(u8::try_from(unit).unwrap_or_default())
        };
        let bytes: Box<[u8]> = word.chars().map(bytes).collect();
        counter.add_word(group, &bytes, count, bytes.len() as u64)
    });
    added.map_err(|error| error.at(name, Some(Position::File)))
}

fn unescaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut units = word.chars();
    while let Some(unit) = units.next() {
        let mut ahead = units.clone();
        let escaped = match (unit, ahead.next()) {
            ('\\', Some('t')) => '\t',
            ('\\', Some('n')) => '\n',
            ('\\', Some('r')) => '\r',
            ('\\', Some('\\')) => '\\',
            _ => {
                out.push(unit);
                continue;
            }
        };
        out.push(escaped);
        units = ahead;
    }
    out
}

fn bad_row(name: &str, position: Position, found: &str) -> ImportError {
    let advice = "write a column `word` or `segment` and a column `count` under a header";
    malformed(
        name,
        position,
        "a word and how often it occurs",
        excerpt(found).to_string(),
        advice,
    )
}

/// A category as a table that this module reads: Parquet, or delimited text, packed where the name
/// of the file ends in `.zst` or `.gz`. Rows are in order of falling counts; words that occur less
/// than `min_count` times in all are left out.
///
/// # Errors
/// [`ImportError::BadArgument`] for a name that ends in none of `.csv`, `.tsv` and `.parquet`.
pub fn word_table_to_bytes(
    category: &Category,
    column: WordColumn,
    min_count: u64,
    file_name: &str,
) -> Result<Vec<u8>, ImportError> {
    let rows = rows(category, min_count);
    let has_groups = category.words.bytes().len() > 1;
    let name = file_name.to_ascii_lowercase();
    let (name, packing) = match (name.strip_suffix(".zst"), name.strip_suffix(".gz")) {
        (Some(inner), _) => (inner, Packing::Zstandard),
        (_, Some(inner)) => (inner, Packing::Gzip),
        _ => (&name[..], Packing::None),
    };
    let bytes = if name.ends_with(".csv") {
        delimited(&rows, column, b',', has_groups)
    } else if name.ends_with(".tsv") {
        delimited(&rows, column, b'\t', has_groups)
    } else if name.ends_with(".parquet") && packing == Packing::None {
        parquet(&rows, column, has_groups)
    } else {
        None
    };
    let bytes = bytes.ok_or_else(|| ImportError::BadArgument {
        expected: "a file that ends in .parquet, or in .csv or .tsv with .zst or .gz behind it or \
                  not",
        found: file_name.to_owned(),
    })?;
    Ok(match packing {
        Packing::None => bytes,
        Packing::Zstandard => ruzstd::encoding::compress_to_vec(
            &bytes[..],
            ruzstd::encoding::CompressionLevel::Fastest,
        ),
        Packing::Gzip => {
            let mut packed = Vec::new();
            let mut encoder =
                flate2::read::GzEncoder::new(&bytes[..], flate2::Compression::default());
            encoder
                .read_to_end(&mut packed)
                .map_err(|error| stream_error(file_name, &error))?;
            packed
        }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Zstandard,
    Gzip,
}

/// A word, its count, and its group.
pub(super) type Row<'a> = (&'a str, u64, u16);

/// All rows, the most frequent words first; words that are no text are not written (pretokenizers
/// make none).
fn rows(category: &Category, min_count: u64) -> Vec<Row<'_>> {
    let mut rows: Vec<(u64, Row<'_>)> = Vec::new();
    for ((word, counts), (_, total)) in category.words.iter().zip(category.words.totals()) {
        if let (Ok(word), true) = (std::str::from_utf8(word), total >= min_count) {
            rows.extend(counts.map(|(group, count)| (total, (word, count, group))));
        }
    }
    rows.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.0.cmp(b.1.0)).then(a.1.2.cmp(&b.1.2)));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn delimited(
    rows: &[Row<'_>],
    column: WordColumn,
    delimiter: u8,
    has_groups: bool,
) -> Option<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    let width = if has_groups { 3 } else { 2 };
    writer
        .write_record([column.name(), "count", "group"].iter().take(width))
        .ok()?;
    for (word, count, group) in rows {
        writer
            .write_record(
                [*word, &count.to_string(), &group.to_string()]
                    .iter()
                    .take(width),
            )
            .ok()?;
    }
    writer.into_inner().ok()
}

#[cfg(feature = "parquet")]
fn parquet(rows: &[Row<'_>], column: WordColumn, has_groups: bool) -> Option<Vec<u8>> {
    super::parquet_rows::write(rows, column, has_groups)
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &[Row<'_>], _: WordColumn, _: bool) -> Option<Vec<u8>> {
    None
}
