//! Groups of runs under the same conditions: listing them, and choosing the one that is read.

use std::fmt;

use mixlens_core::table::{Condition, Conditions, RunGroup, RunTable};
use serde::{Deserialize, Serialize};

use super::GroupChoice;
use crate::{ImportError, Notice};

/// Groups that a message lists before it counts the rest.
const LISTED: usize = 8;

/// A group of runs that the files hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundGroup {
    /// The conditions that distinguish it from the other groups.
    pub conditions: Conditions,
    /// How many runs it has.
    pub runs: usize,
    /// How many different mixtures they were trained on.
    pub mixtures: usize,
    /// Whether at least half of its runs have each metric of the files.
    pub is_complete: bool,
    /// Whether its runs were read.
    pub is_taken: bool,
}

impl fmt::Display for FoundGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.runs == 1 { "" } else { "s" };
        if self.conditions.is_empty() {
            write!(f, "no conditions ({} run{s})", self.runs)
        } else {
            write!(f, "{} ({} run{s})", self.conditions, self.runs)
        }
    }
}

/// The first groups of a list, and how many more there are.
pub(crate) fn groups_text(groups: &[FoundGroup]) -> String {
    let first = groups.iter().take(LISTED).map(FoundGroup::to_string);
    let first: Vec<String> = first.collect();
    match groups.len().saturating_sub(LISTED) {
        0 => first.join("; "),
        more => format!("{}; and {more} more", first.join("; ")),
    }
}

/// What was chosen of a table.
pub(crate) struct Chosen {
    /// The rows to read, rising.
    pub rows: Vec<usize>,
    /// All groups of the table, by rising conditions.
    pub groups: Vec<FoundGroup>,
}

/// Chooses the runs to read, with a notice where there are others.
pub(crate) fn choose(
    table: &RunTable,
    choice: &GroupChoice,
    notices: &mut Vec<Notice>,
) -> Result<Chosen, ImportError> {
    let groups = table.groups();
    let listing = Listing::of(table, &groups);
    let all = || (0..table.len()).collect::<Vec<_>>();
    let rows = match choice {
        GroupChoice::All => {
            if groups.len() > 1 {
                let groups = listing.by_use(&groups);
                notices.push(Notice::GroupsTogether { groups });
            }
            all()
        }
        GroupChoice::Largest => listing.take_largest(&groups, notices).unwrap_or_else(all),
        GroupChoice::At(asked) => {
            let rows = rows_at(table, asked);
            if rows.is_empty() {
                return Err(ImportError::NoSuchGroup {
                    asked: asked.clone(),
                    groups: listing.by_use(&groups),
                });
            }
            if rows.len() < table.len() {
                notices.push(Notice::ConditionsFiltered {
                    at: asked.clone(),
                    kept: rows.len(),
                    of: table.len(),
                });
            }
            // Listed as among all runs, so that each can be chosen as it is shown.
            let kept = table.select(&rows);
            match listing.take_largest(&kept.groups(), notices) {
                Some(taken) => taken
                    .iter()
                    .filter_map(|&row| rows.get(row).copied())
                    .collect(),
                None => rows,
            }
        }
    };
    let scattered = if table.varying_conditions().is_empty() {
        Vec::new()
    } else {
        table.select(&rows).scattered_conditions()
    };
    if !scattered.is_empty() {
        notices.push(Notice::ConditionsScattered {
            conditions: scattered.iter().map(|one| one.name().to_owned()).collect(),
            runs: rows.len(),
        });
    }
    let groups = groups.iter().map(|group| FoundGroup {
        is_taken: group.rows.iter().any(|row| rows.binary_search(row).is_ok()),
        ..listing.found(group)
    });
    let groups = groups.collect();
    Ok(Chosen { rows, groups })
}

/// The rows whose runs have all of these conditions.
fn rows_at(table: &RunTable, asked: &Conditions) -> Vec<usize> {
    let runs = table.runs().enumerate();
    runs.filter(|(_, run)| run.conditions.include(asked))
        .map(|(row, _)| row)
        .collect()
}

/// How the groups of a table are listed.
struct Listing {
    /// The conditions that differ between groups.
    varying: Vec<Condition>,
    metrics: usize,
}

impl Listing {
    fn of(table: &RunTable, groups: &[RunGroup]) -> Self {
        let value = |group: &RunGroup, condition: &Condition| {
            group.conditions.get(condition).map(f64::to_bits)
        };
        let mut varying = table.known_conditions();
        varying.retain(|condition| {
            let first = groups.first().map(|first| value(first, condition));
            groups
                .iter()
                .any(|group| Some(value(group, condition)) != first)
        });
        Self {
            varying,
            metrics: table.metrics().len(),
        }
    }

    fn found(&self, group: &RunGroup) -> FoundGroup {
        FoundGroup {
            conditions: group.conditions.restricted(&self.varying),
            runs: group.rows.len(),
            mixtures: group.mixtures,
            is_complete: group.measured == self.metrics,
            is_taken: false,
        }
    }

    /// The groups, the most useful first.
    fn by_use(&self, groups: &[RunGroup]) -> Vec<FoundGroup> {
        let mut order: Vec<&RunGroup> = groups.iter().collect();
        order.sort_by(|a, b| b.cmp_use(a));
        order.into_iter().map(|group| self.found(group)).collect()
    }

    /// The rows of the largest complete group, with a notice; `None` where there is one group.
    fn take_largest(&self, groups: &[RunGroup], notices: &mut Vec<Notice>) -> Option<Vec<usize>> {
        let taken = RunTable::largest_complete(groups).and_then(|index| groups.get(index));
        let taken = taken.filter(|_| groups.len() > 1)?;
        let runs: usize = groups.iter().map(|group| group.rows.len()).sum();
        let mut by_use = self.by_use(groups);
        if let Some(first) = by_use.first_mut() {
            first.is_taken = true;
        }
        notices.push(Notice::GroupTaken {
            groups: by_use,
            left_out: runs - taken.rows.len(),
        });
        Some(taken.rows.clone())
    }
}
