//! The panels, one file each.

mod compare;
mod evidence;
mod lock;
mod metrics;
mod mixture;
mod mixture_bar;
mod next_runs;
mod notices;
mod parallel;
mod parallel_axis;
mod parallel_bar;
mod pareto;
mod pareto_front;
mod plan;
mod runs;
mod search;
mod sentence;
mod shown;
mod survey;
mod ternary;
mod tokenizer;
mod traces;

use egui::Ui;
use mixlens_study::{NextRunsSettings, Panel, Study, SurveySettings};

use crate::{CommandQueue, Surroundings};

pub(crate) use sentence::sentence_ui;

/// Texts and settings that the user is editing, before they become commands.
#[derive(Default)]
pub(crate) struct Drafts {
    search: search::SearchDraft,
    parallel: parallel::ParallelDraft,
    pareto: pareto::ParetoDraft,
    next_runs: NextRunsSettings,
    survey: SurveySettings,
    tokenizer: tokenizer::TokenizerDraft,
}

/// Draws one panel.
pub(crate) fn panel_ui(
    ui: &mut Ui,
    panel: Panel,
    study: &Study,
    around: Surroundings<'_>,
    drafts: &mut Drafts,
    out: &mut CommandQueue,
) {
    match panel {
        Panel::Mixture => mixture::mixture_ui(ui, study, out),
        Panel::Metrics => metrics::metrics_ui(ui, study, out),
        Panel::Traces => traces::traces_ui(ui, study, out),
        Panel::Ternary => ternary::ternary_ui(ui, study, out),
        Panel::Evidence => evidence::evidence_ui(ui, study, out),
        Panel::Search => search::search_ui(ui, study, &mut drafts.search, out),
        Panel::Survey => survey::survey_ui(ui, study, &mut drafts.survey, out),
        Panel::Runs => runs::runs_ui(ui, study, out),
        Panel::Compare => compare::compare_ui(ui, study, out),
        Panel::Notices => notices::notices_ui(ui, study, out),
        Panel::Parallel => parallel::parallel_ui(ui, study, &mut drafts.parallel, out),
        Panel::Pareto => pareto::pareto_ui(ui, study, &mut drafts.pareto, out),
        Panel::Tokenizer => tokenizer::tokenizer_ui(ui, study, around, &mut drafts.tokenizer, out),
        Panel::Plan => plan::plan_ui(ui, study, out),
        Panel::NextRuns => next_runs::next_runs_ui(ui, study, &mut drafts.next_runs, out),
    }
}
