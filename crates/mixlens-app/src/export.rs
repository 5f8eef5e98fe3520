//! Plots and texts as files of their own.

use std::path::PathBuf;

use mixlens_formats::write_atomically;
use mixlens_study::Panel;
use mixlens_views::Paper;

use crate::canvas::Canvas;
use crate::files::Incoming;
use crate::{App, AppError, Choose};

impl App {
    /// Saves a panel as a drawing that scales.
    pub(crate) fn export_svg(&self, panel: Panel) {
        let paper = self.paper(panel);
        self.export(panel.file_name("svg"), move || Ok(paper.svg().into_bytes()));
    }

    /// Saves a panel as a picture.
    pub(crate) fn export_png(&self, panel: Panel) {
        let paper = self.paper(panel);
        self.export(panel.file_name("png"), move || Canvas::picture_of(paper)?.png());
    }

    /// A panel as it is now, in the theme of the window.
    fn paper(&self, panel: Panel) -> Paper {
        Paper::new(&self.study, panel, self.inbox.wake.theme())
    }

    /// Lets the user choose where to save, makes the content on a thread, writes it and says so.
    pub(crate) fn export(&self, name: String, content: impl FnOnce() -> Result<Vec<u8>, AppError> + Send + 'static) {
        let inbox = self.inbox.clone();
        let save = move |path: PathBuf| -> Result<String, AppError> {
            write_atomically(&path, &content()?)?;
            Ok(format!("saved {}", path.display()))
        };
        let chosen = move |paths: Vec<PathBuf>| {
            let Some(path) = paths.into_iter().next() else { return };
            std::thread::spawn(move || {
                inbox.send(Incoming::Told(save(path).unwrap_or_else(|problem| problem.to_string())));
            });
        };
        self.dialogs.choose(Choose::Target(name), Box::new(chosen));
    }
}
