//! [`Event`]: what a command led to, for the front to act on.

use crate::{Answer, Example, JobId, JobRequest, MixtureFormat, Panel, SampleFrom};

/// What a command led to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Mixtures, locks, limits or the objective are others.
    StateChanged,
    /// Another data set is shown.
    DataChanged,
    /// A fit, a comparison, a search or another result arrived.
    WorkChanged,
    /// The mixture behind a tokenizer was inferred, or could not be: then there is a
    /// [`problem`](crate::TokenizerWork::problem).
    InferenceChanged,
    /// The study is looked at in another way.
    ViewChanged,
    /// Work to be done off the frame with [`run_job`](crate::run_job), and handed back as
    /// [`Analysis::JobFinished`](Analysis::JobFinished).
    JobRequested(Box<JobRequest>),
    /// A running job whose result nobody wants any more.
    JobCancelled(JobId),
    /// A job ended without a result, for the reason given; it was not cancelled.
    JobFailed {
        /// The job.
        id: JobId,
        /// What it was doing.
        title: &'static str,
        /// Why, for people.
        problem: String,
    },
    /// A result came too late: a newer job of the same kind was asked for, or the data are gone.
    ResultDropped(JobId),
    /// A tokenizer was taken, and its panel is shown.
    TokenizerTaken,
    /// What a preview of files found, before they are imported.
    PreviewReady(std::sync::Arc<crate::ImportPreview>),
    /// Text for the clipboard.
    TextCopied(String),
    /// A text file to be saved where the user says.
    FileReady {
        /// A name to propose, with its ending.
        name: String,
        /// The content.
        text: String,
    },
    /// Something only a front can do.
    Asked(Ask),
}

/// Something only a front can do: dialogs, windows, pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ask {
    /// Choose files to import.
    ImportFiles,
    /// Choose a tokenizer to open.
    OpenTokenizer,
    /// Choose files or folders with samples of a category.
    AddSamples(SampleFrom),
    /// Choose a study to open.
    OpenStudy,
    /// Save the study where it came from, or ask where.
    SaveStudy,
    /// Ask where to save the study.
    SaveStudyAs,
    /// Open an example, after asking about unsaved changes.
    OpenExample(Example),
    /// Open what was opened before, by its place in the front's list, after asking about unsaved
    /// changes.
    OpenRecent(usize),
    /// Copy a link to the present state.
    CopyLink,
    /// Save the plot of a panel as SVG.
    ExportSvg(Panel),
    /// Save the plot of a panel as PNG.
    ExportPng(Panel),
    /// Choose where to save a mixture.
    ExportMixture(MixtureFormat),
    /// The command palette.
    ShowPalette,
    /// The list of shortcuts.
    ShowShortcuts,
    /// What this program is, with its sources.
    ShowAbout,
    /// Do what was waiting for this answer.
    Answer(Answer),
    /// Close the window, after asking about unsaved changes.
    Quit,
}
