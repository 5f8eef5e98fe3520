//! [`Citation`]: the works that this program is built on, from the repository's `CITATIONS.bib`.

/// The file; its entries are written one field a line, values in braces.
const BIBLIOGRAPHY: &str = include_str!("../../../CITATIONS.bib");

/// A work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// "Liu et al. 2024".
    pub short: String,
    /// The title.
    pub title: String,
    /// A link to the work, where one is known.
    pub url: Option<String>,
}

impl Citation {
    /// All citations, in the order of the file.
    pub fn all() -> Vec<Self> {
        BIBLIOGRAPHY
            .split("\n@")
            .filter_map(Self::of_entry)
            .collect()
    }

    fn of_entry(entry: &str) -> Option<Self> {
        let authors = field(entry, "author")?;
        let last = |author: &str| author.split(',').next().unwrap_or(author).trim().to_owned();
        let names: Vec<String> = authors.split(" and ").map(last).collect();
        let authors = match &*names {
            [one] => one.clone(),
            [one, other] => format!("{one} and {other}"),
            [first, ..] => format!("{first} et al."),
            [] => return None,
        };
        let url = field(entry, "url")
            .or_else(|| Some(format!("https://doi.org/{}", field(entry, "doi")?)));
        Some(Self {
            short: format!("{authors} {}", field(entry, "year")?),
            title: field(entry, "title")?,
            url,
        })
    }
}

/// The value of a field on one line, without braces, accents put on their letters.
fn field(entry: &str, name: &str) -> Option<String> {
    let is_named = |line: &&str| line.split('=').next().is_some_and(|key| key.trim() == name);
    let from = entry.lines().position(|line| is_named(&line))?;
    let lines = entry.lines().skip(from);
    // A long value continues on the lines below, which have no marker.
    let mut value = String::new();
    for line in lines {
        let text = if value.is_empty() {
            line.split_once('=')?.1
        } else {
            line
        };
        value.push_str(text.trim());
        value.push(' ');
        if line.trim_end().ends_with("},") || line.trim_end().ends_with('}') {
            break;
        }
    }
    let value = ACCENTS
        .iter()
        .fold(value, |value, (from, to)| value.replace(from, to));
    let value: String = value
        .chars()
        .filter(|letter| !matches!(letter, '{' | '}'))
        .collect();
    Some(value.trim().trim_end_matches(',').to_owned())
}

/// Accents as written in the file.
const ACCENTS: &[(&str, &str)] = &[
    ("{\\'e}", "é"),
    ("{\\\"o}", "ö"),
    ("{\\\"u}", "ü"),
    ("{\\'a}", "á"),
    ("{\\`e}", "è"),
    ("{\\'\\i}", "í"),
    ("$\\ell_1$", "ℓ₁"),
    ("\\&", "&"),
    ("--", "–"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_bibliography_is_read() {
        let all = Citation::all();
        assert_eq!(
            all.len(),
            BIBLIOGRAPHY
                .lines()
                .filter(|line| line.starts_with('@'))
                .count()
        );
        for citation in &all {
            assert!(
                citation
                    .short
                    .ends_with(|letter: char| letter.is_ascii_digit()),
                "{citation:?}"
            );
            let whole = format!("{} {}", citation.short, citation.title);
            assert!(
                citation.title.len() > 8 && !whole.contains(['{', '}', '\\', '=']),
                "{citation:?}"
            );
        }
        assert_eq!(all[0].short, "Liu et al. 2024");
        assert_eq!(
            all[0].title,
            "RegMix: Data Mixture as Regression for Language Model Pre-training"
        );
        assert_eq!(
            all[0].url.as_deref(),
            Some("https://arxiv.org/abs/2407.01492")
        );
    }
}
