//! The mixture behind a tokenizer as a mixture file, and warnings about its reliability.

use mixlens_core::compute::Status;
use mixlens_core::tokenizer::{Inference, InferredCategory};
use serde_json::{Map, Value, json};

/// The misfit above which a category is probably missing. It was below 7 for every tokenizer whose
/// categories were all listed.
const BAD_MISFIT: f64 = 10.0;
/// The same for the unexplained fraction of merges.
const MAX_UNEXPLAINED: f64 = 0.05;

/// Whether the training text probably contained text of an unlisted category.
pub fn is_misfit(found: &Inference) -> bool {
    found.misfit > BAD_MISFIT || found.unexplained > MAX_UNEXPLAINED
}

/// Reasons to doubt the result, a sentence each.
pub fn inference_warnings(found: &Inference) -> Vec<String> {
    let mut out = Vec::new();
    if is_misfit(found) {
        out.push(format!(
            "the listed categories do not explain this tokenizer well (misfit {:.1}, {:.2} % of \
             the merges unexplained): its training text probably contained something else, at \
             least {:.1} % of the pairs, and the other proportions may be off by more than their \
             intervals",
            found.misfit,
            100.0 * found.unexplained,
            100.0 * found.unlisted
        ));
    }
    for (first, second) in &found.alike {
        out.push(format!(
            "{first:?} and {second:?} have nearly the same text; only the sum of both is known"
        ));
    }
    if !matches!(found.status, Status::Optimal | Status::Inexact) {
        out.push(format!(
            "the linear program stopped early ({}); its estimate is the best one found",
            found.status.name()
        ));
    }
    out
}

/// A mixture file with all estimates of each proportion, for
/// [`import_mixtures`](crate::import_mixtures).
pub fn inference_json(found: &Inference, notices: &[String]) -> Value {
    let by_name = |value: &dyn Fn(&InferredCategory) -> Value| -> Map<String, Value> {
        found
            .categories
            .iter()
            .map(|category| (category.name.clone(), value(category)))
            .collect()
    };
    json!({
        "version": 1,
        "status": found.status.name(),
        "mixture": by_name(&|category| json!(category.bytes)),
        "proportions": by_name(&|category| json!({
            "bytes": category.bytes,
            "pairs": category.pairs,
            "interval": category.interval,
            "standard_error": category.standard_error,
            "program": category.program,
            "face": category.face,
            "isotonic": category.isotonic,
            "token_classification": category.token_classification,
            "bytes_per_token": category.bytes_per_token,
            "tokens_per_word": category.tokens_per_word,
        })),
        "merges": {
            "total": found.merges_total,
            "used": found.merges_used,
            "missing": found.merges_missing,
        },
        "violation_ppm": found.violation_ppm,
        "gap": found.gap_ppm,
        "violation_by_merge": found.violation_by_merge,
        "misfit": found.misfit,
        "unlisted": found.unlisted,
        "unexplained": found.unexplained,
        "alike": found.alike,
        "notices": notices,
    })
}
