//! The about window: version, licences, and the works behind the program.

use egui::{Context, RichText, ScrollArea, Ui, Window};
use mixlens_study::Citation;

/// The window, while it is open.
pub(super) struct About {
    works: Vec<Citation>,
}

impl Default for About {
    fn default() -> Self {
        Self {
            works: Citation::all(),
        }
    }
}

impl About {
    /// Draws the window; false when it was closed.
    pub fn ui(&self, ctx: &Context) -> bool {
        let mut is_open = true;
        let window = Window::new("About Mixlens")
            .open(&mut is_open)
            .collapsible(false)
            .resizable(false);
        window.default_width(520.0).show(ctx, |ui| {
            ui.heading("Mixlens");
            ui.label(format!(
                "Version {}, MIT or Apache-2.0",
                env!("CARGO_PKG_VERSION")
            ));
            ui.label(
                "See what a data mixture does to a language model before you pay for the training \
                 run.",
            );
            ui.label(
                "Every prediction comes from a surrogate and is shown with its usual error and \
                 with whether runs support it. Train a proposal as one more proxy run before you \
                 trust it.",
            );
            // The licence requires attribution.
            ui.horizontal_wrapped(|ui| {
                ui.label("The built-in text samples are partly adapted from");
                ui.hyperlink_to(
                    "wordfreq by Robyn Speer",
                    "https://github.com/rspeer/wordfreq",
                );
                ui.label("and licensed under");
                ui.hyperlink_to(
                    "CC BY-SA 4.0",
                    "https://creativecommons.org/licenses/by-sa/4.0/",
                );
            });
            ui.separator();
            ui.label(RichText::new("Built on").strong());
            ScrollArea::vertical()
                .max_height(280.0)
                .auto_shrink([false, true])
                .show(ui, |ui| self.works_ui(ui));
        });
        is_open
    }

    fn works_ui(&self, ui: &mut Ui) {
        for work in &self.works {
            ui.horizontal_wrapped(|ui| {
                ui.label(&work.short);
                match &work.url {
                    Some(url) => ui.hyperlink_to(&work.title, url),
                    None => ui.weak(&work.title),
                };
            });
        }
    }
}
