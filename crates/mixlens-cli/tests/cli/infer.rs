//! `mixlens infer`: the mixture behind a tokenizer, from files.

use std::collections::BTreeMap;
use std::fmt::Write;

use mixlens_categories::BuiltIn;
use mixlens_core::compute::Control;
use mixlens_formats::{NamedBytes, Pretokenizer, SampleOptions, read_category_from_bytes};

use super::sandbox::Sandbox;

/// Words of one kind of text, the first the most frequent; `salt` draws other text of the same
/// kind.
fn text(letters: &str, words: usize, salt: u64) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let next = |seed: u64| {
        seed.wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407)
    };
    let spelled = |place: u64| -> String {
        let mut seed = next(place + letters[0] as u64);
        (0..3 + place % 5)
            .map(|_| {
                seed = next(seed);
                letters[(seed >> 33) as usize % letters.len()]
            })
            .collect()
    };
    let mut seed = salt;
    let mut out = String::new();
    for word in 0..words {
        seed = next(seed);
        let part = (seed >> 33) as f64 / f64::from(u32::MAX / 2);
        write!(
            out,
            "{}{}",
            spelled((300.0 * part.powi(3)) as u64),
            if word % 12 == 11 { "\n" } else { " " }
        )
        .unwrap();
    }
    out
}

/// `merges.txt` of a tokenizer trained on a text, the slow way. Words are apart, as white space
/// parts them.
fn merges(text: &str, count: usize) -> String {
    let mut words: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for line in text.lines() {
        for (place, word) in line.split(' ').filter(|word| !word.is_empty()).enumerate() {
            let space = if place > 0 { "Ġ" } else { "" };
            *words
                .entry(format!("{space}{word}").chars().map(String::from).collect())
                .or_default() += 1;
        }
    }
    let mut out = "#version: 0.2\n".to_owned();
    for _ in 0..count {
        let mut pairs: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (word, count) in &words {
            for pair in word.windows(2) {
                *pairs.entry((pair[0].clone(), pair[1].clone())).or_default() += count;
            }
        }
        let Some(((left, right), _)) = pairs.into_iter().max_by_key(|own| own.1) else {
            break;
        };
        writeln!(out, "{left} {right}").unwrap();
        words = words
            .into_iter()
            .map(|(word, count)| {
                let mut new: Vec<String> = Vec::new();
                for symbol in word {
                    match new.last_mut() {
                        Some(last) if *last == left && symbol == right => last.push_str(&symbol),
                        _ => new.push(symbol),
                    }
                }
                (new, count)
            })
            .collect();
    }
    out
}

/// A tokenizer of three parts of one kind of text and one of another, and samples of both.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "merges.txt",
        merges(&(text("abcdefg", 9000, 1) + &text("uvwxyz", 3000, 2)), 150),
    );
    sandbox.write("first.txt", text("abcdefg", 12_000, 3));
    sandbox.write("second.txt", text("uvwxyz", 12_000, 4));
    sandbox
}

const ASKED: [&str; 6] = [
    "infer",
    "merges.txt",
    "--category",
    "first=first.txt",
    "--category",
    "second=second.txt",
];

#[test]
fn the_mixture_behind_a_tokenizer_is_a_mixture_file() {
    let sandbox = sandbox();
    let found = sandbox.object(&[&ASKED[..], &["-o", "inferred.json"]].concat());
    let first = &found["proportions"]["first"];
    let part = |name: &str| first[name].as_f64().unwrap();
    assert!((part("bytes") - 0.75).abs() < 0.05, "{found}");
    assert!(
        first["interval"][0].as_f64().unwrap() <= 0.77
            && first["interval"][1].as_f64().unwrap() >= 0.73,
        "{found}"
    );
    assert_eq!(
        (&found["version"], &found["status"]),
        (&1.into(), &"optimal".into())
    );
    assert_eq!(found["merges"]["used"], 150);
    assert_eq!(sandbox.json("inferred.json"), found);
    // Any command that takes a mixture takes it.
    sandbox.write(
        "runs.csv",
        "run,train_first,train_second,metric/loss\n\
         a,1,0,3\nb,0,1,2\nc,0.5,0.5,2.4\nd,0.2,0.8,2.1\n",
    );
    sandbox.done(&["fit", "runs.csv", "--surrogate", "ridge", "-o", "fit.json"]);
    let predicted = sandbox.object(&["predict", "fit.json", "--mixtures", "inferred.json"]);
    assert!(
        predicted["rows"][0]["metrics"]["loss"]["value"]
            .as_f64()
            .unwrap()
            > 2.5,
        "{predicted}"
    );
}

#[test]
fn a_tokenizer_of_other_text_is_told_apart_from_a_good_fit() {
    let sandbox = sandbox();
    let good = sandbox.done(&ASKED);
    assert!(
        !good.stderr.contains("do not explain this tokenizer well"),
        "{}",
        good.stderr
    );
    let bad = sandbox.done(&ASKED[..4]);
    assert!(
        bad.stderr.contains("do not explain this tokenizer well"),
        "{}",
        bad.stderr
    );
}

#[test]
fn what_cannot_be_inferred_says_where_and_why() {
    let sandbox = sandbox();
    sandbox.write("empty.txt", "");
    sandbox.write("latin1.txt", b"caf\xe9 ".repeat(50));
    sandbox.write(
        "unigram.json",
        r#"{"model":{"type":"Unigram","vocab":[["a",-1.0]]}}"#,
    );
    sandbox.write("ranks.tiktoken", "YQ== 0\nYg== 1\nYWI= 2\n");
    let failed = |args: &[&str]| {
        let ran = sandbox.run(args);
        assert_eq!(ran.code, Some(1), "{args:?}: {}", ran.stderr);
        ran.stderr
    };
    let one = |path: &str| failed(&["infer", "merges.txt", "--category", &format!("one={path}")]);
    assert!(
        one("empty.txt").contains("\"one\" has no text"),
        "{}",
        one("empty.txt")
    );
    assert!(
        one("latin1.txt").contains("latin1.txt"),
        "{}",
        one("latin1.txt")
    );
    assert!(one("nowhere.txt").contains("nowhere.txt"));
    assert!(
        failed(&["infer", "unigram.json", "--category", "one=first.txt"])
            .to_lowercase()
            .contains("unigram")
    );
    assert!(
        failed(&["infer", "ranks.tiktoken", "--category", "one=first.txt"])
            .contains("--pretokenizer")
    );
    assert!(failed(&["infer", "merges.txt", "--category", "first.txt"]).contains("NAME=PATH"));
    let ranks = [
        "infer",
        "ranks.tiktoken",
        "--pretokenizer",
        "gpt2",
        "--category",
        "one=ab.txt",
    ];
    sandbox.write("ab.txt", "ab ab ab ab ab\n".repeat(20));
    assert!(
        !sandbox.done(&ranks).stderr.contains("--pretokenizer"),
        "what was said is not asked for"
    );
    let twice = [
        "infer",
        "merges.txt",
        "--category",
        "a=first.txt",
        "--category",
        "a=second.txt",
    ];
    assert!(failed(&twice).contains("occurs twice"));
}

/// Text with the words of a built-in category, as often as they are in it.
fn text_of(name: &str) -> String {
    let own = BuiltIn::find(name).unwrap();
    let files = [NamedBytes::new(own.file, own.table().to_vec())];
    let gpt2 = Pretokenizer::from_pattern("gpt2").unwrap();
    let counted = read_category_from_bytes(
        name,
        &files,
        &gpt2,
        &SampleOptions::default(),
        &Control::default(),
    )
    .unwrap();
    let words: Vec<(&[u8], u64)> = counted.words.totals().collect();
    let total: u64 = words.iter().map(|own| own.1).sum();
    let often = |(word, count): (&[u8], u64)| {
        String::from_utf8_lossy(word).repeat((count * 20_000 / total) as usize)
    };
    words.into_iter().map(often).collect()
}

#[test]
fn without_categories_the_built_in_ones_are_used_and_it_says_so() {
    let sandbox = Sandbox::empty();
    sandbox.write("merges.txt", merges(&text_of("fr"), 100));
    let found = sandbox.object(&["infer", "merges.txt"]);
    let proportions = found["proportions"].as_object().unwrap();
    assert_eq!(proportions.len(), mixlens_categories::CATEGORIES.len());
    let most = proportions.iter().max_by(|a, b| {
        a.1["bytes"]
            .as_f64()
            .partial_cmp(&b.1["bytes"].as_f64())
            .unwrap()
    });
    assert_eq!(most.unwrap().0, "fr", "{}", found["mixture"]);
    let notices = found["notices"].to_string();
    assert!(
        notices.contains("built-in categories are used") && notices.contains("not the web"),
        "{notices}"
    );
}

#[test]
fn built_in_categories_are_chosen_by_name_and_stand_back_for_ones_of_the_same_name() {
    let sandbox = sandbox();
    let names = |args: &[&str]| -> Vec<String> {
        let found = sandbox.object(&[&["infer", "merges.txt"], args].concat());
        found["proportions"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(names(&["--builtin", "fr,python"]), ["fr", "python"]);
    assert_eq!(
        names(&["--builtin", "fr", "--category", "fr=first.txt"]),
        ["fr"]
    );
    assert!(!sandbox.done(&ASKED).stderr.contains("built-in"));
    let wrong = sandbox.run(&["infer", "merges.txt", "--builtin", "klingon"]);
    assert_eq!(wrong.code, Some(1));
    assert!(
        wrong.stderr.contains("\"klingon\"") && wrong.stderr.contains("python"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn text_of_no_kind_that_is_named_is_other() {
    let sandbox = sandbox();
    let (fr, id) = (text_of("fr"), text_of("id"));
    sandbox.write("both.txt", merges(&format!("{fr}{id}"), 100));
    sandbox.write("fr.txt", &fr);
    let found = sandbox.object(&["infer", "both.txt", "--category", "fr=fr.txt", "--other"]);
    let mixture = found["mixture"].as_object().unwrap();
    assert_eq!(mixture.keys().collect::<Vec<_>>(), ["fr", "other"]);
    let truth = id.len() as f64 / (fr.len() + id.len()) as f64;
    // A hundred merges say little.
    assert!(
        (mixture["other"].as_f64().unwrap() - truth).abs() < 0.2,
        "{mixture:?}, truth {truth}"
    );
    for (wrong, advice) in [
        (&["--other"][..], "--category"),
        (&["--other", "--category", "other=first.txt"], "named other"),
    ] {
        let refused = sandbox.run(&[&["infer", "merges.txt"], wrong].concat());
        assert!(
            refused.code == Some(1) && refused.stderr.contains(advice),
            "{}",
            refused.stderr
        );
    }
}
