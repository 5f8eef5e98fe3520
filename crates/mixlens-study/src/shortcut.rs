//! [`Shortcut`]: keys of a command, such as `Ctrl+Shift+Z`.

use std::fmt;

/// A key with its modifiers. `Ctrl` stands for the command key on a Mac.
///
/// ```
/// use mixlens_study::Shortcut;
/// let redo = Shortcut::new("Ctrl+Shift+Z");
/// assert!(redo.has("Ctrl") && redo.has("Shift") && !redo.has("Alt"));
/// assert_eq!((redo.key(), redo.to_string().as_str()), ("Z", "Ctrl+Shift+Z"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shortcut(&'static str);

impl Shortcut {
    /// The shortcut written as `text`: modifiers (`Ctrl`, `Shift`, `Alt`) and a key, joined by plus
    /// signs.
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The key without modifiers: a letter, a digit, or a name such as `Enter`, `F1` or `Plus`.
    pub fn key(self) -> &'static str {
        self.0.rsplit('+').next().unwrap_or_default()
    }

    /// Whether a modifier must be held.
    pub fn has(self, modifier: &str) -> bool {
        self.0.rsplit('+').skip(1).any(|held| held == modifier)
    }
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
