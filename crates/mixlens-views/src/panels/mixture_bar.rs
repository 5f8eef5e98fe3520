//! The tools above the mixture: resets, redistribution of a change, order and filter of domains.

use egui::{TextEdit, Ui};
use mixlens_study::{CommandKind, DomainOrder, Edit, Study, ViewChange};

use crate::CommandQueue;
use crate::accessible_name::{choice_ui, name};
use crate::menu_bar::resets;
use crate::output_medium::tools_ui;
use crate::theme::is_narrow;
use crate::widgets::redistributions;

/// Up to this many domains need no filter.
const FEW: usize = 12;

/// Draws the tools.
pub(super) fn mixture_bar_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let is_narrow = is_narrow(ui);
    if !is_narrow {
        tools_ui(ui, |ui| {
            ui.weak("Reset to");
            resets_ui(ui, study, out);
        });
    }
    tools_ui(ui, |ui| {
        if is_narrow {
            ui.menu_button("Reset", |ui| resets_ui(ui, study, out));
        }
        redistribution_ui(ui, study, out);
        order_ui(ui, study.view().domain_order, out);
        if is_narrow && study.domains().len() <= FEW {
            return;
        }
        let mut filter = study.view().domain_filter.clone();
        let edit = TextEdit::singleline(&mut filter)
            .hint_text("Filter domains")
            .desired_width(110.0);
        let response = ui.add(edit);
        name(ui, &response, "Filter domains");
        if response.changed() {
            out.push(ViewChange::FilterDomains(filter));
        }
    });
}

fn resets_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    for (title, to) in resets(study) {
        if ui
            .button(title)
            .on_hover_text(CommandKind::Reset.info().tooltip)
            .clicked()
        {
            out.push(Edit::Reset(to));
        }
    }
}

fn redistribution_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let all = redistributions(study);
    let chosen = all
        .iter()
        .find(|(_, is_chosen, _)| *is_chosen)
        .map_or("", |(title, _, _)| title.as_str());
    let response = choice_ui(
        ui,
        "Domains that compensate a change",
        chosen,
        150.0,
        |ui| {
            for (title, is_chosen, command) in &all {
                if ui.selectable_label(*is_chosen, title).clicked() {
                    out.push(command.clone());
                }
            }
        },
    );
    response.on_hover_text(CommandKind::SetRedistribution.info().tooltip);
}

fn order_ui(ui: &mut Ui, chosen: DomainOrder, out: &mut CommandQueue) {
    let all = [
        (DomainOrder::Table, "Table order"),
        (DomainOrder::Name, "By name"),
        (DomainOrder::Proportion, "By proportion"),
        (DomainOrder::Difference, "By difference"),
    ];
    let title = all
        .iter()
        .find(|(order, _)| *order == chosen)
        .map_or("", |(_, title)| title);
    choice_ui(ui, "Order of the domains", title, 104.0, |ui| {
        for (order, title) in all {
            if ui.selectable_label(order == chosen, title).clicked() {
                out.push(ViewChange::SortDomains(order));
            }
        }
    });
}
