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

/// A mixture to go back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResetTo {
    /// In proportion to what there is of each domain.
    Natural,
    /// Every domain with the same proportion.
    Uniform,
    /// The mean of the runs.
    RunsMean,
    /// The baseline.
    Baseline,
    /// What the latest search proposes.
    Proposal,
}

/// A mixture to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BaselineFrom {
    /// The mixture under the sliders.
    Current,
    /// In proportion to what there is of each domain.
    Natural,
    /// Every domain with the same proportion.
    Uniform,
    /// The mean of the runs.
    RunsMean,
    /// The saved mixture at this place.
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
    /// Adds or takes away one row.
    Toggle(usize),
    /// Every row that the filter leaves.
    Shown,
    /// None.
    Nothing,
}

/// An answer to a question of the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Save the changes first.
    Save,
    /// Do without the changes.
    Discard,
    /// Open what was kept before a crash.
    Recover,
    /// Open the file as it was saved.
    OpenSaved,
    /// Leave everything as it is.
    Cancel,
}

impl Command {
    /// Fits what is quick to fit, has intervals and is good on most run tables: the first thing to
    /// do with new runs.
    ///
    /// How it does on published run tables is in `docs/evidence.md`.
    pub fn fit_first() -> Self {
        Self::Analysis(Analysis::Fit(SurrogateParams::EffectiveData(
            Default::default(),
        )))
    }
}

impl Command {
    /// Compares the usual surrogates.
    pub fn compare_usual() -> Self {
        Self::Analysis(Analysis::Compare {
            surrogates: Vec::new(),
            params: CompareParams::default(),
        })
    }
}

impl Answer {
    /// The title of its button.
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

/// Every user action. Domains, metrics and runs go by their position, from 0.
///
/// Title, tooltip, shortcut and menu of each are in [`CommandInfo`](crate::CommandInfo).
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// What is about the study as a whole: history, drags, links, saving.
    Session(Session),
    /// A change of mixtures, limits, objective or phases, which can be undone.
    Edit(Edit),
    /// A change of how the study is shown, which is saved and not undone.
    View(ViewChange),
    /// Starts, stops or ends a job, or chooses among its results.
    Analysis(Analysis),
    /// A change of what is asked about a tokenizer, which is not undone.
    Tokenizer(TokenizerChange),
    /// Copies or saves what the study holds.
    Output(Output),
    /// What only the front end can do: dialogs, windows, files.
    Front(FrontRequest),
}

/// What is about the study as a whole: history, drags, links, saving.
#[derive(Clone, Debug, PartialEq)]
pub enum Session {
    /// Takes back the last step.
    Undo,
    /// Does again what was taken back.
    Redo,
    /// Everything until [`Session::EndDrag`] is one step.
    BeginDrag,
    /// Ends a drag.
    EndDrag,
    /// Takes over the state in a link: a fragment that [`study_link`](crate::study_link) made.
    OpenLink(String),
    /// Says that the study was saved as it was after this many [edits](crate::Study::edits).
    StudySaved(u64),
    /// Says that the study was brought back after a crash, so that nothing of it is saved.
    StudyRecovered,
}

/// A change of mixtures, limits, objective or phases, which can be undone.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Sets one proportion; the others make up for it.
    SetProportion {
        /// The domain.
        domain: usize,
        /// Its new proportion, clamped to what locks and limits leave.
        to: f64,
    },
    /// Shares three domains' total among them, as the ternary plot does.
    SetShares {
        /// The three domains.
        corners: [usize; 3],
        /// Their shares of what they have together (rescaled to sum to one), clamped to locks and
        /// limits.
        shares: [f64; 3],
    },
    /// Moves percentage points from one domain to another.
    MovePoints {
        /// The domain that gives.
        from: usize,
        /// The domain that takes.
        to: usize,
        /// How many points, as a proportion (0.05 for five).
        points: f64,
    },
    /// Shows a whole mixture, whatever the limits.
    SetMixture(Mixture),
    /// Goes back to a known mixture.
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
    /// Chooses who gives and takes during a drag.
    SetRedistribution(Redistribution),
    /// Keeps the current mixture under a name (the next free one when empty).
    SaveMixture {
        /// The name.
        name: String,
    },
    /// Gives a saved mixture another name.
    RenameMixture {
        /// Its place.
        place: usize,
        /// The new name.
        name: String,
    },
    /// Removes a saved mixture.
    DeleteMixture(usize),
    /// Shows a saved mixture.
    LoadMixture(usize),
    /// Compares a saved mixture with others, or no longer; at most 8.
    CompareMixture {
        /// Its place.
        place: usize,
        /// Whether it is compared.
        is_compared: bool,
    },
    /// Adds a phase with the current mixture to the end of the plan.
    AddPhase,
    /// Sets the part of the run that a phase is; the others make up for it.
    SetPhasePart {
        /// Its place.
        place: usize,
        /// The part, from 0 to 1.
        to: f64,
    },
    /// Gives a phase the current mixture.
    SetPhaseMixture(usize),
    /// Removes a phase.
    RemovePhase(usize),
    /// Chooses what everything is compared with.
    SetBaseline(BaselineFrom),
    /// Sets or clears a domain's least proportion.
    SetLower {
        /// The domain.
        domain: usize,
        /// The bound.
        to: Option<f64>,
    },
    /// Sets or clears a domain's greatest proportion.
    SetUpper {
        /// The domain.
        domain: usize,
        /// The bound.
        to: Option<f64>,
    },
    /// Sets or clears how many tokens a domain has.
    SetUniqueTokens {
        /// The domain.
        domain: usize,
        /// The count.
        to: Option<f64>,
    },
    /// Sets or clears how many tokens the target run will see.
    SetTrainingTokens(Option<f64>),
    /// Sets the most epochs over any domain.
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
    /// Sets which way a metric improves.
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
    /// Sets the seed of everything random.
    SetSeed(u64),
    /// Takes the inferred mixture over.
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
    /// Keeps how the front has arranged the panels.
    SetLayout(Option<String>),
    /// Chooses light or dark.
    SetTheme(Theme),
    /// Sets the magnification.
    SetZoom(f32),
    /// Makes everything larger.
    ZoomIn,
    /// Makes everything smaller.
    ZoomOut,
    /// Goes back to the usual size.
    ZoomReset,
    /// Chooses the metric of traces, ternary plot and sentence; the objective without one.
    ShowMetric(Option<usize>),
    /// Chooses what the evidence panel plots.
    ShowEvidence(EvidencePlot),
    /// Chooses what inferred proportions are of.
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
    /// Brushes an axis of the parallel coordinates; without ends the brush is taken away.
    BrushAxis {
        /// The axis.
        axis: ColumnRef,
        /// The values that pass.
        to: Option<(f64, f64)>,
    },
    /// Takes a notice off the list.
    DismissNotice(usize),
}

/// Starts, stops or ends a job, or chooses among its results.
#[derive(Clone, Debug, PartialEq)]
pub enum Analysis {
    /// Looks into files before they are imported.
    PreviewFiles {
        /// The files.
        files: Vec<Arc<NamedBytes>>,
        /// What the user says about them.
        options: ImportOptions,
    },
    /// Reads a run table from files.
    ImportFiles {
        /// The files.
        files: Vec<Arc<NamedBytes>>,
        /// What the user says about them.
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
    /// Fits, for each metric, the surrogate that predicts left-out runs best.
    FitBest,
    /// Follows the learning curve of the active fit and measures how honest its intervals are.
    ExamineFit,
    /// Compares surrogates by cross-validation.
    Compare {
        /// The surrogates; the usual ones when empty.
        surrogates: Vec<SurrogateParams>,
        /// How runs are split.
        params: CompareParams,
    },
    /// Takes predictions from another fit.
    ChooseFit(usize),
    /// Looks for the best predicted mixture.
    Search(SearchSettings),
    /// Counts simulated mixtures along every domain.
    Survey(SurveySettings),
    /// Follows the Pareto front of two metrics.
    FollowFront(ParetoSettings),
    /// Samples mixtures and predicts them, for the parallel coordinates.
    SampleMixtures(SamplingSettings),
    /// Proposes runs to train.
    ProposeRuns(NextRunsSettings),
    /// Infers the mixture behind the tokenizer.
    InferMixture,
    /// Asks for traces, ternary grid and best move, unless they are current or on their way; for
    /// every frame.
    UpdateProfile,
    /// Stops a running job.
    CancelJob(JobId),
    /// Takes in what a job found.
    JobFinished(JobResult),
}

/// A change of what is asked about a tokenizer, which is not undone.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenizerChange {
    /// Takes a tokenizer and, where there are categories to ask about, infers the mixture behind it
    /// at once.
    TakeTokenizer(Arc<NamedBytes>),
    /// Asks about a category of the user; it gets the next free name.
    TakeSamples {
        /// Its name.
        name: String,
        /// Its sample.
        files: Vec<Arc<NamedBytes>>,
    },
    /// Gives a category of the user another name.
    RenameSamples {
        /// Its place.
        place: usize,
        /// The new name.
        name: String,
    },
    /// Asks no more about a category of the user.
    RemoveSamples(usize),
    /// Asks about built-in categories, or no more.
    ChooseCategories {
        /// Their names.
        names: Vec<String>,
        /// Whether they are asked about from now on.
        is_chosen: bool,
    },
    /// Sets how many merges of the tokenizer are used.
    SetMerges(usize),
    /// Says how a tokenizer cuts text into words, as a name or a regular expression; as its file
    /// says without one.
    SetPretokenizer(Option<String>),
}

/// Copies or saves what the study holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Copies the current mixture as text.
    CopyMixture(MixtureFormat),
    /// Copies the table of compared mixtures as text.
    CopyComparison,
    /// Copies a tag that shows the present state in any page, and saves the surrogate file that it
    /// reads.
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

/// What only the front end can do: dialogs, windows, files.
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
    /// Opens what was opened before, by its place in the front's list.
    OpenRecent(usize),
    /// Copies a link to the present state.
    CopyLink,
    /// Opens the command palette.
    ShowPalette,
    /// Lists the shortcuts.
    ShowShortcuts,
    /// Says what this program is.
    ShowAbout,
    /// Answers a question that the front asked.
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
