//! Keyboard shortcuts, from the table of commands.

use egui::{Context, Key, KeyboardShortcut, Modifiers};
use mixlens_study::{
    Analysis, BaselineFrom, Command, CommandInfo, CommandKind, Edit, Example, FrontRequest,
    InferredAs, MixtureFormat, Output, ParetoSettings, ResetTo, SampleFrom, Session, Shortcut,
    Study, ViewChange,
};

use crate::CommandQueue;

/// The command of a kind when nothing else is given, as with its shortcut; `None` for kinds that
/// need more.
pub fn usual_command(study: &Study, kind: CommandKind) -> Option<Command> {
    use CommandKind as Kind;
    Some(match kind {
        Kind::OpenExample => Command::Front(FrontRequest::OpenExample(Example::Demo)),
        Kind::OpenStudy => Command::Front(FrontRequest::OpenStudy),
        Kind::OpenFiles => Command::Front(FrontRequest::OpenFiles),
        Kind::OpenTokenizer => Command::Front(FrontRequest::OpenTokenizer),
        Kind::AddSamples => Command::Front(FrontRequest::AddSamples(SampleFrom::Files)),
        Kind::InferMixture => Command::Analysis(Analysis::InferMixture),
        Kind::UseInferred => Command::Edit(Edit::UseInferred(InferredAs::Mixture)),
        Kind::CopyInferred => Command::Output(Output::CopyInferred),
        Kind::ExportInferred => Command::Output(Output::ExportInferred),
        Kind::SaveStudy => Command::Front(FrontRequest::SaveStudy),
        Kind::SaveStudyAs => Command::Front(FrontRequest::SaveStudyAs),
        Kind::ExportMixture => Command::Output(Output::ExportMixture(MixtureFormat::Yaml)),
        Kind::Quit => Command::Front(FrontRequest::Quit),
        Kind::Undo => Command::Session(Session::Undo),
        Kind::Redo => Command::Session(Session::Redo),
        Kind::CopyMixture => Command::Output(Output::CopyMixture(MixtureFormat::Yaml)),
        Kind::CopyComparison => Command::Output(Output::CopyComparison),
        Kind::CopyEmbed => Command::Output(Output::CopyEmbed),
        Kind::CopyLink => Command::Front(FrontRequest::CopyLink),
        Kind::ShowPalette => Command::Front(FrontRequest::ShowPalette),
        Kind::Reset => Command::Edit(Edit::Reset(ResetTo::Baseline)),
        Kind::MoveIntoLimits => Command::Edit(Edit::MoveIntoLimits),
        Kind::UnlockAll => Command::Edit(Edit::UnlockAll),
        Kind::SaveMixture => Command::Edit(Edit::SaveMixture {
            name: String::new(),
        }),
        Kind::SetBaseline => Command::Edit(Edit::SetBaseline(BaselineFrom::Current)),
        Kind::ClearLimits => Command::Edit(Edit::ClearLimits),
        Kind::Fit => Command::fit_first(),
        Kind::FitBest => Command::Analysis(Analysis::FitBest),
        Kind::ExamineFit => Command::Analysis(Analysis::ExamineFit),
        Kind::Compare => Command::compare_usual(),
        Kind::Search => Command::Analysis(Analysis::Search(Default::default())),
        Kind::FollowFront => Command::Analysis(Analysis::FollowFront(ParetoSettings {
            metrics: study.view().pareto,
            ..Default::default()
        })),
        Kind::SampleMixtures => Command::Analysis(Analysis::SampleMixtures(Default::default())),
        Kind::ProposeRuns => Command::Analysis(Analysis::ProposeRuns(Default::default())),
        Kind::ZoomIn => Command::View(ViewChange::ZoomIn),
        Kind::ZoomOut => Command::View(ViewChange::ZoomOut),
        Kind::ZoomReset => Command::View(ViewChange::ZoomReset),
        Kind::ShowShortcuts => Command::Front(FrontRequest::ShowShortcuts),
        Kind::ShowAbout => Command::Front(FrontRequest::ShowAbout),
        _ => return None,
    })
}

/// Pushes the command of every shortcut that was pressed.
pub(crate) fn push_shortcuts(ctx: &Context, study: &Study, out: &mut CommandQueue) {
    // Shortcuts with more modifiers first: Ctrl+Shift+Z is not Ctrl+Z.
    let mut all: Vec<(KeyboardShortcut, CommandKind)> = CommandInfo::ALL
        .iter()
        .filter_map(|info| Some((keyboard_shortcut(info.shortcut?)?, info.kind)))
        .collect();
    all.sort_by_key(|(shortcut, _)| !shortcut.modifiers.shift);
    for (shortcut, kind) in all {
        if ctx.input_mut(|input| input.consume_shortcut(&shortcut))
            && let Some(command) = usual_command(study, kind)
        {
            out.push(command);
        }
    }
}

/// A shortcut in egui's form.
pub(crate) fn keyboard_shortcut(shortcut: Shortcut) -> Option<KeyboardShortcut> {
    let mut modifiers = Modifiers::NONE;
    if shortcut.has("Ctrl") {
        modifiers |= Modifiers::COMMAND;
    }
    if shortcut.has("Shift") {
        modifiers |= Modifiers::SHIFT;
    }
    if shortcut.has("Alt") {
        modifiers |= Modifiers::ALT;
    }
    Some(KeyboardShortcut::new(
        modifiers,
        Key::from_name(shortcut.key())?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shortcut_is_a_key_of_egui_and_runs_a_command_of_its_kind() {
        let study = Study::demo().unwrap();
        for info in CommandInfo::ALL {
            let Some(shortcut) = info.shortcut else {
                continue;
            };
            assert!(keyboard_shortcut(shortcut).is_some(), "{shortcut}");
            assert_eq!(
                usual_command(&study, info.kind).unwrap().kind(),
                info.kind,
                "{shortcut}"
            );
        }
    }
}
