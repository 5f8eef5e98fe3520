//! [`View`]: view settings: panels, sorting, zoom. Saved, not undoable.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ShareOf;

/// The parts of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// A row per domain with its slider.
    Mixture,
    /// A bar per metric.
    Metrics,
    /// A metric along each domain's Cox direction.
    Traces,
    /// A metric over three domains.
    Ternary,
    /// Lines over domains and metrics.
    Parallel,
    /// The trade-off between two metrics.
    Pareto,
    /// The accuracy of predictions.
    Evidence,
    /// The search for the best predicted mixture.
    Search,
    /// The distribution of simulated mixtures and of their objective.
    Survey,
    /// The runs.
    Runs,
    /// Proposed proxy runs.
    NextRuns,
    /// Saved mixtures side by side.
    Compare,
    /// Notices for the user.
    Notices,
    /// The training mixture of a tokenizer.
    Tokenizer,
    /// The target run in phases.
    Plan,
}

impl Panel {
    /// All panels, in the order of the menu.
    pub const ALL: [Self; 15] = [
        Self::Mixture,
        Self::Metrics,
        Self::Traces,
        Self::Ternary,
        Self::Parallel,
        Self::Pareto,
        Self::Evidence,
        Self::Search,
        Self::Survey,
        Self::Runs,
        Self::NextRuns,
        Self::Compare,
        Self::Notices,
        Self::Tokenizer,
        Self::Plan,
    ];

    /// The title of the panel's tab.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mixture => "Mixture",
            Self::Metrics => "Predicted metrics",
            Self::Traces => "Profile traces",
            Self::Ternary => "Ternary",
            Self::Parallel => "Parallel coordinates",
            Self::Pareto => "Pareto",
            Self::Evidence => "Evidence",
            Self::Search => "Search",
            Self::Survey => "Survey",
            Self::Runs => "Runs",
            Self::NextRuns => "Next runs",
            Self::Compare => "Compare",
            Self::Notices => "Notices",
            Self::Tokenizer => "Tokenizer",
            Self::Plan => "Plan",
        }
    }

    /// Whether the panel has a plot: lists of runs and notices do not.
    pub fn has_plot(self) -> bool {
        !matches!(self, Self::Runs | Self::NextRuns | Self::Notices)
    }

    /// A name for an exported file, such as `profile-traces.svg`.
    pub fn file_name(self, ending: &str) -> String {
        format!("{}.{ending}", self.title().to_lowercase().replace(' ', "-"))
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As set in the system.
    #[default]
    System,
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
}

/// A column of the run table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRef {
    /// The run ids.
    Id,
    /// The proportion of the domain with this index.
    Domain(usize),
    /// The metric with this index.
    Metric(usize),
}

/// The order in which a column is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// Ascending.
    #[default]
    Rising,
    /// Descending.
    Falling,
}

/// How the runs are listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunsView {
    /// Only runs whose id contains this text, ignoring case; or a condition such as
    /// `web_loss <= 2.5`.
    pub filter: String,
    /// The column to sort by; `None` for file order.
    pub sort: Option<(ColumnRef, SortOrder)>,
    /// The column that colours runs everywhere.
    pub colour_by: Option<ColumnRef>,
}

/// A section of an axis that lines must pass through.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brush {
    /// The axis.
    pub column: ColumnRef,
    /// The minimum value that passes.
    pub low: f64,
    /// The maximum value that passes.
    pub high: f64,
}

/// What the evidence panel plots.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum EvidencePlot {
    /// Held-out predictions over measured values.
    #[default]
    Predicted,
    /// Measured minus predicted, over predicted.
    Residuals,
    /// Accuracy by the number of runs.
    LearningCurve,
    /// Interactions of pairs of domains.
    Interactions,
}

impl EvidencePlot {
    /// All plots, in the order of the panel.
    pub const ALL: [Self; 4] = [
        Self::Predicted,
        Self::Residuals,
        Self::LearningCurve,
        Self::Interactions,
    ];

    /// The title of the plot.
    pub fn title(self) -> &'static str {
        match self {
            Self::Predicted => "Predicted over measured",
            Self::Residuals => "Residuals",
            Self::LearningCurve => "Learning curve",
            Self::Interactions => "Interactions",
        }
    }
}

/// View settings: panels, sorting, zoom. Saved, not undoable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The panels shown.
    pub panels: BTreeSet<Panel>,
    /// The arrangement of the panels, in a text format of the front end.
    pub layout: Option<String>,
    /// Light or dark.
    pub theme: Theme,
    /// Magnification of text and plots; 1 is the default size.
    pub zoom: f32,
    /// The domains at the corners of the ternary plot.
    pub ternary: [usize; 3],
    /// The metric shown in traces, ternary plot and sentence; `None` for the objective.
    pub metric: Option<usize>,
    /// What the evidence panel plots.
    pub evidence: EvidencePlot,
    /// The unit of inferred proportions.
    pub shares: ShareOf,
    /// The two metrics of the Pareto plot.
    pub pareto: [usize; 2],
    /// Metrics that stay at the top.
    pub pinned: BTreeSet<usize>,
    /// How the runs are listed.
    pub runs: RunsView,
    /// Rows of the runs that are highlighted everywhere.
    pub selected: BTreeSet<usize>,
    /// Only domains whose name contains this text.
    pub domain_filter: String,
    /// How the domains are sorted.
    pub domain_order: DomainOrder,
    /// Axes of the parallel coordinates in order; empty for all axes.
    pub axes: Vec<ColumnRef>,
    /// Logarithmic axes.
    pub log_axes: BTreeSet<ColumnRef>,
    /// Sections of axes that lines must pass through.
    pub brushes: Vec<Brush>,
}

/// How the rows of the mixture are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainOrder {
    /// As in the run table.
    #[default]
    Table,
    /// By name.
    Name,
    /// Largest proportion first.
    Proportion,
    /// Largest difference to the baseline first.
    Difference,
}

impl Default for View {
    fn default() -> Self {
        use Panel::{Metrics, Mixture, Search, Ternary, Traces};
        Self {
            panels: [Mixture, Metrics, Traces, Ternary, Search].into(),
            layout: None,
            theme: Theme::default(),
            zoom: 1.0,
            ternary: [0, 1, 2],
            metric: None,
            evidence: EvidencePlot::default(),
            shares: ShareOf::default(),
            pareto: [0, 1],
            pinned: BTreeSet::new(),
            runs: RunsView::default(),
            selected: BTreeSet::new(),
            domain_filter: String::new(),
            domain_order: DomainOrder::default(),
            axes: Vec::new(),
            log_axes: BTreeSet::new(),
            brushes: Vec::new(),
        }
    }
}

impl View {
    /// Drops references to domains, metrics and runs that no longer exist after an import or an
    /// undo.
    pub(crate) fn fit_to(&mut self, domains: usize, metrics: usize, runs: usize) {
        if self.ternary.iter().any(|&corner| corner >= domains) {
            self.ternary = [0, 1, 2];
        }
        if self.pareto.iter().any(|&metric| metric >= metrics) {
            self.pareto = [0, 1];
        }
        self.metric = self.metric.filter(|&metric| metric < metrics);
        self.pinned.retain(|&metric| metric < metrics);
        self.selected.retain(|&run| run < runs);
        let exists = |column: &ColumnRef| match column {
            ColumnRef::Id => true,
            ColumnRef::Domain(index) => *index < domains,
            ColumnRef::Metric(index) => *index < metrics,
        };
        self.runs.sort = self.runs.sort.filter(|(column, _)| exists(column));
        self.runs.colour_by = self.runs.colour_by.filter(exists);
        self.axes.retain(exists);
        self.log_axes.retain(exists);
        self.brushes.retain(|brush| exists(&brush.column));
    }
}
