//! Groups of runs under the same conditions: choosing one with `--at`, and what is printed of them.

use std::fmt;

use anyhow::Context as _;
use mixlens_core::shown;
use mixlens_core::table::Conditions;
use mixlens_formats::{Advice, FoundGroup, GroupChoice, ImportError, Imported, Notice};
use serde_json::{Value, json};

/// The choice that reads all groups together.
const ALL: &str = "all";

/// The choice of `--at`.
pub fn choice(at: Option<&str>) -> anyhow::Result<GroupChoice> {
    match at {
        None => Ok(GroupChoice::Largest),
        Some(ALL) => Ok(GroupChoice::All),
        Some(list) => {
            let conditions = list.parse().context("--at")?;
            Ok(GroupChoice::At(conditions))
        }
    }
}

/// A notice with the option that helps.
pub fn notice_text(notice: &Notice) -> String {
    match notice {
        Notice::GroupTaken { groups, .. } => {
            let others = groups.iter().skip(1);
            let example = others
                .map(|group| &group.conditions)
                .find(|at| !at.is_empty());
            match example {
                Some(at) => format!("{notice}; choose another with --at {}", argument(at)),
                None => notice.to_string(),
            }
        }
        _ => notice.to_string(),
    }
}

/// An error with the option that helps.
pub fn error_with_advice(error: ImportError) -> anyhow::Error {
    match &error {
        ImportError::NoSuchGroup { groups, .. } if groups.len() > 1 => anyhow::anyhow!(
            "--at: {error}; choose one of them, or leave --at out for the largest complete one"
        ),
        ImportError::NoSuchGroup { .. } => anyhow::anyhow!("--at: {error}; leave --at out"),
        _ => match error.advice().as_ref().and_then(option) {
            Some(option) => anyhow::anyhow!("{error}: {option}"),
            None => error.into(),
        },
    }
}

/// The option that an advice is about.
fn option(advice: &Advice) -> Option<String> {
    Some(match advice {
        Advice::NameIdColumn => "--id COLUMN".to_owned(),
        Advice::NameDomains => "--domains COLUMN,…".to_owned(),
        Advice::NameMetrics => "--metrics COLUMN,…".to_owned(),
        Advice::NameColumns => "--domains COLUMN,… --metrics COLUMN,…".to_owned(),
        Advice::ChooseRows { column, value } => {
            format!("--where {}={}", shown(column), shown(value))
        }
        _ => return None,
    })
}

/// What `--json` prints of the conditions of the runs that were read.
pub fn conditions_json(imported: &Imported) -> Value {
    json!(imported.table.common_conditions())
}

/// What `--json` prints of the groups that the files hold.
pub fn groups_json(imported: &Imported) -> Value {
    let group = |group: &FoundGroup| {
        json!({
            "conditions": group.conditions,
            "runs": group.runs,
            "mixtures": group.mixtures,
            "complete": group.is_complete,
            "taken": group.is_taken,
        })
    };
    imported.groups.iter().map(group).collect()
}

/// Conditions as `--at` reads them, in one word for a shell.
fn argument(conditions: &Conditions) -> impl fmt::Display {
    conditions.to_string().replace(", ", ",")
}
