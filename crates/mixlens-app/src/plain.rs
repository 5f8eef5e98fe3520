//! [`Plain`]: what the window shows as plain data, for a page that shows it without a canvas.

use mixlens_core::fit::Support;
use mixlens_study::{Command, CommandInfo, DomainRow, ImportPreview, MetricRow, Study, percent_text, study_link};
use mixlens_views::{JobProgress, Shell, usual_command};
use serde::Serialize;

/// What the window shows. Its names are those of the TypeScript in `web/app/plain.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plain<'a> {
    title: &'a str,
    runs: usize,
    is_modified: bool,
    link: String,
    domains: Vec<Domain<'a>>,
    surrogate: Option<&'static str>,
    support: Option<&'static str>,
    metrics: Vec<Metric<'a>>,
    proposal: Option<Vec<(&'a str, String)>>,
    notices: &'a [String],
    message: Option<&'a str>,
    jobs: Vec<Job>,
    preview: Option<Preview<'a>>,
    question: Option<Question<'a>>,
    commands: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Domain<'a> {
    name: &'a str,
    proportion: f64,
    text: &'a str,
    baseline: &'a str,
    epochs: &'a str,
    lower: f64,
    upper: f64,
    is_locked: bool,
}

#[derive(Serialize)]
struct Metric<'a> {
    name: &'a str,
    text: &'a str,
    baseline: &'a str,
    difference: &'a str,
}

#[derive(Serialize)]
struct Job {
    id: u64,
    title: &'static str,
    fraction: Option<f32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Preview<'a> {
    files: &'a [String],
    layout: &'a [String],
    domains: &'a [String],
    metrics: &'a [String],
    runs: usize,
    notices: &'a [String],
    rejected: &'a [String],
    problem: Option<&'a str>,
}

#[derive(Serialize)]
struct Question<'a> {
    title: &'a str,
    text: &'a str,
    answers: Vec<&'static str>,
}

impl<'a> Plain<'a> {
    /// What is shown now.
    pub fn of(study: &'a Study, shell: &'a Shell, jobs: &[JobProgress]) -> Self {
        let dataset = study.dataset();
        let predictions = study.predictions();
        let proposal = dataset.work.search.as_ref();
        let question = |own: &'a mixlens_views::Question| Question {
            title: &own.title,
            text: &own.text,
            answers: own.answers.iter().map(|answer| answer.title()).collect(),
        };
        Self {
            title: &dataset.name,
            runs: study.table().map_or(0, |table| table.len()),
            is_modified: study.is_modified(),
            link: study_link(study),
            domains: study.domain_rows().iter().map(Domain::of).collect(),
            surrogate: predictions.map(|all| all.surrogate),
            support: predictions.map(|all| support_text(all.support)),
            metrics: predictions.map(|all| all.rows.iter().map(Metric::of).collect()).unwrap_or_default(),
            proposal: proposal
                .map(|found| found.mixture.iter().map(|(name, part)| (name, percent_text(part))).collect()),
            notices: &dataset.notices,
            message: shell.message(),
            jobs: jobs.iter().map(|job| Job { id: job.id, title: job.title, fraction: job.fraction }).collect(),
            preview: shell.shown_preview().map(|(preview, _)| Preview::of(preview)),
            question: shell.question().map(question),
            commands: usual_commands(study).map(|(title, _)| title).collect(),
        }
    }

    /// As text.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("plain data with text keys serialises")
    }
}

/// Every command that needs nothing else, with its title.
pub(crate) fn usual_commands(study: &Study) -> impl Iterator<Item = (&'static str, Command)> {
    CommandInfo::ALL.iter().filter_map(|info| Some((info.title, usual_command(study, info.kind)?)))
}

fn support_text(support: Support) -> &'static str {
    match support {
        Support::Inside => "inside the runs",
        Support::Edge => "at the edge of the runs",
        Support::Outside => "outside the runs: extrapolated",
    }
}

impl<'a> Domain<'a> {
    fn of(row: &'a DomainRow) -> Self {
        Self {
            name: &row.name,
            proportion: row.proportion,
            text: &row.text,
            baseline: &row.baseline_text,
            epochs: &row.epochs_text,
            lower: row.lower,
            upper: row.upper,
            is_locked: row.is_locked,
        }
    }
}

impl<'a> Metric<'a> {
    fn of(row: &'a MetricRow) -> Self {
        Self { name: &row.name, text: &row.text, baseline: &row.baseline_text, difference: &row.difference_text }
    }
}

impl<'a> Preview<'a> {
    fn of(preview: &'a ImportPreview) -> Self {
        Self {
            files: &preview.files,
            layout: &preview.layout,
            domains: &preview.domains,
            metrics: &preview.metrics,
            runs: preview.runs,
            notices: &preview.notices,
            rejected: &preview.rejected,
            problem: preview.problem.as_deref(),
        }
    }
}
