//! Keyboard shortcuts, from the table of commands.

use egui::{Context, Key, KeyboardShortcut, Modifiers};
use mixlens_study::{
    BaselineFrom, Command, CommandInfo, CommandKind, Example, InferredAs, MixtureFormat,
    ParetoSettings, ResetTo, SampleFrom, Shortcut, Study,
};

use crate::CommandQueue;

/// The command of a kind when nothing else is given, as with its shortcut; `None` for kinds that
/// need more.
pub fn usual_command(study: &Study, kind: CommandKind) -> Option<Command> {
    use CommandKind as Kind;
    Some(match kind {
        Kind::OpenExample => Command::OpenExample(Example::Demo),
        Kind::OpenStudy => Command::OpenStudy,
        Kind::OpenFiles => Command::OpenFiles,
        Kind::OpenTokenizer => Command::OpenTokenizer,
        Kind::AddSamples => Command::AddSamples(SampleFrom::Files),
        Kind::InferMixture => Command::InferMixture,
        Kind::UseInferred => Command::UseInferred(InferredAs::Mixture),
        Kind::CopyInferred => Command::CopyInferred,
        Kind::ExportInferred => Command::ExportInferred,
        Kind::SaveStudy => Command::SaveStudy,
        Kind::SaveStudyAs => Command::SaveStudyAs,
        Kind::ExportMixture => Command::ExportMixture(MixtureFormat::Yaml),
        Kind::Quit => Command::Quit,
        Kind::Undo => Command::Undo,
        Kind::Redo => Command::Redo,
        Kind::CopyMixture => Command::CopyMixture(MixtureFormat::Yaml),
        Kind::CopyComparison => Command::CopyComparison,
        Kind::CopyEmbed => Command::CopyEmbed,
        Kind::CopyLink => Command::CopyLink,
        Kind::ShowPalette => Command::ShowPalette,
        Kind::Reset => Command::Reset(ResetTo::Baseline),
        Kind::MoveIntoLimits => Command::MoveIntoLimits,
        Kind::UnlockAll => Command::UnlockAll,
        Kind::SaveMixture => Command::SaveMixture {
            name: String::new(),
        },
        Kind::SetBaseline => Command::SetBaseline(BaselineFrom::Current),
        Kind::ClearLimits => Command::ClearLimits,
        Kind::Fit => Command::fit_first(),
        Kind::FitBest => Command::FitBest,
        Kind::ExamineFit => Command::ExamineFit,
        Kind::Compare => Command::compare_usual(),
        Kind::Search => Command::Search(Default::default()),
        Kind::FollowFront => Command::FollowFront(ParetoSettings {
            metrics: study.view().pareto,
            ..Default::default()
        }),
        Kind::SampleMixtures => Command::SampleMixtures(Default::default()),
        Kind::ProposeRuns => Command::ProposeRuns(Default::default()),
        Kind::ZoomIn => Command::ZoomIn,
        Kind::ZoomOut => Command::ZoomOut,
        Kind::ZoomReset => Command::ZoomReset,
        Kind::ShowShortcuts => Command::ShowShortcuts,
        Kind::ShowAbout => Command::ShowAbout,
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
