//! The menus, from the table of commands.

use egui::{Button, MenuBar, Ui};
use mixlens_core::fit::SurrogateParams;
use mixlens_study::{
    Analysis, BaselineFrom, Command, CommandInfo, CommandKind, Edit, EvidencePlot, Example,
    FrontRequest, InferredAs, MenuGroup, MixtureFormat, Output, Panel, ResetTo, SampleFrom,
    ScalarisationKind, ShareOf, Study, Theme, ViewChange,
};

use crate::keys::{keyboard_shortcut, usual_command};
use crate::widgets::redistributions;
use crate::workspace::PANELS;
use crate::{CommandQueue, Surroundings};

/// Draws the menu bar.
pub(crate) fn menu_bar_ui(
    ui: &mut Ui,
    study: &Study,
    around: Surroundings<'_>,
    out: &mut CommandQueue,
) {
    MenuBar::new().ui(ui, |ui| {
        for menu in MenuGroup::MENUS {
            let kinds = CommandInfo::ALL.iter().filter(|info| info.menu == menu);
            let entries: Vec<&CommandInfo> = kinds
                .filter(|info| has_entry(study, around, info.kind))
                .collect();
            if entries.is_empty() {
                continue;
            }
            ui.menu_button(menu.title(), |ui| {
                ui.set_min_width(220.0);
                for info in entries {
                    entry_ui(ui, study, around, *info, out);
                }
            });
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mark = if study.is_modified() {
                " (changed)"
            } else {
                ""
            };
            let name = format!("{}{mark}", study.dataset().name);
            ui.add(egui::Label::new(egui::RichText::new(name).weak()).truncate());
        });
    });
}

/// Commands that this front end carries out.
fn has_entry(study: &Study, around: Surroundings<'_>, kind: CommandKind) -> bool {
    use CommandKind as Kind;
    let is_submenu = matches!(
        kind,
        Kind::ExportSvg
            | Kind::ExportPng
            | Kind::ExportPlotData
            | Kind::SetRedistribution
            | Kind::SetScalarisation
            | Kind::ShowPanel
            | Kind::SetTheme
            | Kind::ShowMetric
            | Kind::ShowEvidence
            | Kind::ShowShares
    );
    if kind == Kind::Quit {
        return around.may_quit;
    }
    let has_recent = kind == Kind::OpenRecent && !around.recent.is_empty();
    is_submenu || has_recent || usual_command(study, kind).is_some()
}

fn entry_ui(
    ui: &mut Ui,
    study: &Study,
    around: Surroundings<'_>,
    info: CommandInfo,
    out: &mut CommandQueue,
) {
    let choices = choices(study, around, info.kind);
    if choices.is_empty() {
        if let Some(command) = usual_command(study, info.kind) {
            let is_enabled = match info.kind {
                CommandKind::Undo => study.can_undo(),
                CommandKind::Redo => study.can_redo(),
                _ => true,
            };
            let title = match info.kind {
                CommandKind::Undo => with_step(info.title, study.undo_title()),
                CommandKind::Redo => with_step(info.title, study.redo_title()),
                _ => info.title.to_owned(),
            };
            let mut button = Button::new(title);
            if let Some(shortcut) = info.shortcut.and_then(keyboard_shortcut) {
                button = button.shortcut_text(ui.ctx().format_shortcut(&shortcut));
            }
            ui.add_enabled_ui(is_enabled, |ui| command_ui(ui, button, command, out));
        }
        return;
    }
    ui.menu_button(info.title.trim_end_matches('…'), |ui| {
        for (title, is_chosen, command) in choices {
            command_ui(ui, Button::selectable(is_chosen, title), command, out);
        }
    })
    .response
    .on_hover_text(info.tooltip);
}

fn with_step(title: &str, step: Option<&str>) -> String {
    step.map_or_else(
        || title.to_owned(),
        |step| format!("{title} {}", step.to_lowercase()),
    )
}

fn command_ui(ui: &mut Ui, button: Button<'_>, command: Command, out: &mut CommandQueue) {
    if ui
        .add(button)
        .on_hover_text(command.info().tooltip)
        .clicked()
    {
        out.push(command);
        ui.close();
    }
}

/// The entries of the submenu of a command that needs a choice.
fn choices(
    study: &Study,
    around: Surroundings<'_>,
    kind: CommandKind,
) -> Vec<(String, bool, Command)> {
    use CommandKind as Kind;
    let view = study.view();
    let plain = |title: &str, command| (title.to_owned(), false, command);
    match kind {
        Kind::OpenExample => Example::ALL
            .map(|example| {
                plain(
                    example.title(),
                    Command::Front(FrontRequest::OpenExample(example)),
                )
            })
            .into(),
        Kind::OpenRecent => {
            let recent = around.recent.iter().enumerate();
            recent
                .map(|(index, title)| plain(title, Command::Front(FrontRequest::OpenRecent(index))))
                .collect()
        }
        Kind::CopyMixture => MixtureFormat::ALL
            .map(|format| plain(format.title(), Command::Output(Output::CopyMixture(format))))
            .into(),
        Kind::ExportMixture => MixtureFormat::ALL
            .map(|format| {
                plain(
                    format.title(),
                    Command::Output(Output::ExportMixture(format)),
                )
            })
            .into(),
        Kind::ExportSvg => exports(
            study,
            |to| Command::Output(Output::ExportSvg(to)),
            Panel::has_plot,
        ),
        Kind::ExportPng => exports(
            study,
            |to| Command::Output(Output::ExportPng(to)),
            Panel::has_plot,
        ),
        Kind::ExportPlotData => exports(
            study,
            |to| Command::Output(Output::ExportPlotData(to)),
            |_| true,
        ),
        Kind::Reset => resets(study)
            .into_iter()
            .map(|(title, to)| plain(title, Command::Edit(Edit::Reset(to))))
            .collect(),
        Kind::SetBaseline => baselines(study),
        Kind::SetRedistribution => redistributions(study),
        Kind::SetScalarisation => ScalarisationKind::ALL
            .map(|aim| {
                (
                    aim.title().to_owned(),
                    study.goal().aim == aim,
                    Command::Edit(Edit::SetScalarisation(aim)),
                )
            })
            .into(),
        Kind::Fit => {
            let named =
                |name: &&'static str| Some((*name, SurrogateParams::named(name, &[]).ok()?));
            let fitted = study.fit().map(mixlens_study::Fit::name);
            let kinds = SurrogateParams::NAMES.iter().filter_map(named);
            kinds
                .map(|(name, params)| {
                    (
                        name.to_owned(),
                        fitted == Some(name),
                        Command::Analysis(Analysis::Fit(params)),
                    )
                })
                .collect()
        }
        Kind::ShowPanel => PANELS
            .iter()
            .map(|&panel| {
                let is_shown = view.panels.contains(&panel);
                (
                    panel.title().to_owned(),
                    is_shown,
                    Command::View(ViewChange::ShowPanel {
                        panel,
                        is_shown: !is_shown,
                    }),
                )
            })
            .collect(),
        Kind::SetTheme => [
            (Theme::System, "System"),
            (Theme::Light, "Light"),
            (Theme::Dark, "Dark"),
        ]
        .map(|(theme, title)| {
            (
                title.to_owned(),
                view.theme == theme,
                Command::View(ViewChange::SetTheme(theme)),
            )
        })
        .into(),
        Kind::ShowEvidence => EvidencePlot::ALL
            .map(|plot| {
                (
                    plot.title().to_owned(),
                    view.evidence == plot,
                    Command::View(ViewChange::ShowEvidence(plot)),
                )
            })
            .into(),
        Kind::ShowShares => ShareOf::ALL
            .map(|of| {
                (
                    of.title().to_owned(),
                    view.shares == of,
                    Command::View(ViewChange::ShowShares(of)),
                )
            })
            .into(),
        Kind::AddSamples => [
            ("Files…", SampleFrom::Files),
            ("A folder…", SampleFrom::Folder),
        ]
        .map(|(title, from)| plain(title, Command::Front(FrontRequest::AddSamples(from))))
        .into(),
        Kind::UseInferred => [
            ("As mixture", InferredAs::Mixture),
            ("As baseline", InferredAs::Baseline),
        ]
        .map(|(title, used)| plain(title, Command::Edit(Edit::UseInferred(used))))
        .into(),
        Kind::ShowMetric => {
            let objective = (
                "Objective".to_owned(),
                view.metric.is_none(),
                Command::View(ViewChange::ShowMetric(None)),
            );
            let metrics = study
                .goal()
                .metrics
                .iter()
                .enumerate()
                .map(|(metric, settings)| {
                    (
                        settings.name.clone(),
                        view.metric == Some(metric),
                        Command::View(ViewChange::ShowMetric(Some(metric))),
                    )
                });
            std::iter::once(objective).chain(metrics).collect()
        }
        _ => Vec::new(),
    }
}

/// The panels shown that can be exported.
fn exports(
    study: &Study,
    export: fn(Panel) -> Command,
    is_possible: fn(Panel) -> bool,
) -> Vec<(String, bool, Command)> {
    let shown = PANELS
        .iter()
        .copied()
        .filter(|panel| study.view().panels.contains(panel) && is_possible(*panel));
    shown
        .map(|panel| (panel.title().to_owned(), false, export(panel)))
        .collect()
}

/// The mixtures to reset to, as far as they exist.
pub(crate) fn resets(study: &Study) -> Vec<(&'static str, ResetTo)> {
    let dataset = study.dataset();
    let mut all = vec![
        ("Baseline", ResetTo::Baseline),
        ("Uniform", ResetTo::Uniform),
    ];
    if dataset.natural().is_some() {
        all.push(("Natural", ResetTo::Natural));
    }
    if dataset.table().is_some() {
        all.push(("Mean of the runs", ResetTo::RunsMean));
    }
    if dataset.work.results.search.is_some() {
        all.push(("Proposal", ResetTo::Proposal));
    }
    all
}

fn baselines(study: &Study) -> Vec<(String, bool, Command)> {
    let mut all = vec![
        ("Current mixture", BaselineFrom::Current),
        ("Uniform", BaselineFrom::Uniform),
    ];
    if study.dataset().natural().is_some() {
        all.push(("Natural", BaselineFrom::Natural));
    }
    if study.table().is_some() {
        all.push(("Mean of the runs", BaselineFrom::RunsMean));
    }
    let saved = study
        .saved()
        .iter()
        .enumerate()
        .map(|(index, saved)| (saved.name.as_str(), BaselineFrom::Saved(index)));
    all.into_iter()
        .chain(saved)
        .map(|(title, from)| {
            (
                title.to_owned(),
                false,
                Command::Edit(Edit::SetBaseline(from)),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_menu_entry_leads_to_a_command() {
        let study = Study::demo().unwrap();
        let recent = ["runs.csv".to_owned()];
        let around = Surroundings {
            recent: &recent,
            may_quit: true,
            ..Default::default()
        };
        let in_menus = |info: &&CommandInfo| {
            info.menu != MenuGroup::Hidden && has_entry(&study, around, info.kind)
        };
        for info in CommandInfo::ALL.iter().filter(in_menus) {
            let choices = choices(&study, around, info.kind);
            assert!(
                !choices.is_empty() || usual_command(&study, info.kind).is_some(),
                "{}",
                info.title
            );
            for (title, _, command) in choices {
                assert_eq!(command.kind(), info.kind, "{title}");
            }
        }
    }
}
