use super::*;

fn words(pattern: &str, text: &str) -> Vec<String> {
    Pretokenizer::from_pattern(pattern).unwrap().words(text).unwrap()
}

/// The words that one pattern cuts a text into.
fn cut_by(matcher: Matcher, text: &str) -> Result<Vec<String>, ImportError> {
    Pretokenizer::from_stages(Vec::new(), vec![Stage::split(matcher, Behavior::Isolated, false)]).words(text)
}

#[test]
fn the_last_space_of_a_run_goes_to_the_word_behind_it() {
    assert_eq!(words("gpt2", "a   b\n\n c \n"), ["a", "  ", " b", "\n\n", " c", " \n"]);
    assert_eq!(words("cl100k", "a   b\n\n c  "), ["a", "  ", " b", "\n\n", " c", "  "]);
    assert_eq!(words("gpt2", "a\u{3000}\u{3000}b"), ["a", "\u{3000}", "\u{3000}", "b"]);
}

#[test]
fn the_automaton_and_the_backtracker_find_the_same_words() {
    let text =
        "It's  1234567 o'clock\r\n\r\n  ÅNGSTRÖM\u{301}x; /path//to\n/x \t end\n\n  日本語のテキスト'LL don't   ";
    for (name, pattern) in NAMED_PATTERNS {
        assert!(Matcher::from_regex(pattern).unwrap().is_automaton(), "{name}");
        assert_eq!(words(name, text), cut_by(Matcher::backtracking(pattern).unwrap(), text).unwrap(), "{name}");
    }
}

#[test]
fn a_text_in_parts_has_the_words_of_the_whole() {
    let text = "Some words, 12345 numbers;\n\n  indented   lines é e\u{301} ﬁ 日本語\t\tend\n".repeat(5_000);
    let nfkc = Pretokenizer::from_stages(
        vec![Normalizer::Nfkc],
        vec![Stage::split(Matcher::from_regex(pattern_by_name("o200k").unwrap()).unwrap(), Behavior::Isolated, false)],
    );
    for pretokenizer in [Pretokenizer::from_pattern("cl100k").unwrap(), nfkc] {
        let whole = pretokenizer.words(&text).unwrap();
        let control = Control::default();
        let mut parts = Vec::new();
        let mut stream = WordStream::new(&pretokenizer, &control);
        let mut rest = &text[..];
        for size in [1, 7, 100, 4_096, 70_001].into_iter().cycle() {
            let size = (0..=size.min(rest.len())).rev().find(|&end| rest.is_char_boundary(end)).unwrap();
            let (part, after) = rest.split_at(size.max(rest.chars().next().map_or(0, char::len_utf8)));
            stream.push(part, &mut |word| parts.push(word.to_owned())).unwrap();
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        stream.finish(&mut |word| parts.push(word.to_owned())).unwrap();
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
    let spaced = Pretokenizer::from_sentence_piece(rules.clone()).words("ab  c12,漢字かな\n\tx").unwrap();
    assert_eq!(spaced, ["▁ab", "▁▁c", "1", "2", ",", "漢字かな", "▁", "\t", "x"]);
    let trimmed = Pretokenizer::from_sentence_piece(SentencePieceRules { removes_extra_spaces: true, ..rules });
    assert_eq!(trimmed.words(" a  b ").unwrap(), ["▁a", "▁b"]);
}

#[test]
fn a_segment_is_cut_as_it_stands_inside_of_a_text() {
    let space = || Matcher::literal("\u{2581}");
    let metaspace = |prefix| {
        let stage = Stage::split(space(), Behavior::MergedWithNext, false);
        Pretokenizer::from_stages(Vec::new(), vec![Stage { space: '\u{2581}', prefix, ..stage }])
    };
    let plain = SentencePieceRules::converted(true);
    let trimmed = SentencePieceRules { removes_extra_spaces: true, ..plain.clone() };
    let lines = [" one", "  two", "\n    (three", ";\n\tfour", "。五"];
    let line = [" one", "  two", " (three", ";"];
    for (pretokenizer, segments) in [
        (Pretokenizer::from_sentence_piece(plain), &lines[..]),
        (Pretokenizer::from_sentence_piece(trimmed), &lines),
        (metaspace(Prefix::First), &line[..3]),
        (metaspace(Prefix::Always), &line[..3]),
        (Pretokenizer::from_pattern("gpt2").unwrap(), &line),
    ] {
        let whole = pretokenizer.words(&format!("A{}", segments.concat())).unwrap();
        let control = Control::default();
        let mut parts = vec![whole[0].clone()];
        let mut stream = WordStream::new(&pretokenizer, &control);
        segments.iter().for_each(|own| stream.segment(own, &mut |word| parts.push(word.to_owned())).unwrap());
        assert_eq!(parts, whole, "{pretokenizer:?}");
    }
}

#[test]
fn wrong_expressions_are_named() {
    let problem = Pretokenizer::from_pattern("(").unwrap_err().to_string();
    assert!(problem.contains("a pattern by name (gpt2"), "{problem}");
    assert_eq!(words(r"(?<=a)b", "abab"), ["a", "b", "a", "b"]);
}
