//! [`Event`]: the consequences of a command that the front end must act on.

use crate::{FrontRequest, JobId, JobRequest, Panel};

/// A consequence of a command.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Mixtures, locks, limits or the objective have changed.
    StateChanged,
    /// Another data set is shown.
    DataChanged,
    /// A fit, a comparison, a search or another result has arrived.
    WorkChanged,
    /// The mixture of a tokenizer has been inferred, or the inference has failed with a
    /// [`problem`](crate::TokenizerWork::problem).
    InferenceChanged,
    /// View settings have changed.
    ViewChanged,
    /// Work to be done off the frame with [`run_job`](crate::run_job), and handed back as
    /// [`Analysis::JobFinished`](crate::Analysis::JobFinished).
    JobRequested(Box<JobRequest>),
    /// A running job was superseded or cancelled; its result will be dropped.
    JobCancelled(JobId),
    /// A job ended without a result, for the reason given; it was not cancelled.
    JobFailed {
        /// The job.
        id: JobId,
        /// The job's title.
        title: &'static str,
        /// The reason, as a message for the user.
        problem: String,
    },
    /// A result came too late: a newer job of the same kind was requested, or the data are gone.
    ResultDropped(JobId),
    /// A tokenizer has been opened, and the panel is shown.
    TokenizerTaken,
    /// The preview of files before they are imported.
    PreviewReady(std::sync::Arc<crate::ImportPreview>),
    /// Text for the clipboard.
    TextCopied(String),
    /// A text file to be saved in a location chosen by the user.
    FileReady {
        /// The suggested name, with its extension.
        name: String,
        /// The content.
        text: String,
    },
    /// The plot of a panel to be drawn and saved as SVG.
    SvgRequested(Panel),
    /// The plot of a panel to be drawn and saved as PNG.
    PngRequested(Panel),
    /// A request to the front end.
    FrontRequested(FrontRequest),
}
