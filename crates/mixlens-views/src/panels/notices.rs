//! Notices of the import.

use egui::{ScrollArea, Ui};
use mixlens_study::{Study, ViewChange};

use crate::CommandQueue;
use crate::empty::empty_ui;

/// Draws the panel.
pub(super) fn notices_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let notices = &study.dataset().notices;
    if notices.is_empty() {
        return empty_ui(ui, "The import of these runs gave no notices", None, out);
    }
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for (index, notice) in notices.iter().enumerate() {
                ui.horizontal_wrapped(|ui| {
                    if ui.small_button("Dismiss").clicked() {
                        out.push(ViewChange::DismissNotice(index));
                    }
                    ui.label(notice);
                });
            }
        });
}
