//! Samples of text, counted as the words that a tokenizer sees: text, JSON lines, Parquet, word
//! counts; compressed or not.

#[cfg(feature = "parquet")]
mod checked_chunks;
mod compressed;
mod counter;
mod documents;
mod line;
#[cfg(feature = "parquet")]
mod parquet_rows;
mod word_table;

use std::borrow::Borrow;
use std::io::{BufReader, Cursor, Read};
use std::path::PathBuf;

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, Executor, Stage, map_tasks};
use mixlens_core::tokenizer::Category;

use super::{NamedBytes, sample_files};
use crate::error::{Position, malformed};
use crate::{ImportError, Pretokenizer};

pub(crate) use compressed::{uncompressed, uncompressed_head};
pub(crate) use counter::Counter;

/// How to read samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleOptions {
    /// The field or column with the text of a document, in JSON lines and Parquet; `None` for the
    /// first of `text`, `content` and `body`.
    pub text_field: Option<String>,
    /// Parts that documents are dealt out to in turn.
    pub groups: usize,
}

impl Default for SampleOptions {
    fn default() -> Self {
        Self {
            text_field: None,
            groups: 16,
        }
    }
}

/// The regular expression whose matches are segments: one run of white space, then one run of
/// anything else.
///
/// Counts of segments do not depend on a tokenizer. Its pretokenizer cuts them further when a table
/// of them is read.
pub const SEGMENTS: &str = r"\s*\S+|\s+";

/// Counts the words of a category's sample: files and folders, as [`sample_files`] finds them.
///
/// Text is streamed, so memory grows with the different words alone. A file, a row of JSON lines or
/// of Parquet is a document; documents, and parts of about 2 kB of long ones, are dealt out in turn
/// to [`SampleOptions::groups`].
///
/// # Errors
/// [`ImportError::Malformed`] with the place of what cannot be read; [`CoreError::EmptyCategory`]
/// where there is no text; [`CoreError::Cancelled`].
pub fn read_category(
    name: &str,
    paths: &[PathBuf],
    pretokenizer: &Pretokenizer,
    options: &SampleOptions,
    control: &Control,
) -> Result<Category, ImportError> {
    let files = sample_files(paths)?;
    let total = files
        .iter()
        .filter_map(|file| std::fs::metadata(file).ok())
        .map(|metadata| metadata.len())
        .sum();
    let stage = control.stage("counting words", total);
    let mut counter = Counter::new(pretokenizer, options, control);
    for path in &files {
        let unreadable = |error: std::io::Error| ImportError::Unreadable {
            path: path.clone(),
            reason: error.to_string(),
        };
        let mut file = std::fs::File::open(path).map_err(unreadable)?;
        let mut magic = Vec::new();
        Read::by_ref(&mut file)
            .take(4)
            .read_to_end(&mut magic)
            .map_err(unreadable)?;
        let name = path.display().to_string();
        if magic == PARQUET {
            read_parquet(&name, file, &mut counter, &stage)?;
        } else {
            let reader = Cursor::new(magic).chain(file);
            read_stream(
                &name,
                Box::new(Paced {
                    reader,
                    stage: &stage,
                }),
                &mut counter,
            )?;
        }
    }
    counter.finish(name)
}

/// The same for files in memory.
///
/// # Errors
/// As [`read_category`].
pub fn read_category_from_bytes(
    name: &str,
    files: &[impl Borrow<NamedBytes>],
    pretokenizer: &Pretokenizer,
    options: &SampleOptions,
    control: &Control,
) -> Result<Category, ImportError> {
    let total = files
        .iter()
        .map(|file| file.borrow().bytes.len() as u64)
        .sum();
    let stage = control.stage("counting words", total);
    let mut counter = Counter::new(pretokenizer, options, control);
    for file in files {
        let file = file.borrow();
        if file.bytes.starts_with(PARQUET) {
            read_parquet(
                &file.name,
                Bytes::from(file.bytes.clone()),
                &mut counter,
                &stage,
            )?;
        } else {
            read_stream(
                &file.name,
                Box::new(Paced {
                    reader: &file.bytes[..],
                    stage: &stage,
                }),
                &mut counter,
            )?;
        }
    }
    counter.finish(name)
}

/// Reads the samples of several categories side by side, with `read`: [`read_category`] or
/// [`read_category_from_bytes`].
///
/// # Errors
/// Those of `read`, for the first category that has one.
pub fn read_categories<S: Sync>(
    samples: &[S],
    read: impl Fn(&S, &Control) -> Result<Category, ImportError> + Sync,
    executor: &dyn Executor,
    control: &Control,
) -> Result<Vec<Category>, ImportError> {
    let stage = control.stage("reading samples", samples.len() as u64);
    let quiet = control.without_progress();
    let read = map_tasks(executor, samples.len(), |index| {
        let category = read(samples.get(index)?, &quiet);
        Some(category.and_then(|category| stage.advance(1).map(|()| category).map_err(Into::into)))
    });
    read.into_iter().flatten().collect()
}

/// Bytes by which a format is recognised.
const HEAD_BYTES: u64 = 1 << 16;

/// The first bytes of a Parquet file.
const PARQUET: &[u8] = b"PAR1";

#[cfg(feature = "parquet")]
use bytes::Bytes;
#[cfg(feature = "parquet")]
use parquet_rows::read as read_parquet;

/// What a file of a format that this build does not read holds.
#[cfg(not(feature = "parquet"))]
type Bytes = Vec<u8>;

#[cfg(not(feature = "parquet"))]
fn read_parquet<R>(
    name: &str,
    _: R,
    _: &mut Counter<'_>,
    _: &Stage<'_>,
) -> Result<(), ImportError> {
    Err(ImportError::Parquet {
        file: name.to_owned(),
        problem: "this build cannot read Parquet".to_owned(),
        advice: "export it as CSV or JSON lines",
    })
}

/// Text, JSON lines or a table of counts, recognised by how it begins.
fn read_stream(
    name: &str,
    reader: Box<dyn Read + '_>,
    counter: &mut Counter<'_>,
) -> Result<(), ImportError> {
    let unreadable = |error: &std::io::Error| stream_error(name, error);
    let mut reader = compressed::open(reader).map_err(|error| unreadable(&error))?;
    // A reader may give fewer bytes at a time than are needed to recognise the format.
    let mut head = Vec::new();
    Read::by_ref(&mut reader)
        .take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(&error))?;
    let head = &head[..];
    let reader = BufReader::with_capacity(1 << 16, head.chain(reader));
    if head.starts_with(PARQUET) {
        return Err(ImportError::Parquet {
            file: name.to_owned(),
            problem: "a compressed file".to_owned(),
            advice: "unpack it first",
        });
    }
    if word_table::looks_like(head) {
        return word_table::read(name, head, reader, counter);
    }
    if documents::looks_like_json_lines(head) {
        return documents::read_json_lines(name, reader, counter);
    }
    documents::read_text(name, reader, counter)
}

/// What went wrong while bytes were read or unpacked; a cancelled job comes back as itself.
fn stream_error(name: &str, error: &std::io::Error) -> ImportError {
    if error
        .get_ref()
        .is_some_and(|inner| inner.downcast_ref() == Some(&CoreError::Cancelled))
    {
        return CoreError::Cancelled.into();
    }
    let expected = "a file that can be read to its end";
    malformed(
        name,
        Position::File,
        expected,
        error.to_string(),
        "download the file again",
    )
}

/// A reader that reports to a stage, and fails when the job is cancelled.
struct Paced<'a, R> {
    reader: R,
    stage: &'a Stage<'a>,
}

impl<R: Read> Read for Paced<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.stage
            .advance(read as u64)
            .map_err(std::io::Error::other)?;
        Ok(read)
    }
}

pub use word_table::{WordColumn, word_table_to_bytes};

#[cfg(test)]
mod tests;
