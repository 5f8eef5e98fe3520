use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::budget::WorkBudget;
use super::*;

fn words(pattern: &str, text: &str) -> Vec<String> {
    Pretokenizer::from_pattern(pattern)
        .unwrap()
        .words(text)
        .unwrap()
}

/// The words that one pattern cuts a text into.
fn cut_by(matcher: Matcher, text: &str) -> Result<Vec<String>, ImportError> {
    Pretokenizer::from_stages(
        Vec::new(),
        vec![Stage::split(matcher, Behavior::Isolated, false)],
    )
    .words(text)
}

#[test]
fn the_last_space_of_a_run_goes_to_the_word_behind_it() {
    assert_eq!(
        words("gpt2", "a   b\n\n c \n"),
        ["a", "  ", " b", "\n\n", " c", " \n"]
    );
    assert_eq!(
        words("cl100k", "a   b\n\n c  "),
        ["a", "  ", " b", "\n\n", " c", "  "]
    );
    assert_eq!(
        words("gpt2", "a\u{3000}\u{3000}b"),
        ["a", "\u{3000}", "\u{3000}", "b"]
    );
}

#[test]
fn the_automaton_and_the_backtracker_find_the_same_words() {
    let text = "It's  1234567 o'clock\r\n\r\n  ÅNGSTRÖM\u{301}x; /path//to\n/x \t end\n\n  \
               日本語のテキスト'LL don't   ";
    for (name, pattern) in NAMED_PATTERNS {
        assert!(
            Matcher::from_regex(pattern).unwrap().is_automaton(),
            "{name}"
        );
        assert_eq!(
            words(name, text),
            cut_by(Matcher::backtracking(pattern).unwrap(), text).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn a_text_in_parts_has_the_words_of_the_whole() {
    let text = "Some words, 12345 numbers;\n\n  indented   lines é e\u{301} ﬁ 日本語\t\tend\n"
        .repeat(5_000);
    let nfkc = Pretokenizer::from_stages(
        vec![Normalizer::Nfkc],
        vec![Stage::split(
            Matcher::from_regex(pattern_by_name("o200k").unwrap()).unwrap(),
            Behavior::Isolated,
            false,
        )],
    );
    for pretokenizer in [Pretokenizer::from_pattern("cl100k").unwrap(), nfkc] {
        let whole = pretokenizer.words(&text).unwrap();
        let control = Control::default();
        let mut parts = Vec::new();
        let mut stream = WordStream::new(&pretokenizer, &control);
        let mut rest = &text[..];
        for size in [1, 7, 100, 4_096, 70_001].into_iter().cycle() {
            let size = (0..=size.min(rest.len()))
                .rev()
                .find(|&end| rest.is_char_boundary(end))
                .unwrap();
            let (part, after) =
                rest.split_at(size.max(rest.chars().next().map_or(0, char::len_utf8)));
            stream
                .push(part, &mut |word| parts.push(word.to_owned()))
                .unwrap();
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        stream
            .finish(&mut |word| parts.push(word.to_owned()))
            .unwrap();
        assert_eq!(parts.len(), whole.len());
        assert!(parts == whole);
    }
}

#[test]
fn sentence_piece_cuts_at_spaces_scripts_and_digits() {
    let rules = SentencePieceRules {
        normalization: SentencePieceNormalization::Identity,
        has_dummy_prefix: true,
        removes_extra_spaces: false,
        splits_by_script: true,
        splits_by_number: true,
        splits_digits: true,
        has_space_pieces: true,
    };
    let spaced = Pretokenizer::from_sentence_piece(rules.clone())
        .words("ab  c12,漢字かな\n\tx")
        .unwrap();
    assert_eq!(
        spaced,
        ["▁ab", "▁▁c", "1", "2", ",", "漢字かな", "▁", "\t", "x"]
    );
    let trimmed = Pretokenizer::from_sentence_piece(SentencePieceRules {
        removes_extra_spaces: true,
        ..rules
    });
    assert_eq!(trimmed.words(" a  b ").unwrap(), ["▁a", "▁b"]);
}

#[test]
fn a_segment_is_cut_as_it_stands_inside_of_a_text() {
    let space = || Matcher::literal("\u{2581}");
    let metaspace = |prefix| {
        let stage = Stage::split(space(), Behavior::MergedWithNext, false);
        Pretokenizer::from_stages(
            Vec::new(),
            vec![Stage {
                space: '\u{2581}',
                prefix,
                ..stage
            }],
        )
    };
    let plain = SentencePieceRules::converted(true);
    let trimmed = SentencePieceRules {
        removes_extra_spaces: true,
        ..plain.clone()
    };
    let lines = [" one", "  two", "\n    (three", ";\n\tfour", "。五"];
    let line = [" one", "  two", " (three", ";"];
    for (pretokenizer, segments) in [
        (Pretokenizer::from_sentence_piece(plain), &lines[..]),
        (Pretokenizer::from_sentence_piece(trimmed), &lines),
        (metaspace(Prefix::First), &line[..3]),
        (metaspace(Prefix::Always), &line[..3]),
        (Pretokenizer::from_pattern("gpt2").unwrap(), &line),
    ] {
        let whole = pretokenizer
            .words(&format!("A{}", segments.concat()))
            .unwrap();
        let control = Control::default();
        let mut parts = vec![whole[0].clone()];
        let mut stream = WordStream::new(&pretokenizer, &control);
        segments.iter().for_each(|part| {
            stream
                .segment(part, &mut |word| parts.push(word.to_owned()))
                .unwrap()
        });
        assert_eq!(parts, whole, "{pretokenizer:?}");
    }
}

#[test]
fn wrong_expressions_are_named() {
    let problem = Pretokenizer::from_pattern("(").unwrap_err().to_string();
    assert!(problem.contains("a pattern by name (gpt2"), "{problem}");
    assert_eq!(words(r"(?<=a)b", "abab"), ["a", "b", "a", "b"]);
}

/// Expressions of which matches are found by going back, with what the well-known patterns do not
/// have.
const HARD: [&str; 12] = [
    r"a++b|\p{L}{2,3}+|\s++$|.",
    r"(?<=a)b|(?<!a)b+|a",
    r"(?<=a|b ?)c|(?<=^|\s)a",
    r"(a|b)\1|(?i:B)(?=\s)",
    r"(?=(\d{2})+(?!\d))",
    r"\b\w+\b|\B.",
    r"(?>a*)b|(?:a|ab)(?=c)|c\Kb",
    r"(a)?(?(1)b|c)",
    r"(?:a?|b)*?c|(?m:^)b|b(?m:$)",
    r"(?:(a)|b)*\1|\Z",
    r"\G(?:a| )|b\R|(?s:.)",
    r"(?i)(é|k)\1|[^\W\d]+(?!\w)",
];

/// The matches of another program for the same expressions; none where it gives up.
fn reference(pattern: &str, text: &str) -> Option<Vec<(usize, usize)>> {
    let regex = fancy_regex::Regex::new(pattern).unwrap();
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(next) = regex.find_from_pos(text, from).ok()? {
        if next.end() > next.start() {
            found.push((next.start(), next.end()));
            from = next.end();
        } else if let Some(unit) = text[next.end()..].chars().next() {
            from = next.end() + unit.len_utf8();
        } else {
            break;
        }
    }
    Some(found)
}

fn matches(matcher: &Matcher, text: &str) -> Vec<(usize, usize)> {
    let control = Control::default();
    let mut budget = WorkBudget::new(&control);
    let mut found = Vec::new();
    let keep = &mut |start, end| {
        found.push((start, end));
        Ok(())
    };
    matcher.each(text, &mut budget, keep).unwrap();
    found
}

/// An expression of a few parts, with look-around and possessive repetitions among them, and
/// whether it always reads something.
///
/// What may read nothing is not repeated: programs differ on whether a turn that reads nothing is
/// the last one.
fn expression() -> impl Strategy<Value = (String, bool)> {
    let units = prop::sample::select(vec![
        "a", "b", " ", ".", r"\w", r"\s", "[^a]", "é", r"\d", "(?i:A)",
    ]);
    let anchors = prop::sample::select(vec![r"\b", "^", "$", r"\B", "(?m:^)"]);
    let leaf = prop_oneof![
        3 => units.prop_map(|unit| (unit.to_owned(), true)),
        1 => anchors.prop_map(|anchor| (anchor.to_owned(), false)),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let times = prop::sample::select(vec![
            "*", "+", "?", "*?", "+?", "{0,2}", "{2}", "*+", "++", "?+", "{1,2}?",
        ]);
        let group = prop::sample::select(vec!["(?:", "(", "(?=", "(?!", "(?<=", "(?<!", "(?>"]);
        let parts = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            (inner.clone(), times).prop_map(|((part, reads), times)| match times.as_bytes() {
                _ if !reads => (part, reads),
                [b'+' | b'{', first, ..] => (format!("(?:{part}){times}"), *first != b'0'),
                [b'+'] => (format!("(?:{part})+"), true),
                _ => (format!("(?:{part}){times}"), false),
            }),
            (group, inner).prop_map(|(group, (part, reads))| {
                (
                    format!("{group}{part})"),
                    reads && ["(?:", "(", "(?>"].contains(&group),
                )
            }),
            parts.clone().prop_map(|parts| {
                (
                    parts.iter().map(|part| &*part.0).collect(),
                    parts.iter().any(|part| part.1),
                )
            }),
            parts.prop_map(|parts| {
                let reads = parts.iter().all(|part| part.1);
                let parts: Vec<String> = parts.into_iter().map(|part| part.0).collect();
                (format!("(?:{})", parts.join("|")), reads)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn hard_expressions_match_as_elsewhere(
        which in 0..HARD.len(),
        text in "[aAbBckK1é \n\r]{0,24}",
    ) {
        let pattern = HARD[which];
        let matcher = Matcher::from_regex(pattern).unwrap();
        prop_assert_eq!(Some(matches(&matcher, &text)), reference(pattern, &text), "{}", pattern);
    }

    #[test]
    fn any_expression_matches_as_elsewhere(
        (pattern, _) in expression(),
        text in "[aAb1é \n]{0,16}",
    ) {
        // Look-behind of any length is not for both programs.
        if fancy_regex::Regex::new(&pattern).is_ok()
            && let Ok(matcher) = Matcher::from_regex(&pattern)
            && let Some(expected) = reference(&pattern, &text)
        {
            prop_assert_eq!(matches(&matcher, &text), expected, "{}", pattern);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Nothing reaches from the letters before into the words behind the line break.
    #[test]
    fn text_before_never_means_fewer_words_after(letters in 0..400_usize, words in 1..300_usize) {
        let behind = "b ".repeat(words);
        for pattern in [
            r"(?:a(?=.)|a(?=a))*c|b(?!c)",
            r"(a+)+\1c|b(?= )",
            r"(?=(a+)+b)(a+)+b|b(?!c)",
            r"(?:a?){20}a{20}(?=c)|b(?= )",
            r"a*a*a*(?!.)c|b++",
        ] {
            let matcher = Matcher::from_regex(pattern).unwrap();
            if let Ok(cut) = cut_by(matcher, &format!("{}\n{behind}", "a".repeat(letters))) {
                let found = cut.iter().filter(|word| *word == "b").count();
                prop_assert_eq!(found, words, "{}", pattern);
            }
        }
    }
}

#[test]
fn a_pattern_that_takes_too_long_is_named_with_the_text_and_its_line() {
    let matcher = Matcher::from_regex(r"(?:a(?=.)|a(?=a))*c|b(?!c)").unwrap();
    let text = format!("b b\n{} {}", "a".repeat(60), "b ".repeat(5_000));
    let message = cut_by(matcher, &text).unwrap_err().to_string();
    for expected in [
        "line 2",
        r#""(?:a(?=.)|a(?=a))*c|b(?!c)""#,
        "at \"aaaaaaaaaa",
        "characters)",
    ] {
        assert!(message.contains(expected), "{message}");
    }
    assert!(message.chars().count() < 600, "{message}");
}

#[test]
fn cancelling_ends_any_pattern() {
    let text = "a".repeat(600_000);
    for pattern in [
        r"(?=(a+)+b)(a+)+b|x",
        r".*x|.",
        r"(?:a|aa)+$",
        r"(.*)\1x|a",
        r"(?<=a*)b|(?<!a+b)c",
        r"(?=.*x)a|a(?!.*y)",
        r"[ab]*a[ab]{2000}x|a",
        r"(?:(?:a?){50}){50}x",
        r"(?:\1(?=())){100}x",
        r"(?:a?\b)*(?:a\B)*x",
    ] {
        let pretokenizer = Pretokenizer::from_pattern(pattern).unwrap();
        let control = Control::default();
        let ended = std::thread::scope(|scope| {
            let cutting = scope.spawn(|| {
                let mut stream = WordStream::new(&pretokenizer, &control);
                // More text than the budget forbids to read.
                (0..1_000).try_for_each(|_| stream.push(&text, &mut |_| ()))
            });
            std::thread::sleep(Duration::from_millis(300));
            control.cancel();
            let asked = Instant::now();
            let ended = cutting.join().unwrap();
            assert!(asked.elapsed() < Duration::from_secs(5), "{pattern}");
            ended
        });
        assert!(ended.is_err(), "{pattern}");
    }
}

#[test]
fn expressions_that_would_be_huge_are_refused() {
    for pattern in [
        r"(?:(?:(?:a{1000}){1000}){1000}){1000}",
        r"(?:(?:(?:){1000}){1000}){1000}(?=a)",
        r"(?=\p{L}{40000})a",
        &"(?=a)".repeat(4_000),
        &format!("{}a{}", "(".repeat(3_000), ")".repeat(3_000)),
        r"(a)\2",
        r"(?<x>a)\g<x>",
    ] {
        let message = Pretokenizer::from_pattern(pattern).unwrap_err().to_string();
        assert!(
            message.contains("expected a regular expression") && message.len() < 800,
            "{message}"
        );
    }
}

#[test]
fn normalisation_may_let_a_text_grow_so_far_and_no_farther() {
    let replace = |by: &str| Normalizer::Replace(Matcher::literal("a"), by.into());
    let by = |normalizers: Vec<Normalizer>, text: &str| {
        let stage = Stage::split(Matcher::literal(" "), Behavior::Removed, false);
        Pretokenizer::from_stages(normalizers, vec![stage]).words(text)
    };
    let long = "\u{FDFA} ".repeat(3_000);
    let known = vec![
        Normalizer::Nfkd,
        Normalizer::Prepend("\u{2581}".into()),
        Normalizer::Lowercase,
    ];
    assert!(by(known, &long).is_ok());
    let text = "a".repeat(1_000);
    for (normalizers, rule) in [
        (vec![replace(&"y".repeat(1_000_000))], "the pattern \"a\""),
        (
            (0..40).map(|_| replace("aa")).collect(),
            "the pattern \"a\"",
        ),
        (
            vec![Normalizer::Prepend("x".repeat(1_000_000).into())],
            "the beginning \"xxx",
        ),
        (
            vec![Normalizer::Replace(
                Matcher::from_regex("a|$").unwrap(),
                "a".repeat(50).into(),
            )],
            "the pattern",
        ),
    ] {
        let message = by(normalizers, &text).unwrap_err().to_string();
        assert!(
            message.contains("at most 32 times") && message.contains(rule),
            "{message}"
        );
        assert!(message.len() < 1_000, "{message}");
    }
}

#[test]
fn rules_that_multiply_words_end() {
    // Each pair of stages puts a mark before every piece and cuts it off, so that pieces double.
    let stages = ('\u{E000}'..'\u{E020}').flat_map(|mark| {
        let mark_only = Stage {
            space: mark,
            prefix: Prefix::Always,
            split: None,
        };
        let matcher = Matcher::literal(mark.encode_utf8(&mut [0; 4]));
        [mark_only, Stage::split(matcher, Behavior::Isolated, false)]
    });
    let multiplied = Pretokenizer::from_stages(Vec::new(), stages.collect());
    let message = multiplied.words("a").unwrap_err().to_string();
    assert!(
        message.contains("too many for the rules for words together"),
        "{message}"
    );
}

#[test]
fn long_runs_take_no_longer_than_in_proportion() {
    // Without a safe point to cut them, these were scanned again and again.
    let rules = SentencePieceRules {
        removes_extra_spaces: false,
        ..SentencePieceRules::converted(true)
    };
    let spaces = Pretokenizer::from_sentence_piece(rules)
        .words(&" ".repeat(3 << 20))
        .unwrap();
    assert_eq!(
        spaces
            .iter()
            .map(|word| word.chars().count())
            .sum::<usize>(),
        (3 << 20) + 1
    );
    let nfc = Pretokenizer::from_stages(
        vec![Normalizer::Nfc],
        vec![Stage::split(
            Matcher::from_regex("x").unwrap(),
            Behavior::Isolated,
            false,
        )],
    );
    let text = format!("a{}", "\u{3042}".repeat(2 << 20));
    assert_eq!(nfc.words(&text).unwrap().concat(), text);
}
