//! The outcome of a search.

use egui::{Grid, RichText, ScrollArea, Ui};
use mixlens_core::simplex::Mixture;
use mixlens_study::{BackendReport, Edit, SearchOutcome, Study, difference_text, percent_text};

use crate::CommandQueue;
use crate::output_medium::is_figure_page;

/// Draws the mixtures found.
pub(super) fn outcome_ui(
    ui: &mut Ui,
    study: &Study,
    search: &SearchOutcome,
    out: &mut CommandQueue,
) {
    let how = match (search.samples, search.gap) {
        (0, Some(_)) => format!("exact for {}, {}", search.surrogate, search.status.name()),
        (samples, _) => format!(
            "best of {samples} simulated mixtures by {}",
            search.surrogate
        ),
    };
    ui.label(RichText::new(format!("Best predicted for {}", search.objective_name)).strong());
    let versus = search.versus.iter().map(|(name, objective)| {
        let difference = difference_text(
            search.objective - objective,
            None,
            Some(search.settings.tolerance),
        );
        format!(", {difference} against {name}")
    });
    ui.weak(how + &versus.collect::<String>());
    ran_on_ui(ui, &search.ran_on, search.samples);
    let mut found = vec![
        ("Proposal", &search.mixture),
        ("Best single", &search.best_single.0),
    ];
    found.extend(
        search
            .nearest
            .iter()
            .map(|nearest| ("Nearest to natural", nearest)),
    );
    ScrollArea::horizontal().show(ui, |ui| {
        Grid::new("found")
            .striped(true)
            .num_columns(found.len() + 3)
            .show(ui, |ui| {
                headers_ui(ui, &found, out);
                for (row, spread) in study.domain_rows().iter().zip(&search.spread) {
                    ui.label(&row.name);
                    for (_, mixture) in &found {
                        ui.label(
                            mixture
                                .parts()
                                .get(row.domain)
                                .map_or_else(String::new, |part| percent_text(*part)),
                        );
                    }
                    ui.weak(format!(
                        "{} to {}",
                        percent_text(spread.0),
                        percent_text(spread.1)
                    ));
                    ui.weak(&row.baseline_text);
                    ui.end_row();
                }
            });
    });
}

/// The device that simulated the mixtures, and its speed.
pub(in super::super) fn ran_on_ui(ui: &mut Ui, ran_on: &BackendReport, samples: u64) {
    for text in ran_on.speed_text(samples).iter().chain(&ran_on.notice) {
        ui.weak(text);
    }
}

fn headers_ui(ui: &mut Ui, found: &[(&str, &Mixture)], out: &mut CommandQueue) {
    ui.weak("Domain");
    for (title, mixture) in found {
        ui.vertical(|ui| {
            ui.add(egui::Label::new(*title).extend());
            if !is_figure_page(ui) {
                ui.horizontal(|ui| actions_ui(ui, title, mixture, out));
            }
        });
    }
    ui.weak("Range among the best");
    ui.weak("Baseline");
    ui.end_row();
}

fn actions_ui(ui: &mut Ui, title: &str, mixture: &Mixture, out: &mut CommandQueue) {
    if ui
        .small_button("Apply")
        .on_hover_text(format!(
            "Set the sliders to this mixture ({})",
            title.to_lowercase()
        ))
        .clicked()
    {
        out.push(Edit::SetMixture(mixture.clone()));
    }
    if ui
        .small_button("Keep")
        .on_hover_text("Set the sliders to this mixture and keep it under this name")
        .clicked()
    {
        out.push(Edit::SetMixture(mixture.clone()));
        out.push(Edit::SaveMixture {
            name: title.to_owned(),
        });
    }
}
