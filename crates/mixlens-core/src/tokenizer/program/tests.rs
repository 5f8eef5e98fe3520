use std::collections::BTreeMap;

use super::matching::{Cover, Graph};
use super::{Program, solve};
use crate::CoreError;
use crate::compute::{Control, Sequential, Status};
use crate::tokenizer::{Category, MergeList, PairCounts, Units, WordCounts};

/// Numbers that look random, from 0 up to `below`.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

type Text = Vec<(Vec<u8>, u64)>;

/// Words over a few letters, with preferences that depend on the text.
fn text(seed: u64, words: usize) -> Text {
    let mut numbers = Numbers(seed);
    let prefers = numbers.next(8);
    let letter = |numbers: &mut Numbers| {
        b'a' + ((numbers.next(8) * numbers.next(8) / 8 + prefers) % 8) as u8
    };
    let word = |numbers: &mut Numbers| (0..2 + numbers.next(7)).map(|_| letter(numbers)).collect();
    (0..words)
        .map(|_| (word(&mut numbers), 1 + numbers.next(40)))
        .collect()
}

fn category(name: &str, text: &Text) -> Category {
    let bytes = text
        .iter()
        .map(|(word, count)| count * word.len() as u64)
        .sum();
    let words = WordCounts::new(
        text.iter().map(|(word, count)| (word, [(0, *count)])),
        vec![bytes],
    );
    Category {
        name: name.to_owned(),
        words,
    }
}

type Pair = (Vec<u8>, Vec<u8>);

/// The pairs of words cut into tokens, with their counts.
fn pairs(words: &[(Vec<Vec<u8>>, f64)]) -> BTreeMap<Pair, f64> {
    let mut out = BTreeMap::new();
    for (word, count) in words {
        for pair in word.windows(2) {
            *out.entry((pair[0].clone(), pair[1].clone())).or_default() += count;
        }
    }
    out
}

fn cut(text: &Text, scale: f64) -> Vec<(Vec<Vec<u8>>, f64)> {
    text.iter()
        .map(|(word, count)| {
            (
                word.iter().map(|byte| vec![*byte]).collect(),
                *count as f64 * scale,
            )
        })
        .collect()
}

fn merge(words: &mut [(Vec<Vec<u8>>, f64)], pair: &Pair) {
    for (word, _) in words {
        let mut index = 0;
        while index + 1 < word.len() {
            if word[index] == pair.0 && word[index + 1] == pair.1 {
                let right = word.remove(index + 1);
                word[index].extend(right);
            }
            index += 1;
        }
    }
}

/// Trains on texts, each times a scale.
fn train(texts: &[(&Text, f64)], merges: usize) -> Vec<Pair> {
    let mut words: Vec<_> = texts
        .iter()
        .flat_map(|(text, scale)| cut(text, *scale))
        .collect();
    let mut out = Vec::new();
    for _ in 0..merges {
        let pairs = pairs(&words);
        let Some((best, _)) = pairs.iter().max_by(|a, b| a.1.total_cmp(b.1)) else {
            break;
        };
        merge(&mut words, best);
        out.push(best.clone());
    }
    out
}

fn total_pairs(text: &Text) -> f64 {
    text.iter()
        .map(|(word, count)| (word.len() - 1) as f64 * *count as f64)
        .sum()
}

fn counted(merges: &[Pair], categories: &[Category]) -> PairCounts {
    let list = MergeList::from_spellings(Units::Bytes, merges.to_vec(), 0);
    PairCounts::count(
        &list,
        categories.to_vec(),
        merges.len(),
        &Sequential,
        &Control::default(),
    )
    .expect("texts have pairs")
}

fn solved(counts: &PairCounts) -> Program {
    let width = counts.sizes.len();
    solve(
        counts,
        &vec![1.0 / width as f64; width],
        &Sequential,
        &Control::default(),
    )
    .expect("merges occur")
}

/// Every row of the program by recounting all words after every merge: step, pair and its excess in
/// each category.
fn all_rows(merges: &[Pair], texts: &[&Text]) -> Vec<(u32, Pair, Vec<f64>)> {
    let mut words: Vec<_> = texts
        .iter()
        .map(|text| cut(text, 1e6 / total_pairs(text)))
        .collect();
    let mut out = Vec::new();
    for (step, merged) in (0..).zip(merges) {
        let counts: Vec<_> = words.iter().map(|words| pairs(words)).collect();
        let all: std::collections::BTreeSet<&Pair> =
            counts.iter().flat_map(|counts| counts.keys()).collect();
        let excess = |counts: &BTreeMap<Pair, f64>, pair: &Pair| {
            counts.get(pair).copied().unwrap_or(0.0) - counts.get(merged).copied().unwrap_or(0.0)
        };
        // A merge whose pair is in no sample is no evidence.
        let is_there = all.contains(merged);
        for pair in all.into_iter().filter(|pair| is_there && *pair != merged) {
            out.push((
                step,
                pair.clone(),
                counts.iter().map(|counts| excess(counts, pair)).collect(),
            ));
        }
        words.iter_mut().for_each(|words| merge(words, merged));
    }
    out
}

/// The minimum violation of given shares over all rows.
fn violation(rows: &[(u32, Pair, Vec<f64>)], steps: usize, shares: &[f64]) -> f64 {
    let mut numbers: BTreeMap<&Pair, u32> = rows.iter().map(|row| (&row.1, 0)).collect();
    numbers
        .values_mut()
        .zip(0..)
        .for_each(|(column, number)| *column = number);
    let ends = rows.iter().map(|row| (row.0, numbers[&row.1])).unzip();
    let graph = Graph::new([steps, numbers.len()], ends.0, ends.1);
    let weights: Vec<f64> = rows
        .iter()
        .map(|row| row.2.iter().zip(shares).map(|(a, b)| a * b).sum())
        .collect();
    let mut cover = Cover::new(vec![0.0; steps], vec![0.0; numbers.len()]);
    cover.solve(&graph, &weights, 1e-9);
    cover.total()
}

/// The maximum weight of a matching, by enumeration.
fn max_weight(edges: &[(u32, u32)], weights: &[f64], from: u32, used: &mut [bool]) -> f64 {
    let Some(last) = edges
        .iter()
        .map(|edge| edge.0)
        .max()
        .filter(|last| *last >= from)
    else {
        return 0.0;
    };
    let mut best = if from < last {
        max_weight(edges, weights, from + 1, used)
    } else {
        0.0
    };
    for (&(step, pair), weight) in edges.iter().zip(weights) {
        if step == from && !used[pair as usize] {
            used[pair as usize] = true;
            best = best.max(weight + max_weight(edges, weights, from + 1, used));
            used[pair as usize] = false;
        }
    }
    best
}

#[test]
fn a_cover_costs_what_the_greatest_matching_weighs_also_when_it_begins_with_another() {
    let mut numbers = Numbers(1);
    for _ in 0..200 {
        let edges: Vec<(u32, u32)> = (0..36)
            .map(|index| (index / 6, index % 6))
            .filter(|_| numbers.next(5) < 3)
            .collect();
        let graph = Graph::new(
            [6, 6],
            edges.iter().map(|edge| edge.0).collect(),
            edges.iter().map(|edge| edge.1).collect(),
        );
        let mut cover = Cover::new(vec![0.0; 6], vec![0.0; 6]);
        for _ in 0..4 {
            let weights: Vec<f64> = edges
                .iter()
                .map(|_| numbers.next(40) as f64 - 10.0)
                .collect();
            cover.solve(&graph, &weights, 1e-9);
            assert!(
                (cover.total() - max_weight(&edges, &weights, 0, &mut [false; 6])).abs() < 1e-6
            );
            let matched: f64 = cover.matched().map(|edge| weights[edge]).sum();
            assert!((cover.total() - matched).abs() < 1e-6);
            for (&(step, pair), weight) in edges.iter().zip(&weights) {
                assert!(
                    cover.values[0][step as usize] + cover.values[1][pair as usize] > weight - 1e-9
                );
            }
        }
    }
}

#[test]
fn exact_counts_of_a_known_mixture_violate_nothing_and_its_share_is_on_the_face() {
    for share in [0.2, 0.35, 0.5, 0.8] {
        let texts = [text(1, 120), text(2, 120)];
        let scales = [
            share / total_pairs(&texts[0]),
            (1.0 - share) / total_pairs(&texts[1]),
        ];
        let merges = train(&[(&texts[0], scales[0]), (&texts[1], scales[1])], 60);
        let found = solved(&counted(
            &merges,
            &[category("a", &texts[0]), category("b", &texts[1])],
        ));
        assert_eq!(found.status, Status::Optimal);
        assert!(found.violation_ppm < 0.02, "{}", found.violation_ppm);
        assert!(
            (found.shares[0] - share).abs() < 0.02,
            "{share}: {:?}",
            found.shares
        );
        let (low, high) = found.face[0];
        assert!(
            low <= share + 1e-4 && share <= high + 1e-4 && high - low < 0.05,
            "{share}: {low} {high}"
        );
    }
}

#[test]
fn every_row_recounted_agrees_with_the_violation_and_no_mixture_of_a_grid_violates_less() {
    let (trained, samples) = ([text(1, 150), text(2, 150)], [text(1, 90), text(2, 90)]);
    let merges = train(&[(&trained[0], 1.0), (&trained[1], 2.0)], 50);
    let found = solved(&counted(
        &merges,
        &[category("a", &samples[0]), category("b", &samples[1])],
    ));
    let rows = all_rows(&merges, &[&samples[0], &samples[1]]);
    let direct = violation(&rows, merges.len(), &found.shares);
    assert!(
        found.violation_ppm > 1000.0,
        "the samples differ from the text"
    );
    assert_eq!(found.status, Status::Optimal);
    assert!(
        direct <= found.violation_ppm + 1e-6
            && direct >= found.violation_ppm - found.gap_ppm - 1e-6
    );
    let slack = found.violation_ppm * 1.001;
    for step in 0..=200 {
        let share = f64::from(step) / 200.0;
        let there = violation(&rows, merges.len(), &[share, 1.0 - share]);
        assert!(
            there >= found.violation_ppm - found.gap_ppm - 1e-6,
            "{share}"
        );
        let (low, high) = found.face[0];
        assert!(
            there > slack || (low - 1e-4 <= share && share <= high + 1e-4),
            "{share} is on the face"
        );
    }
}

#[test]
fn one_category_gets_everything() {
    let text = text(3, 50);
    let found = solved(&counted(
        &train(&[(&text, 1.0)], 20),
        &[category("a", &text)],
    ));
    assert_eq!(found.shares, [1.0]);
    assert!(found.face[0].0 > 0.9999 && found.face[0].1 > 0.9999);
}

#[test]
fn two_categories_of_the_same_text_may_split_their_share_in_any_way() {
    let texts = [text(1, 120), text(2, 120)];
    let merges = train(&[(&texts[0], 1.0), (&texts[1], 1.0)], 40);
    let found = solved(&counted(
        &merges,
        &[
            category("a", &texts[0]),
            category("b", &texts[1]),
            category("c", &texts[1]),
        ],
    ));
    let (low, high) = found.face[1];
    assert!(low < 0.01 && high > 0.4, "{low} {high}");
    assert!(found.face[0].1 - found.face[0].0 < 0.1);
}

#[test]
fn categories_in_another_order_get_the_same_shares() {
    let texts = [text(1, 100), text(2, 100), text(5, 100)];
    let trained = [text(1, 140), text(2, 140), text(5, 140)];
    let merges = train(
        &[(&trained[0], 1.0), (&trained[1], 2.0), (&trained[2], 3.0)],
        60,
    );
    let names = ["a", "b", "c"];
    let of = |order: [usize; 3]| {
        let categories: Vec<_> = order
            .iter()
            .map(|&index| category(names[index], &texts[index]))
            .collect();
        solved(&counted(&merges, &categories))
    };
    let (first, second) = (of([0, 1, 2]), of([2, 0, 1]));
    assert!(
        (first.violation_ppm - second.violation_ppm).abs() <= first.gap_ppm + second.gap_ppm + 1e-6
    );
    for (index, other) in [(0, 1), (1, 2), (2, 0)] {
        assert!(
            (first.shares[index] - second.shares[other]).abs() < 0.01,
            "{first:?} {second:?}"
        );
    }
}

#[test]
fn merges_that_are_in_no_sample_are_an_error() {
    let categories = [category("a", &vec![(b"abab".to_vec(), 3)])];
    let counts = counted(&[(b"x".to_vec(), b"y".to_vec())], &categories);
    assert_eq!(
        solve(&counts, &[1.0], &Sequential, &Control::default()),
        Err(CoreError::NoMerges)
    );
}

#[test]
fn it_stops_when_cancelled() {
    let text = text(3, 50);
    let counts = counted(&train(&[(&text, 1.0)], 20), &[category("a", &text)]);
    let control = Control::default();
    control.cancel();
    assert_eq!(
        solve(&counts, &[1.0], &Sequential, &control),
        Err(CoreError::Cancelled)
    );
}
