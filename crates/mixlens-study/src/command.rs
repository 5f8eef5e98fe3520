//! [`Command`]: every user action.

use std::collections::BTreeSet;
use std::sync::Arc;

use mixlens_core::fit::{CompareParams, SurrogateParams};
use mixlens_core::simplex::{Mixture, Redistribution};
use mixlens_core::table::Direction;
use mixlens_formats::{ImportOptions, NamedBytes};

use crate::{
    ColumnRef, DomainOrder, EvidencePlot, Example, JobId, JobResult, MixtureFormat,
    NextRunsSettings, OnRejected, Panel, ParetoSettings, SamplingSettings, ScalarisationKind,
    SearchSettings, ShareOf, SortOrder, SurveySettings, Theme,
};

/// A mixture to return to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResetTo {
    /// In proportion to the unique tokens of each domain.
    Natural,
    /// Every domain with the same proportion.
    Uniform,
    /// The mean of the runs.
    RunsMean,
    /// The baseline.
    Baseline,
    /// The proposal of the latest search.
    Proposal,
}

/// A mixture to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BaselineFrom {
    /// The mixture under the sliders.
    Current,
    /// In proportion to the unique tokens of each domain.
    Natural,
    /// Every domain with the same proportion.
    Uniform,
    /// The mean of the runs.
    RunsMean,
    /// The saved mixture at this index.
    Saved(usize),
}

/// What samples of a category are chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SampleFrom {
    /// Files.
    Files,
    /// A folder, with everything in it.
    Folder,
}

/// What an inferred mixture is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InferredAs {
    /// The mixture under the sliders.
    Mixture,
    /// What everything is compared with.
    Baseline,
}

/// Runs to highlight everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunSelection {
    /// These rows alone.
    Only(BTreeSet<usize>),
    /// Adds or removes one row.
    Toggle(usize),
    /// Every row that passes the filter.
    Shown,
    /// None.
    Nothing,
}

/// An answer to a question of the front end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Save the changes first.
    Save,
    /// Discard the changes.
    Discard,
    /// Open the work kept before a crash.
    Recover,
    /// Open the file as saved.
    OpenSaved,
    /// Leave everything as it is.
    Cancel,
}

impl Command {
    /// Fits a surrogate that is quick to fit, has intervals and is accurate on many run tables: the
    /// first step with new runs.
    ///
    /// Its accuracy on published run tables is in `docs/evidence.md`.
    pub fn fit_first() -> Self {
        Self::Analysis(Analysis::Fit(SurrogateParams::EffectiveData(
            Default::default(),
        )))
    }
}

impl Command {
    /// Compares the default candidates.
    pub fn compare_usual() -> Self {
        Self::Analysis(Analysis::Compare {
            surrogates: Vec::new(),
            params: CompareParams::default(),
        })
    }
}

impl Answer {
    /// The title of the answer's button.
    pub fn title(self) -> &'static str {
        match self {
            Self::Save => "Save",
            Self::Discard => "Discard",
            Self::Recover => "Recover",
            Self::OpenSaved => "Open as saved",
            Self::Cancel => "Cancel",
        }
    }
}

/// Every user action. Domains, metrics and runs are given by index, from 0.
///
/// Title, tooltip, shortcut and menu of each are in [`CommandInfo`](crate::CommandInfo).
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Acts on the study as a whole: history, drags, links, saving.
    Session(Session),
    /// A change of mixtures, limits, objective or phases, which can be undone.
    Edit(Edit),
    /// A change of how the study is shown, which is saved and not undone.
    View(ViewChange),
    /// Starts, stops or ends a job, or chooses among its results.
    Analysis(Analysis),
    /// A change of the inference from a tokenizer, which is not undone.
    Tokenizer(TokenizerChange),
    /// Copies or saves a part of the study.
    Output(Output),
    /// A request to the front end: dialogs, windows, files.
    Front(FrontRequest),
}

/// Acts on the study as a whole: history, drags, links, saving.
#[derive(Clone, Debug, PartialEq)]
pub enum Session {
    /// Undoes the last step.
    Undo,
    /// Redoes the last step undone.
    Redo,
    /// Begins a drag: all edits until [`Session::EndDrag`] are one step.
    BeginDrag,
    /// Ends a drag.
    EndDrag,
    /// Loads the state in a link: a fragment from [`study_link`](crate::study_link).
    OpenLink(String),
    /// Records that the study has been saved in its state after this many
    /// [edits](crate::Study::edits).
    StudySaved(u64),
    /// Records that the study has been recovered after a crash and not been saved.
    StudyRecovered,
}

/// A change of mixtures, limits, objective or phases, which can be undone.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Sets one proportion; the others compensate.
    SetProportion {
        /// The domain.
        domain: usize,
        /// The new proportion, clamped to the range that locks and limits allow.
        to: f64,
    },
    /// Divides the total of three domains among them, as the ternary plot does.
    SetShares {
        /// The three domains.
        corners: [usize; 3],
        /// Their shares in the total (rescaled to sum to one), clamped to locks and limits.
        shares: [f64; 3],
    },
    /// Moves percentage points from one domain to another.
    MovePoints {
        /// The domain that shrinks.
        from: usize,
        /// The domain that grows.
        to: usize,
        /// The size of the move, as a proportion (0.05 for five points).
        points: f64,
    },
    /// Shows a whole mixture, whatever the limits.
    SetMixture(Mixture),
    /// Returns to a known mixture.
    Reset(ResetTo),
    /// Shows the mixture of a run.
    ShowRun(usize),
    /// Moves the mixture to the nearest one inside the limits.
    MoveIntoLimits,
    /// Locks or unlocks a domain.
    SetLock {
        /// The domain.
        domain: usize,
        /// Whether it is locked from now on.
        is_locked: bool,
    },
    /// Unlocks every domain.
    UnlockAll,
    /// Chooses which domains compensate during a drag.
    SetRedistribution(Redistribution),
    /// Keeps the current mixture under a name (the next free one when empty).
    SaveMixture {
        /// The name.
        name: String,
    },
    /// Renames a saved mixture.
    RenameMixture {
        /// The index of the mixture.
        index: usize,
        /// The new name.
        name: String,
    },
    /// Removes a saved mixture.
    DeleteMixture(usize),
    /// Shows a saved mixture.
    LoadMixture(usize),
    /// Compares a saved mixture with others, or no longer; at most 8.
    CompareMixture {
        /// The index of the mixture.
        index: usize,
        /// Whether it is compared.
        is_compared: bool,
    },
    /// Adds a phase with the current mixture to the end of the plan.
    AddPhase,
    /// Sets a phase's fraction of the run; the other phases compensate.
    SetPhasePart {
        /// The index of the phase.
        index: usize,
        /// The fraction, from 0 to 1.
        to: f64,
    },
    /// Sets the mixture of a phase to the current one.
    SetPhaseMixture(usize),
    /// Removes a phase.
    RemovePhase(usize),
    /// Chooses what everything is compared with.
    SetBaseline(BaselineFrom),
    /// Sets or clears a domain's minimum proportion.
    SetLower {
        /// The domain.
        domain: usize,
        /// The bound.
        to: Option<f64>,
    },
    /// Sets or clears a domain's maximum proportion.
    SetUpper {
        /// The domain.
        domain: usize,
        /// The bound.
        to: Option<f64>,
    },
    /// Sets or clears a domain's number of unique tokens.
    SetUniqueTokens {
        /// The domain.
        domain: usize,
        /// The count.
        to: Option<f64>,
    },
    /// Sets or clears the training tokens of the target run.
    SetTrainingTokens(Option<f64>),
    /// Sets the maximum number of epochs over any domain.
    SetMaxEpochs(f64),
    /// Adds a constraint such as `code <= 2*maths`.
    AddConstraint(String),
    /// Removes a constraint.
    RemoveConstraint(usize),
    /// Removes all bounds, caps and constraints.
    ClearLimits,
    /// Sets a metric's weight in the objective.
    SetWeight {
        /// The metric.
        metric: usize,
        /// The weight, zero or more.
        to: f64,
    },
    /// Makes one metric the whole objective.
    OptimiseMetric(usize),
    /// Sets whether lower or higher values of a metric are better.
    SetDirection {
        /// The metric.
        metric: usize,
        /// The direction.
        to: Direction,
    },
    /// Chooses how metrics become one number.
    SetScalarisation(ScalarisationKind),
    /// Adds a bound on a metric such as `code_loss <= baseline + 0.01`.
    AddBound(String),
    /// Removes a bound on a metric.
    RemoveBound(usize),
    /// Sets the seed of all random numbers.
    SetSeed(u64),
    /// Uses the inferred mixture.
    UseInferred(InferredAs),
}

/// A change of how the study is shown, which is saved and not undone.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewChange {
    /// Shows or hides a panel.
    ShowPanel {
        /// The panel.
        panel: Panel,
        /// Whether it is shown.
        is_shown: bool,
    },
    /// Keeps the arrangement of panels in the front end.
    SetLayout(Option<String>),
    /// Chooses light or dark.
    SetTheme(Theme),
    /// Sets the magnification.
    SetZoom(f32),
    /// Makes everything larger.
    ZoomIn,
    /// Makes everything smaller.
    ZoomOut,
    /// Returns to the default size.
    ZoomReset,
    /// Chooses the metric of traces, ternary plot and sentence; `None` for the objective.
    ShowMetric(Option<usize>),
    /// Chooses what the evidence panel plots.
    ShowEvidence(EvidencePlot),
    /// Chooses the unit of inferred proportions.
    ShowShares(ShareOf),
    /// Chooses the corners of the ternary plot.
    SetTernary([usize; 3]),
    /// Chooses the metrics of the Pareto plot.
    SetParetoMetrics([usize; 2]),
    /// Keeps a metric on top.
    PinMetric {
        /// The metric.
        metric: usize,
        /// Whether it is pinned.
        is_pinned: bool,
    },
    /// Highlights runs everywhere.
    SelectRuns(RunSelection),
    /// Lists only some runs.
    FilterRuns(String),
    /// Sorts the runs.
    SortRuns(Option<(ColumnRef, SortOrder)>),
    /// Colours the runs by a column.
    ColourRuns(Option<ColumnRef>),
    /// Lists only some domains.
    FilterDomains(String),
    /// Sorts the domains.
    SortDomains(DomainOrder),
    /// Chooses and orders the axes of the parallel coordinates.
    SetAxes(Vec<ColumnRef>),
    /// Makes an axis of the parallel coordinates logarithmic, or no longer.
    SetLogAxis {
        /// The axis.
        axis: ColumnRef,
        /// Whether it is logarithmic.
        is_log: bool,
    },
    /// Brushes an axis of the parallel coordinates; `None` removes the brush.
    BrushAxis {
        /// The axis.
        axis: ColumnRef,
        /// The values that pass.
        to: Option<(f64, f64)>,
    },
    /// Removes a notice from the list.
    DismissNotice(usize),
}

/// Starts, stops or ends a job, or chooses among its results.
#[derive(Clone, Debug, PartialEq)]
pub enum Analysis {
    /// Previews files before they are imported.
    PreviewFiles {
        /// The files.
        files: Vec<Arc<NamedBytes>>,
        /// Import options of the user.
        options: ImportOptions,
    },
    /// Reads a run table from files.
    ImportFiles {
        /// The files.
        files: Vec<Arc<NamedBytes>>,
        /// Import options of the user.
        options: ImportOptions,
        /// What to do with rows that cannot be read.
        rejected: OnRejected,
    },
    /// Loads a file of fitted surrogates.
    LoadFit {
        /// The file's content.
        text: String,
    },
    /// Fits a surrogate to every metric.
    Fit(SurrogateParams),
    /// Fits, for each metric, the surrogate that predicts held-out runs best.
    FitBest,
    /// Computes the learning curve of the active fit and measures the coverage of its intervals.
    ExamineFit,
    /// Compares surrogates by cross-validation.
    Compare {
        /// The surrogates; the default candidates when empty.
        surrogates: Vec<SurrogateParams>,
        /// How runs are split.
        params: CompareParams,
    },
    /// Chooses the fit that predictions come from.
    ChooseFit(usize),
    /// Searches for the best predicted mixture.
    Search(SearchSettings),
    /// Counts simulated mixtures along every domain.
    Survey(SurveySettings),
    /// Computes the Pareto front of two metrics.
    FollowFront(ParetoSettings),
    /// Samples mixtures and predicts them, for the parallel coordinates.
    SampleMixtures(SamplingSettings),
    /// Proposes runs to train.
    ProposeRuns(NextRunsSettings),
    /// Infers the training mixture of the tokenizer.
    InferMixture,
    /// Requests traces, ternary grid and best move, unless they are current or requested already;
    /// sent every frame.
    UpdateProfile,
    /// Stops a running job.
    CancelJob(JobId),
    /// Receives the result of a job.
    JobFinished(JobResult),
}

/// A change of the inference from a tokenizer, which is not undone.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenizerChange {
    /// Opens a tokenizer and, where categories are chosen, infers its training mixture at once.
    TakeTokenizer(Arc<NamedBytes>),
    /// Adds a category of the user under the next free name.
    TakeSamples {
        /// The name of the category.
        name: String,
        /// The sample of the category.
        files: Vec<Arc<NamedBytes>>,
    },
    /// Renames a category of the user.
    RenameSamples {
        /// The index of the category.
        index: usize,
        /// The new name.
        name: String,
    },
    /// Removes a category of the user.
    RemoveSamples(usize),
    /// Includes or excludes built-in categories.
    ChooseCategories {
        /// Their names.
        names: Vec<String>,
        /// Whether they are included from now on.
        is_chosen: bool,
    },
    /// Sets how many merges of the tokenizer are used.
    SetMerges(usize),
    /// Sets how the tokenizer splits text into words, as a name or a regular expression; `None` for
    /// the rule in its file.
    SetPretokenizer(Option<String>),
}

/// Copies or saves a part of the study.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Copies the current mixture as text.
    CopyMixture(MixtureFormat),
    /// Copies the table of compared mixtures as text.
    CopyComparison,
    /// Copies the HTML tag that embeds this mixture in a page, and saves the surrogate file it
    /// loads.
    CopyEmbed,
    /// Saves the current mixture as a file.
    ExportMixture(MixtureFormat),
    /// Copies the inferred mixture as a mixture file.
    CopyInferred,
    /// Saves the inferred mixture as a mixture file.
    ExportInferred,
    /// Saves the data behind a plot.
    ExportPlotData(Panel),
    /// Saves a plot as SVG.
    ExportSvg(Panel),
    /// Saves a plot as PNG.
    ExportPng(Panel),
}

/// A request to the front end: dialogs, windows, files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrontRequest {
    /// Chooses files to import.
    OpenFiles,
    /// Chooses a tokenizer to open.
    OpenTokenizer,
    /// Chooses samples of a category.
    AddSamples(SampleFrom),
    /// Chooses a study to open.
    OpenStudy,
    /// Saves the study.
    SaveStudy,
    /// Saves the study under another name.
    SaveStudyAs,
    /// Opens an embedded example.
    OpenExample(Example),
    /// Opens a recent file, by index in the list of the front end.
    OpenRecent(usize),
    /// Copies a link to the current state.
    CopyLink,
    /// Opens the command palette.
    ShowPalette,
    /// Lists the shortcuts.
    ShowShortcuts,
    /// Shows what this program is.
    ShowAbout,
    /// Answers a question of the front end.
    Answer(Answer),
    /// Closes the window.
    Quit,
}

impl From<Session> for Command {
    fn from(change: Session) -> Self {
        Self::Session(change)
    }
}

impl From<Edit> for Command {
    fn from(change: Edit) -> Self {
        Self::Edit(change)
    }
}

impl From<ViewChange> for Command {
    fn from(change: ViewChange) -> Self {
        Self::View(change)
    }
}

impl From<Analysis> for Command {
    fn from(change: Analysis) -> Self {
        Self::Analysis(change)
    }
}

impl From<TokenizerChange> for Command {
    fn from(change: TokenizerChange) -> Self {
        Self::Tokenizer(change)
    }
}

impl From<Output> for Command {
    fn from(change: Output) -> Self {
        Self::Output(change)
    }
}

impl From<FrontRequest> for Command {
    fn from(change: FrontRequest) -> Self {
        Self::Front(change)
    }
}
