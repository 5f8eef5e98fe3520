//! `mixlens predict`: the metrics of given mixtures.

use mixlens_core::CoreError;
use mixlens_core::fit::{Interval, Prediction};
use mixlens_formats::{PredictedRow, PredictedValue, predictions_to_csv};
use serde_json::{Map, json};

use crate::args::Predict;
use crate::context::Context;
use crate::files::{read_fit, read_mixtures};
use crate::output::check;
use crate::tables::{counted, table, with_error};

/// The maximum number of predictions (mixtures times metrics) that are written, and that are shown.
/// A shown prediction takes a kilobyte of memory.
const MAX_WRITTEN: usize = 2_000_000;
const MAX_SHOWN: usize = 300_000;

pub fn run(args: &Predict, context: &Context) -> anyhow::Result<()> {
    if let Some(path) = &args.output {
        check(path, [args.fit.as_path(), &args.mixtures])?;
    }
    let set = read_fit(&args.fit)?;
    let mixtures = read_mixtures(&args.mixtures, set.domains(), args.row_sums, context)?;
    check_count(
        mixtures.len(),
        set.metrics().len(),
        args.output.is_some() && !context.is_json,
    )?;
    let stage = context
        .control
        .stage("predicting mixtures", mixtures.len() as u64);
    let predict = |(id, parts): &'_ (String, Vec<f64>)| {
        stage.advance(1)?;
        Ok((id.clone(), set.predict(parts)?))
    };
    let predicted: Vec<_> = mixtures
        .iter()
        .map(predict)
        .collect::<Result<_, CoreError>>()?;
    let metrics: Vec<String> = set
        .metrics()
        .iter()
        .map(|fitted| fitted.metric.name.clone())
        .collect();
    if let Some(path) = &args.output {
        let rows = predicted.iter().map(|(id, prediction)| PredictedRow {
            id: id.clone(),
            values: with_intervals(prediction)
                .map(|(value, interval)| PredictedValue {
                    value,
                    interval: interval.map(|interval| (interval.low, interval.high)),
                })
                .collect(),
            support: Some(prediction.support.name().to_owned()),
        });
        context.write(
            path,
            predictions_to_csv(&metrics, &rows.collect::<Vec<_>>()),
        )?;
    }
    let header: Vec<&str> = ["mixture"]
        .into_iter()
        .chain(metrics.iter().map(String::as_str))
        .chain(["support"])
        .collect();
    let rows = predicted.iter().map(|(id, prediction)| {
        let values =
            with_intervals(prediction).map(|(value, interval)| with_error(value, interval, 4));
        let mut row = vec![id.clone()];
        row.extend(values.chain([prediction.support.name().to_owned()]));
        row
    });
    let text = match &args.output {
        Some(path) => {
            let (metrics, mixtures) = (
                counted(metrics.len(), "metric"),
                counted(predicted.len(), "mixture"),
            );
            format!("predicted {metrics} of {mixtures}, saved to {path:?}\n")
        }
        None => table(&header, rows),
    };
    context.finish(&text, || {
        let rows = predicted.iter().map(|(id, prediction)| {
            let values = metrics.iter().zip(with_intervals(prediction));
            let values = values.map(|(name, (value, interval))| {
                let value = json!({ "value": value, "interval": interval });
                (name.clone(), value)
            });
            json!({
                "id": id,
                "metrics": values.collect::<Map<_, _>>(),
                "support": prediction.support,
            })
        });
        json!({ "version": 1, "rows": rows.collect::<Vec<_>>() })
    })
}

/// Refuses more predictions than fit into memory: two small files can have very many mixtures and
/// very many metrics.
fn check_count(mixtures: usize, metrics: usize, is_written: bool) -> anyhow::Result<()> {
    let found = mixtures.saturating_mul(metrics);
    let (max_count, where_to) = if is_written {
        (MAX_WRITTEN, "written")
    } else {
        (MAX_SHOWN, "shown")
    };
    if found <= max_count {
        return Ok(());
    }
    anyhow::bail!(
        "expected at most {max_count} predictions to be {where_to}, found {found}: {mixtures} \
         mixtures times {metrics} metrics; {}",
        if is_written {
            "split the mixtures"
        } else {
            "write them with --output alone, or split the mixtures"
        }
    )
}

fn with_intervals(prediction: &Prediction) -> impl Iterator<Item = (f64, Option<Interval>)> {
    prediction
        .values
        .iter()
        .copied()
        .zip(prediction.intervals.iter().copied())
}
