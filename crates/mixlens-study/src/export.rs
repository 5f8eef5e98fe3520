//! A mixture as text for people and trainers, with decimals that sum to exactly one.

use std::fmt::Write;

use mixlens_core::simplex::Mixture;
use mixlens_formats::{ColumnNames, decimals_that_sum_to_one, mixtures_to_csv};
use serde::{Deserialize, Serialize};

use crate::number::number_text;
use crate::{NamedMixture, State};

/// Decimals of exported proportions.
const DIGITS: u32 = 6;

/// How a mixture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MixtureFormat {
    /// A map of domains, with a comment that says what the numbers mean.
    Yaml,
    /// An object with the mixture, its baseline and epochs.
    Json,
    /// A header and one row.
    Csv,
    /// A table for a document.
    Markdown,
}

impl MixtureFormat {
    /// All of them, for a menu.
    pub const ALL: [Self; 4] = [Self::Yaml, Self::Json, Self::Csv, Self::Markdown];

    /// The name in menus.
    pub fn title(self) -> &'static str {
        match self {
            Self::Yaml => "YAML",
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Markdown => "Markdown table",
        }
    }

    /// The ending of files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "md",
        }
    }
}

/// The current mixture as text.
pub(crate) fn mixture_text(state: &State, format: MixtureFormat) -> String {
    match format {
        MixtureFormat::Yaml => yaml(state),
        MixtureFormat::Json => json(state),
        MixtureFormat::Csv => {
            mixtures_to_csv(&[("current".to_owned(), state.current.clone())], ColumnNames::Plain, DIGITS)
        }
        MixtureFormat::Markdown => markdown(state),
    }
}

fn yaml(state: &State) -> String {
    let mut text = format!(
        "# mixlens {}: proportions of training tokens, summing to exactly 1\n# baseline: {}\n",
        env!("CARGO_PKG_VERSION"),
        state.baseline.name.replace(char::is_control, " "),
    );
    for row in rows(state) {
        let epochs = row.epochs.map_or_else(String::new, |epochs| format!(" # {epochs} epochs"));
        let _ = writeln!(text, "{}: {}{epochs}", yaml_key(row.name), row.decimals);
    }
    text
}

/// Plain where YAML takes it as text for certain, quoted as in JSON (which YAML reads) otherwise.
fn yaml_key(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let means_other = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    if is_word && !means_other.contains(&name.to_ascii_lowercase().as_str()) {
        return name.to_owned();
    }
    serde_json::Value::from(name).to_string()
}

fn json(state: &State) -> String {
    let object = |mixture: &Mixture| {
        let decimals = decimals_that_sum_to_one(mixture, DIGITS);
        let pairs = mixture.domains().names().iter().zip(&decimals);
        let pairs: Vec<String> = pairs
            .map(|(name, decimals)| format!("    {}: {decimals}", serde_json::Value::from(name.as_str())))
            .collect();
        format!("{{\n{}\n  }}", pairs.join(",\n"))
    };
    let epochs: Vec<String> = rows(state)
        .filter_map(|row| Some(format!("    {}: {}", serde_json::Value::from(row.name), row.epochs?)))
        .collect();
    let epochs =
        if epochs.is_empty() { String::new() } else { format!(",\n  \"epochs\": {{\n{}\n  }}", epochs.join(",\n")) };
    let NamedMixture { name, mixture } = &state.baseline;
    format!(
        "{{\n  \"version\": 1,\n  \"tool\": \"mixlens {}\",\n  \"meaning\": \"proportions of training tokens\",\n  \
         \"mixture\": {},\n  \"baseline_name\": {},\n  \"baseline\": {}{epochs}\n}}\n",
        env!("CARGO_PKG_VERSION"),
        object(&state.current),
        serde_json::Value::from(name.as_str()),
        object(mixture),
    )
}

fn markdown(state: &State) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let has_epochs = rows(state).any(|row| row.epochs.is_some());
    let (title, rule) = if has_epochs { (" epochs |", " ---: |") } else { ("", "") };
    let baseline = decimals_that_sum_to_one(&state.baseline.mixture, DIGITS);
    let mut text =
        format!("| domain | proportion | {} |{title}\n| --- | ---: | ---: |{rule}\n", cell(&state.baseline.name));
    for (row, baseline) in rows(state).zip(baseline) {
        let epochs = if has_epochs { format!(" {} |", row.epochs.unwrap_or_default()) } else { String::new() };
        let _ = writeln!(text, "| {} | {} | {baseline} |{epochs}", cell(row.name), row.decimals);
    }
    text
}

struct Row<'a> {
    name: &'a str,
    decimals: String,
    epochs: Option<String>,
}

fn rows(state: &State) -> impl Iterator<Item = Row<'_>> {
    let decimals = decimals_that_sum_to_one(&state.current, DIGITS);
    state.current.iter().zip(decimals).enumerate().map(|(domain, ((name, part), decimals))| {
        let epochs = state.limits.epochs(domain, part).map(|epochs| number_text(epochs, 2).replace('−', "-"));
        Row { name, decimals, epochs }
    })
}
