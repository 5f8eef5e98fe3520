//! [`check_names`]: names that no config could be made to mean something else by.

use super::{ExportError, TrainerFormat};

/// Words that YAML, JSON or Python do not read as text.
const WORDS: [&str; 12] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf",
];

/// Refuses names that `format` would not take for certain as they stand. Nothing is quoted to get
/// around it.
pub(super) fn check_names(
    format: TrainerFormat,
    names: &[String],
    path: &str,
) -> Result<(), ExportError> {
    if matches!(
        format,
        TrainerFormat::Json | TrainerFormat::Csv | TrainerFormat::Markdown
    ) {
        return Ok(());
    }
    // olmix writes source:topic.
    let signs = if format == TrainerFormat::Olmix {
        "_-./:"
    } else {
        "_-./"
    };
    for name in names {
        let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let is_plain = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || signs.contains(c));
        let is_word =
            WORDS.contains(&name.to_ascii_lowercase().as_str()) || name.parse::<f64>().is_ok();
        if !begins_well || !is_plain || is_word || name.ends_with([':', '.']) {
            return Err(ExportError::UnsafeName {
                format,
                name: name.clone(),
            });
        }
    }
    let is_path = path
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_-./:{}*@=+".contains(c));
    let rest = path.replacen("{domain}", "", 1);
    if !is_path || !path.contains("{domain}") || rest.contains(['{', '}']) {
        return Err(ExportError::BadPath {
            path: path.to_owned(),
        });
    }
    Ok(())
}
