//! `mixlens explain`: the effect of each domain on each metric.

use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{Explanation, along_cox, explain};
use serde_json::{Map, Value, json};

use super::propose::mixture;
use crate::args::Explain;
use crate::context::Context;
use crate::files::{named_mixture, read_fit};
use crate::tables::{difference, number, percent, signed, table};

/// The maximum number of domains for which the mixture without each domain is written out: their
/// numbers grow with the square of the domains.
const MAX_MIXTURES: usize = 1000;

pub fn run(args: &Explain, context: &Context) -> anyhow::Result<()> {
    let set = read_fit(&args.fit)?;
    let at = named_mixture("--at", &args.at, Some(set.domains()))?
        .unwrap_or_else(|| set.centre().mixture);
    let explained = explain(&set, &at, &context.control)?;
    context.finish(&to_text(&set, &explained), || to_json(&set, &explained))
}

fn metric_names(set: &SurrogateSet) -> impl Iterator<Item = &str> {
    set.metrics()
        .iter()
        .map(|fitted| fitted.metric.name.as_str())
}

fn to_text(set: &SurrogateSet, explained: &Explanation) -> String {
    let mut header = vec!["domain", "here"];
    header.extend(metric_names(set));
    let column = |cells: &dyn Fn(usize) -> Vec<Option<String>>| -> Vec<Vec<String>> {
        let rows = explained
            .at
            .iter()
            .enumerate()
            .map(|(domain, (name, part))| {
                let cells = cells(domain)
                    .into_iter()
                    .map(|cell| cell.unwrap_or_else(|| number(None, 4)));
                [name.to_owned(), percent(part)]
                    .into_iter()
                    .chain(cells)
                    .collect()
            });
        rows.collect()
    };
    let moved = |domain: usize| {
        let effects = explained.effects.iter().map(|effects| effects.get(domain));
        effects
            .map(|effect| effect.map(|effect| difference(effect, 4)))
            .collect()
    };
    let without = |domain: usize| {
        let left_out = explained.left_out.get(domain).and_then(Option::as_ref);
        let change = |metric| {
            left_out
                .and_then(|one| one.changes.get(metric))
                .map(|&change| signed(change, 4))
        };
        (0..set.metrics().len()).map(change).collect()
    };
    let predicted = metric_names(set).zip(&explained.values);
    format!(
        "{}\nchange when a domain gains one percentage point and the others keep their ratios\n\
         {}\nchange without a domain\n{}",
        table(
            &["metric", "predicted here"],
            predicted.map(|(name, &value)| vec![name.to_owned(), number(Some(value), 4)])
        ),
        table(&header, column(&moved)),
        table(&header, column(&without)),
    )
}

fn to_json(set: &SurrogateSet, explained: &Explanation) -> Value {
    let domains = || set.domains().names().iter();
    let by_metric = |values: &[f64]| -> Map<String, Value> {
        metric_names(set)
            .zip(values)
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect()
    };
    let effects = metric_names(set)
        .zip(&explained.effects)
        .map(|(metric, effects)| {
            let effects: Map<String, Value> = domains()
                .zip(effects)
                .map(|(name, effect)| (name.clone(), json!(effect.value)))
                .collect();
            (metric.to_owned(), Value::Object(effects))
        });
    let intervals = metric_names(set)
        .zip(&explained.effects)
        .map(|(metric, effects)| {
            let intervals: Map<String, Value> = domains()
                .zip(effects)
                .map(|(name, effect)| (name.clone(), json!(effect.interval)))
                .collect();
            (metric.to_owned(), Value::Object(intervals))
        });
    let traces = domains().zip(&explained.traces).map(|(name, trace)| {
        let values: Map<String, Value> = metric_names(set)
            .zip(&trace.values)
            .map(|(metric, values)| (metric.to_owned(), json!(values)))
            .collect();
        (
            name.clone(),
            json!({ "proportions": trace.parts, "metrics": values }),
        )
    });
    let without =
        domains()
            .zip(&explained.left_out)
            .enumerate()
            .map(|(domain, (name, left_out))| {
                let value = left_out.as_ref().map_or(Value::Null, |one| {
                    let mut value = json!({ "changes": by_metric(&one.changes) });
                    if let (Some(object), true) =
                        (value.as_object_mut(), set.domains().len() <= MAX_MIXTURES)
                    {
                        let parts = along_cox(explained.at.parts(), domain, 0.0);
                        let mixture: Map<_, _> = domains()
                            .cloned()
                            .zip(parts.iter().map(|part| json!(part)))
                            .collect();
                        object.insert("mixture".to_owned(), Value::Object(mixture));
                    }
                    value
                });
                (name.clone(), value)
            });
    json!({
        "version": 1,
        "at": mixture(&explained.at),
        "values": by_metric(&explained.values),
        "effects": effects.collect::<Map<_, _>>(),
        "effect_intervals": intervals.collect::<Map<_, _>>(),
        "traces": traces.collect::<Map<_, _>>(),
        "without": without.collect::<Map<_, _>>(),
    })
}
