//! Tokenizer: the file, the categories of its training text, and the inferred mixture.

mod bars;
mod categories;
mod outcome;

use egui::{DragValue, ProgressBar, RichText, ScrollArea, TextEdit, Ui};
use mixlens_study::{Analysis, Command, CommandKind, FrontRequest, Study, TokenizerChange};

use crate::accessible_name::{choice_ui, name};
use crate::output_medium::is_figure_page;
use crate::{CommandQueue, Surroundings, Tokens};

/// Named rules for splitting words, for files that give none; any regular expression works too.
const PATTERNS: [&str; 4] = ["gpt2", "cl100k", "o200k", "llama3"];
/// Width of the introduction, in points.
const TEXT_WIDTH: f32 = 460.0;

/// Texts being edited.
#[derive(Default)]
pub(crate) struct TokenizerDraft {
    /// A regular expression that splits words; `None` while a name is chosen.
    pattern: Option<String>,
    /// The sample being renamed: index and text.
    renamed: Option<(usize, String)>,
}

/// Draws the panel.
pub(super) fn tokenizer_ui(
    ui: &mut Ui,
    study: &Study,
    around: Surroundings<'_>,
    draft: &mut TokenizerDraft,
    out: &mut CommandQueue,
) {
    let tokenizer = study.tokenizer();
    if tokenizer.file.is_none() && tokenizer.found.is_none() && tokenizer.samples.is_empty() {
        return introduction_ui(ui, out);
    }
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            file_ui(ui, study, out);
            // A reopened study holds the outcome but neither the tokenizer nor the samples.
            if !is_figure_page(ui) && (tokenizer.file.is_some() || !tokenizer.samples.is_empty()) {
                categories::categories_ui(ui, study, &mut draft.renamed, out);
                ui.horizontal_wrapped(|ui| {
                    settings_ui(ui, study, &mut draft.pattern, out);
                    run_ui(ui, study, around, out);
                });
            }
            if let Some(problem) = &tokenizer.problem {
                ui.label(RichText::new(problem).color(Tokens::of(ui).worse));
            }
            if let (Some(found), Some(plot)) = (&tokenizer.found, study.inferred()) {
                ui.separator();
                outcome::outcome_ui(ui, study, found, plot, out);
            }
        });
}

/// The purpose of the panel.
fn introduction_ui(ui: &mut Ui, out: &mut CommandQueue) {
    if is_figure_page(ui) {
        ui.weak("No tokenizer has been opened");
        return;
    }
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.2);
        ui.set_max_width(TEXT_WIDTH);
        ui.label(
            RichText::new("A BPE tokenizer reveals the mixture of its training text").strong(),
        );
        ui.label(
            RichText::new(
                "The order of the merges shows which pairs of symbols were frequent in that text. \
                 Drop a tokenizer.json, merges.txt, .tiktoken, tekken.json or SentencePiece model \
                 here, or open one.",
            )
            .weak(),
        );
        command_button_ui(
            ui,
            "Open tokenizer…",
            Command::Front(FrontRequest::OpenTokenizer),
            out,
        );
        command_button_ui(
            ui,
            "Add samples first…",
            Command::Front(FrontRequest::AddSamples(mixlens_study::SampleFrom::Files)),
            out,
        );
    });
}

/// The name and the format of the tokenizer.
fn file_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let tokenizer = study.tokenizer();
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(tokenizer.name().unwrap_or("No tokenizer yet")).strong());
        if let Some(found) = tokenizer
            .found
            .as_ref()
            .filter(|found| found.format != found.tokenizer)
        {
            ui.weak(&found.format);
        }
        if !is_figure_page(ui) {
            command_button_ui(
                ui,
                "Open tokenizer…",
                Command::Front(FrontRequest::OpenTokenizer),
                out,
            );
            if tokenizer.file.is_none() && tokenizer.found.is_some() {
                ui.weak("Open the file again to repeat the inference");
            }
        }
    });
}

/// The number of merges, and the rule for splitting words.
fn settings_ui(ui: &mut Ui, study: &Study, pattern: &mut Option<String>, out: &mut CommandQueue) {
    let settings = &study.tokenizer().settings;
    let mut merges = settings.merges;
    let response = ui.add(
        DragValue::new(&mut merges)
            .range(1..=1_000_000)
            .speed(20.0)
            .update_while_editing(false),
    );
    name(ui, &response, "Merges to use");
    let response = response.on_hover_text(
        "The first merges carry most of the information; time grows with the number used",
    );
    out.extend(
        response
            .changed()
            .then_some(Command::Tokenizer(TokenizerChange::SetMerges(merges))),
    );
    ui.label("merges, words split");
    let chosen = match (&settings.pretokenizer, &*pattern) {
        (_, Some(_)) => "by a regular expression",
        (None, None) => "as in the file",
        (Some(name), None) => name.as_str(),
    };
    let response = choice_ui(ui, "How words are split", chosen, 150.0, |ui| {
        if ui
            .selectable_label(chosen == "as in the file", "as in the file")
            .clicked()
        {
            *pattern = None;
            out.push(TokenizerChange::SetPretokenizer(None));
        }
        for name in PATTERNS {
            if ui.selectable_label(chosen == name, name).clicked() {
                *pattern = None;
                out.push(TokenizerChange::SetPretokenizer(Some(name.to_owned())));
            }
        }
        if ui
            .selectable_label(pattern.is_some(), "by a regular expression")
            .clicked()
        {
            *pattern = Some(settings.pretokenizer.clone().unwrap_or_default());
        }
    });
    response.on_hover_text(CommandKind::SetPretokenizer.info().tooltip);
    if let Some(text) = pattern {
        let response = ui.add(
            TextEdit::singleline(text)
                .hint_text("\\s?\\w+|…")
                .desired_width(200.0)
                .code_editor(),
        );
        name(ui, &response, "Regular expression that splits words");
        out.extend(
            response
                .lost_focus()
                .then(|| Command::Tokenizer(TokenizerChange::SetPretokenizer(Some(text.clone())))),
        );
    }
}

/// The button that starts the inference, or the progress of a running one.
fn run_ui(ui: &mut Ui, study: &Study, around: Surroundings<'_>, out: &mut CommandQueue) {
    let tokenizer = study.tokenizer();
    let Some(id) = study.inferring() else {
        let is_possible = tokenizer.file.is_some() && !tokenizer.categories().is_empty();
        let info = CommandKind::InferMixture.info();
        let button = ui.add_enabled(is_possible, egui::Button::new("Infer mixture"));
        let missing = if tokenizer.file.is_none() {
            "Open a tokenizer first"
        } else {
            "Choose a category, or add samples"
        };
        if button
            .on_hover_text(info.tooltip)
            .on_disabled_hover_text(missing)
            .clicked()
        {
            out.push(Analysis::InferMixture);
        }
        if tokenizer.file.is_some() && tokenizer.categories().is_empty() {
            ui.weak(missing);
        } else if tokenizer.file.is_some()
            && tokenizer
                .found
                .as_ref()
                .is_some_and(|found| !tokenizer.is_answered_by(found))
        {
            ui.weak("Categories or settings have changed since the last inference");
        }
        return;
    };
    let fraction = around
        .jobs
        .iter()
        .find(|job| job.id == id)
        .and_then(|job| job.fraction);
    let bar = ProgressBar::new(fraction.unwrap_or(0.0))
        .desired_width(200.0)
        .text("Inferring the mixture");
    ui.add(bar.animate(fraction.is_none()));
    let cancel = ui.button("Cancel");
    name(ui, &cancel, "Cancel the inference");
    if cancel.clicked() {
        out.push(Analysis::CancelJob(id));
    }
}

/// A button for a command.
fn command_button_ui(ui: &mut Ui, title: &str, command: Command, out: &mut CommandQueue) {
    if ui
        .button(title)
        .on_hover_text(command.info().tooltip)
        .clicked()
    {
        out.push(command);
    }
}
