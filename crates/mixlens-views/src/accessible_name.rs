//! Names for screen readers, where a widget shows no text.

use egui::{ComboBox, Response, Ui};

use crate::output_medium::is_figure_page;

/// Names a widget that was just drawn.
pub(crate) fn name(ui: &Ui, response: &Response, name: impl Into<String>) {
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label(name.into()));
}

/// A drop-down list that shows `chosen`, with the accessible name `label`; `add` draws the entries.
/// A figure page shows the chosen entry alone.
pub(crate) fn choice_ui(
    ui: &mut Ui,
    label: &str,
    chosen: &str,
    width: f32,
    add: impl FnOnce(&mut Ui),
) -> Response {
    if is_figure_page(ui) {
        return ui.label(chosen);
    }
    let response = ComboBox::from_id_salt(label)
        .width(width)
        .selected_text(chosen)
        .show_ui(ui, add)
        .response;
    name(ui, &response, label);
    response
}
