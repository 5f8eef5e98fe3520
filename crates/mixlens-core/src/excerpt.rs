//! Text of a file inside a message, of any content and length: [`excerpt`], [`shown`], [`listed`],
//! [`brief`].

use std::fmt::{self, Write as _};

/// Maximum characters of a text that a message quotes.
pub const MAX_EXCERPT_CHARS: usize = 200;
/// Maximum names that a message lists; the rest are counted.
pub const MAX_LISTED: usize = 20;
/// Number of last characters kept of a long message: they hold the position in the file.
const TAIL_CHARS: usize = 40;

/// A text in quotes, control characters escaped as `{:?}` does; of a longer one the first
/// [`MAX_EXCERPT_CHARS`] characters, an ellipsis and the length.
///
/// ```
/// # use mixlens_core::excerpt;
/// assert_eq!(excerpt("a\tb").to_string(), r#""a\tb""#);
/// assert!(excerpt(&"a".repeat(1000)).to_string().ends_with(r#"a"… (1000 characters)"#));
/// ```
pub fn excerpt(text: &str) -> impl fmt::Display {
    Excerpt(text)
}

/// [`excerpt`] without the quotes, for names that already have delimiters.
///
/// ```
/// # use mixlens_core::shown;
/// assert_eq!(shown("a \"b\"\u{1b}").to_string(), r#"a "b"\u{1b}"#);
/// ```
pub fn shown(text: &str) -> impl fmt::Display {
    Shown(text)
}

/// Names with commas between them, each as [`shown`]; of more than [`MAX_LISTED`] the first ones
/// and how many more there are.
///
/// ```
/// # use mixlens_core::listed;
/// assert_eq!(listed(["web", "code"]), "web, code");
/// assert!(listed((0..1000).map(|name| name.to_string())).ends_with("18, 19 and 980 more"));
/// ```
pub fn listed<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    listed_as(names, MAX_LISTED, |name| shown(name).to_string())
}

/// The first `limit` names as `show` writes them, and how many more there are.
pub fn listed_as<S: AsRef<str>>(
    names: impl IntoIterator<Item = S>,
    limit: usize,
    show: impl Fn(&str) -> String,
) -> String {
    let mut names = names.into_iter();
    let first: Vec<String> = names
        .by_ref()
        .take(limit)
        .map(|name| show(name.as_ref()))
        .collect();
    match names.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// A message of another library, which may quote a file at any length: control characters escaped,
/// and of a long one the beginning and the end.
///
/// ```
/// # use mixlens_core::brief;
/// assert_eq!(brief("expected a number at line 3"), "expected a number at line 3");
/// let long = brief(format!("unknown variant `{}` at line 7", "x".repeat(1_000_000)));
/// assert!(long.len() < 300 && long.starts_with("unknown variant `xx"));
/// assert!(long.ends_with("at line 7"));
/// ```
pub fn brief(message: impl fmt::Display) -> String {
    let mut kept = Kept::default();
    // Writing to memory does not fail.
    let _ = write!(kept, "{message}");
    kept.into_text()
}

struct Excerpt<'a>(&'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match head(self.0) {
            Some(head) => write!(f, "{head:?}… ({} characters)", self.0.chars().count()),
            None => write!(f, "{:?}", self.0),
        }
    }
}

struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = head(self.0);
        write_escaped(f, head.unwrap_or(self.0))?;
        match head {
            Some(_) => write!(f, "… ({} characters)", self.0.chars().count()),
            None => Ok(()),
        }
    }
}

/// The quoted part of a text; `None` where all of it is quoted.
fn head(text: &str) -> Option<&str> {
    let end = text
        .char_indices()
        .nth(MAX_EXCERPT_CHARS)
        .map(|(end, _)| end);
    end.and_then(|end| text.get(..end))
}

/// Control characters as `{:?}` writes them, anything else as it is.
fn write_escaped(f: &mut impl fmt::Write, text: &str) -> fmt::Result {
    for letter in text.chars() {
        match letter {
            '"' | '\'' | '\\' => f.write_char(letter)?,
            _ => write!(f, "{}", letter.escape_debug())?,
        }
    }
    Ok(())
}

/// The beginning and the end of what is written to it.
#[derive(Default)]
struct Kept {
    head: String,
    head_chars: usize,
    /// What comes after the head, never much more than [`TAIL_CHARS`] characters.
    tail: String,
    is_cut: bool,
}

impl fmt::Write for Kept {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_EXCERPT_CHARS - self.head_chars;
        let end = text
            .char_indices()
            .nth(room)
            .map_or(text.len(), |(end, _)| end);
        let (head, rest) = text.split_at(end);
        self.head.push_str(head);
        self.head_chars += head.chars().count();
        let last = rest
            .char_indices()
            .rev()
            .nth(TAIL_CHARS - 1)
            .map_or(0, |(start, _)| start);
        self.is_cut |= last > 0;
        self.tail.push_str(rest.get(last..).unwrap_or_default());
        let last = self
            .tail
            .char_indices()
            .rev()
            .nth(TAIL_CHARS - 1)
            .map_or(0, |(start, _)| start);
        self.is_cut |= last > 0;
        self.tail.drain(..last);
        Ok(())
    }
}

impl Kept {
    fn into_text(self) -> String {
        let mut text = String::new();
        let _ = write_escaped(&mut text, &self.head);
        if self.is_cut {
            text.push_str(" … ");
        }
        let _ = write_escaped(&mut text, &self.tail);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_whole_up_to_the_limit() {
        let whole = "é".repeat(MAX_EXCERPT_CHARS);
        assert_eq!(excerpt(&whole).to_string(), format!("\"{whole}\""));
        assert_eq!(
            excerpt(&format!("{whole}xy")).to_string(),
            format!("\"{whole}\"… (202 characters)")
        );
        assert_eq!(excerpt("").to_string(), "\"\"");
        assert_eq!(shown(&whole).to_string(), whole);
        assert_eq!(
            shown(&format!("{whole}xy")).to_string(),
            format!("{whole}… (202 characters)")
        );
    }

    #[test]
    fn characters_that_a_terminal_obeys_are_escaped() {
        let hostile = "\u{1b}[2J\u{2028}\u{202e}\"";
        assert_eq!(
            excerpt(hostile).to_string(),
            r#""\u{1b}[2J\u{2028}\u{202e}\"""#
        );
        assert_eq!(shown(hostile).to_string(), r#"\u{1b}[2J\u{2028}\u{202e}""#);
        assert_eq!(brief(hostile), r#"\u{1b}[2J\u{2028}\u{202e}""#);
    }

    #[test]
    fn a_long_message_keeps_both_ends_however_it_is_written() {
        let whole: String = (0..MAX_EXCERPT_CHARS + TAIL_CHARS)
            .map(|at| char::from(b'a' + (at % 26) as u8))
            .collect();
        assert_eq!(brief(&whole), whole);
        let long = format!(
            "{}middle{}",
            &whole[..MAX_EXCERPT_CHARS],
            "é".repeat(TAIL_CHARS)
        );
        let expected = format!(
            "{} … {}",
            &whole[..MAX_EXCERPT_CHARS],
            "é".repeat(TAIL_CHARS)
        );
        assert_eq!(brief(&long), expected);
        struct ByLetter<'a>(&'a str);
        impl fmt::Display for ByLetter<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.chars().try_for_each(|letter| f.write_char(letter))
            }
        }
        assert_eq!(brief(ByLetter(&long)), expected);
    }
}
