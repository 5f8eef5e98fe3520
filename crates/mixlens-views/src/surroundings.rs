//! [`Surroundings`]: what a window shows that is no part of the study.

use mixlens_study::JobId;

/// How far a running job is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobProgress {
    /// The job.
    pub id: JobId,
    /// What is being done.
    pub title: &'static str,
    /// From 0 to 1; `None` before the first report.
    pub fraction: Option<f32>,
}

/// What a window shows that is no part of the study.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// Jobs that run.
    pub jobs: &'a [JobProgress],
    /// What was opened before, the latest first.
    pub recent: &'a [String],
    /// Whether the window can be closed from inside; a page cannot.
    pub may_quit: bool,
}
