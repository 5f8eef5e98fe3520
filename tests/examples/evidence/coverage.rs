//! Coverage of 90 % intervals: of held-out runs, and of differences from runs near the natural
//! mixture.

use std::path::Path;

use mixlens_core::compute::{Control, Executor};
use mixlens_core::fit::{CompareParams, Coverage, CoverageMeter, SurrogateParams, SurrogateSet};
use mixlens_core::simplex::total_variation;
use mixlens_core::table::RunTable;

use crate::tables::{all_metrics, mixing_laws, regmix, subset, surrogate};

/// The number of held-out runs used as baselines: those nearest to the mean of the training runs,
/// which stands in for the natural mixture.
const BASELINES: usize = 10;

pub fn run(folder: &Path, executor: &dyn Executor) -> anyhow::Result<()> {
    println!(
        "Coverage of 90 % intervals in percent: single predictions / differences (half width in \
        nats)"
    );
    let (train, test) = (
        regmix(&folder.join("regmix"), "train")?,
        regmix(&folder.join("regmix"), "test")?,
    );
    for (runs, subsets) in [(64, 2), (128, 1), (512, 1)] {
        for name in ["effective-data", "gp", "ensemble", "trees", "auto"] {
            let (mut coverage, mut widths) = (Coverage::default(), (0.0, 0.0));
            for seed in 0..subsets {
                let table = subset(&train, runs, seed);
                let set = fit(&table, name, seed, executor)?;
                let (found, width) = held_out(&set, &test)?;
                coverage = coverage.and(found);
                widths = (
                    widths.0 + width.0 / subsets as f64,
                    widths.1 + width.1 / subsets as f64,
                );
            }
            print(
                &format!("RegMix, {runs} runs, {name}"),
                coverage,
                Some(widths),
            );
        }
    }
    for (name, table) in mixing_laws(&folder.join("mixinglaws"))? {
        if table.len() < 20 {
            println!(
                "  {name:<34} {} runs: no interval below 9 runs",
                table.len()
            );
            continue;
        }
        for surrogate_name in ["effective-data", "ensemble"] {
            let mut coverage = Coverage::default();
            for seed in 0..2 {
                let baseline = table
                    .mean_mixture()
                    .ok_or_else(|| anyhow::anyhow!("an empty table"))?;
                let params = CompareParams {
                    seed,
                    ..CompareParams::default()
                };
                let mut meter =
                    CoverageMeter::new(&table, &all_metrics(&table), baseline.parts(), params)?;
                let found = meter.measure(
                    &surrogate(surrogate_name, &[])?,
                    &Control::default(),
                    executor,
                )?;
                coverage = found.into_iter().fold(coverage, Coverage::and);
            }
            print(&format!("{name}, {surrogate_name}"), coverage, None);
        }
    }
    Ok(())
}

fn fit(
    table: &RunTable,
    name: &str,
    seed: u64,
    executor: &dyn Executor,
) -> anyhow::Result<SurrogateSet> {
    let (metrics, control) = (all_metrics(table), Control::default());
    Ok(match name {
        "auto" => SurrogateSet::fit_auto(
            table,
            &metrics,
            &SurrogateParams::candidates(),
            seed,
            &control,
            executor,
        )?,
        name => SurrogateSet::fit_with_intervals(
            table,
            &metrics,
            &surrogate(name, &[])?,
            seed,
            &control,
            executor,
        )?,
    })
}

/// Coverage on the runs of `test`, and the mean half widths.
fn held_out(set: &SurrogateSet, test: &RunTable) -> anyhow::Result<(Coverage, (f64, f64))> {
    let centre = set.centre().mixture;
    let runs: Vec<_> = test.runs().collect();
    let mut near: Vec<usize> = (0..runs.len()).collect();
    let distance = |run: usize| total_variation(runs[run].parts, centre.parts());
    near.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)));
    let (mut coverage, mut widths) = (Coverage::default(), (0.0, 0.0));
    for run in &runs {
        for (interval, measured) in set
            .predict(run.parts)?
            .intervals
            .into_iter()
            .zip(run.values)
        {
            if let (Some(interval), Some(measured)) = (interval, measured) {
                coverage.runs += 1;
                coverage.inside += usize::from(interval.contains(*measured));
                widths.0 += interval.half_width();
            }
        }
    }
    for &baseline in near.iter().take(BASELINES) {
        let against = set.against(runs[baseline].parts)?;
        for (_, run) in runs
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != baseline)
        {
            let values = run.values.iter().zip(runs[baseline].values);
            for (difference, (here, there)) in
                against.differences(run.parts)?.into_iter().zip(values)
            {
                if let (Some(interval), Some(here), Some(there)) =
                    (difference.interval, here, there)
                {
                    coverage.differences += 1;
                    coverage.differences_inside += usize::from(interval.contains(here - there));
                    widths.1 += interval.half_width();
                }
            }
        }
    }
    Ok((
        coverage,
        (
            widths.0 / coverage.runs.max(1) as f64,
            widths.1 / coverage.differences.max(1) as f64,
        ),
    ))
}

fn print(name: &str, coverage: Coverage, widths: Option<(f64, f64)>) {
    let percent = |share: Option<f64>| {
        share.map_or("none".to_owned(), |share| format!("{:.1}", 100.0 * share))
    };
    let (one, two) = (
        percent(coverage.share()),
        percent(coverage.difference_share()),
    );
    let widths = widths.map_or(String::new(), |(one, two)| {
        format!("   (± {one:.3} / ± {two:.3})")
    });
    println!("  {name:<34} {one:>6} / {two:>6}{widths}");
}
