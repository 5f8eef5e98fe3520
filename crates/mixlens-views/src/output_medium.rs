//! The medium that panels are drawn for: the window, or a figure page without controls.

use egui::{Context, Id, Ui};

/// Declares that `ctx` draws a figure page, or the window.
pub(crate) fn set_figure_page(ctx: &Context, is_figure_page: bool) {
    ctx.data_mut(|data| data.insert_temp(mark(), is_figure_page));
}

/// Whether `ui` draws a figure page, which leaves out controls.
pub(crate) fn is_figure_page(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp(mark()).unwrap_or(false))
}

/// A row of controls and hints; left out on a figure page.
pub(crate) fn tools_ui(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    if !is_figure_page(ui) {
        ui.horizontal_wrapped(add);
    }
}

fn mark() -> Id {
    Id::unique("figure page")
}
