//! Names in other languages: one function for each target, which escapes what the target would take
//! for something else than text.
//!
//! Names of domains, metrics, runs and files come from anywhere. A config, a terminal, a
//! spreadsheet or a page that they are written to must see text and nothing else. What cannot be
//! escaped is refused instead (`trainer/names.rs`).

use std::borrow::Cow;
use std::fmt::Write;

/// Characters with a special effect in some targets: control characters, which terminals execute;
/// the separators of lines and paragraphs, at which YAML ends a comment; marks that reverse the
/// text after them; the byte order mark.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff)
}

/// Replaces every character for which `is_escaped` by what `escape` writes.
fn replaced<'a>(
    text: &'a str,
    is_escaped: impl Fn(char) -> bool,
    escape: impl Fn(char, &mut String),
) -> Cow<'a, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_escaped(c) {
            escape(c, &mut escaped)
        } else {
            escaped.push(c)
        }
    }
    Cow::Owned(escaped)
}

/// Text for a terminal: line breaks and tabs stay, everything else that a terminal would obey is
/// shown as `\u{1b}`.
///
/// ```
/// use mixlens_formats::terminal_text;
/// assert_eq!(terminal_text("web\u{1b}[2J\n"), "web\\u{1b}[2J\n");
/// ```
pub fn terminal_text(text: &str) -> Cow<'_, str> {
    replaced(
        text,
        |c| is_unsafe(c) && !matches!(c, '\n' | '\t'),
        |c, out| {
            let _ = write!(out, "{}", c.escape_unicode());
        },
    )
}

/// Text for one line, such as a comment of a config: whatever could end the line is a blank.
///
/// ```
/// use mixlens_formats::line_text;
/// assert_eq!(line_text("a\u{2028}name: b"), "a name: b");
/// ```
pub fn line_text(text: &str) -> Cow<'_, str> {
    replaced(text, is_unsafe, |_, out| out.push(' '))
}

/// A JSON text, such as `serde_json` writes it, in which no character is left that a terminal obeys
/// or at which YAML, which reads JSON, breaks a line. It means the same: such characters stand only
/// in strings, where they are escaped.
///
/// ```
/// use mixlens_formats::json_text;
/// assert_eq!(json_text("[\"a\u{2028}b\"]"), "[\"a\\u2028b\"]");
/// ```
pub fn json_text(json: &str) -> Cow<'_, str> {
    replaced(
        json,
        |c| is_unsafe(c) && !matches!(c, '\n' | '\t'),
        |c, out| {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        },
    )
}

/// A text as a string of JSON and YAML, with its quotes.
pub fn quoted_text(text: &str) -> String {
    json_text(&serde_json::Value::from(text).to_string()).into_owned()
}

/// Text in HTML and XML, inside and outside of attributes.
///
/// ```
/// use mixlens_formats::html_text;
/// assert_eq!(html_text("<b title=\"x\">"), "&lt;b title=&quot;x&quot;&gt;");
/// ```
pub fn html_text(text: &str) -> Cow<'_, str> {
    let is_escaped = |c| matches!(c, '&' | '<' | '>' | '"' | '\'') || is_unsafe(c);
    replaced(text, is_escaped, |c, out| match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        // XML has no spelling for most of them.
        _ => out.push('\u{fffd}'),
    })
}

/// Text in a cell of a Markdown table: nothing of it is a table's rule, a link, a picture, code,
/// emphasis or HTML.
///
/// ```
/// use mixlens_formats::markdown_text;
/// assert_eq!(markdown_text("a|b <i> [c](d)"), "a\\|b &lt;i&gt; \\[c\\](d)");
/// ```
pub fn markdown_text(text: &str) -> Cow<'_, str> {
    let is_escaped =
        |c| matches!(c, '\\' | '|' | '`' | '*' | '[' | ']' | '<' | '>' | '&') || is_unsafe(c);
    replaced(text, is_escaped, |c, out| match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        _ if is_unsafe(c) => out.push(' '),
        _ => out.extend(['\\', c]),
    })
}

/// Characters that begin a formula in a spreadsheet, and the apostrophe that makes text of
/// it.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// Whether a spreadsheet computes a cell instead of showing it. A number is only a number.
fn is_formula(cell: &str) -> bool {
    let is_number = cell
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && cell.parse::<f64>().is_ok();
    cell.starts_with(FORMULA) && !is_number
}

/// Text in a cell of CSV, before it is quoted: an apostrophe keeps spreadsheets from computing it,
/// as their users write it themselves. [`text_of_csv_cell`] takes it away again.
///
/// ```
/// use mixlens_formats::{csv_cell_text, text_of_csv_cell};
/// assert_eq!(csv_cell_text("=1+1"), "'=1+1");
/// assert_eq!(csv_cell_text("-0.5"), "-0.5");
/// assert_eq!(text_of_csv_cell("'=1+1"), "=1+1");
/// ```
pub fn csv_cell_text(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that [`csv_cell_text`] wrote.
pub fn text_of_csv_cell(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|text| is_formula(text))
        .unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts with many characters that have a special effect in some target.
    fn hostile() -> impl Strategy<Value = String> {
        let odd = "=+-@'\"\\|<>&`*[]()\t\r\n\u{0}\u{1b}\u{7f}\u{9b}\u{85}\u{2028}\u{2029}\
                   \u{202e}\u{feff}\u{ffff} a1.e";
        let odd: Vec<char> = odd.chars().collect();
        prop::collection::vec(prop_oneof![prop::sample::select(odd), any::<char>()], 0..12)
            .prop_map(|letters| letters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_gets_through(text in hostile()) {
            let json = quoted_text(&text);
            let terminal = terminal_text(&text);
            for shown in [terminal, json_text(&json), line_text(&text), html_text(&text)] {
                let is_obeyed = |c| is_unsafe(c) && !matches!(c, '\n' | '\t');
                prop_assert!(!shown.contains(is_obeyed), "{shown:?}");
            }
            prop_assert!(!line_text(&text).contains(['\n', '\r', '\t']));
        }

        #[test]
        fn json_means_the_same_as_before(text in hostile()) {
            prop_assert_eq!(serde_json::from_str::<String>(&quoted_text(&text)).unwrap(), text);
        }

        #[test]
        fn no_cell_is_a_formula_and_every_cell_reads_back(text in hostile()) {
            let cell = csv_cell_text(&text);
            let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            prop_assert!(!is_formula || cell.parse::<f64>().is_ok(), "{cell:?}");
            prop_assert_eq!(text_of_csv_cell(&cell), &text);
        }

        #[test]
        fn html_and_markdown_hold_no_tags(text in hostile()) {
            prop_assert!(!html_text(&text).contains(['<', '>', '"', '\'']));
            let markdown = markdown_text(&text);
            prop_assert!(!markdown.contains(['<', '>', '\n', '\r']));
            let mut before = ' ';
            for c in markdown.chars() {
                let is_mark = matches!(c, '|' | '`' | '*' | '[' | ']');
                prop_assert!(!is_mark || before == '\\', "{markdown:?}");
                before = if before == '\\' { ' ' } else { c };
            }
        }
    }
}
