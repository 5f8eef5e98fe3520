//! Tables as CSV text.
//!
//! Numbers are written in full (the shortest text that reads back to the same bits) unless digits
//! are asked for.

use mixlens_core::search::Survey;
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::table::RunTable;

use super::{csv_cell_text, decimals_that_sum_to_one};

/// How domain columns are headed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnNames {
    /// By the domain alone (the default).
    #[default]
    Plain,
    /// As RegMix heads them: `train_` before the domain.
    RegMix,
}

/// One predicted metric of a mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictedValue {
    /// The prediction.
    pub value: f64,
    /// The interval around it, if there is one.
    pub interval: Option<(f64, f64)>,
}

/// The predictions for one mixture.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictedRow {
    /// The mixture's id.
    pub id: String,
    /// One prediction per metric.
    pub values: Vec<PredictedValue>,
    /// `inside`, `edge` or `outside` of the training runs, where known.
    pub support: Option<String>,
}

/// Mixtures as CSV: `index` and one column per domain, with `digits` decimals that sum to exactly
/// one in every row.
///
/// The text is empty where there is no mixture. All mixtures are over the domains of the first.
pub fn mixtures_to_csv(mixtures: &[(String, Mixture)], names: ColumnNames, digits: u32) -> String {
    let Some((_, first)) = mixtures.first() else {
        return String::new();
    };
    let prefix = match names {
        ColumnNames::Plain => "",
        ColumnNames::RegMix => "train_",
    };
    let mut csv = CsvText::default();
    let domains = first
        .domains()
        .names()
        .iter()
        .map(|name| format!("{prefix}{name}"));
    csv.row(std::iter::once("index".to_owned()).chain(domains));
    for (id, mixture) in mixtures {
        csv.row(std::iter::once(id.clone()).chain(decimals_that_sum_to_one(mixture, digits)));
    }
    csv.text
}

/// A run table as one wide CSV: `run_id`, the conditions that any run has, `train_<domain>` and
/// `metric/<metric>`; missing values are empty cells.
///
/// Reading the text back gives the same table to the bit, when named conditions are asked for and
/// all groups are read.
pub fn run_table_to_csv(table: &RunTable) -> String {
    let mut csv = CsvText::default();
    let domains = table
        .domains()
        .names()
        .iter()
        .map(|name| format!("train_{name}"));
    let metrics = table
        .metrics()
        .as_slice()
        .iter()
        .map(|metric| format!("metric/{}", metric.name));
    let conditions = table.known_conditions();
    let names = conditions
        .iter()
        .map(|condition| condition.name().to_owned());
    csv.row(
        std::iter::once("run_id".to_owned())
            .chain(names)
            .chain(domains)
            .chain(metrics),
    );
    let text = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    for run in table.runs() {
        let at = conditions
            .iter()
            .map(|condition| text(run.conditions.get(condition)));
        let parts = run.parts.iter().map(f64::to_string);
        let values = run.values.iter().map(|&value| text(value));
        csv.row(
            std::iter::once(run.id.to_owned())
                .chain(at)
                .chain(parts)
                .chain(values),
        );
    }
    csv.text
}

/// Predictions as CSV: `index`, then per metric its name and, where any row has an interval,
/// `<name>_low` and `<name>_high`; `support` last, where any row has one.
pub fn predictions_to_csv(metrics: &[String], rows: &[PredictedRow]) -> String {
    let has_intervals = rows
        .iter()
        .flat_map(|row| &row.values)
        .any(|value| value.interval.is_some());
    let has_support = rows.iter().any(|row| row.support.is_some());
    let mut csv = CsvText::default();
    let mut header = vec!["index".to_owned()];
    for name in metrics {
        header.push(name.clone());
        if has_intervals {
            header.extend([format!("{name}_low"), format!("{name}_high")]);
        }
    }
    header.extend(has_support.then(|| "support".to_owned()));
    csv.row(header);
    for row in rows {
        let mut cells = vec![row.id.clone()];
        for predicted in &row.values {
            cells.push(predicted.value.to_string());
            if has_intervals {
                let (low, high) = predicted
                    .interval
                    .map_or_else(Default::default, |(low, high)| {
                        (low.to_string(), high.to_string())
                    });
                cells.extend([low, high]);
            }
        }
        cells.extend(has_support.then(|| row.support.clone().unwrap_or_default()));
        csv.row(cells);
    }
    csv.text
}

/// Rows of cells as CSV, quoted where RFC 4180 requires it; text that a spreadsheet would compute
/// is marked as text ([`csv_cell_text`](crate::csv_cell_text)).
///
/// ```
/// use mixlens_formats::cells_to_csv;
/// assert_eq!(cells_to_csv([vec!["a, b".to_owned(), "2".to_owned()]]), "\"a, b\",2\n");
/// ```
pub fn cells_to_csv(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut csv = CsvText::default();
    rows.into_iter().for_each(|row| csv.row(row));
    csv.text
}

/// A survey's cells along the domains as CSV: `domain,from,to,mixtures,good,lowest_objective`, the
/// last one empty where no mixture is.
pub fn survey_to_csv(survey: &Survey, domains: &DomainSet) -> String {
    let header = [
        "domain",
        "from",
        "to",
        "mixtures",
        "good",
        "lowest_objective",
    ]
    .map(str::to_owned)
    .to_vec();
    let rows = domains
        .names()
        .iter()
        .zip(&survey.domains)
        .flat_map(|(name, domain)| {
            domain.tallies.iter().enumerate().map(|(cell, tally)| {
                let (from, to) = domain.axis.range(cell);
                let lowest = tally
                    .lowest
                    .map_or_else(String::new, |lowest| lowest.to_string());
                let numbers = [
                    from.to_string(),
                    to.to_string(),
                    tally.count.to_string(),
                    tally.good.to_string(),
                    lowest,
                ];
                std::iter::once(name.clone()).chain(numbers).collect()
            })
        });
    cells_to_csv(std::iter::once(header).chain(rows))
}

/// CSV text that grows by rows, quoting where RFC 4180 requires it.
#[derive(Default)]
struct CsvText {
    text: String,
}

impl CsvText {
    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for (position, cell) in cells.into_iter().enumerate() {
            if position > 0 {
                self.text.push(',');
            }
            let cell = csv_cell_text(&cell);
            if cell.contains([',', '"', '\n', '\r']) || cell.trim() != cell {
                self.text.push('"');
                self.text.push_str(&cell.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(&cell);
            }
        }
        self.text.push('\n');
    }
}
