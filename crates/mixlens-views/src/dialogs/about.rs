//! What this program is.

use egui::{Context, Window};

/// Draws the window while it is open.
pub(super) fn about_ui(ctx: &Context, is_open: &mut bool) {
    Window::new("About Mixlens").open(is_open).collapsible(false).resizable(false).default_width(420.0).show(
        ctx,
        |ui| {
            ui.heading("Mixlens");
            ui.label(format!("Version {}", env!("CARGO_PKG_VERSION")));
            ui.label("What a data mixture does to a language model, before anyone pays for the training run.");
            ui.separator();
            ui.label(
                "Every prediction is a surrogate's: it says how far it is usually off, and where no run supports it.",
            );
            ui.label("The works it is built on are listed in CITATIONS.bib.");
            ui.weak("MIT or Apache-2.0");
        },
    );
}
