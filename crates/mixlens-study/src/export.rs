//! A mixture as text for readers and trainers, with decimals that sum to exactly one.

use std::fmt::Write;

use mixlens_core::simplex::Mixture;
use mixlens_formats::{
    ColumnNames, decimals_that_sum_to_one, line_text, markdown_text, mixtures_to_csv, quoted_text,
};
use serde::{Deserialize, Serialize};

use crate::{DifferenceTable, Limits, NamedMixture};
use mixlens_jobs::number_text;

/// Decimals of exported proportions.
pub(crate) const DIGITS: u32 = 6;

/// The text format of a mixture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MixtureFormat {
    /// A map of domains, with a comment on the meaning of the numbers.
    Yaml,
    /// An object with the mixture, its baseline and epochs.
    Json,
    /// A header and one row.
    Csv,
    /// A table for a document.
    Markdown,
}

impl MixtureFormat {
    /// All formats, for a menu.
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

    /// The file extension.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "md",
        }
    }
}

/// A mixture and the data written with it.
#[derive(Clone, Copy, Debug)]
pub struct MixtureSheet<'a> {
    /// The mixture.
    pub current: &'a Mixture,
    /// The baseline.
    pub baseline: &'a NamedMixture,
    /// The limits, which determine epochs.
    pub limits: &'a Limits,
}

impl MixtureSheet<'_> {
    /// The mixture as text.
    pub fn text(self, format: MixtureFormat) -> String {
        match format {
            MixtureFormat::Yaml => yaml(self),
            MixtureFormat::Json => json(self),
            MixtureFormat::Csv => mixtures_to_csv(
                &[("current".to_owned(), self.current.clone())],
                ColumnNames::Plain,
                DIGITS,
            ),
            MixtureFormat::Markdown => markdown(self),
        }
    }
}

fn yaml(state: MixtureSheet<'_>) -> String {
    let mut text = format!(
        "# mixlens {}: proportions of training tokens, summing to exactly 1\n# baseline: {}\n",
        env!("CARGO_PKG_VERSION"),
        line_text(&state.baseline.name),
    );
    for row in rows(state) {
        let epochs = row
            .epochs
            .map_or_else(String::new, |epochs| format!(" # {epochs} epochs"));
        let _ = writeln!(text, "{}: {}{epochs}", yaml_key(row.name), row.decimals);
    }
    text
}

/// Plain where YAML is certain to read it as text, otherwise quoted as in JSON (which YAML reads).
fn yaml_key(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let means_other = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    if is_word && !means_other.contains(&name.to_ascii_lowercase().as_str()) {
        return name.to_owned();
    }
    quoted_text(name)
}

fn json(state: MixtureSheet<'_>) -> String {
    let object = |mixture: &Mixture| {
        let decimals = decimals_that_sum_to_one(mixture, DIGITS);
        let pairs = mixture.domains().names().iter().zip(&decimals);
        let pairs: Vec<String> = pairs
            .map(|(name, decimals)| format!("    {}: {decimals}", quoted_text(name)))
            .collect();
        format!("{{\n{}\n  }}", pairs.join(",\n"))
    };
    let epochs: Vec<String> = rows(state)
        .filter_map(|row| Some(format!("    {}: {}", quoted_text(row.name), row.epochs?)))
        .collect();
    let epochs = if epochs.is_empty() {
        String::new()
    } else {
        format!(",\n  \"epochs\": {{\n{}\n  }}", epochs.join(",\n"))
    };
    let NamedMixture { name, mixture } = state.baseline;
    format!(
        "{{\n  \"version\": 1,\n  \"tool\": \"mixlens {}\",\n  \
         \"meaning\": \"proportions of training tokens\",\n  \
         \"mixture\": {},\n  \"baseline_name\": {},\n  \"baseline\": {}{epochs}\n}}\n",
        env!("CARGO_PKG_VERSION"),
        object(state.current),
        quoted_text(name),
        object(mixture),
    )
}

/// Mixtures side by side as Markdown: each value with its difference to the baseline.
pub(crate) fn comparison_text(table: &DifferenceTable) -> String {
    let heads = table
        .columns
        .iter()
        .map(|name| format!(" {} |", markdown_text(name)));
    let mut text = format!(
        "| |{}\n| --- |{}\n",
        heads.collect::<String>(),
        " ---: |".repeat(table.columns.len())
    );
    for (name, cells) in table.domains.iter().chain(&table.metrics) {
        let shown = cells.iter().enumerate().map(|(column, cell)| match column {
            0 => format!(" {} |", cell.text),
            _ => format!(" {} ({}) |", cell.text, cell.difference_text),
        });
        let _ = writeln!(
            text,
            "| {} |{}",
            markdown_text(name),
            shown.collect::<String>()
        );
    }
    text
}

fn markdown(state: MixtureSheet<'_>) -> String {
    let has_epochs = rows(state).any(|row| row.epochs.is_some());
    let (title, rule) = if has_epochs {
        (" epochs |", " ---: |")
    } else {
        ("", "")
    };
    let baseline = decimals_that_sum_to_one(&state.baseline.mixture, DIGITS);
    let mut text = format!(
        "| domain | proportion | {} |{title}\n| --- | ---: | ---: |{rule}\n",
        markdown_text(&state.baseline.name)
    );
    for (row, baseline) in rows(state).zip(baseline) {
        let epochs = if has_epochs {
            format!(" {} |", row.epochs.unwrap_or_default())
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "| {} | {} | {baseline} |{epochs}",
            markdown_text(row.name),
            row.decimals
        );
    }
    text
}

struct Row<'a> {
    name: &'a str,
    decimals: String,
    epochs: Option<String>,
}

fn rows(state: MixtureSheet<'_>) -> impl Iterator<Item = Row<'_>> {
    let decimals = decimals_that_sum_to_one(state.current, DIGITS);
    state
        .current
        .iter()
        .zip(decimals)
        .enumerate()
        .map(move |(domain, ((name, part), decimals))| {
            let epochs = state
                .limits
                .epochs(domain, part)
                .map(|epochs| number_text(epochs, 2).replace('−', "-"));
            Row {
                name,
                decimals,
                epochs,
            }
        })
}

#[cfg(test)]
mod tests {
    use mixlens_core::simplex::DomainSet;
    use mixlens_formats::{NamedBytes, import_mixtures};
    use proptest::prelude::*;

    use super::*;
    use crate::{Edit, Study};

    /// A study whose domains have names that trainers and tables may misread.
    fn awkward(parts: &[f64]) -> Study {
        let names = ["web", "no", "a: b", "c#1", "d|e", "f\"g", "1e5", "h, i"];
        let domains = DomainSet::new(names.iter().take(parts.len()).copied()).unwrap();
        let (mixture, _) = Mixture::from_weights(&domains, parts).unwrap();
        let mut study = Study::of_domains("test", domains);
        study.apply(Edit::SetMixture(mixture)).unwrap();
        study
    }

    /// A sum of decimals without rounding: in millionths.
    fn millionths(decimals: &str) -> u64 {
        let (whole, fraction) = decimals.split_once('.').unwrap();
        assert_eq!(fraction.len(), 6, "{decimals}");
        whole.parse::<u64>().unwrap() * 1_000_000 + fraction.parse::<u64>().unwrap()
    }

    #[test]
    fn awkward_names_are_quoted_and_epochs_are_written() {
        let mut study = awkward(&[1.0; 8]);
        study.apply(Edit::SetTrainingTokens(Some(1e12))).unwrap();
        study
            .apply(Edit::SetUniqueTokens {
                domain: 0,
                to: Some(5e10),
            })
            .unwrap();
        let yaml = study.mixture_text(MixtureFormat::Yaml);
        for line in [
            "web: 0.125000 # 2.5 epochs",
            "\"no\": 0.125000",
            "\"a: b\": 0.125000",
            "\"f\\\"g\": 0.125000",
        ] {
            assert!(
                yaml.lines().any(|written| written == line),
                "{line} is not in\n{yaml}"
            );
        }
        let markdown = study.mixture_text(MixtureFormat::Markdown);
        assert!(
            markdown.contains("| d\\|e | 0.125000 | 0.125000 |"),
            "{markdown}"
        );
        assert!(
            markdown.contains("| web | 0.125000 | 0.125000 | 2.5 |"),
            "{markdown}"
        );
    }

    proptest! {
        #[test]
        fn what_is_exported_sums_to_one_and_is_read_back(
            parts in prop::collection::vec(0.0..1.0_f64, 2..9),
        ) {
            prop_assume!(parts.iter().sum::<f64>() > 0.0);
            let study = awkward(&parts);
            for format in [MixtureFormat::Json, MixtureFormat::Csv] {
                let file = NamedBytes::new("mixture", study.mixture_text(format));
                let mut imported = import_mixtures(&file, Some(study.domains())).unwrap();
                let (_, read) = imported.mixtures.remove(0);
                for (read, part) in read.parts().iter().zip(study.current().parts()) {
                    prop_assert!((read - part).abs() < 1.001e-6);
                }
            }
            let yaml = study.mixture_text(MixtureFormat::Yaml);
            let lines = yaml.lines().filter(|line| !line.starts_with('#'));
            let sum: u64 = lines.map(|line| millionths(line.rsplit(": ").next().unwrap())).sum();
            prop_assert_eq!(sum, 1_000_000);
            let markdown = study.mixture_text(MixtureFormat::Markdown);
            let cells = markdown.lines().skip(2).map(|line| line.rsplit(" | ").nth(1).unwrap());
            prop_assert_eq!(cells.map(millionths).sum::<u64>(), 1_000_000);
        }
    }
}
