//! Plots as files of their own.

use mixlens_study::Panel;
use mixlens_views::FigurePage;

use crate::App;

impl App {
    /// Saves a panel as a drawing that scales.
    pub(crate) fn export_svg(&self, panel: Panel) {
        let paper = self.paper(panel);
        self.platform.export(
            panel.file_name("svg"),
            move || Ok(paper.svg().into_bytes()),
            &self.inbox,
        );
    }

    /// Saves a panel as a picture.
    pub(crate) fn export_png(&self, panel: Panel) {
        self.platform
            .export_png(panel.file_name("png"), self.paper(panel), &self.inbox);
    }

    /// A panel as it is now, in the theme of the window.
    fn paper(&self, panel: Panel) -> FigurePage {
        FigurePage::new(&self.study, panel, self.inbox.wake.theme())
    }
}
