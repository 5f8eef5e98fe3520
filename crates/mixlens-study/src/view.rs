//! [`View`]: how the study is looked at. Saved, but not undone.

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
    /// Three domains against each other.
    Ternary,
    /// Lines over domains and metrics.
    Parallel,
    /// Two metrics against each other.
    Pareto,
    /// How far the predictions can be trusted.
    Evidence,
    /// Looking for the best predicted mixture.
    Search,
    /// Where simulated mixtures lie and how good they are.
    Survey,
    /// The runs.
    Runs,
    /// What to train next.
    NextRuns,
    /// Saved mixtures side by side.
    Compare,
    /// What the user should know.
    Notices,
    /// The mixture behind a tokenizer.
    Tokenizer,
    /// The target run in phases.
    Plan,
}

impl Panel {
    /// All of them, in the order of the menu.
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

    /// The title of its tab.
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

    /// Whether it is worth a picture: lists of runs are for programs, and notices are for reading.
    pub fn has_plot(self) -> bool {
        !matches!(self, Self::Runs | Self::NextRuns | Self::Notices)
    }

    /// A name for a file of what it shows, such as `profile-traces.svg`.
    pub fn file_name(self, ending: &str) -> String {
        format!("{}.{ending}", self.title().to_lowercase().replace(' ', "-"))
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
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
    /// The proportion of the domain at this position.
    Domain(usize),
    /// The metric at this position.
    Metric(usize),
}

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// Least first.
    #[default]
    Rising,
    /// Greatest first.
    Falling,
}

/// How the runs are listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunsView {
    /// Only runs whose id contains this text, whatever its case; or a condition such as
    /// `web_loss <= 2.5`.
    pub filter: String,
    /// The column that sorts; file order without one.
    pub sort: Option<(ColumnRef, SortOrder)>,
    /// The column that colours runs everywhere.
    pub colour_by: Option<ColumnRef>,
}

/// A part of an axis that lines must pass through.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brush {
    /// The axis.
    pub column: ColumnRef,
    /// The least value that passes.
    pub low: f64,
    /// The greatest value that passes.
    pub high: f64,
}

/// What the evidence panel plots.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum EvidencePlot {
    /// What fits without a run predict for it, over what was measured.
    #[default]
    Predicted,
    /// Measured minus predicted, over predicted.
    Residuals,
    /// Accuracy by the number of runs.
    LearningCurve,
    /// What pairs of domains do together.
    Interactions,
}

impl EvidencePlot {
    /// All of them, in the order of the panel.
    pub const ALL: [Self; 4] = [
        Self::Predicted,
        Self::Residuals,
        Self::LearningCurve,
        Self::Interactions,
    ];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Predicted => "Predicted over measured",
            Self::Residuals => "Residuals",
            Self::LearningCurve => "Learning curve",
            Self::Interactions => "Interactions",
        }
    }
}

/// How the study is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The panels shown.
    pub panels: BTreeSet<Panel>,
    /// How the front has arranged them, in a text that only the front understands.
    pub layout: Option<String>,
    /// Light or dark.
    pub theme: Theme,
    /// Magnification of text and plots; 1 is the usual size.
    pub zoom: f32,
    /// The domains at the corners of the ternary plot.
    pub ternary: [usize; 3],
    /// The metric shown in traces, ternary plot and sentence; the objective without one.
    pub metric: Option<usize>,
    /// What the evidence panel plots.
    pub evidence: EvidencePlot,
    /// What inferred proportions are of.
    pub shares: ShareOf,
    /// The two metrics of the Pareto plot.
    pub pareto: [usize; 2],
    /// Metrics that stay on top.
    pub pinned: BTreeSet<usize>,
    /// How the runs are listed.
    pub runs: RunsView,
    /// Rows of the runs that are highlighted everywhere.
    pub selected: BTreeSet<usize>,
    /// Only domains whose name contains this text.
    pub domain_filter: String,
    /// How the domains are sorted; their own order without.
    pub domain_order: DomainOrder,
    /// Axes of the parallel coordinates in their order; all of them when empty.
    pub axes: Vec<ColumnRef>,
    /// Axes by the logarithm of their values.
    pub log_axes: BTreeSet<ColumnRef>,
    /// Parts of axes that lines must pass through.
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
    /// Greatest proportion first.
    Proportion,
    /// Greatest difference to the baseline first.
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
    /// Keeps only what there is: fewer domains, metrics or runs may be left after another import or
    /// an undo.
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
            ColumnRef::Domain(place) => *place < domains,
            ColumnRef::Metric(place) => *place < metrics,
        };
        self.runs.sort = self.runs.sort.filter(|(column, _)| exists(column));
        self.runs.colour_by = self.runs.colour_by.filter(exists);
        self.axes.retain(exists);
        self.log_axes.retain(exists);
        self.brushes.retain(|brush| exists(&brush.column));
    }
}
