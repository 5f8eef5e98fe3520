//! Names for screen readers, where a widget shows none of its own.

use egui::{ComboBox, Response, Ui};

use crate::figure_page::is_figure_page;

/// Names a widget that was just drawn.
pub(crate) fn name(ui: &Ui, response: &Response, name: impl Into<String>) {
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label(name.into()));
}

/// A drop-down list that shows `chosen` and is called `called`; `add` draws the entries. On paper
/// only what was chosen.
pub(crate) fn choice_ui(
    ui: &mut Ui,
    called: &str,
    chosen: &str,
    width: f32,
    add: impl FnOnce(&mut Ui),
) -> Response {
    if is_figure_page(ui) {
        return ui.label(chosen);
    }
    let response = ComboBox::from_id_salt(called)
        .width(width)
        .selected_text(chosen)
        .show_ui(ui, add)
        .response;
    name(ui, &response, called);
    response
}
