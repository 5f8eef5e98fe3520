//! Run tables in files: the fields of the table, checked again on the way in.

use serde::{Deserialize, Serialize};

use super::{Conditions, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};
use crate::CoreError;
use crate::simplex::{DomainSet, Mixture};

/// A run table as it is saved: names once, numbers row after row.
#[derive(Serialize, Deserialize)]
pub(super) struct TableFields {
    domains: Vec<String>,
    metrics: Vec<Metric>,
    row_sums: RowSums,
    rescaled: usize,
    natural: Option<Mixture>,
    ids: Vec<String>,
    /// The different conditions of the runs; left out where none are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<Conditions>,
    /// For every run the index of its conditions; left out where none are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    condition_of: Vec<u32>,
    parts: Vec<f64>,
    values: Vec<Option<f64>>,
}

impl From<RunTable> for TableFields {
    fn from(table: RunTable) -> Self {
        let has_conditions = table.conditions.iter().any(|known| !known.is_empty());
        let (conditions, condition_of) = if has_conditions {
            (table.conditions, table.condition_of)
        } else {
            (Vec::new(), Vec::new())
        };
        Self {
            conditions,
            condition_of,
            domains: table.domains.names().to_vec(),
            metrics: table.metrics.as_slice().to_vec(),
            row_sums: table.row_sums,
            rescaled: table.rescaled,
            natural: table.natural,
            ids: table.ids,
            parts: table.parts,
            values: table.values,
        }
    }
}

impl TryFrom<TableFields> for RunTable {
    type Error = CoreError;

    fn try_from(fields: TableFields) -> Result<Self, CoreError> {
        let domains = DomainSet::new(fields.domains)?;
        let metrics = MetricSet::new(fields.metrics)?;
        let (width, count) = (domains.len(), metrics.len());
        let condition_of = fields.condition_of;
        let runs_with_conditions = if fields.conditions.is_empty() {
            0
        } else {
            fields.ids.len()
        };
        for (what, expected, found) in [
            ("conditions", runs_with_conditions, condition_of.len()),
            ("proportions", fields.ids.len() * width, fields.parts.len()),
            (
                "metric values",
                fields.ids.len() * count,
                fields.values.len(),
            ),
        ] {
            if expected != found {
                return Err(CoreError::WrongLength {
                    what,
                    expected,
                    found,
                });
            }
        }
        let mut builder = RunTableBuilder::new(domains, metrics, fields.row_sums);
        let rows = fields
            .parts
            .chunks_exact(width)
            .zip(fields.values.chunks_exact(count));
        let none = Conditions::default();
        for (row, (id, (parts, values))) in fields.ids.iter().zip(rows).enumerate() {
            let conditions =
                match condition_of.get(row) {
                    Some(&index) => fields.conditions.get(index as usize).ok_or_else(|| {
                        CoreError::WrongLength {
                            what: "different conditions",
                            expected: index as usize + 1,
                            found: fields.conditions.len(),
                        }
                    })?,
                    None => &none,
                };
            builder.push_at(id, conditions, parts, values)?;
        }
        let mut table = builder.finish();
        table.rescaled = fields.rescaled;
        if let Some(natural) = fields.natural {
            if natural.domains() != table.domains() {
                return Err(CoreError::WrongLength {
                    what: "domains",
                    expected: width,
                    found: natural.parts().len(),
                });
            }
            table.natural = Some(natural);
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Direction;

    fn table() -> RunTable {
        let metric = |name: &str, direction| Metric {
            name: name.to_owned(),
            direction,
        };
        let metrics = MetricSet::new(vec![
            metric("loss", Direction::Lower),
            metric("acc", Direction::Higher),
        ])
        .unwrap();
        let domains = DomainSet::new(["web", "code", "law"]).unwrap();
        let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
        builder
            .push("one", &[0.3, 0.3, 0.401], &[Some(2.5), None])
            .unwrap();
        builder
            .push("two", &[0.1, 0.2, 0.7], &[Some(2.25), Some(0.1)])
            .unwrap();
        let mut table = builder.finish();
        table.set_natural(Mixture::uniform(table.domains()));
        table
    }

    #[test]
    fn a_table_loads_back_to_the_bit() {
        let text = serde_json::to_string(&table()).unwrap();
        assert_eq!(serde_json::from_str::<RunTable>(&text).unwrap(), table());
    }

    /// The table, whose first run is at another step.
    fn table_with_conditions() -> RunTable {
        let (plain, at) = (table(), |text: &str| text.parse::<Conditions>().unwrap());
        let (domains, metrics) = (plain.domains().clone(), plain.metrics().clone());
        let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
        for (run, conditions) in plain.runs().zip(["size=70M,step=5", "step=6"]) {
            let pushed = builder.push_at(run.id, &at(conditions), run.parts, run.values);
            pushed.unwrap();
        }
        builder.finish()
    }

    #[test]
    fn conditions_are_saved_where_there_are_any() {
        let text = serde_json::to_string(&table()).unwrap();
        assert!(!text.contains("condition"), "{text}");
        let with_conditions = table_with_conditions();
        let text = serde_json::to_string(&with_conditions).unwrap();
        let saved = r#""conditions":[{"parameters":70000000.0,"step":5.0},{"step":6.0}]"#;
        assert!(text.contains(saved), "{text}");
        assert_eq!(
            serde_json::from_str::<RunTable>(&text).unwrap(),
            with_conditions
        );
        for damage in ["\"condition_of\":[0,2]", "\"condition_of\":[0]"] {
            let damaged = text.replacen("\"condition_of\":[0,1]", damage, 1);
            assert_ne!(damaged, text, "{damage}");
            assert!(serde_json::from_str::<RunTable>(&damaged).is_err());
        }
    }

    #[test]
    fn a_damaged_table_is_refused() {
        let text = serde_json::to_string(&table()).unwrap();
        for (from, to) in [
            ("\"one\"", "\"two\""),
            ("2.25", "2.25,1.0"),
            ("\"ids\":[", "\"ids\":[\"more\","),
            ("\"web\"", "\"code\""),
            ("2.5,", "1e999,"),
            ("[0.2997", "[7.2997"),
        ] {
            let damaged = text.replacen(from, to, 1);
            assert_ne!(damaged, text, "{from}");
            assert!(
                serde_json::from_str::<RunTable>(&damaged).is_err(),
                "{from}"
            );
        }
    }
}
