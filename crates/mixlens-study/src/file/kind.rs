//! [`FileKind`]: what a file is, by its content.

/// Files of this program name their format within this many bytes.
const HEADER: usize = 64;

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A saved study.
    Study,
    /// Fitted surrogates.
    Surrogates,
    /// A tokenizer.
    Tokenizer,
    /// Anything else: a run table, if it can be used at all.
    Runs,
}

impl FileKind {
    /// The kind of a file with this content.
    pub fn of(bytes: &[u8]) -> Self {
        let header = String::from_utf8_lossy(bytes.get(..HEADER).unwrap_or(bytes));
        let header: String = header
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        let is = |format: &str| header.starts_with(&format!("{{\"format\":\"{format}\""));
        match () {
            () if is(super::saved::FORMAT) => Self::Study,
            () if is("mixlens-surrogates") => Self::Surrogates,
            () if mixlens_formats::looks_like_tokenizer(bytes) => Self::Tokenizer,
            () => Self::Runs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SavedStudy, Study};

    #[test]
    fn files_are_distinguished_by_how_they_begin() {
        let study = SavedStudy::of(&Study::demo().unwrap()).to_text();
        assert_eq!(FileKind::of(study.as_bytes()), FileKind::Study);
        assert_eq!(
            FileKind::of(b"{\n  \"format\": \"mixlens-surrogates\",\n"),
            FileKind::Surrogates
        );
        assert_eq!(FileKind::of(b"#version: 0.2\nh e\n"), FileKind::Tokenizer);
        for other in [
            b"run_id,train_web\n".as_slice(),
            b"{\"run\": 1}",
            b"PAR1",
            b"\xff\xfe",
            b"",
        ] {
            assert_eq!(FileKind::of(other), FileKind::Runs);
        }
    }
}
