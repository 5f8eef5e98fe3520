//! [`CommandInfo`]: the table of titles, tooltips and shortcuts for menus, palette, keys and undo.

use crate::{
    Analysis, BaselineFrom, Command, Edit, EvidencePlot, Example, FrontRequest, InferredAs,
    MixtureFormat, Output, Panel, ResetTo, SampleFrom, ScalarisationKind, Session, ShareOf,
    Shortcut, Theme, TokenizerChange, ViewChange,
};

/// The menu that a command is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MenuGroup {
    /// Studies and files.
    File,
    /// Undo, redo, copy.
    Edit,
    /// The mixture under the sliders.
    Mixture,
    /// Bounds, caps and constraints.
    Limits,
    /// Weights, directions and scalarisation of metrics.
    Objective,
    /// Fits, comparisons, searches.
    Analyse,
    /// What is shown and how.
    View,
    /// Help.
    Help,
    /// In no menu: part of a widget.
    Hidden,
}

impl MenuGroup {
    /// The menus in their order.
    pub const MENUS: [Self; 8] = [
        Self::File,
        Self::Edit,
        Self::Mixture,
        Self::Limits,
        Self::Objective,
        Self::Analyse,
        Self::View,
        Self::Help,
    ];

    /// The menu's title.
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::Mixture => "Mixture",
            Self::Limits => "Limits",
            Self::Objective => "Objective",
            Self::Analyse => "Analyse",
            Self::View => "View",
            Self::Help => "Help",
            Self::Hidden => "",
        }
    }
}

/// Title, tooltip, shortcut and menu of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// The command without its arguments.
    pub kind: CommandKind,
    /// The title in sentence case, also the name of the step in the undo menu.
    pub title: &'static str,
    /// One sentence without a full stop.
    pub tooltip: &'static str,
    /// The default shortcut.
    pub shortcut: Option<Shortcut>,
    /// The menu.
    pub menu: MenuGroup,
}

/// Generates the kinds, the table and the map from commands to kinds from one list.
macro_rules! commands {
    ($(
        $kind:ident $pattern:pat, $menu:ident,
        $title:literal, $tooltip:literal $(, $shortcut:literal)?;
    )*) => {
        /// A [`Command`] without its arguments.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CommandKind {
            $(#[doc = $tooltip] $kind,)*
        }

        impl CommandInfo {
            /// Every command.
            pub const ALL: &'static [Self] = &[$(Self {
                kind: CommandKind::$kind,
                title: $title,
                tooltip: $tooltip,
                shortcut: commands!(@shortcut $($shortcut)?),
                menu: MenuGroup::$menu,
            },)*];
        }

        impl CommandKind {
            /// Title, tooltip, shortcut and menu of the command.
            pub fn info(self) -> CommandInfo {
                match self {
                    $(Self::$kind => CommandInfo {
                        kind: Self::$kind,
                        title: $title,
                        tooltip: $tooltip,
                        shortcut: commands!(@shortcut $($shortcut)?),
                        menu: MenuGroup::$menu,
                    },)*
                }
            }
        }

        impl Command {
            /// The command without its arguments.
            pub fn kind(&self) -> CommandKind {
                match self {
                    $($pattern => CommandKind::$kind,)*
                }
            }
        }
    };
    (@shortcut) => { None };
    (@shortcut $text:literal) => { Some(Shortcut::new($text)) };
}

commands! {
    OpenExample Command::Front(FrontRequest::OpenExample(_)), File,
        "Open example", "Start again with runs that come with Mixlens", "Ctrl+N";
    OpenStudy Command::Front(FrontRequest::OpenStudy), File,
        "Open study…", "Open a saved study", "Ctrl+O";
    OpenRecent Command::Front(FrontRequest::OpenRecent(_)), File,
        "Open recent", "Open a recent study or run table";
    OpenFiles Command::Front(FrontRequest::OpenFiles), File,
        "Import runs…", "Read a run table from one or more files", "Ctrl+I";
    OpenTokenizer Command::Front(FrontRequest::OpenTokenizer), File,
        "Open tokenizer…", "Infer the mixture that a BPE tokenizer was trained on", "Ctrl+T";
    SaveStudy Command::Front(FrontRequest::SaveStudy), File,
        "Save study", "Save runs, fits and mixtures in one file", "Ctrl+S";
    SaveStudyAs Command::Front(FrontRequest::SaveStudyAs), File,
        "Save study as…", "Save the study under another name", "Ctrl+Shift+S";
    StudySaved Command::Session(Session::StudySaved(_)), Hidden,
        "Record save", "Record that the study has been saved in this state";
    StudyRecovered Command::Session(Session::StudyRecovered), Hidden,
        "Record recovery", "Record that the recovered study has not been saved";
    Answer Command::Front(FrontRequest::Answer(_)), Hidden,
        "Answer", "Answer the open question";
    ExportMixture Command::Output(Output::ExportMixture(_)), File,
        "Export mixture…", "Save the current mixture as a file", "Ctrl+E";
    ExportInferred Command::Output(Output::ExportInferred), File,
        "Export inferred mixture…", "Save the tokenizer's inferred mixture as a mixture file";
    ExportSvg Command::Output(Output::ExportSvg(_)), File,
        "Export plot as SVG…", "Save a plot as a vector drawing";
    ExportPng Command::Output(Output::ExportPng(_)), File,
        "Export plot as PNG…", "Save a plot as an image";
    ExportPlotData Command::Output(Output::ExportPlotData(_)), File,
        "Export plot data…", "Save the numbers behind a plot as CSV";
    Quit Command::Front(FrontRequest::Quit), File,
        "Quit", "Close the window", "Ctrl+Q";

    Undo Command::Session(Session::Undo), Edit,
        "Undo", "Undo the last step", "Ctrl+Z";
    Redo Command::Session(Session::Redo), Edit,
        "Redo", "Redo the last step undone", "Ctrl+Shift+Z";
    CopyMixture Command::Output(Output::CopyMixture(_)), Edit,
        "Copy mixture", "Copy the current mixture as text", "Ctrl+Shift+C";
    CopyComparison Command::Output(Output::CopyComparison), Edit,
        "Copy comparison", "Copy the kept mixtures side by side as a Markdown table";
    CopyInferred Command::Output(Output::CopyInferred), Edit,
        "Copy inferred mixture", "Copy the tokenizer's inferred mixture as a mixture file";
    CopyEmbed Command::Output(Output::CopyEmbed), Edit,
        "Copy embed code…",
        "Copy the HTML tag that embeds this mixture in a page, and save the surrogate file it \
        loads";
    CopyLink Command::Front(FrontRequest::CopyLink), Edit,
        "Copy link", "Copy a link that opens the current state in a browser", "Ctrl+Shift+L";
    ShowPalette Command::Front(FrontRequest::ShowPalette), Edit,
        "Command palette…", "Find and run any command", "Ctrl+K";

    SetProportion Command::Edit(Edit::SetProportion { .. }), Hidden,
        "Set proportion", "Set a domain's proportion; the other domains compensate";
    BeginDrag Command::Session(Session::BeginDrag), Hidden,
        "Begin drag", "Begin a change that is undone in one step";
    EndDrag Command::Session(Session::EndDrag), Hidden,
        "End drag", "End a change that is undone in one step";
    SetShares Command::Edit(Edit::SetShares { .. }), Hidden,
        "Set shares", "Divide the total of three domains among them";
    MovePoints Command::Edit(Edit::MovePoints { .. }), Hidden,
        "Move points", "Move percentage points from one domain to another";
    SetMixture Command::Edit(Edit::SetMixture(_)), Hidden,
        "Show mixture", "Show a whole mixture";
    Reset Command::Edit(Edit::Reset(_)), Mixture,
        "Reset mixture", "Return to a known mixture", "Ctrl+R";
    ShowRun Command::Edit(Edit::ShowRun(_)), Hidden,
        "Show run", "Show the mixture of a run";
    MoveIntoLimits Command::Edit(Edit::MoveIntoLimits), Mixture,
        "Move into limits", "Move to the nearest mixture that keeps every limit";
    SetLock Command::Edit(Edit::SetLock { .. }), Hidden,
        "Lock domain", "Keep a domain's proportion fixed";
    UnlockAll Command::Edit(Edit::UnlockAll), Mixture,
        "Unlock all domains", "Unlock the proportions of all domains", "Ctrl+Shift+U";
    SetRedistribution Command::Edit(Edit::SetRedistribution(_)), Mixture,
        "Redistribute", "Choose which domains compensate for a change";
    SaveMixture Command::Edit(Edit::SaveMixture { .. }), Mixture,
        "Keep mixture", "Keep the current mixture under a name", "Ctrl+D";
    RenameMixture Command::Edit(Edit::RenameMixture { .. }), Hidden,
        "Rename mixture", "Rename a kept mixture";
    DeleteMixture Command::Edit(Edit::DeleteMixture(_)), Hidden,
        "Delete mixture", "Remove a kept mixture";
    LoadMixture Command::Edit(Edit::LoadMixture(_)), Hidden,
        "Show kept mixture", "Show a kept mixture";
    CompareMixture Command::Edit(Edit::CompareMixture { .. }), Hidden,
        "Compare mixture", "Compare a kept mixture with up to seven others";
    AddPhase Command::Edit(Edit::AddPhase), Mixture,
        "Add phase", "Add a phase with the current mixture to the end of the plan";
    SetPhasePart Command::Edit(Edit::SetPhasePart { .. }), Hidden,
        "Set phase length", "Set a phase's fraction of the run";
    SetPhaseMixture Command::Edit(Edit::SetPhaseMixture(_)), Hidden,
        "Set phase mixture", "Give a phase the mixture under the sliders";
    RemovePhase Command::Edit(Edit::RemovePhase(_)), Hidden,
        "Remove phase", "Remove a phase from the plan";
    SetBaseline Command::Edit(Edit::SetBaseline(_)), Mixture,
        "Set baseline", "Choose the mixture that everything is compared with", "Ctrl+B";

    SetLower Command::Edit(Edit::SetLower { .. }), Hidden,
        "Set lower bound", "Set a domain's minimum proportion";
    SetUpper Command::Edit(Edit::SetUpper { .. }), Hidden,
        "Set upper bound", "Set a domain's maximum proportion";
    SetUniqueTokens Command::Edit(Edit::SetUniqueTokens { .. }), Hidden,
        "Set unique tokens", "Set a domain's number of unique tokens";
    SetTrainingTokens Command::Edit(Edit::SetTrainingTokens(_)), Hidden,
        "Set training tokens", "Set the number of training tokens of the target run";
    SetMaxEpochs Command::Edit(Edit::SetMaxEpochs(_)), Hidden,
        "Set maximum epochs", "Set how often a domain may be repeated";
    AddConstraint Command::Edit(Edit::AddConstraint(_)), Hidden,
        "Add constraint", "Add a constraint across domains such as code <= 2*maths";
    RemoveConstraint Command::Edit(Edit::RemoveConstraint(_)), Hidden,
        "Remove constraint", "Remove a constraint across domains";
    ClearLimits Command::Edit(Edit::ClearLimits), Limits,
        "Clear limits", "Remove all bounds, caps and constraints";

    SetWeight Command::Edit(Edit::SetWeight { .. }), Hidden,
        "Set weight", "Set a metric's weight in the objective";
    OptimiseMetric Command::Edit(Edit::OptimiseMetric(_)), Hidden,
        "Optimise metric", "Make one metric the whole objective";
    SetDirection Command::Edit(Edit::SetDirection { .. }), Hidden,
        "Set direction", "Set whether lower or higher values are better";
    SetScalarisation Command::Edit(Edit::SetScalarisation(_)), Objective,
        "Set scalarisation", "Choose how several metrics become one number";
    AddBound Command::Edit(Edit::AddBound(_)), Hidden,
        "Add metric bound", "Add an upper or lower bound on a metric";
    RemoveBound Command::Edit(Edit::RemoveBound(_)), Hidden,
        "Remove metric bound", "Remove a bound on a metric";
    SetSeed Command::Edit(Edit::SetSeed(_)), Hidden,
        "Set seed", "Set the seed of all random numbers";

    OpenLink Command::Session(Session::OpenLink(_)), Hidden,
        "Open link", "Load the state in a link";

    PreviewFiles Command::Analysis(Analysis::PreviewFiles { .. }), Hidden,
        "Preview files", "Show how files are read before they are imported";
    ImportFiles Command::Analysis(Analysis::ImportFiles { .. }), Hidden,
        "Import runs", "Read a run table from the chosen files";
    LoadFit Command::Analysis(Analysis::LoadFit { .. }), Hidden,
        "Load fit", "Load fitted surrogates from a file";
    Fit Command::Analysis(Analysis::Fit(_)), Analyse,
        "Fit", "Fit a surrogate to every metric", "Ctrl+F";
    FitBest Command::Analysis(Analysis::FitBest), Analyse,
        "Fit best surrogates",
        "Fit, for each metric, the surrogate that predicts held-out runs best", "Ctrl+Alt+F";
    ExamineFit Command::Analysis(Analysis::ExamineFit), Analyse,
        "Examine fit",
        "Check whether more runs would help and whether the intervals cover as often as they claim";
    Compare Command::Analysis(Analysis::Compare { .. }), Analyse,
        "Compare surrogates", "Compare how well surrogates predict held-out runs", "Ctrl+Shift+F";
    ChooseFit Command::Analysis(Analysis::ChooseFit(_)), Hidden,
        "Choose fit", "Choose the fit that predictions come from";
    Search Command::Analysis(Analysis::Search(_)), Analyse,
        "Search", "Search for the best predicted mixture within the limits", "Ctrl+Enter";
    Survey Command::Analysis(Analysis::Survey(_)), Analyse,
        "Survey mixtures", "Simulate mixtures to show where the good ones lie";
    FollowFront Command::Analysis(Analysis::FollowFront(_)), Analyse,
        "Compute Pareto front", "Find mixtures that no other mixture beats in two metrics";
    SampleMixtures Command::Analysis(Analysis::SampleMixtures(_)), Analyse,
        "Sample mixtures", "Predict sampled mixtures to show what is possible";
    ProposeRuns Command::Analysis(Analysis::ProposeRuns(_)), Analyse,
        "Propose next runs", "Find the proxy runs that would improve the fit most";
    InferMixture Command::Analysis(Analysis::InferMixture), Analyse,
        "Infer mixture from tokenizer",
        "Estimate the proportions of categories in a tokenizer's training text", "Ctrl+Shift+T";
    TakeTokenizer Command::Tokenizer(TokenizerChange::TakeTokenizer(_)), Hidden,
        "Open tokenizer", "Open a tokenizer and infer its training mixture";
    AddSamples Command::Front(FrontRequest::AddSamples(_)), Analyse,
        "Add samples…",
        "Add sample text of a category that a tokenizer's training text may contain";
    TakeSamples Command::Tokenizer(TokenizerChange::TakeSamples { .. }), Hidden,
        "Add samples", "Add a category by sample text";
    RenameSamples Command::Tokenizer(TokenizerChange::RenameSamples { .. }), Hidden,
        "Rename samples", "Rename a category";
    RemoveSamples Command::Tokenizer(TokenizerChange::RemoveSamples(_)), Hidden,
        "Remove samples", "Remove a category";
    ChooseCategories Command::Tokenizer(TokenizerChange::ChooseCategories { .. }), Hidden,
        "Choose categories", "Choose the categories that the training text may contain";
    SetMerges Command::Tokenizer(TokenizerChange::SetMerges(_)), Hidden,
        "Set merges", "Set how many merges of the tokenizer are used";
    SetPretokenizer Command::Tokenizer(TokenizerChange::SetPretokenizer(_)), Hidden,
        "Set pre-tokenizer", "Set how the tokenizer splits text into words";
    UseInferred Command::Edit(Edit::UseInferred(_)), Mixture,
        "Use inferred mixture", "Use the tokenizer's inferred mixture";
    ShowShares Command::View(ViewChange::ShowShares(_)), View,
        "Show inferred proportions", "Choose the unit of inferred proportions";
    UpdateProfile Command::Analysis(Analysis::UpdateProfile), Hidden,
        "Update profile", "Predict the neighbourhood of the mixture";
    CancelJob Command::Analysis(Analysis::CancelJob(_)), Hidden,
        "Cancel", "Cancel the running job";
    JobFinished Command::Analysis(Analysis::JobFinished(_)), Hidden,
        "Receive result", "Receive the result of a job";

    ShowPanel Command::View(ViewChange::ShowPanel { .. }), View,
        "Show panel", "Show or hide a panel";
    SetLayout Command::View(ViewChange::SetLayout(_)), Hidden,
        "Arrange panels", "Arrange the panels";
    SetTheme Command::View(ViewChange::SetTheme(_)), View,
        "Set theme", "Choose light or dark";
    SetZoom Command::View(ViewChange::SetZoom(_)), Hidden,
        "Set zoom", "Set the size of text and plots";
    ZoomIn Command::View(ViewChange::ZoomIn), View,
        "Zoom in", "Make everything larger", "Ctrl+Plus";
    ZoomOut Command::View(ViewChange::ZoomOut), View,
        "Zoom out", "Make everything smaller", "Ctrl+Minus";
    ZoomReset Command::View(ViewChange::ZoomReset), View,
        "Reset zoom", "Return to the default size", "Ctrl+0";
    ShowMetric Command::View(ViewChange::ShowMetric(_)), View,
        "Show metric", "Choose the metric of traces and ternary plot";
    ShowEvidence Command::View(ViewChange::ShowEvidence(_)), View,
        "Show evidence", "Choose what the evidence panel plots";
    SetTernary Command::View(ViewChange::SetTernary(_)), Hidden,
        "Set ternary corners", "Choose the three domains of the ternary plot";
    SetParetoMetrics Command::View(ViewChange::SetParetoMetrics(_)), Hidden,
        "Set Pareto metrics", "Choose the two metrics of the Pareto plot";
    PinMetric Command::View(ViewChange::PinMetric { .. }), Hidden,
        "Pin metric", "Keep a metric at the top";
    SelectRuns Command::View(ViewChange::SelectRuns(_)), Hidden,
        "Select runs", "Highlight runs in every panel";
    FilterRuns Command::View(ViewChange::FilterRuns(_)), Hidden,
        "Filter runs", "List only matching runs";
    SortRuns Command::View(ViewChange::SortRuns(_)), Hidden,
        "Sort runs", "Sort the runs by a column";
    ColourRuns Command::View(ViewChange::ColourRuns(_)), Hidden,
        "Colour runs", "Colour the runs by a column";
    FilterDomains Command::View(ViewChange::FilterDomains(_)), Hidden,
        "Filter domains", "List only matching domains";
    SortDomains Command::View(ViewChange::SortDomains(_)), Hidden,
        "Sort domains", "Sort the domains";
    SetAxes Command::View(ViewChange::SetAxes(_)), Hidden,
        "Set axes", "Choose and order the axes of the parallel coordinates";
    SetLogAxis Command::View(ViewChange::SetLogAxis { .. }), Hidden,
        "Set logarithmic axis", "Give an axis a logarithmic scale";
    BrushAxis Command::View(ViewChange::BrushAxis { .. }), Hidden,
        "Brush axis", "Keep only lines that pass through a section of an axis";
    DismissNotice Command::View(ViewChange::DismissNotice(_)), Hidden,
        "Dismiss notice", "Remove a notice from the list";

    ShowShortcuts Command::Front(FrontRequest::ShowShortcuts), Help,
        "Keyboard shortcuts", "List all keyboard shortcuts", "F1";
    ShowAbout Command::Front(FrontRequest::ShowAbout), Help,
        "About Mixlens", "Show what Mixlens is and what it is built on";
}

impl Command {
    /// Title, tooltip, shortcut and menu of the command.
    pub fn info(&self) -> CommandInfo {
        self.kind().info()
    }

    /// Every command that needs no further arguments, with its full title: the entries of the
    /// command palette.
    pub fn palette() -> Vec<(String, Self)> {
        let plain = [
            Command::Analysis(Analysis::FitBest),
            Command::Analysis(Analysis::ExamineFit),
            Command::Front(FrontRequest::OpenStudy),
            Command::Front(FrontRequest::OpenFiles),
            Command::Front(FrontRequest::OpenTokenizer),
            Command::Analysis(Analysis::InferMixture),
            Command::Output(Output::CopyInferred),
            Command::Output(Output::ExportInferred),
            Command::Front(FrontRequest::SaveStudy),
            Command::Front(FrontRequest::SaveStudyAs),
            Command::Session(Session::Undo),
            Command::Session(Session::Redo),
            Command::Output(Output::CopyComparison),
            Command::Front(FrontRequest::CopyLink),
            Command::Output(Output::CopyEmbed),
            Command::Edit(Edit::MoveIntoLimits),
            Command::Edit(Edit::AddPhase),
            Command::Edit(Edit::UnlockAll),
            Command::Edit(Edit::ClearLimits),
            Command::View(ViewChange::ZoomIn),
            Command::View(ViewChange::ZoomOut),
            Command::View(ViewChange::ZoomReset),
            Command::Front(FrontRequest::ShowShortcuts),
            Command::Front(FrontRequest::ShowAbout),
            Command::Front(FrontRequest::Quit),
        ];
        let mut all: Vec<(String, Self)> = plain
            .into_iter()
            .map(|command| (command.info().title.to_owned(), command))
            .collect();
        all.extend(Example::ALL.map(|example| {
            (
                format!("Open example {}", example.title()),
                Command::Front(FrontRequest::OpenExample(example)),
            )
        }));
        all.push((
            "Keep mixture".to_owned(),
            Command::Edit(Edit::SaveMixture {
                name: String::new(),
            }),
        ));
        all.extend(Self::known_mixtures());
        for format in MixtureFormat::ALL {
            all.push((
                format!("Copy mixture as {}", format.title()),
                Command::Output(Output::CopyMixture(format)),
            ));
            all.push((
                format!("Export mixture as {}…", format.title()),
                Command::Output(Output::ExportMixture(format)),
            ));
        }
        for name in mixlens_core::fit::SurrogateParams::NAMES {
            if let Ok(params) = mixlens_core::fit::SurrogateParams::named(name, &[]) {
                all.push((
                    format!("Fit {name}"),
                    Command::Analysis(Analysis::Fit(params)),
                ));
            }
        }
        for (title, from) in [
            ("Add samples from files…", SampleFrom::Files),
            ("Add samples from a folder…", SampleFrom::Folder),
        ] {
            all.push((
                title.to_owned(),
                Command::Front(FrontRequest::AddSamples(from)),
            ));
        }
        for (name, used) in [
            ("mixture", InferredAs::Mixture),
            ("baseline", InferredAs::Baseline),
        ] {
            all.push((
                format!("Use inferred mixture as {name}"),
                Command::Edit(Edit::UseInferred(used)),
            ));
        }
        all.extend(ShareOf::ALL.map(|of| {
            (
                format!("Show inferred proportions {}", of.title().to_lowercase()),
                Command::View(ViewChange::ShowShares(of)),
            )
        }));
        all.push(("Compare surrogates".to_owned(), Self::compare_usual()));
        all.push((
            "Search".to_owned(),
            Command::Analysis(Analysis::Search(Default::default())),
        ));
        all.push((
            "Survey mixtures".to_owned(),
            Command::Analysis(Analysis::Survey(Default::default())),
        ));
        all.push((
            "Compute Pareto front".to_owned(),
            Command::Analysis(Analysis::FollowFront(Default::default())),
        ));
        all.push((
            "Sample mixtures".to_owned(),
            Command::Analysis(Analysis::SampleMixtures(Default::default())),
        ));
        all.push((
            "Propose next runs".to_owned(),
            Command::Analysis(Analysis::ProposeRuns(Default::default())),
        ));
        all.extend(ScalarisationKind::ALL.map(|aim| {
            (
                format!("Set scalarisation to {}", aim.title().to_lowercase()),
                Command::Edit(Edit::SetScalarisation(aim)),
            )
        }));
        let themes = [
            (Theme::System, "system"),
            (Theme::Light, "light"),
            (Theme::Dark, "dark"),
        ];
        all.extend(themes.map(|(theme, name)| {
            (
                format!("Set theme to {name}"),
                Command::View(ViewChange::SetTheme(theme)),
            )
        }));
        all.extend(EvidencePlot::ALL.map(|plot| {
            (
                format!("Show evidence by {}", plot.title().to_lowercase()),
                Command::View(ViewChange::ShowEvidence(plot)),
            )
        }));
        for panel in Panel::ALL {
            let name = panel.title().to_lowercase();
            all.push((
                format!("Show {name}"),
                Command::View(ViewChange::ShowPanel {
                    panel,
                    is_shown: true,
                }),
            ));
            all.push((
                format!("Export data of {name}…"),
                Command::Output(Output::ExportPlotData(panel)),
            ));
            if panel.has_plot() {
                all.push((
                    format!("Export {name} as SVG…"),
                    Command::Output(Output::ExportSvg(panel)),
                ));
                all.push((
                    format!("Export {name} as PNG…"),
                    Command::Output(Output::ExportPng(panel)),
                ));
            }
        }
        all
    }

    /// Commands that reset to a known mixture or make one the baseline.
    fn known_mixtures() -> Vec<(String, Self)> {
        let resets = [
            (ResetTo::Natural, "natural"),
            (ResetTo::Uniform, "uniform"),
            (ResetTo::RunsMean, "mean of the runs"),
            (ResetTo::Baseline, "baseline"),
            (ResetTo::Proposal, "proposal"),
        ];
        let resets = resets.map(|(to, name)| {
            (
                format!("Reset mixture to {name}"),
                Command::Edit(Edit::Reset(to)),
            )
        });
        let baselines = [
            (BaselineFrom::Current, "current mixture"),
            (BaselineFrom::Natural, "natural"),
            (BaselineFrom::Uniform, "uniform"),
            (BaselineFrom::RunsMean, "mean of the runs"),
        ];
        let baselines = baselines.map(|(from, name)| {
            (
                format!("Set baseline to {name}"),
                Command::Edit(Edit::SetBaseline(from)),
            )
        });
        resets.into_iter().chain(baselines).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn titles_are_in_sentence_case_and_tooltips_are_one_sentence_without_full_stop() {
        for info in CommandInfo::ALL {
            assert!(info.title.starts_with(char::is_uppercase), "{}", info.title);
            assert!(
                info.tooltip.starts_with(char::is_uppercase),
                "{}",
                info.tooltip
            );
            assert!(
                !info.tooltip.ends_with('.') && info.tooltip.len() > 8,
                "{}",
                info.tooltip
            );
            assert_eq!(info.kind.info(), *info);
        }
    }

    #[test]
    fn no_two_commands_share_a_shortcut() {
        let shortcuts: Vec<_> = CommandInfo::ALL
            .iter()
            .filter_map(|info| info.shortcut)
            .collect();
        let distinct: BTreeSet<String> = shortcuts.iter().map(Shortcut::to_string).collect();
        assert_eq!(distinct.len(), shortcuts.len());
    }

    #[test]
    fn the_palette_has_no_entry_twice() {
        let palette = Command::palette();
        let distinct: BTreeSet<&str> = palette.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(distinct.len(), palette.len());
        assert!(palette.len() > 60);
    }
}
