//! Boosting: one tree after the other on what the trees before it left unexplained.

use super::bins::Binned;
use super::grow::Grower;
use super::params::{TreesParams, TreesValidParams};
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::c_mixup::rows_between;
use crate::fit::column::Column;
use crate::fit::formula::Trees;
use crate::fit::formula::forest::{Forest, Tree};
use crate::fit::{Fitted, check_column};

impl TreesValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// # Errors
    /// [`CoreError::ConstantMetric`], [`CoreError::TooFewRuns`] when no split could ever be made,
    /// [`CoreError::WrongLength`], [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<Trees>, CoreError> {
        let params = self.params();
        let width = check_column("trees", metric, rows, values)?;
        let (mut training, validation) = set_aside(params, values.len());
        let needed = 2 * (params.min_data_in_leaf as usize).max(1);
        if training.len() < needed {
            return Err(CoreError::TooFewRuns {
                metric: metric.to_owned(),
                surrogate: "trees",
                needed: needed + validation.len(),
                found: values.len(),
                why: format!(
                    "a split into two leaves of {} runs",
                    params.min_data_in_leaf
                ),
            });
        }
        let column = Column {
            metric,
            rows,
            values,
        };
        let with = |mixup| TreesParams {
            mixup,
            ..params.clone()
        };
        let mixup = params.mixup.decide(column, params.seed, control, with)?;
        // Runs set aside are not mixed: nothing of them may be known when they are watched.
        let mixed = column.pick(training.iter().map(|&run| run as usize));
        let all = rows_between(mixup, &mixed.parts, &mixed.values).behind(column);
        training.extend(values.len() as u32..all.values.len() as u32);
        let data = Binned::new(
            &all.parts,
            width,
            params.max_bins as usize,
            params.min_data_in_bin as usize,
        );
        let trees = boost(
            params,
            &data,
            &all.values,
            (&training, &validation),
            control,
        )?;
        let edges = data.edges.iter().map(|edges| {
            edges
                .iter()
                .copied()
                .filter(|edge| edge.is_finite())
                .collect()
        });
        let forest = Forest {
            edges: edges.collect(),
            trees,
        };
        if forest
            .trees
            .iter()
            .flat_map(|tree| &tree.values)
            .any(|value| !value.is_finite())
        {
            return Err(CoreError::NumericalFailure {
                what: "the trees fit",
            });
        }
        Ok(Fitted {
            formula: Trees::from_forest(forest),
            report: None,
            mixup,
        })
    }
}

/// Row numbers to grow on and row numbers to watch for early stopping.
fn set_aside(params: &TreesParams, n: usize) -> (Vec<u32>, Vec<u32>) {
    let mut rows: Vec<u32> = (0..n as u32).collect();
    if params.early_stopping_rounds == 0 {
        return (rows, Vec::new());
    }
    CounterStream::new(params.seed, u64::MAX).shuffle(&mut rows);
    let watched = ((n as f64 * params.validation_fraction).round() as usize).clamp(1.min(n), n);
    let mut training = rows.split_off(watched);
    training.sort_unstable();
    (training, rows)
}

fn boost(
    params: &TreesParams,
    data: &Binned,
    values: &[f64],
    (training, validation): (&[u32], &[u32]),
    control: &Control,
) -> Result<Vec<Tree>, CoreError> {
    // Labels and gradients in single precision, sums in double, as LightGBM has them.
    let labels: Vec<f32> = values.iter().map(|&value| value as f32).collect();
    let label = |row: u32| labels.get(row as usize).copied().unwrap_or(0.0);
    let start = training
        .iter()
        .map(|&row| f64::from(label(row)))
        .sum::<f64>()
        / training.len() as f64;
    let mut scores = vec![start; values.len()];
    let mut gradients = vec![0.0_f32; values.len()];
    let mut grower = Grower::new(data, params);
    let mut trees: Vec<Tree> = Vec::new();
    let mut best = (f64::INFINITY, 0);
    let stage = control.stage("growing trees", u64::from(params.iterations));
    for iteration in 0..params.iterations {
        for ((gradient, score), label) in gradients.iter_mut().zip(&scores).zip(&labels) {
            *gradient = (score - f64::from(*label)) as f32;
        }
        let features = chosen_features(params, data.width, iteration);
        let mut tree = grower.grow(training, &gradients, &features, &mut scores, control)?;
        for &row in validation {
            if let Some(score) = scores.get_mut(row as usize) {
                *score += output(&tree, data, row);
            }
        }
        let has_split = !tree.splits.is_empty();
        if iteration == 0 {
            tree.values.iter_mut().for_each(|value| *value += start);
        }
        if !has_split && iteration > 0 {
            // Without random features the next tree would not split either.
            if params.feature_fraction >= 1.0 {
                break;
            }
            continue;
        }
        trees.push(tree);
        stage.advance(1)?;
        if !validation.is_empty() {
            let error = |row: u32| {
                scores
                    .get(row as usize)
                    .map_or(0.0, |score| (score - f64::from(label(row))).powi(2))
            };
            let squared: f64 = validation.iter().map(|&row| error(row)).sum();
            if squared < best.0 {
                best = (squared, trees.len());
            } else if trees.len() - best.1 >= params.early_stopping_rounds as usize {
                trees.truncate(best.1);
                break;
            }
        }
        if !has_split {
            break;
        }
    }
    Ok(trees)
}

/// Which features a tree may split on.
fn chosen_features(params: &TreesParams, width: usize, iteration: u32) -> Vec<bool> {
    let count = ((width as f64 * params.feature_fraction).round() as usize).clamp(1, width);
    let mut chosen = vec![false; width];
    chosen.iter_mut().take(count).for_each(|on| *on = true);
    if count < width {
        CounterStream::new(params.seed, u64::from(iteration)).shuffle(&mut chosen);
    }
    chosen
}

/// A tree's output for a binned row that it was not grown on.
fn output(tree: &Tree, data: &Binned, row: u32) -> f64 {
    let cells = data.row(row as usize);
    let mut leaf = 0;
    for (made, split) in tree.splits.iter().enumerate() {
        let feature = split.feature as usize;
        let above = match (cells.get(feature), data.starts.get(feature)) {
            (Some(&cell), Some(&start)) => cell as usize > start + split.bin as usize,
            _ => false,
        };
        if leaf == split.leaf && above {
            leaf = made as u32 + 1;
        }
    }
    tree.values.get(leaf as usize).copied().unwrap_or(0.0)
}
