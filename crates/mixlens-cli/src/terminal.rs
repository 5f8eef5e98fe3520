//! Output to the terminal: text without control characters; a failure to print notices is ignored.

use std::io::{ErrorKind, Write};

use anstyle::{AnsiColor, Style};
use mixlens_formats::terminal_text;

/// Prints a line on stderr, with a coloured word before it.
///
/// A line that cannot be printed (a log on a full disk, a closed terminal) is no reason to lose the
/// result.
pub fn print_labelled(colour: AnsiColor, word: &str, text: &str) {
    let style = Style::new().bold().fg_color(Some(colour.into()));
    let _ = writeln!(
        anstream::stderr(),
        "{style}{word}{style:#} {}",
        terminal_text(text)
    );
}

/// Prints a line on stderr as it is.
pub fn print_plain(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}", terminal_text(text));
}

/// Marks at the beginning of a line, printed in colour.
pub const OK: &str = "ok  ";
pub const WARN: &str = "warn";
pub const FAIL: &str = "FAIL";

/// Prints a text result on stdout.
///
/// # Errors
/// Those of [`print()`].
pub fn print_text(text: &str) -> std::io::Result<()> {
    let shown = terminal_text(text);
    let mut coloured = String::with_capacity(shown.len());
    for line in shown.split_inclusive('\n') {
        let marks = [
            (OK, AnsiColor::Green),
            (WARN, AnsiColor::Yellow),
            (FAIL, AnsiColor::Red),
        ];
        // Rows of tables begin with a blank, so that no domain's name can look like a mark.
        let found = marks
            .iter()
            .find_map(|(mark, colour)| Some((mark, colour, line.strip_prefix(mark)?)));
        match found.filter(|(.., rest)| rest.starts_with("  ")) {
            Some((mark, colour, rest)) => {
                let style = Style::new().bold().fg_color(Some((*colour).into()));
                coloured += &format!("{style}{mark}{style:#}{rest}");
            }
            None => coloured += line,
        }
    }
    print(&coloured)
}

/// Prints a result on stdout as it is.
///
/// # Errors
/// The system's error; a closed pipe, such as from `head`, is no error.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut stdout = anstream::stdout();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(problem) if problem.kind() != ErrorKind::BrokenPipe => Err(problem),
        _ => Ok(()),
    }
}
