//! Empty states: what is missing, and a button that supplies it.

use egui::{RichText, Ui};
use mixlens_study::{Command, FrontRequest, Study};

use crate::CommandQueue;
use crate::output_medium::is_figure_page;

/// Shows why a panel is empty, with a button that fills it.
pub(crate) fn empty_ui(
    ui: &mut Ui,
    why: &str,
    action: Option<(&str, Command)>,
    out: &mut CommandQueue,
) {
    if is_figure_page(ui) {
        ui.weak(why);
        return;
    }
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.3);
        ui.label(RichText::new(why).weak());
        if let Some((title, command)) = action
            && ui
                .button(title)
                .on_hover_text(command.info().tooltip)
                .clicked()
        {
            out.push(command);
        }
    });
}

/// Shows that a panel waits for the profile around the mixture, or needs a fit to show `what`.
pub(crate) fn waiting_ui(ui: &mut Ui, study: &Study, what: &str, out: &mut CommandQueue) {
    if study.fit().is_some() {
        return empty_ui(ui, "Updating the profile around the mixture…", None, out);
    }
    let action = match study.table() {
        Some(_) => ("Fit a surrogate", Command::fit_first()),
        None => ("Import runs…", Command::Front(FrontRequest::OpenFiles)),
    };
    empty_ui(
        ui,
        &format!("Fit a surrogate to see {what}"),
        Some(action),
        out,
    );
}
