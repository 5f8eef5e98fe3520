//! Tokenizer: which file, which categories its training text may hold, and the mixture behind it.

mod bars;
mod categories;
mod outcome;

use egui::{DragValue, ProgressBar, RichText, ScrollArea, TextEdit, Ui};
use mixlens_study::{Analysis, Command, CommandKind, FrontRequest, Study, TokenizerChange};

use crate::accessible_name::{choice_ui, name};
use crate::figure_page::is_figure_page;
use crate::{CommandQueue, Surroundings, Tokens};

/// Ways to cut words that go by a name, for files that do not say; beside them any regular
/// expression.
const PATTERNS: [&str; 4] = ["gpt2", "cl100k", "o200k", "llama3"];
/// Width of the introduction, in points.
const TEXT_WIDTH: f32 = 460.0;

/// What is being typed.
#[derive(Default)]
pub(crate) struct TokenizerDraft {
    /// A regular expression that cuts words; `None` while a name is chosen.
    pattern: Option<String>,
    /// Names of samples, as far as they are being changed: place and text.
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
    let own = study.tokenizer();
    if own.file.is_none() && own.found.is_none() && own.samples.is_empty() {
        return introduction_ui(ui, out);
    }
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            file_ui(ui, study, out);
            // A study that was opened again has the answer, and nothing to ask anew.
            if !is_figure_page(ui) && (own.file.is_some() || !own.samples.is_empty()) {
                categories::categories_ui(ui, study, &mut draft.renamed, out);
                ui.horizontal_wrapped(|ui| {
                    settings_ui(ui, study, &mut draft.pattern, out);
                    run_ui(ui, study, around, out);
                });
            }
            if let Some(problem) = &own.problem {
                ui.label(RichText::new(problem).color(Tokens::of(ui).worse));
            }
            if let (Some(found), Some(plot)) = (&own.found, study.inferred()) {
                ui.separator();
                outcome::outcome_ui(ui, study, found, plot, out);
            }
        });
}

/// What the panel is for.
fn introduction_ui(ui: &mut Ui, out: &mut CommandQueue) {
    if is_figure_page(ui) {
        ui.weak("No tokenizer was opened");
        return;
    }
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.2);
        ui.set_max_width(TEXT_WIDTH);
        ui.label(RichText::new("A BPE tokenizer tells what it was trained on").strong());
        ui.label(
            RichText::new(
                "Its merges are listed in the order of how frequent pairs of letters were in the \
                training text. Drop a \
                 tokenizer.json, merges.txt, .tiktoken, tekken.json or SentencePiece model here, \
                 or open one.",
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

/// Which tokenizer it is.
fn file_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let own = study.tokenizer();
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(own.name().unwrap_or("No tokenizer yet")).strong());
        if let Some(found) = own
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
            if own.file.is_none() && own.found.is_some() {
                ui.weak("open the file again to infer anew");
            }
        }
    });
}

/// How many merges, and how words are cut.
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
    let response = response
        .on_hover_text("The first merges of a tokenizer tell most; more cost time in proportion");
    out.extend(
        response
            .changed()
            .then_some(Command::Tokenizer(TokenizerChange::SetMerges(merges))),
    );
    ui.label("merges, words cut");
    let chosen = match (&settings.pretokenizer, &*pattern) {
        (_, Some(_)) => "by an expression",
        (None, None) => "as the file says",
        (Some(own), None) => own.as_str(),
    };
    let response = choice_ui(ui, "How words are cut", chosen, 150.0, |ui| {
        if ui
            .selectable_label(chosen == "as the file says", "as the file says")
            .clicked()
        {
            *pattern = None;
            out.push(TokenizerChange::SetPretokenizer(None));
        }
        for own in PATTERNS {
            if ui.selectable_label(chosen == own, own).clicked() {
                *pattern = None;
                out.push(TokenizerChange::SetPretokenizer(Some(own.to_owned())));
            }
        }
        if ui
            .selectable_label(pattern.is_some(), "by an expression")
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
        name(ui, &response, "Expression that cuts words");
        out.extend(
            response
                .lost_focus()
                .then(|| Command::Tokenizer(TokenizerChange::SetPretokenizer(Some(text.clone())))),
        );
    }
}

/// The button that starts the inference, or how far it is.
fn run_ui(ui: &mut Ui, study: &Study, around: Surroundings<'_>, out: &mut CommandQueue) {
    let own = study.tokenizer();
    let Some(id) = study.inferring() else {
        let is_possible = own.file.is_some() && !own.categories().is_empty();
        let info = CommandKind::InferMixture.info();
        let button = ui.add_enabled(is_possible, egui::Button::new("Infer mixture"));
        let missing = if own.file.is_none() {
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
        if own.file.is_some() && own.categories().is_empty() {
            ui.weak(missing);
        } else if own.file.is_some()
            && own
                .found
                .as_ref()
                .is_some_and(|found| !own.is_answered_by(found))
        {
            ui.weak("categories or settings have changed since");
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
