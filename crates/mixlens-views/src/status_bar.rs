//! The bar at the bottom: running jobs, the last message, the support of the mixture, notices.

use egui::{Align, Layout, ProgressBar, RichText, Ui};
use mixlens_study::{Analysis, Panel, Study, ViewChange};

use crate::support::support_ui;
use crate::{CommandQueue, JobProgress};

/// Minimum width for the right part, in points; on a phone a job or a message replaces it.
const MIN_RIGHT: f32 = 320.0;

/// Draws the bar.
pub(crate) fn status_bar_ui(
    ui: &mut Ui,
    study: &Study,
    jobs: &[JobProgress],
    message: &mut Option<String>,
    out: &mut CommandQueue,
) {
    ui.horizontal(|ui| {
        ui.set_min_height(22.0);
        for job in jobs {
            let bar = ProgressBar::new(job.fraction.unwrap_or(0.0))
                .desired_width(160.0)
                .text(job.title);
            ui.add(bar.animate(job.fraction.is_none()));
            if ui
                .small_button("Cancel")
                .on_hover_text(format!("Stop {}", job.title.to_lowercase()))
                .clicked()
            {
                out.push(Analysis::CancelJob(job.id));
            }
        }
        let is_dismissed = message.as_ref().is_some_and(|text| {
            ui.label(text);
            ui.small_button("Dismiss").clicked()
        });
        if is_dismissed {
            *message = None;
        }
        if jobs.is_empty() && message.is_none() {
            ui.label(RichText::new(summary(study)).weak());
        }
        if ui.available_width() < MIN_RIGHT {
            return;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let notices = study.dataset().notices.len();
            if notices > 0 {
                let title = if notices == 1 {
                    "1 notice".to_owned()
                } else {
                    format!("{notices} notices")
                };
                if ui
                    .small_button(title)
                    .on_hover_text("Show the notices of the import")
                    .clicked()
                {
                    out.push(ViewChange::ShowPanel {
                        panel: Panel::Notices,
                        is_shown: true,
                    });
                }
            }
            if let Some(predictions) = study.predictions() {
                support_ui(ui, predictions.support);
                ui.weak(format!("predicted by {}", predictions.surrogate));
            }
        });
    });
}

fn summary(study: &Study) -> String {
    let domains = study.domains().len();
    match study.table() {
        Some(table) => format!(
            "{} runs, {domains} domains, {} metrics",
            table.len(),
            table.metrics().len()
        ),
        None => format!("{domains} domains, no runs"),
    }
}
