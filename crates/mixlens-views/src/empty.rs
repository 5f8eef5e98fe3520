//! Empty states: what is missing, and the button that brings it.

use egui::{RichText, Ui};
use mixlens_study::Command;

use crate::CommandQueue;
use crate::paper::is_paper;

/// Says why a panel is empty, with a button that changes it.
pub(crate) fn empty_ui(ui: &mut Ui, why: &str, action: Option<(&str, Command)>, out: &mut CommandQueue) {
    if is_paper(ui) {
        ui.weak(why);
        return;
    }
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.3);
        ui.label(RichText::new(why).weak());
        if let Some((title, command)) = action
            && ui.button(title).on_hover_text(command.info().tooltip).clicked()
        {
            out.push(command);
        }
    });
}
