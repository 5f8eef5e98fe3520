//! One file a panel.

mod compare;
mod evidence;
mod lock;
mod metrics;
mod mixture;
mod mixture_bar;
mod notices;
mod runs;
mod search;
mod sentence;
mod shown;
mod ternary;
mod traces;

use egui::Ui;
use mixlens_study::{Panel, Study};

use crate::CommandQueue;

use mixture::part_from_percent;
pub(crate) use mixture_bar::redistributions;
pub(crate) use sentence::sentence_ui;

/// Texts and settings that the user is still working on, before they become commands.
#[derive(Default)]
pub(crate) struct Drafts {
    search: search::SearchDraft,
}

/// Draws one panel.
pub(crate) fn panel_ui(ui: &mut Ui, panel: Panel, study: &Study, drafts: &mut Drafts, out: &mut CommandQueue) {
    match panel {
        Panel::Mixture => mixture::mixture_ui(ui, study, out),
        Panel::Metrics => metrics::metrics_ui(ui, study, out),
        Panel::Traces => traces::traces_ui(ui, study, out),
        Panel::Ternary => ternary::ternary_ui(ui, study, out),
        Panel::Evidence => evidence::evidence_ui(ui, study, out),
        Panel::Search => search::search_ui(ui, study, &mut drafts.search, out),
        Panel::Runs => runs::runs_ui(ui, study, out),
        Panel::Compare => compare::compare_ui(ui, study, out),
        Panel::Notices => notices::notices_ui(ui, study, out),
        // Not offered by `PANELS`.
        Panel::Parallel | Panel::Pareto | Panel::NextRuns => {}
    }
}
