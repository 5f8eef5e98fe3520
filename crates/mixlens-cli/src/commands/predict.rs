//! `mixlens predict`: the metrics of given mixtures.

use serde_json::{Map, json};

use crate::args::Predict;
use crate::context::Context;
use crate::files::{read_fit, read_mixtures, write};
use crate::tables::{number, table};

pub fn run(args: &Predict, context: &Context) -> anyhow::Result<()> {
    let set = read_fit(&args.fit)?;
    let mixtures = read_mixtures(&args.mixtures, set.domains(), args.row_sums, context)?;
    let predicted: Vec<_> = mixtures.iter().map(|(id, parts)| (id, set.predict(parts))).collect();
    let metrics: Vec<&str> = set.metrics().iter().map(|fitted| fitted.metric.name.as_str()).collect();
    if let Some(path) = &args.output {
        let rows = predicted.iter().map(|(id, prediction)| (id.as_str(), prediction.values.as_slice()));
        write(path, &mixlens_formats::predictions_csv(&metrics, rows)?)?;
    }
    let header: Vec<&str> = ["mixture"].into_iter().chain(metrics.iter().copied()).chain(["support"]).collect();
    let rows = predicted.iter().map(|(id, prediction)| {
        let values = prediction.values.iter().map(|&value| number(Some(value), 4));
        let mut row = vec![(*id).clone()];
        row.extend(values.chain([prediction.support.name().to_owned()]));
        row
    });
    let text = match &args.output {
        Some(path) => {
            format!("predicted {} metrics of {} mixtures, saved to {path:?}\n", metrics.len(), predicted.len())
        }
        None => table(&header, rows),
    };
    context.finish(&text, || {
        let rows = predicted.iter().map(|(id, prediction)| {
            let values = metrics.iter().zip(&prediction.values);
            let values = values.map(|(&name, value)| (name.to_owned(), json!({ "value": value, "interval": null })));
            json!({ "id": id, "metrics": values.collect::<Map<_, _>>(), "support": prediction.support })
        });
        json!({ "version": 1, "rows": rows.collect::<Vec<_>>() })
    })
}
