//! The categories that a training text may hold: built-in ones to choose from, and samples of the
//! user.

use egui::{CollapsingHeader, TextEdit, Ui};
use mixlens_study::{
    BuiltIn, CATEGORIES, CategoryKind, Command, CommandKind, FrontRequest, SampleFrom,
    SampledCategory, Study, TokenizerChange,
};

use super::command_button_ui;
use crate::CommandQueue;
use crate::accessible_name::name;

/// Draws the categories; closed where a tokenizer is first, since it asks about the built-in ones.
pub(super) fn categories_ui(
    ui: &mut Ui,
    study: &Study,
    renamed: &mut Option<(usize, String)>,
    out: &mut CommandQueue,
) {
    let own = study.tokenizer();
    let count = own.categories().len();
    let noun = if count == 1 { "category" } else { "categories" };
    let title = format!("{count} {noun} ({} of yours)", own.samples.len());
    CollapsingHeader::new(title)
        .id_salt("categories")
        .default_open(own.file.is_none())
        .show(ui, |ui| {
            for kind in CategoryKind::ALL {
                let built_in: Vec<&BuiltIn> = CATEGORIES
                    .iter()
                    .filter(|own| CategoryKind::from(*own) == kind)
                    .collect();
                if !built_in.is_empty() {
                    built_in_ui(ui, study, kind, &built_in, out);
                }
            }
            for (place, sample) in own.samples.iter().enumerate() {
                sample_ui(ui, place, sample, renamed, out);
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
                    "or drop text, JSON lines, Parquet or tables of counts on this panel; each \
                    file or folder is a category",
                );
            });
        });
}

/// A kind of built-in categories, with a box for all of them and one for each.
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
        .filter(|own| !left_out.contains(own.name))
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
                    let names = built_in.iter().map(|own| own.name.to_owned()).collect();
                    out.push(TokenizerChange::ChooseCategories {
                        names,
                        is_chosen: has_all,
                    });
                }
                for own in built_in {
                    let mut is_chosen = !left_out.contains(own.name);
                    if ui
                        .checkbox(&mut is_chosen, own.label)
                        .on_hover_text(own.note)
                        .changed()
                    {
                        out.push(TokenizerChange::ChooseCategories {
                            names: vec![own.name.to_owned()],
                            is_chosen,
                        });
                    }
                }
            });
        });
}

/// A sample of the user: its name, how much it is, and a way to remove it.
fn sample_ui(
    ui: &mut Ui,
    place: usize,
    sample: &SampledCategory,
    renamed: &mut Option<(usize, String)>,
    out: &mut CommandQueue,
) {
    ui.horizontal_wrapped(|ui| {
        let mut text = match renamed {
            Some((own, text)) if *own == place => text.clone(),
            _ => sample.name.clone(),
        };
        let response = ui.add(TextEdit::singleline(&mut text).desired_width(150.0));
        name(ui, &response, format!("Name of sample {}", place + 1));
        let response = response.on_hover_text("Samples that are given the same name become one");
        if response.lost_focus() {
            if text != sample.name {
                out.push(TokenizerChange::RenameSamples { index: place, name: text });
            }
            *renamed = None;
        } else if response.changed() {
            *renamed = Some((place, text));
        }
        ui.weak(sample.size_text());
        let remove = ui.small_button("Remove");
        name(ui, &remove, format!("Remove {}", sample.name));
        if remove
            .on_hover_text(CommandKind::RemoveSamples.info().tooltip)
            .clicked()
        {
            out.push(TokenizerChange::RemoveSamples(place));
        }
    });
}
