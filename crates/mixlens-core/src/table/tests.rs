//! Summaries, near duplicates and noise floors against what counting by hand and by force gives.

use std::sync::Arc;

use super::*;
use crate::compute::CounterStream;
use crate::simplex::DomainSet;

fn table(rows: &[Vec<f64>], values: impl Fn(usize) -> Vec<Option<f64>>) -> RunTable {
    let width = rows.first().map_or(2, Vec::len);
    let domains: Arc<DomainSet> = DomainSet::new((0..width).map(|i| format!("d{i}"))).unwrap();
    let metric = |i: usize| Metric {
        name: format!("m{i}"),
        direction: Direction::Lower,
    };
    let metrics = MetricSet::new((0..values(0).len()).map(metric).collect()).unwrap();
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Keep);
    for (index, row) in rows.iter().enumerate() {
        builder
            .push(&format!("run-{index}"), row, &values(index))
            .unwrap();
    }
    builder.finish()
}

#[test]
fn a_summary_counts_what_is_there_and_what_is_not() {
    let rows = [
        vec![0.5, 0.5],
        vec![1.0, 0.0],
        vec![0.75, 0.25],
        vec![1.0, 0.0],
    ];
    let cells = [
        [Some(3.0), None],
        [None, None],
        [Some(-1.0), None],
        [Some(0.0), None],
    ];
    let summary = table(&rows, |i| cells[i].to_vec()).summary();
    assert_eq!(summary.runs, 4);
    let code = &summary.domains[1];
    assert_eq!((code.present, code.missing, code.zeros), (4, 0, 2));
    assert_eq!(
        (code.min, code.max, code.mean),
        (Some(0.0), Some(0.5), Some(0.1875))
    );
    let loss = &summary.metrics[0];
    assert_eq!((loss.present, loss.missing, loss.zeros), (3, 1, 1));
    assert_eq!(
        (loss.min, loss.max, loss.mean),
        (Some(-1.0), Some(3.0), Some(2.0 / 3.0))
    );
    let empty = &summary.metrics[1];
    assert_eq!(
        (empty.present, empty.missing, empty.min, empty.mean),
        (0, 4, None, None)
    );
    assert!(!empty.is_constant() && !loss.is_constant());
}

#[test]
fn constant_metrics_are_found_in_spite_of_gaps() {
    let rows = vec![vec![0.5, 0.5]; 3];
    let cells = [
        [Some(2.5), Some(1.0), None],
        [None, Some(1.5), None],
        [Some(2.5), Some(1.0), None],
    ];
    let table = table(&rows, |i| cells[i].to_vec());
    assert_eq!(table.constant_metrics(), [0]);
    assert!(table.summary().metrics[0].is_constant());
}

#[test]
fn replicates_point_at_the_first_of_their_mixture() {
    let near = vec![0.25 + 4e-6, 0.75 - 4e-6];
    let far = vec![0.25 + 6e-6, 0.75 - 6e-6];
    let rows = [
        vec![0.25, 0.75],
        vec![0.5, 0.5],
        vec![0.25, 0.75],
        near,
        vec![0.5, 0.5],
        far,
    ];
    let pairs: Vec<(usize, usize)> = table(&rows, |_| vec![Some(1.0)])
        .near_duplicates()
        .iter()
        .map(|pair| (pair.first, pair.second))
        .collect();
    // The last row is 1.2e-5 from the first, but 4e-6 from the near one.
    assert_eq!(pairs, [(0, 2), (0, 3), (1, 4), (3, 5)]);
}

#[test]
fn sorting_finds_the_same_duplicates_as_comparing_all() {
    let mut stream = CounterStream::new(11, 0);
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for index in 0..600 {
        let copy = index > 10 && stream.next_unit() < 0.3;
        let mut row: Vec<f64> = if copy {
            rows[stream.next_below(index)].clone()
        } else {
            (0..5).map(|_| stream.next_unit()).collect()
        };
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
        row[index % 5] += 1.5e-5 * stream.next_unit();
        rows.push(row);
    }
    let has_earlier = |second: usize| {
        (0..second).find(|&first| {
            let l1: f64 = rows[first]
                .iter()
                .zip(&rows[second])
                .map(|(a, b)| (a - b).abs())
                .sum();
            l1 < NEAR_DUPLICATE_DISTANCE
        })
    };
    let expected: Vec<(usize, usize)> = (0..600)
        .filter_map(|i| has_earlier(i).map(|first| (first, i)))
        .collect();
    let found = table(&rows, |_| vec![Some(1.0)]).near_duplicates();
    assert!(expected.len() > 50);
    assert_eq!(
        found
            .iter()
            .map(|pair| (pair.first, pair.second))
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn a_hundred_thousand_equal_runs_are_no_burden() {
    let rows = vec![vec![0.5, 0.5]; 100_000];
    assert_eq!(
        table(&rows, |_| vec![Some(1.0)]).near_duplicates().len(),
        99_999
    );
}

/// A normal variate with variance one.
fn normal(stream: &mut CounterStream) -> f64 {
    (-2.0 * (1.0 - stream.next_unit()).ln()).sqrt()
        * (std::f64::consts::TAU * stream.next_unit()).cos()
}

#[test]
fn the_noise_of_replicates_is_pooled_over_their_groups() {
    let rows = [
        vec![0.5, 0.5],
        vec![1.0, 0.0],
        vec![0.5, 0.5],
        vec![1.0, 0.0],
        vec![0.5, 0.5],
        vec![0.2, 0.8],
    ];
    let values = [1.0, 10.0, 2.0, 14.0, 3.0, 99.0];
    let floor = table(&rows, |i| vec![Some(values[i])])
        .noise_floor(0)
        .unwrap();
    // About the means 2 and 12: 1 + 0 + 1 + 4 + 4 over 2 + 1 degrees of freedom; the lone run
    // counts for nothing.
    assert!(
        (floor.sd - (10.0_f64 / 3.0).sqrt()).abs() < 1e-12,
        "{floor:?}"
    );
    assert_eq!(
        (floor.degrees_of_freedom, floor.source),
        (3, NoiseSource::Replicates)
    );
}

#[test]
fn missing_cells_take_their_runs_out_of_the_groups_of_that_metric_alone() {
    let rows = vec![vec![0.5, 0.5]; 3];
    let cells = [[Some(1.0), None], [None, None], [Some(3.0), Some(5.0)]];
    let table = table(&rows, |i| cells[i].to_vec());
    let floor = table.noise_floor(0).unwrap();
    assert!((floor.sd - 2.0_f64.sqrt()).abs() < 1e-12, "{floor:?}");
    assert_eq!(floor.degrees_of_freedom, 1);
    assert_eq!((table.noise_floor(1), table.noise_floor(2)), (None, None));
}

#[test]
fn seeded_noise_is_found_within_its_chi_square_range() {
    let (mut stream, sd) = (CounterStream::new(5, 0), 0.03);
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for group in 0..150 {
        let part = 0.2 + 0.004 * f64::from(group);
        // Between one and five runs; what an importer rounds away does not part them.
        rows.extend((0..=group % 5).map(|run| {
            vec![
                part + 1e-7 * f64::from(run),
                1.0 - part - 1e-7 * f64::from(run),
            ]
        }));
    }
    let values: Vec<f64> = rows
        .iter()
        .map(|row| 3.0 * row[0] + sd * normal(&mut stream))
        .collect();
    let floor = table(&rows, |i| vec![Some(values[i])])
        .noise_floor(0)
        .unwrap();
    assert_eq!(
        (floor.degrees_of_freedom, floor.source),
        (300, NoiseSource::Replicates)
    );
    // χ² of 300 degrees of freedom is within 300 ± 4 √600 but once in ten thousand seeds.
    let chi_square = 300.0 * (floor.sd / sd).powi(2);
    assert!(
        (chi_square - 300.0).abs() < 4.0 * 600.0_f64.sqrt(),
        "{floor:?}"
    );
}

#[test]
fn near_replicates_bound_the_noise_from_above_and_share_no_run() {
    let (mut stream, sd, step, slope) = (CounterStream::new(6, 0), 0.02, 0.008, 5.0);
    let rows: Vec<Vec<f64>> = (0..200)
        .map(|run| 0.1 + 0.02 * f64::from(run / 5) + step * f64::from(u8::from(run % 5 == 0)))
        .map(|part| vec![part, 1.0 - part])
        .collect();
    let rows: Vec<Vec<f64>> = rows
        .into_iter()
        .enumerate()
        .filter(|(run, _)| run % 5 < 2)
        .map(|(_, row)| row)
        .collect();
    let values: Vec<f64> = rows
        .iter()
        .map(|row| slope * row[0] + sd * normal(&mut stream))
        .collect();
    let floor = table(&rows, |i| vec![Some(values[i])])
        .noise_floor(0)
        .unwrap();
    assert_eq!(
        (floor.degrees_of_freedom, floor.source),
        (40, NoiseSource::NearReplicates)
    );
    // What is measured is σ² and half the squared true difference; four standard errors of 40
    // differences around it.
    let expected = sd * sd + 0.5 * (slope * step).powi(2);
    assert!(
        (floor.sd.powi(2) / expected - 1.0).abs() < 4.0 * (2.0 / 40.0_f64).sqrt(),
        "{floor:?}"
    );
    assert!(floor.sd > sd);
}

#[test]
fn a_run_in_the_middle_is_paired_once_with_its_nearer_neighbour() {
    let rows = [vec![0.5, 0.5], vec![0.506, 0.494], vec![0.51, 0.49]];
    let values = [0.0, 1.0, 4.0];
    let floor = table(&rows, |i| vec![Some(values[i])])
        .noise_floor(0)
        .unwrap();
    assert!(
        (floor.sd - (9.0_f64 / 2.0).sqrt()).abs() < 1e-12,
        "{floor:?}"
    );
    assert_eq!(floor.degrees_of_freedom, 1);
}

#[test]
fn runs_that_are_all_apart_tell_nothing_about_noise() {
    let rows = [vec![0.5, 0.5], vec![0.52, 0.48], vec![0.8, 0.2]];
    assert_eq!(table(&rows, |_| vec![Some(1.0)]).noise_floor(0), None);
    assert_eq!(
        table(&rows, |_| vec![Some(1.0)]).select(&[]).noise_floor(0),
        None
    );
}

/// A table with these ids, conditions, proportions of the first of two domains, and values.
fn table_at(rows: &[(&str, &str, f64, &[Option<f64>])]) -> RunTable {
    let width = rows.first().map_or(1, |row| row.3.len());
    let empty = table(&[vec![0.5, 0.5]], |_| vec![Some(1.0); width]);
    let (domains, metrics) = (empty.domains().clone(), empty.metrics().clone());
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Keep);
    for (id, conditions, part, values) in rows {
        let conditions: Conditions = conditions.parse().unwrap_or_default();
        let pushed = builder.push_at(id, &conditions, &[*part, 1.0 - part], values);
        pushed.unwrap();
    }
    builder.finish()
}

const MEASURED: &[Option<f64>] = &[Some(1.0)];

#[test]
fn three_sizes_of_one_mixture_are_no_replicates() {
    let sizes = |third| {
        table_at(&[
            ("a", "parameters=70M", 0.5, &[Some(3.0)]),
            ("b", "parameters=160M", 0.5, &[Some(2.5)]),
            ("c", third, 0.5, &[Some(2.0)]),
        ])
    };
    let table = sizes("parameters=410M");
    assert_eq!(table.noise_floor(0), None);
    assert_eq!(table.near_duplicates(), []);
    // Nor are they near replicates, but a second run of one size is a replicate.
    let table = sizes("parameters=160M");
    let floor = table.noise_floor(0).unwrap();
    assert!((floor.sd - 0.125_f64.sqrt()).abs() < 1e-12, "{floor:?}");
    assert_eq!(floor.source, NoiseSource::Replicates);
    let near = table.near_duplicates();
    assert_eq!((near.len(), near[0].first, near[0].second), (1, 1, 2));
}

#[test]
fn near_replicates_are_of_the_same_conditions() {
    let rows = |step| {
        table_at(&[
            ("a", "step=1", 0.5, &[Some(3.0)]),
            ("b", step, 0.502, &[Some(2.0)]),
            ("a", "step=2", 0.8, &[Some(1.0)]),
        ])
    };
    assert_eq!(rows("step=2").noise_floor(0), None);
    let floor = rows("step=1").noise_floor(0).unwrap();
    assert_eq!(floor.source, NoiseSource::NearReplicates);
}

#[test]
fn a_run_is_known_by_its_id_and_its_conditions() {
    let table = table_at(&[
        ("a", "step=1", 0.5, MEASURED),
        ("a", "step=2", 0.5, MEASURED),
    ]);
    let mut builder = RunTableBuilder::new(
        table.domains().clone(),
        table.metrics().clone(),
        RowSums::Keep,
    );
    for run in table.runs() {
        let pushed = builder.push_at(run.id, run.conditions, run.parts, run.values);
        pushed.unwrap();
    }
    builder.push("a", &[0.5, 0.5], MEASURED).unwrap();
    let again = "step=2".parse().unwrap();
    let refused = builder.push_at("a", &again, &[0.5, 0.5], MEASURED);
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("\"a (step=2)\" occurs twice"), "{message}");
}

#[test]
fn a_selection_is_the_table_built_from_its_runs() {
    let rows: [(&str, &str, f64, &[Option<f64>]); 4] = [
        ("a", "step=1", 0.5, MEASURED),
        ("b", "step=2", 0.5, MEASURED),
        ("c", "", 0.5, MEASURED),
        ("a", "step=2", 0.25, MEASURED),
    ];
    let table = table_at(&rows);
    assert_eq!(table.select(&[3, 1]), table_at(&[rows[3], rows[1]]));
    assert_eq!(table.select(&[2]), table_at(&[rows[2]]));
    assert_eq!(table.run(2).unwrap().conditions, &Conditions::default());
    assert_eq!(table.run(3).unwrap().conditions.step(), Some(2.0));
}

#[test]
fn groups_have_equal_conditions_and_the_largest_complete_one_is_found() {
    let (both, one): (&[Option<f64>], &[Option<f64>]) =
        (&[Some(1.0), Some(2.0)], &[Some(1.0), None]);
    let table = table_at(&[
        ("a", "size=70M,step=1", 0.5, one),
        ("b", "size=70M,step=1", 0.3, one),
        ("c", "size=70M,step=1", 0.2, one),
        ("a", "size=70M,step=2", 0.5, both),
        ("b", "size=70M,step=2", 0.3, both),
        ("A", "size=1B,step=2", 0.5, both),
        ("B", "size=1B,step=2", 0.3, both),
        ("B2", "size=1B,step=3", 0.3, both),
        ("B3", "size=1B,step=3", 0.3, both),
        ("B4", "size=1B,step=3", 0.3, both),
    ]);
    let groups = table.groups();
    let found: Vec<_> = groups
        .iter()
        .map(|group| (group.rows.len(), group.mixtures, group.measured))
        .collect();
    // Three runs of one mixture are fewer than two mixtures, and the larger size wins the tie.
    assert_eq!(found, [(3, 3, 1), (2, 2, 2), (2, 2, 2), (3, 1, 2)]);
    let taken = RunTable::largest_complete(&groups).unwrap();
    assert_eq!(
        groups[taken].conditions.to_string(),
        "parameters=1B, step=2"
    );
    assert_eq!(groups[taken].rows, [5, 6]);
    assert_eq!(table.varying_conditions(), table.known_conditions());
    assert_eq!(RunTable::largest_complete(&[]), None);
}

#[test]
fn a_table_without_conditions_or_with_equal_ones_is_one_group() {
    let plain = table(&[vec![0.5, 0.5], vec![0.4, 0.6]], |_| vec![Some(1.0)]);
    let groups = plain.groups();
    assert_eq!((groups.len(), groups[0].rows.len()), (1, 2));
    assert!(groups[0].conditions.is_empty());
    let equal = table_at(&[
        ("a", "size=1B", 0.5, MEASURED),
        ("b", "size=1B", 0.4, MEASURED),
    ]);
    let groups = equal.groups();
    assert_eq!((groups.len(), groups[0].rows.len()), (1, 2));
    assert_eq!(groups[0].conditions.to_string(), "parameters=1B");
    assert_eq!(equal.varying_conditions(), []);
}

#[test]
fn conditions_that_differ_from_run_to_run_make_no_groups() {
    let scattered = [
        ("a", "size=1B,tokens=1001", 0.5, MEASURED),
        ("b", "size=1B,tokens=1002", 0.4, MEASURED),
        ("c", "size=2B,tokens=1003", 0.5, MEASURED),
        ("d", "size=2B,tokens=1004", 0.4, MEASURED),
    ];
    let table = table_at(&scattered);
    assert_eq!(table.scattered_conditions(), [Condition::TrainingTokens]);
    let groups = table.groups();
    assert_eq!(
        (groups.len(), groups[1].rows.as_slice()),
        (2, [2, 3].as_slice())
    );
    assert_eq!(groups[1].conditions.to_string(), "parameters=2B");
    // Where ids repeat, the tokens tell the runs apart and make groups.
    let mut repeated = scattered;
    repeated[1].0 = "a";
    let table = table_at(&repeated);
    assert_eq!(table.scattered_conditions(), []);
    assert_eq!(table.groups().len(), 4);
}
