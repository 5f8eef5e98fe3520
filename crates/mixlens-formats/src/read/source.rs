//! [`NamedBytes`]: a file's name and content, wherever it came from.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::ImportError;
use crate::error::{Place, Position};
use crate::limits::{MAX_FILE_BYTES, MAX_STREAM_BYTES};

/// How a model in GGUF begins.
const MODEL: &[u8] = b"GGUF";
/// So much of a model is read: the tokenizer stands before the weights, which have many gigabytes,
/// and the largest take 20 MB.
const MODEL_HEAD: u64 = 64 << 20;

/// A file for the importers: its name for the user, and its bytes.
///
/// The browser build hands over dropped files this way; on a desktop [`NamedBytes::read`] fills it
/// from disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedBytes {
    /// The name shown in messages.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl NamedBytes {
    /// A file with the given name and content.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into(),
        }
    }

    /// Reads one file from disk; of a model in GGUF the first 64 MiB, where its tokenizer is.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`]; [`ImportError::TooMuch`] for more than [`MAX_FILE_BYTES`], or
    /// of a pipe or device [`MAX_STREAM_BYTES`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ImportError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        match content(path) {
            Err(error) => Err(ImportError::Unreadable {
                path: path.to_owned(),
                reason: error.to_string(),
            }),
            Ok(Content::Whole(bytes)) => Ok(Self { name, bytes }),
            Ok(Content::Larger { max, found, advice }) => {
                let place = Box::new(Place::new(&name, Position::File));
                Err(ImportError::TooMuch {
                    place,
                    what: "bytes",
                    max,
                    found,
                    advice,
                })
            }
        }
    }

    /// Reads several files from disk, in order.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`] for the first that cannot be read.
    pub fn read_all<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<Self>, ImportError> {
        paths.iter().map(Self::read).collect()
    }
}

/// What is in a file.
enum Content {
    Whole(Vec<u8>),
    /// The file exceeds the limit; `found` is its size, where it is known.
    Larger {
        max: u64,
        found: Option<u64>,
        advice: &'static str,
    },
}

fn content(path: &Path) -> io::Result<Content> {
    let mut file = File::open(path)?;
    let about = file.metadata()?;
    let mut bytes = Vec::new();
    (&mut file)
        .take(MODEL.len() as u64)
        .read_to_end(&mut bytes)?;
    if bytes == MODEL {
        file.take(MODEL_HEAD - MODEL.len() as u64)
            .read_to_end(&mut bytes)?;
        return Ok(Content::Whole(bytes));
    }
    let (max, advice) = if about.is_file() {
        (
            MAX_FILE_BYTES,
            "split the file, or leave out data that is not needed",
        )
    } else {
        (
            MAX_STREAM_BYTES,
            "save its output as a file, and name that file",
        )
    };
    if about.is_file() && about.len() > max {
        return Ok(Content::Larger {
            max,
            found: Some(about.len()),
            advice,
        });
    }
    bytes.try_reserve_exact(if about.is_file() {
        about.len() as usize
    } else {
        0
    })?;
    file.take(max + 1 - bytes.len() as u64)
        .read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > max {
        Content::Larger {
            max,
            found: None,
            advice,
        }
    } else {
        Content::Whole(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_whole_and_models_as_far_as_their_tokenizer_may_reach() {
        let folder = tempfile::tempdir().unwrap();
        for (name, head, length, expected) in [
            (
                "table.csv",
                b"run,train_a\n".as_slice(),
                MODEL_HEAD + 9,
                MODEL_HEAD + 9,
            ),
            ("small.gguf", b"GGUF\x03", 9, 9),
            ("model.gguf", b"GGUF\x03", MODEL_HEAD + 9, MODEL_HEAD),
            ("short", b"GG", 2, 2),
            ("empty", b"", 0, 0),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, head).unwrap();
            File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_len(length)
                .unwrap();
            let read = NamedBytes::read(&path).unwrap();
            assert!(read.bytes.starts_with(head), "{name}");
            assert_eq!(read.bytes.len() as u64, expected, "{name}");
        }
        let missing = NamedBytes::read(folder.path().join("missing")).unwrap_err();
        assert!(
            matches!(missing, ImportError::Unreadable { .. }),
            "{missing}"
        );
        let large = folder.path().join("large.csv");
        File::create(&large)
            .unwrap()
            .set_len(MAX_FILE_BYTES + 1)
            .unwrap();
        let problem = NamedBytes::read(&large).unwrap_err().to_string();
        assert!(
            problem.contains("expected at most 536870912 bytes, found 536870913"),
            "{problem}"
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_device_without_an_end_is_refused() {
        let problem = NamedBytes::read("/dev/zero").unwrap_err().to_string();
        assert!(
            problem.contains("expected at most 134217728 bytes, found more"),
            "{problem}"
        );
    }
}
