//! The list of shortcuts.

use egui::{Context, Grid, Window};
use mixlens_study::CommandInfo;

use crate::keys::keyboard_shortcut;

/// Draws the window while it is open.
pub(super) fn shortcuts_ui(ctx: &Context, is_open: &mut bool) {
    Window::new("Keyboard shortcuts")
        .open(is_open)
        .collapsible(false)
        .resizable(false)
        .show(ctx, |ui| {
            Grid::new("shortcuts")
                .num_columns(2)
                .striped(true)
                .show(ui, |ui| {
                    for info in CommandInfo::ALL {
                        if let Some(shortcut) = info.shortcut.and_then(keyboard_shortcut) {
                            ui.label(ui.ctx().format_shortcut(&shortcut));
                            ui.label(info.title).on_hover_text(info.tooltip);
                            ui.end_row();
                        }
                    }
                });
        });
}
