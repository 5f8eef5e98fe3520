//! `mixlens unimax`: the most even mixture that a cap on epochs allows.

use anyhow::bail;
use mixlens_core::plan::{Check, CheckLevel, Plan};
use mixlens_core::supply::uni_max;
use mixlens_formats::token_count_text;

use super::plan_report::{Report, check_export};
use crate::context::Context;
use crate::plan_args::UniMax;
use crate::plans::{Supplied, domains_of_unique_tokens};

pub fn run(args: &UniMax, context: &Context) -> anyhow::Result<()> {
    check_export(&args.export, [])?;
    if !args.budget.caps.is_empty() {
        bail!("--cap: UniMax has one cap for all domains; give --max-epochs");
    }
    let (domains, sizes) = domains_of_unique_tokens(&args.budget)?;
    let supplied = Supplied::new(&args.budget, &domains, &[], &[])?;
    let [budget] = supplied.training_tokens.as_slice() else {
        bail!(
            "--training-tokens: expected one number, the shared budget, found {}",
            supplied.training_tokens.len()
        );
    };
    let shared = uni_max(&domains, &sizes, *budget, args.budget.max_epochs)?;
    let spent = budget - shared.unspent;
    let mut findings = Vec::new();
    if shared.unspent > 0.0 {
        let text = format!(
            "every domain is at its cap: {} tokens of the budget are unspent, the plan has {}",
            token_count_text(shared.unspent),
            token_count_text(spent)
        );
        findings.push(Check {
            id: "unspent",
            level: CheckLevel::Warn,
            text,
        });
    }
    let plan = Plan::single(shared.mixture, spent, supplied.unique_tokens.clone())?;
    let report = Report::new(&plan, &supplied, findings)?;
    let provenance = vec![(
        "UniMax".to_owned(),
        format!("at most {} epochs", args.budget.max_epochs),
    )];
    let written = report.write(&args.export, &provenance, None, context)?;
    context.finish(&(report.text()? + &written), || {
        let mut json = report.json();
        if let Some(object) = json.as_object_mut() {
            object.insert("unspent_tokens".to_owned(), shared.unspent.into());
        }
        json
    })
}
