//! The categories that a training text may contain: built-in ones to choose from, and samples of
//! the user.

use egui::{CollapsingHeader, TextEdit, Ui};
use mixlens_study::{
    BuiltIn, CATEGORIES, CategoryKind, Command, CommandKind, FrontRequest, SampleFrom,
    SampledCategory, Study, TokenizerChange,
};

use super::command_button_ui;
use crate::CommandQueue;
use crate::accessible_name::name;

/// Draws the categories; collapsed once a tokenizer is open, because the built-in ones are chosen.
pub(super) fn categories_ui(
    ui: &mut Ui,
    study: &Study,
    renamed: &mut Option<(usize, String)>,
    out: &mut CommandQueue,
) {
    let tokenizer = study.tokenizer();
    let count = tokenizer.categories().len();
    let noun = if count == 1 { "category" } else { "categories" };
    let title = format!(
        "{count} {noun} ({} from your samples)",
        tokenizer.samples.len()
    );
    CollapsingHeader::new(title)
        .id_salt("categories")
        .default_open(tokenizer.file.is_none())
        .show(ui, |ui| {
            for kind in CategoryKind::ALL {
                let built_in: Vec<&BuiltIn> = CATEGORIES
                    .iter()
                    .filter(|category| CategoryKind::from(*category) == kind)
                    .collect();
                if !built_in.is_empty() {
                    built_in_ui(ui, study, kind, &built_in, out);
                }
            }
            for (index, sample) in tokenizer.samples.iter().enumerate() {
                sample_ui(ui, index, sample, renamed, out);
            }
            ui.horizontal_wrapped(|ui| {
                command_button_ui(
                    ui,
                    "Add files…",
                    Command::Front(FrontRequest::AddSamples(SampleFrom::Files)),
                    out,
                );
                command_button_ui(
                    ui,
                    "Add folder…",
                    Command::Front(FrontRequest::AddSamples(SampleFrom::Folder)),
                    out,
                );
                ui.weak(
                    "or drop text, JSON Lines, Parquet or tables of counts on this panel. Each \
                    file or folder becomes a category.",
                );
            });
        });
}

/// A kind of built-in categories, with a checkbox for all and one for each.
fn built_in_ui(
    ui: &mut Ui,
    study: &Study,
    kind: CategoryKind,
    built_in: &[&BuiltIn],
    out: &mut CommandQueue,
) {
    let left_out = &study.tokenizer().left_out;
    let chosen = built_in
        .iter()
        .filter(|category| !left_out.contains(category.name))
        .count();
    let title = format!("{}: {chosen} of {}", kind.title(), built_in.len());
    CollapsingHeader::new(title)
        .id_salt(kind.title())
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let mut has_all = chosen == built_in.len();
                let is_some = chosen > 0 && !has_all;
                let all = ui.add(egui::Checkbox::new(&mut has_all, "All").indeterminate(is_some));
                name(ui, &all, format!("All of {}", kind.title().to_lowercase()));
                if all
                    .on_hover_text(CommandKind::ChooseCategories.info().tooltip)
                    .changed()
                {
                    let names = built_in
                        .iter()
                        .map(|category| category.name.to_owned())
                        .collect();
                    out.push(TokenizerChange::ChooseCategories {
                        names,
                        is_chosen: has_all,
                    });
                }
                for category in built_in {
                    let mut is_chosen = !left_out.contains(category.name);
                    if ui
                        .checkbox(&mut is_chosen, category.label)
                        .on_hover_text(category.note)
                        .changed()
                    {
                        out.push(TokenizerChange::ChooseCategories {
                            names: vec![category.name.to_owned()],
                            is_chosen,
                        });
                    }
                }
            });
        });
}

/// A sample of the user: name, size, and a button to remove it.
fn sample_ui(
    ui: &mut Ui,
    index: usize,
    sample: &SampledCategory,
    renamed: &mut Option<(usize, String)>,
    out: &mut CommandQueue,
) {
    ui.horizontal_wrapped(|ui| {
        let mut text = match renamed {
            Some((edited, text)) if *edited == index => text.clone(),
            _ => sample.name.clone(),
        };
        let response = ui.add(TextEdit::singleline(&mut text).desired_width(150.0));
        name(ui, &response, format!("Name of sample {}", index + 1));
        let response =
            response.on_hover_text("Samples with the same name are combined into one category");
        if response.lost_focus() {
            if text != sample.name {
                out.push(TokenizerChange::RenameSamples { index, name: text });
            }
            *renamed = None;
        } else if response.changed() {
            *renamed = Some((index, text));
        }
        ui.weak(sample.size_text());
        let remove = ui.small_button("Remove");
        name(ui, &remove, format!("Remove {}", sample.name));
        if remove
            .on_hover_text(CommandKind::RemoveSamples.info().tooltip)
            .clicked()
        {
            out.push(TokenizerChange::RemoveSamples(index));
        }
    });
}
