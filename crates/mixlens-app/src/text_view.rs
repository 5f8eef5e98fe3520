//! [`TextView`]: what the window shows as plain data, for a page that shows it without a canvas.

use mixlens_core::fit::Support;
use mixlens_study::{
    Command, CommandInfo, CommandKind, DomainRow, ImportPreview, InferredGroup, InferredRow,
    MetricRow, Study, percent_text, study_link,
};
use mixlens_views::{JobProgress, Shell, usual_command};
use serde::Serialize;

/// What the window shows. Its names are those of the TypeScript in `web/app/plain.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TextView<'a> {
    title: &'a str,
    runs: usize,
    is_modified: bool,
    /// Whether anything came from files since the app was started: the study then holds more than
    /// what every page has.
    has_files: bool,
    link: String,
    domains: Vec<Domain<'a>>,
    surrogate: Option<&'a str>,
    support: Option<&'static str>,
    metrics: Vec<Metric<'a>>,
    proposal: Option<Vec<(&'a str, String)>>,
    tokenizer: Option<Tokenizer<'a>>,
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

/// A tokenizer and the mixture behind it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tokenizer<'a> {
    name: &'a str,
    format: Option<&'a str>,
    /// What is asked about.
    asked: Vec<String>,
    is_running: bool,
    problem: Option<&'a str>,
    /// What the proportions are of.
    of: &'static str,
    groups: Vec<Group<'a>>,
    words: Vec<&'a str>,
}

/// Categories of a kind.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    title: &'static str,
    text: &'a str,
    categories: Vec<Category<'a>>,
}

/// A category with its inferred proportion.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Category<'a> {
    name: &'a str,
    text: &'a str,
    interval: &'a str,
    estimates: &'a str,
    bytes_per_token: &'a str,
    tokens_per_word: &'a str,
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

impl<'a> TextView<'a> {
    /// What is shown now.
    pub fn of(study: &'a Study, shell: &'a Shell, jobs: &[JobProgress], has_files: bool) -> Self {
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
            has_files,
            link: study_link(study),
            domains: study.domain_rows().iter().map(Domain::of).collect(),
            surrogate: predictions.map(|all| all.surrogate.as_str()),
            support: predictions.map(|all| support_text(all.support)),
            metrics: predictions
                .map(|all| all.rows.iter().map(Metric::of).collect())
                .unwrap_or_default(),
            proposal: proposal.map(|found| {
                found
                    .mixture
                    .iter()
                    .map(|(name, part)| (name, percent_text(part)))
                    .collect()
            }),
            tokenizer: Tokenizer::of(study),
            notices: &dataset.notices,
            message: shell.message(),
            jobs: jobs
                .iter()
                .map(|job| Job {
                    id: job.id,
                    title: job.title,
                    fraction: job.fraction,
                })
                .collect(),
            preview: shell
                .shown_preview()
                .map(|(preview, _)| Preview::of(preview)),
            question: shell.question().map(question),
            commands: usual_commands(study).map(|(title, _)| title).collect(),
        }
    }

    /// As text.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("plain data with text keys serialises")
    }
}

/// Every command that needs nothing else and that a page can carry out, with its title.
pub(crate) fn usual_commands(study: &Study) -> impl Iterator<Item = (&'static str, Command)> {
    let possible = CommandInfo::ALL
        .iter()
        .filter(|info| info.kind != CommandKind::Quit);
    possible.filter_map(|info| Some((info.title, usual_command(study, info.kind)?)))
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
        Self {
            name: &row.name,
            text: &row.text,
            baseline: &row.baseline_text,
            difference: &row.difference_text,
        }
    }
}

impl<'a> Tokenizer<'a> {
    fn of(study: &'a Study) -> Option<Self> {
        let own = study.tokenizer();
        let found = own.found.as_deref();
        let plot = study.inferred();
        let notices = found
            .map(|found| found.notices.as_slice())
            .unwrap_or_default();
        let words = notices
            .iter()
            .chain(plot.map(|plot| plot.words.as_slice()).unwrap_or_default());
        Some(Self {
            name: own.name()?,
            format: found.map(|found| found.format.as_str()),
            asked: own
                .categories()
                .iter()
                .map(|own| own.label().to_owned())
                .collect(),
            is_running: study.inferring().is_some(),
            problem: own.problem.as_deref(),
            of: study.view().shares.title(),
            groups: plot
                .map(|plot| plot.groups.iter().map(Group::of).collect())
                .unwrap_or_default(),
            words: words.map(String::as_str).collect(),
        })
    }
}

impl<'a> Group<'a> {
    fn of(group: &'a InferredGroup) -> Self {
        let category = |row: &'a InferredRow| Category {
            name: &row.name,
            text: &row.text,
            interval: &row.interval_text,
            estimates: &row.estimates_text,
            bytes_per_token: &row.bytes_per_token,
            tokens_per_word: &row.tokens_per_word,
        };
        Self {
            title: group.kind.title(),
            text: &group.text,
            categories: group.rows.iter().map(category).collect(),
        }
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
