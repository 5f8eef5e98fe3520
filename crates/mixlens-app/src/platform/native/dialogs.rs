//! [`FileDialogs`]: the dialogs that choose files.

use std::path::PathBuf;

use crate::Choose;

/// A callback for the files chosen, on any thread; the list is empty when the user cancels.
pub type Chosen = Box<dyn FnOnce(Vec<PathBuf>) + Send>;

/// Dialogs of the desktop. They must not hold up the frame.
pub trait FileDialogs {
    /// Lets the user choose.
    fn choose(&self, what: Choose, chosen: Chosen);
}

/// Cancels every dialog.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDialogs;

impl FileDialogs for NoDialogs {
    fn choose(&self, _: Choose, chosen: Chosen) {
        chosen(Vec::new());
    }
}
