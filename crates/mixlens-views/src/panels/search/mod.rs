//! Search: objective, limits, settings, and the best predicted mixtures.

mod limits;
mod outcome;

use egui::{CollapsingHeader, DragValue, Label, RichText, ScrollArea, TextEdit, Ui};
use mixlens_core::search::DeviceChoice;
use mixlens_core::table::Direction;
use mixlens_study::{
    Analysis, Command, CommandKind, Edit, ObjectiveMetric, ObjectiveSettings, ScalarisationKind,
    SearchSettings, Study,
};

use crate::CommandQueue;
use crate::accessible_name::{choice_ui, name};
use crate::drag_steps::push_drag;
use crate::empty::empty_ui;
use crate::output_medium::is_figure_page;

pub(super) use limits::limits_ui;
pub(super) use outcome::ran_on_ui;

/// Texts and settings being edited.
#[derive(Default)]
pub(crate) struct SearchDraft {
    settings: SearchSettings,
    constraint: String,
    bound: String,
}

/// Draws the panel.
pub(super) fn search_ui(
    ui: &mut Ui,
    study: &Study,
    draft: &mut SearchDraft,
    out: &mut CommandQueue,
) {
    if study.fit().is_none() {
        return empty_ui(ui, "Fit a surrogate to search for mixtures", None, out);
    }
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            if !is_figure_page(ui) {
                objective_ui(ui, study, out);
                limits_ui(ui, study, out);
                lines_ui(ui, study, draft, out);
                settings_ui(ui, study, draft, out);
                ui.separator();
            }
            if let Some(search) = &study.dataset().work.results.search {
                outcome::outcome_ui(ui, study, search, out);
            }
        });
}

/// The scalarisation, and the metrics with their weights.
fn objective_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let goal = study.goal();
    ui.horizontal_wrapped(|ui| {
        ui.label("Objective");
        choice_ui(ui, "Scalarisation", goal.aim.title(), 120.0, |ui| {
            for aim in ScalarisationKind::ALL {
                if ui.selectable_label(goal.aim == aim, aim.title()).clicked() {
                    out.push(Edit::SetScalarisation(aim));
                }
            }
        });
        let counted = goal
            .metrics
            .iter()
            .filter(|metric| metric.weight > 0.0)
            .map(|metric| metric.name.as_str());
        let counted = counted.collect::<Vec<_>>().join(", ");
        ui.add(Label::new(RichText::new(format!("of {counted}")).weak()).truncate())
            .on_hover_text(counted);
    });
    let title = format!("Metrics and their weights ({})", goal.metrics.len());
    CollapsingHeader::new(title)
        .id_salt("metrics")
        .show(ui, |ui| weights_ui(ui, goal, out));
}

fn weights_ui(ui: &mut Ui, goal: &ObjectiveSettings, out: &mut CommandQueue) {
    ui.horizontal_wrapped(|ui| {
        for (metric, settings) in goal.metrics.iter().enumerate() {
            let mut is_counted = settings.weight > 0.0;
            if ui
                .checkbox(&mut is_counted, &settings.name)
                .on_hover_text(CommandKind::SetWeight.info().tooltip)
                .changed()
            {
                out.push(Edit::SetWeight {
                    metric,
                    to: if is_counted { 1.0 } else { 0.0 },
                });
            }
            if settings.weight > 0.0 {
                let mut weight = settings.weight;
                let field = DragValue::new(&mut weight)
                    .range(0.0..=1000.0)
                    .speed(0.02)
                    .max_decimals(3);
                let response = ui.add(field.update_while_editing(false));
                name(ui, &response, format!("Weight of {}", settings.name));
                let changed = response
                    .changed()
                    .then_some(Command::Edit(Edit::SetWeight { metric, to: weight }));
                push_drag(&response, changed, out);
                direction_ui(ui, metric, settings, out);
            }
        }
    });
}

/// The direction of improvement of a metric; a click reverses it.
fn direction_ui(ui: &mut Ui, metric: usize, settings: &ObjectiveMetric, out: &mut CommandQueue) {
    let (title, to) = match settings.direction {
        Direction::Lower => ("lower is better", Direction::Higher),
        Direction::Higher => ("higher is better", Direction::Lower),
    };
    let button = ui
        .small_button(title)
        .on_hover_text(CommandKind::SetDirection.info().tooltip);
    name(ui, &button, format!("{}: {title}", settings.name));
    out.extend(
        button
            .clicked()
            .then_some(Command::Edit(Edit::SetDirection { metric, to })),
    );
}

/// Constraints on domains and bounds on metrics, as text.
fn lines_ui(ui: &mut Ui, study: &Study, draft: &mut SearchDraft, out: &mut CommandQueue) {
    let (constraints, bounds) = (&study.limits().linear, &study.goal().bounds);
    ui.horizontal_wrapped(|ui| {
        let (text, hint) = (&mut draft.constraint, "code <= 2*maths");
        out.extend(
            line_ui(ui, "Constraint", hint, text).map(|to| Command::Edit(Edit::AddConstraint(to))),
        );
        let (text, hint) = (&mut draft.bound, "code_loss <= baseline + 0.01");
        out.extend(
            line_ui(ui, "Metric bound", hint, text).map(|to| Command::Edit(Edit::AddBound(to))),
        );
    });
    ui.horizontal_wrapped(|ui| {
        out.extend(listed_ui(ui, constraints).map(|to| Command::Edit(Edit::RemoveConstraint(to))));
        out.extend(listed_ui(ui, bounds).map(|to| Command::Edit(Edit::RemoveBound(to))));
    });
}

/// A text field; Enter or the button returns its text.
fn line_ui(ui: &mut Ui, label: &str, hint: &str, text: &mut String) -> Option<String> {
    ui.add(Label::new(label).extend());
    let response = ui.add(
        TextEdit::singleline(text)
            .hint_text(hint)
            .desired_width(190.0),
    );
    name(ui, &response, label);
    let is_entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let is_added = ui
        .small_button("Add")
        .on_hover_text(format!("Add this {}", label.to_lowercase()))
        .clicked();
    ((is_entered || is_added) && !text.trim().is_empty()).then(|| std::mem::take(text))
}

/// Lines with a button to remove each; returns the index of the removed line.
fn listed_ui(ui: &mut Ui, lines: &[String]) -> Option<usize> {
    let mut removed = None;
    for (index, line) in lines.iter().enumerate() {
        ui.monospace(line);
        if ui
            .small_button("Remove")
            .on_hover_text(format!("Remove {line}"))
            .clicked()
        {
            removed = Some(index);
        }
    }
    removed
}

/// Chooses the device that simulates mixtures.
pub(super) fn device_ui(ui: &mut Ui, device: &mut DeviceChoice) {
    choice_ui(ui, "Device", device_title(*device), 150.0, |ui| {
        for choice in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Gpu] {
            ui.selectable_value(device, choice, device_title(choice));
        }
    });
}

fn device_title(choice: DeviceChoice) -> &'static str {
    match choice {
        DeviceChoice::Auto => "the faster device",
        DeviceChoice::Cpu => "the processor",
        DeviceChoice::Gpu => "the graphics processor",
    }
}

fn settings_ui(ui: &mut Ui, study: &Study, draft: &mut SearchDraft, out: &mut CommandQueue) {
    ui.horizontal_wrapped(|ui| {
        let settings = &mut draft.settings;
        let samples = DragValue::new(&mut settings.samples)
            .range(100..=100_000_000)
            .speed(1000.0);
        let response = ui.add(samples);
        name(ui, &response, "Samples");
        ui.label("samples if no exact search is possible, on");
        device_ui(ui, &mut settings.device);
        ui.label("seed");
        let mut seed = study.state().seed;
        let response = ui.add(
            DragValue::new(&mut seed)
                .speed(0.1)
                .update_while_editing(false),
        );
        name(ui, &response, "Seed");
        push_drag(
            &response,
            response
                .changed()
                .then_some(Command::Edit(Edit::SetSeed(seed))),
            out,
        );
        ui.checkbox(&mut settings.keep_locks, "Keep locked domains");
        if ui
            .button("Search")
            .on_hover_text(CommandKind::Search.info().tooltip)
            .clicked()
        {
            out.push(Analysis::Search(settings.clone()));
        }
    });
}
