//! The fast proxies against a slow one written straight from the definition.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::blocks::{MIN_BYTES, TextSplit};
use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream, Executor, Sequential};
use crate::simplex::apportion;
use crate::simplex::{DomainSet, Mixture};

/// Counts of every context in a hash table, read by the formula of the module documentation.
struct SlowModel {
    order: usize,
    counts: HashMap<Vec<u8>, HashMap<u8, f64>>,
}

impl SlowModel {
    fn new(order: usize) -> Self {
        Self {
            order,
            counts: HashMap::new(),
        }
    }

    fn train(&mut self, block: &[u8]) {
        for (end, &byte) in block.iter().enumerate() {
            for length in 0..self.order.min(end + 1) {
                let after = self
                    .counts
                    .entry(block[end - length..end].to_vec())
                    .or_default();
                *after.entry(byte).or_default() += 1.0;
            }
        }
    }

    fn probability(&self, context: &[u8], byte: u8) -> f64 {
        let lower = if context.is_empty() {
            1.0 / 256.0
        } else {
            self.probability(&context[1..], byte)
        };
        let Some(after) = self.counts.get(context) else {
            return lower;
        };
        // Summed in byte order so that the test does not depend on the order of a hash map.
        let total: f64 = (0..=255).filter_map(|byte| after.get(&byte)).sum();
        let different = after.len() as f64;
        (after.get(&byte).unwrap_or(&0.0) + different * lower) / (total + different)
    }

    fn loss(&self, text: &[u8], split: &TextSplit) -> f64 {
        let (mut nats, mut bytes) = (0.0, 0.0);
        for block in split.held_out.iter().map(|range| &text[range.clone()]) {
            for (end, &byte) in block.iter().enumerate() {
                nats -= self
                    .probability(&block[end.saturating_sub(self.order - 1)..end], byte)
                    .ln();
                bytes += 1.0;
            }
        }
        nats / bytes
    }
}

/// Text in which letters depend on the two before them; `letters` at most 256.
fn babble(seed: u64, length: usize, letters: usize) -> Vec<u8> {
    let mut stream = CounterStream::new(seed, 0);
    let mut text = vec![0_u8, 0];
    while text.len() < length {
        let hint = usize::from(text[text.len() - 1]) * 3
            + usize::from(text[text.len() - 2])
            + seed as usize;
        let noise = if stream.next_unit() < 0.8 {
            stream.next_below(2)
        } else {
            stream.next_below(letters)
        };
        text.push(((hint + noise) % letters) as u8);
    }
    text
}

fn corpus_of(texts: Vec<Vec<u8>>, params: ProxyParams) -> ProxyCorpus {
    let domains = DomainSet::new((0..texts.len()).map(|domain| format!("d{domain}"))).unwrap();
    ProxyCorpus::new(
        &domains,
        texts,
        &params.check().unwrap(),
        &Control::default(),
        &Sequential,
    )
    .unwrap()
}

/// The losses that the fast run should find, from the definition.
fn slow_losses(texts: &[Vec<u8>], params: &ProxyParams, bytes: &[u64]) -> Vec<f64> {
    let mut model = SlowModel::new(usize::from(params.order));
    let splits: Vec<TextSplit> = texts
        .iter()
        .map(|text| TextSplit::new("d", text.len(), params.held_out_bytes).unwrap())
        .collect();
    for ((text, split), &bytes) in texts.iter().zip(&splits).zip(bytes) {
        let mut left = bytes as usize;
        for block in split.training.iter().cycle() {
            let block = &text[block.clone()];
            model.train(&block[..left.min(block.len())]);
            left = left.saturating_sub(block.len());
            if left == 0 {
                break;
            }
        }
    }
    texts
        .iter()
        .zip(&splits)
        .map(|(text, split)| model.loss(text, split))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn runs_agree_with_the_definition(
        order in 1_u8..=6,
        seed in 0_u64..1000,
        letters in 2_usize..=256,
        share in 0_u64..=10,
        training_bytes in 2_000_u64..150_000,
    ) {
        let texts = vec![
            babble(seed, MIN_BYTES + 77, letters),
            babble(seed + 1, MIN_BYTES * 2, letters.min(9)),
        ];
        let params = ProxyParams { order, training_bytes, held_out_bytes: 8_000 };
        let corpus = corpus_of(texts.clone(), params.clone());
        let weights = [share as f64, 10.0 - share as f64];
        let mixture = Mixture::from_weights(corpus.domains(), &weights).unwrap().0;
        let run = corpus.run(&mixture, &Control::default()).unwrap();
        let bytes = apportion(mixture.parts(), training_bytes);
        let expected = slow_losses(&texts, &params, &bytes);
        for (fast, slow) in run.losses_nats_per_byte.iter().zip(expected) {
            prop_assert!((fast - slow).abs() < 1e-11, "{fast} {slow}");
        }
        for ((epochs, bytes), there) in run.epochs.iter().zip(bytes).zip(corpus.available_bytes()) {
            prop_assert!((epochs - bytes as f64 / *there as f64).abs() < 1e-15);
        }
    }

    #[test]
    fn probabilities_sum_to_one(
        order in 1_usize..=6,
        seed in 0_u64..1000,
        letters in 2_usize..=256,
    ) {
        let mut model = SlowModel::new(order);
        let text = babble(seed, 3000, letters);
        for _ in 0..=seed % 3 {
            model.train(&text);
        }
        let mut stream = CounterStream::new(seed, 1);
        for _ in 0..20 {
            // Contexts that were seen, and contexts with bytes that were not.
            let start = stream.next_below(text.len() - order);
            let mut context = text[start..start + order - 1].to_vec();
            if let Some(byte) = context.first_mut().filter(|_| stream.next_unit() < 0.5) {
                *byte = byte.wrapping_add(97);
            }
            let sum: f64 = (0..=255).map(|byte| model.probability(&context, byte)).sum();
            prop_assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        }
    }
}

/// The fast model itself: held-out text in which every byte follows "a", so that all 256
/// probabilities are computed.
#[test]
fn indexed_probabilities_sum_to_one_over_all_bytes() {
    let every: Vec<u8> = (0..=255)
        .flat_map(|byte| [b'x', b'a', byte])
        .cycle()
        .take(MIN_BYTES)
        .collect();
    for order in 1..=3 {
        let corpus = corpus_of(
            vec![every.clone(), babble(5, MIN_BYTES, 200)],
            ProxyParams {
                order,
                ..Default::default()
            },
        );
        let index = corpus.index();
        let mut counts: Vec<u32> = (0..index.suffix.len() as u32)
            .map(|gram| gram % 3)
            .collect();
        witten_bell::add_to_suffixes(index, &mut counts);
        let probabilities = witten_bell::probabilities(index, &counts);
        let mut by_context: HashMap<u32, Vec<f64>> = HashMap::new();
        for (held, probability) in index.held.iter().zip(probabilities) {
            by_context
                .entry(held.context)
                .or_default()
                .push(probability);
        }
        let complete: Vec<f64> = by_context
            .values()
            .filter(|all| all.len() == 256)
            .map(|all| all.iter().sum())
            .collect();
        assert!(complete.len() >= usize::from(order), "{}", complete.len());
        assert!(
            complete.iter().all(|sum| (sum - 1.0_f64).abs() < 1e-12),
            "{complete:?}"
        );
    }
}

fn mixtures(domains: &Arc<DomainSet>, runs: u64) -> Vec<(String, Mixture)> {
    let draw = |run| {
        let mut stream = CounterStream::new(3, run);
        let weights: Vec<f64> = (0..domains.len()).map(|_| stream.next_unit()).collect();
        (
            format!("run-{run}"),
            Mixture::from_weights(domains, &weights).unwrap().0,
        )
    };
    (0..runs).map(draw).collect()
}

#[test]
fn a_table_is_the_same_whatever_the_executor() {
    struct Backwards;
    impl Executor for Backwards {
        fn threads(&self) -> usize {
            1
        }
        fn for_each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
            (0..tasks).rev().for_each(task);
        }
    }
    let corpus = corpus_of(
        (0..3).map(|seed| babble(seed, 60_000, 20)).collect(),
        ProxyParams::default(),
    );
    let runs = mixtures(corpus.domains(), 7);
    let table = run_table(&corpus, &runs, &Control::default(), &Sequential).unwrap();
    assert_eq!(
        table,
        run_table(&corpus, &runs, &Control::default(), &Backwards).unwrap()
    );
    #[cfg(feature = "rayon")]
    {
        let pool = crate::compute::RayonExecutor::new(Some(2)).unwrap();
        assert_eq!(
            table,
            run_table(&corpus, &runs, &Control::default(), &pool).unwrap()
        );
    }
    assert_eq!(table.runs().nth(6).unwrap().id, "run-6");
    assert_eq!(table.metrics().as_slice()[2].name, "d2_nats_per_byte");
    assert_eq!(table.natural(), Some(&corpus.natural().unwrap()));
}

#[test]
fn more_of_a_domain_lowers_its_own_loss() {
    let corpus = corpus_of(
        (0..2).map(|seed| babble(seed, 300_000, 30)).collect(),
        ProxyParams::default(),
    );
    let loss = |share: f64| {
        let mixture = Mixture::from_weights(corpus.domains(), &[share, 1.0 - share])
            .unwrap()
            .0;
        corpus
            .run(&mixture, &Control::default())
            .unwrap()
            .losses_nats_per_byte[0]
    };
    let losses: Vec<f64> = [0.0, 0.01, 0.05, 0.2].map(loss).to_vec();
    assert!(
        losses.windows(2).all(|pair| pair[1] < pair[0]),
        "{losses:?}"
    );
    // Without text of the domain, worse than guessing among its 30 letters; with a fifth of the
    // budget, better.
    assert!(losses[3] < 0.8 * 30_f64.ln(), "{losses:?}");
}

#[test]
fn progress_reaches_the_whole_and_cancelling_stops_within_a_run() {
    let params = ProxyParams {
        training_bytes: 3_000_000,
        ..ProxyParams::default()
    };
    let corpus = corpus_of(
        (0..2).map(|seed| babble(seed, 50_000, 20)).collect(),
        params,
    );
    let furthest = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&furthest);
    let control = Control::reporting_to(move |progress| {
        assert!(progress.done <= progress.total);
        seen.fetch_max(progress.done, Ordering::Relaxed);
    });
    let mixtures = mixtures(corpus.domains(), 2);
    run_table(&corpus, &mixtures, &control, &Sequential).unwrap();
    assert_eq!(furthest.load(Ordering::Relaxed), 6_000_000);

    furthest.store(0, Ordering::Relaxed);
    control.cancel();
    assert_eq!(
        corpus.run(&mixtures[0].1, &control),
        Err(CoreError::Cancelled)
    );
    assert_eq!(furthest.load(Ordering::Relaxed), 0);
}

#[test]
fn wrong_counts_are_refused() {
    let two = DomainSet::new(["a", "b"]).unwrap();
    let params = ProxyParams::default().check().unwrap();
    let problem = ProxyCorpus::new(
        &two,
        vec![vec![0; 50_000]],
        &params,
        &Control::default(),
        &Sequential,
    )
    .unwrap_err();
    assert_eq!(
        problem,
        CoreError::WrongLength {
            what: "texts",
            expected: 2,
            found: 1
        }
    );
    let short = vec![vec![0; 50_000], vec![0; 5_000]];
    let problem =
        ProxyCorpus::new(&two, short, &params, &Control::default(), &Sequential).unwrap_err();
    assert_eq!(
        problem,
        CoreError::TooLittleText {
            domain: "b".into(),
            needed: MIN_BYTES,
            found: 5_000
        }
    );
    let corpus = corpus_of(vec![vec![0; 50_000]], ProxyParams::default());
    assert!(
        corpus
            .run(&Mixture::uniform(&two), &Control::default())
            .is_err()
    );
}
