//! [`NamedBytes`]: a file's name and content, wherever it came from.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::ImportError;

/// How a model in GGUF begins.
const MODEL: &[u8] = b"GGUF";
/// So much of a model is read: the tokenizer stands before the weights, which have many gigabytes, and the largest take 20 MB.
const MODEL_HEAD: u64 = 64 << 20;

/// A file as the importers take it: the name the user knows it by, and its bytes.
///
/// The browser build hands over dropped files this way; on a desktop [`NamedBytes::read`] fills it from disk.
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
        Self { name: name.into(), bytes: bytes.into() }
    }

    /// Reads one file from disk; of a model in GGUF the first 64 MiB, where its tokenizer is.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ImportError> {
        let path = path.as_ref();
        let bytes = content(path)
            .map_err(|error| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() })?;
        Ok(Self { name: path.display().to_string(), bytes })
    }

    /// Reads several files from disk, in order.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`] for the first that cannot be read.
    pub fn read_all<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<Self>, ImportError> {
        paths.iter().map(Self::read).collect()
    }
}

fn content(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    (&mut file).take(MODEL.len() as u64).read_to_end(&mut bytes)?;
    if bytes == MODEL {
        file.take(MODEL_HEAD - MODEL.len() as u64).read_to_end(&mut bytes)?;
    } else {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_whole_and_models_as_far_as_their_tokenizer_may_reach() {
        let folder = tempfile::tempdir().unwrap();
        for (name, head, length, expected) in [
            ("table.csv", b"run,train_a\n".as_slice(), MODEL_HEAD + 9, MODEL_HEAD + 9),
            ("small.gguf", b"GGUF\x03", 9, 9),
            ("model.gguf", b"GGUF\x03", MODEL_HEAD + 9, MODEL_HEAD),
            ("short", b"GG", 2, 2),
            ("empty", b"", 0, 0),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, head).unwrap();
            File::options().write(true).open(&path).unwrap().set_len(length).unwrap();
            let read = NamedBytes::read(&path).unwrap();
            assert!(read.bytes.starts_with(head), "{name}");
            assert_eq!(read.bytes.len() as u64, expected, "{name}");
        }
        let missing = NamedBytes::read(folder.path().join("missing")).unwrap_err();
        assert!(matches!(missing, ImportError::Unreadable { .. }), "{missing}");
    }
}
