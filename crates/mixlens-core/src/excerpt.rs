//! [`excerpt`]: text of a file inside a message, whatever it holds and however long it is.

use std::fmt;

/// Characters of a text that a message quotes.
pub const MAX_EXCERPT_CHARS: usize = 200;

/// A text in quotes, control characters escaped as `{:?}` does; of a longer one the first [`MAX_EXCERPT_CHARS`] characters, an
/// ellipsis and the length.
///
/// ```
/// # use mixlens_core::excerpt;
/// assert_eq!(excerpt("a\tb").to_string(), r#""a\tb""#);
/// assert!(excerpt(&"a".repeat(1000)).to_string().ends_with(r#"a"… (1000 characters)"#));
/// ```
pub fn excerpt(text: &str) -> impl fmt::Display {
    Excerpt(text)
}

struct Excerpt<'a>(&'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.char_indices().nth(MAX_EXCERPT_CHARS).map(|(end, _)| end);
        match end.and_then(|end| self.0.get(..end)) {
            Some(head) => write!(f, "{head:?}… ({} characters)", self.0.chars().count()),
            None => write!(f, "{:?}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_whole_up_to_the_limit() {
        let whole = "é".repeat(MAX_EXCERPT_CHARS);
        assert_eq!(excerpt(&whole).to_string(), format!("\"{whole}\""));
        assert_eq!(excerpt(&format!("{whole}xy")).to_string(), format!("\"{whole}\"… (202 characters)"));
        assert_eq!(excerpt("").to_string(), "\"\"");
    }

    #[test]
    fn characters_that_a_terminal_obeys_are_escaped() {
        assert_eq!(excerpt("\u{1b}[2J\u{2028}\u{202e}\"").to_string(), r#""\u{1b}[2J\u{2028}\u{202e}\"""#);
    }
}
