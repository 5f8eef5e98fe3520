//! [`NamedBytes`]: a file's name and content, wherever it came from.

use std::path::Path;

use crate::ImportError;

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

    /// Reads one file from disk.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ImportError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path)
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
