//! A Markdown table for a document.

use std::fmt::Write as _;

use mixlens_core::supply::Unit;

use super::sheet::token_count_text;
use super::{ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat};
use crate::{ImportError, markdown_text};

pub(super) struct MarkdownPlan;

impl TrainerFile for MarkdownPlan {
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
        let plan = sheet.plan;
        let mean = plan.mean_mixture();
        let mut columns: Vec<(String, Vec<String>)> = Vec::new();
        let decimals = |mixture| {
            sheet
                .decimals(mixture)
                .into_iter()
                .map(|(_, decimals)| decimals)
                .collect()
        };
        for (number, phase) in (1..).zip(plan.phases()) {
            columns.push((
                format!(
                    "phase {number} ({})",
                    token_count_text(phase.training_tokens)
                ),
                decimals(&phase.mixture),
            ));
        }
        if plan.phases().len() > 1 {
            columns.push(("whole run".to_owned(), decimals(&mean)));
        }
        let epochs = plan.epochs();
        if epochs.iter().any(Option::is_some) {
            let cells = epochs
                .iter()
                .map(|epochs| epochs.map_or_else(String::new, |epochs| format!("{epochs:.2}")));
            columns.push(("epochs".to_owned(), cells.collect()));
        }
        if let Some((name, baseline)) = sheet.baseline {
            columns.push((name.to_owned(), decimals(baseline)));
        }
        let heads: String = columns
            .iter()
            .map(|(head, _)| format!(" {} |", markdown_text(head)))
            .collect();
        let mut text = format!(
            "| domain |{heads}\n| --- |{}\n",
            " ---: |".repeat(columns.len())
        );
        for (index, name) in plan.domains().names().iter().enumerate() {
            let cells = columns.iter().filter_map(|(_, cells)| cells.get(index));
            let cells: String = cells.map(|cell| format!(" {cell} |")).collect();
            let _ = writeln!(text, "| {} |{cells}", markdown_text(name));
        }
        text.push_str("\n<!--\n");
        for line in sheet.header(format, Unit::Tokens, "shares of training tokens") {
            // A comment of HTML ends at two hyphens, or at `>` at its beginning.
            let _ = writeln!(text, "{}", line.replace("--", "- -").replace('>', "&gt;"));
        }
        Ok(text + "-->\n")
    }

    fn read(&self, _: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        Ok(None)
    }
}
