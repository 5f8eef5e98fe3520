//! Known answers computed with scipy 1.17.1 and scikit-learn 1.9.1.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::simplex::DomainSet;
use crate::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

const OBSERVED: [f64; 8] = [1.0, 2.0, 2.0, 3.5, 5.0, 5.0, 5.0, 8.0];
const PREDICTED: [f64; 8] = [2.0, 1.0, 4.0, 4.0, 3.0, 6.0, 7.0, 6.5];

fn near(found: Option<f64>, expected: f64) {
    assert!(
        found.is_some_and(|found| (found - expected).abs() < 1e-15),
        "expected {expected}, found {found:?}"
    );
}

#[test]
fn correlations_agree_with_scipy() {
    // scipy.stats.spearmanr, pearsonr
    near(spearman(&PREDICTED, &OBSERVED), 0.7347919231675695);
    near(pearson(&PREDICTED, &OBSERVED), 0.7551244417733914);
}

#[test]
fn ranks_of_ties_are_averaged_as_in_scipy() {
    // scipy.stats.rankdata
    assert_eq!(
        average_ranks(&OBSERVED),
        [1.0, 2.5, 2.5, 4.0, 6.0, 6.0, 6.0, 8.0]
    );
    assert_eq!(
        average_ranks(&PREDICTED),
        [2.0, 1.0, 4.5, 4.5, 3.0, 6.0, 8.0, 7.0]
    );
    assert_eq!(average_ranks(&[0.0, -0.0]), [1.5, 1.5]);
    assert_eq!(average_ranks(&[]), [0.0; 0]);
}

#[test]
fn errors_agree_with_scikit_learn() {
    // r2_score, mean_squared_error, mean_absolute_error, its root
    near(r_squared(&PREDICTED, &OBSERVED), 0.5168248490077654);
    near(mean_squared_error(&PREDICTED, &OBSERVED), 2.1875);
    near(mean_absolute_error(&PREDICTED, &OBSERVED), 1.375);
    near(
        root_mean_squared_error(&PREDICTED, &OBSERVED),
        1.479019945774904,
    );
    // numpy.mean, scipy.stats.sem
    near(mean(&[1.0, 2.0, 4.0, 8.0, 9.0]), 4.8);
    near(
        standard_error(&[1.0, 2.0, 4.0, 8.0, 9.0]),
        1.5937377450509227,
    );
}

#[test]
fn constant_values_have_no_correlation() {
    let constant = [0.1; 8];
    assert_eq!(spearman(&constant, &OBSERVED), None);
    assert_eq!(pearson(&OBSERVED, &constant), None);
    assert_eq!(r_squared(&OBSERVED, &constant), None);
    assert!(r_squared(&constant, &OBSERVED).is_some_and(|r2| r2 < 0.0));
    near(Score::of(&constant, &constant).map(|score| score.mae), 0.0);
    assert_eq!(Score::of(&[], &[]), None);
    assert_eq!(Score::of(&[1.0], &[1.0, 2.0]), None);
    assert_eq!((mean(&[]), standard_error(&[3.0])), (None, None));
}

#[test]
fn a_score_holds_every_figure() {
    let score = Score::of_pairs(PREDICTED.into_iter().zip(OBSERVED)).unwrap();
    assert_eq!(score.runs, 8);
    near(score.spearman, 0.7347919231675695);
    near(score.r2, 0.5168248490077654);
    near(Some(score.rmse), 1.479019945774904);
    let text = serde_json::to_string(&score).unwrap();
    assert_eq!(serde_json::from_str::<Score>(&text).unwrap(), score);
}

fn table(rows: &[[f64; 2]]) -> RunTable {
    let domains: Arc<DomainSet> = DomainSet::new(["web", "code"]).unwrap();
    let metrics = MetricSet::new(vec![Metric {
        name: "loss".into(),
        direction: Direction::Lower,
    }])
    .unwrap();
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
    for (index, row) in rows.iter().enumerate() {
        builder
            .push(&format!("run-{index}"), row, &[Some(index as f64)])
            .unwrap();
    }
    builder.finish()
}

#[test]
fn replicates_of_a_mixture_are_one_group() {
    let table = table(&[[0.5, 0.5], [1.0, 0.0], [0.5, 0.5], [0.25, 0.75], [1.0, 0.0]]);
    assert_eq!(group_by_mixture(&table), [0, 1, 0, 2, 1]);
}

/// A table with these ids, conditions and proportions of the first domain.
fn table_at(rows: &[(&str, &str, f64)]) -> RunTable {
    let empty = table(&[]);
    let (domains, metrics) = (empty.domains().clone(), empty.metrics().clone());
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
    for (id, conditions, part) in rows {
        let conditions = conditions.parse().unwrap();
        let pushed = builder.push_at(id, &conditions, &[*part, 1.0 - part], &[Some(1.0)]);
        pushed.unwrap();
    }
    builder.finish()
}

#[test]
fn sizes_of_one_mixture_and_checkpoints_of_one_run_are_one_group() {
    let sizes = [
        ("a-70M", "size=70M", 0.5),
        ("a-1B", "size=1B", 0.5),
        ("b-70M", "size=70M", 0.2),
    ];
    assert_eq!(group_by_mixture(&table_at(&sizes)), [0, 0, 1]);
    // The mixture of run a changes on the way, and its second one links it to run c.
    let checkpoints = [
        ("a", "step=1", 0.5),
        ("b", "step=1", 0.3),
        ("c", "step=1", 0.75),
        ("a", "step=2", 0.75),
        ("b", "step=2", 0.3),
    ];
    let groups = group_by_mixture(&table_at(&checkpoints));
    assert_eq!(groups, [0, 1, 0, 0, 1]);
    for split in k_fold(&groups, 2, 7).unwrap() {
        assert_eq!(split.held_out.contains(&0), split.held_out.contains(&3));
    }
}

#[test]
fn folds_that_cannot_be_made_are_refused() {
    assert!(k_fold(&ungrouped(10), 1, 0).is_err());
    assert!(k_fold(&[0, 0, 0, 1], 3, 0).is_err());
    assert!(repeated_k_fold(&ungrouped(10), 2, 0, 0).is_err());
}

#[test]
fn a_seed_fixes_the_folds() {
    let splits = |seed| k_fold(&ungrouped(40), 5, seed).unwrap();
    assert_eq!(splits(1), splits(1));
    assert_ne!(splits(1), splits(2));
    let repeated = repeated_k_fold(&ungrouped(40), 5, 2, 1).unwrap();
    assert_eq!(repeated.len(), 10);
    assert_eq!(repeated[..5], splits(1));
    assert_ne!(repeated[..5], repeated[5..]);
}

proptest! {
    #[test]
    fn every_row_is_held_out_once_and_no_group_is_split(
        groups in proptest::collection::vec(0..20_usize, 8..60),
        folds in 2..6_usize,
        seed in any::<u64>(),
    ) {
        let distinct = groups.iter().collect::<std::collections::BTreeSet<_>>().len();
        prop_assume!(folds <= distinct);
        let splits = k_fold(&groups, folds, seed).unwrap();
        let mut held = vec![0; groups.len()];
        for split in &splits {
            prop_assert!(!split.held_out.is_empty());
            prop_assert_eq!(split.train().len() + split.held_out.len(), groups.len());
            for &row in &split.held_out {
                held[row] += 1;
                prop_assert!(!split.train().iter().any(|other| groups[*other] == groups[row]));
            }
        }
        prop_assert!(held.iter().all(|&times| times == 1));
    }

    #[test]
    fn rank_correlation_ignores_rising_transformations(
        values in proptest::collection::vec((-5.0..5.0_f64, -5.0..5.0_f64), 3..40),
    ) {
        let (a, b): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
        let curved: Vec<f64> = a.iter().map(|x| x.exp()).collect();
        prop_assert_eq!(spearman(&a, &b), spearman(&curved, &b));
        prop_assert_eq!(spearman(&a, &b), spearman(&b, &a));
    }
}
