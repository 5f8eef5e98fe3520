//! Two small languages, and a tokenizer trained on them by plain BPE; shared with the tests of the
//! app.

use std::collections::BTreeMap;

/// The two languages, by their letters.
pub const LANGUAGES: [(&str, &str); 2] =
    [("consonantal", "bcdfgklmnprst"), ("vocalic", "aeiouylnrs")];

/// `words` words of a language, twelve to a line; each seed has a different text.
pub fn text(letters: &str, words: usize, seed: u64) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut text = String::new();
    for word in 0..words {
        // The word of a number is the same in every text; small numbers are frequent.
        let number = next(60).min(next(60));
        let length = 2 + number % (letters.len() - 8);
        text.extend(
            (0..length).filter_map(|at| letters.get((number * (at + 3) + at * at) % letters.len())),
        );
        text.push(if word % 12 == 11 { '\n' } else { ' ' });
    }
    text
}

/// `merges.txt` of a tokenizer trained on a text: the most frequent pair of every step.
pub fn merges(text: &str, count: usize) -> String {
    let mut words: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for line in text.lines() {
        for (index, word) in line.split_whitespace().enumerate() {
            let space = (index > 0).then(|| "\u{120}".to_owned());
            *words
                .entry(
                    space
                        .into_iter()
                        .chain(word.chars().map(String::from))
                        .collect(),
                )
                .or_default() += 1;
        }
    }
    let mut out = "#version: 0.2\n".to_owned();
    for _ in 0..count {
        let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (word, times) in &words {
            for pair in word.windows(2) {
                *pairs.entry((&pair[0], &pair[1])).or_default() += times;
            }
        }
        let Some((&(left, right), _)) = pairs.iter().max_by_key(|(_, times)| **times) else {
            break;
        };
        out += &format!("{left} {right}\n");
        let (left, right) = (left.to_owned(), right.to_owned());
        let merged = std::mem::take(&mut words)
            .into_iter()
            .map(|(word, times)| (merge(&word, &left, &right), times));
        words = merged.collect();
    }
    out
}

fn merge(word: &[String], left: &str, right: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for token in word {
        match out.last_mut() {
            Some(last) if *last == left && token == right => last.push_str(right),
            _ => out.push(token.clone()),
        }
    }
    out
}
