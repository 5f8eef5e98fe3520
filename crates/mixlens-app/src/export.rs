//! Exports of panels as SVG and PNG files.

use mixlens_study::Panel;
use mixlens_views::FigurePage;

use crate::App;

impl App {
    /// Saves a panel as an SVG file.
    pub(crate) fn export_svg(&self, panel: Panel) {
        let paper = self.paper(panel);
        self.platform.export(
            panel.file_name("svg"),
            move || Ok(paper.svg().into_bytes()),
            &self.inbox,
        );
    }

    /// Saves a panel as a PNG file.
    pub(crate) fn export_png(&self, panel: Panel) {
        self.platform
            .export_png(panel.file_name("png"), self.paper(panel), &self.inbox);
    }

    /// The current drawing of a panel, in the theme of the window.
    fn paper(&self, panel: Panel) -> FigurePage {
        FigurePage::new(&self.study, panel, self.inbox.wake.theme())
    }
}
