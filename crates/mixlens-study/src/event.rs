//! [`Event`]: what a command led to, for the front to act on.

use crate::{FrontRequest, JobId, JobRequest, Panel};

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
    /// The study is shown in another way.
    ViewChanged,
    /// Work to be done off the frame with [`run_job`](crate::run_job), and handed back as
    /// [`Analysis::JobFinished`](Analysis::JobFinished).
    JobRequested(Box<JobRequest>),
    /// A running job was superseded or cancelled; its result will be dropped.
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
    /// The plot of a panel to be drawn and saved as SVG.
    SvgRequested(Panel),
    /// The plot of a panel to be drawn and saved as PNG.
    PngRequested(Panel),
    /// Something only the front end can do.
    FrontRequested(FrontRequest),
}
