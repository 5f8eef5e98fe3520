//! [`Surroundings`]: content of a window that is no part of the study.

use mixlens_study::JobId;

/// The progress of a running job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobProgress {
    /// The job.
    pub id: JobId,
    /// The title of the job.
    pub title: &'static str,
    /// From 0 to 1; `None` before the first report.
    pub fraction: Option<f32>,
}

/// Content of a window that is no part of the study.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// The running jobs.
    pub jobs: &'a [JobProgress],
    /// Titles of recently opened files, the latest first.
    pub recent: &'a [String],
    /// Whether the window can be closed from inside; a page cannot.
    pub may_quit: bool,
}
