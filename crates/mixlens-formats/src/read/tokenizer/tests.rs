use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::*;

fn read(name: &str, bytes: impl Into<Vec<u8>>) -> Result<TokenizerFile, ImportError> {
    read_tokenizer(&NamedBytes::new(name, bytes), &Inherited::default())
}

fn problem(name: &str, bytes: impl Into<Vec<u8>>) -> String {
    read(name, bytes).unwrap_err().to_string()
}

/// The merges as "left right" in plain text.
pub(super) fn merges(tokenizer: &TokenizerFile) -> Vec<String> {
    let spelled = |token| String::from_utf8_lossy(tokenizer.merges.spelling(token)).into_owned();
    let merges = tokenizer.merges.merges().iter();
    merges
        .map(|merge| format!("{}|{}", spelled(merge.left), spelled(merge.right)))
        .collect()
}

pub(super) fn words(tokenizer: &TokenizerFile, text: &str) -> Vec<String> {
    tokenizer
        .pretokenizer
        .as_ref()
        .unwrap()
        .words(text)
        .unwrap()
}

fn hugging_face(merges: Value, tokens: &[&str], normalizer: Value, pre_tokenizer: Value) -> String {
    let vocab: serde_json::Map<String, Value> = (0..)
        .zip(tokens)
        .map(|(id, t): (u32, _)| ((*t).to_owned(), json!(id)))
        .collect();
    let model = json!({ "type": "BPE", "vocab": vocab, "merges": merges });
    json!({ "model": model, "normalizer": normalizer, "pre_tokenizer": pre_tokenizer }).to_string()
}

const TOKENS: [&str; 6] = ["Ġ", "t", "h", "e", "Ġt", "he"];

#[test]
fn merges_of_tokenizer_json_are_texts_or_pairs() {
    let byte_level = json!({ "type": "ByteLevel", "add_prefix_space": false, "use_regex": true });
    let texts = hugging_face(
        json!(["Ġ t", "h e"]),
        &TOKENS,
        Value::Null,
        byte_level.clone(),
    );
    let pairs = hugging_face(
        json!([["Ġ", "t"], ["h", "e"]]),
        &TOKENS,
        Value::Null,
        byte_level,
    );
    let (texts, pairs) = (read("a", texts).unwrap(), read("b", pairs).unwrap());
    assert_eq!(merges(&texts), [" |t", "h|e"]);
    assert_eq!(texts.merges, pairs.merges);
    assert_eq!(
        (texts.kind, texts.merges.units()),
        (TokenizerKind::HuggingFace, Units::Bytes)
    );
    assert_eq!(words(&texts, "the  the's"), ["the", " ", " the", "'s"]);
}

#[test]
fn sequences_of_rules_are_applied_in_order() {
    let rules = json!({ "type": "Sequence", "pretokenizers": [
        { "type": "Split", "pattern": { "String": "\n" }, "behavior": "Removed", "invert": false },
        { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true },
        { "type": "Digits", "individual_digits": true },
        { "type": "Punctuation", "behavior": "MergedWithPrevious" },
    ]});
    let file = hugging_face(
        json!(["t h"]),
        &["t", "h", "th"],
        json!({ "type": "NFKC" }),
        rules,
    );
    let tokenizer = read("a", file).unwrap();
    assert_eq!(tokenizer.merges.units(), Units::Chars);
    assert_eq!(
        words(&tokenizer, "ﬁn 12\nb,c!"),
        ["▁fin", "▁", "1", "2", "▁b,", "c!"]
    );
}

#[test]
fn a_converted_model_without_rules_is_cut_as_by_sentence_piece() {
    let normalizer = json!({ "type": "Sequence", "normalizers": [
        { "type": "Prepend", "prepend": "▁" },
        { "type": "Replace", "pattern": { "String": " " }, "content": "▁" },
    ]});
    let tokens = ["▁", "a", "b", "c", "ab", "bc", "abc", "1"];
    let file = hugging_face(
        json!(["a b", "b c", "a bc", "ab c"]),
        &tokens,
        normalizer,
        Value::Null,
    );
    let tokenizer = read("a", file).unwrap();
    assert_eq!(merges(&tokenizer), ["a|b", "b|c", "ab|c"]);
    assert_eq!(
        words(&tokenizer, "abc  12\n\tx"),
        ["▁abc", "▁▁", "1", "2", "▁", "\t", "x"]
    );
    let notices = &tokenizer.notices[..];
    let expected = [
        TokenizerNotice::SentencePieceAssumed {
            splits_digits: true,
        },
        TokenizerNotice::OtherSplits { merges: 1 },
    ];
    assert_eq!(notices, expected);
}

#[test]
fn merges_txt_is_a_merge_a_line() {
    let tokenizer = read("merges.txt", "#version: 0.2\nĠ t\n# #\nh e\n").unwrap();
    assert_eq!(merges(&tokenizer), [" |t", "#|#", "h|e"]);
    assert_eq!(
        tokenizer.notices,
        [TokenizerNotice::PatternAssumed { pattern: "gpt2" }]
    );
}

/// Single bytes, then tokens, as tiktoken has them.
fn ranked(tokens: &[&[u8]]) -> Vec<String> {
    let bytes = (0..=255_u8)
        .map(|byte| vec![byte])
        .chain(tokens.iter().map(|token| token.to_vec()));
    bytes.map(|token| BASE64_STANDARD.encode(token)).collect()
}

#[test]
fn ranks_become_merges_in_every_format_that_has_them() {
    let tokens = ranked(&[b"th", b" t", b"the", "é".as_bytes(), b"xyz"]);
    let lines: String = (0..)
        .zip(&tokens)
        .map(|(rank, token): (u32, _)| format!("{token} {rank}\n"))
        .collect();
    let tiktoken = read("t.tiktoken", lines.clone()).unwrap();
    assert_eq!(
        merges(&tiktoken),
        ["t|h", " |t", "th|e", "\u{FFFD}|\u{FFFD}"]
    );
    let left_out = TokenizerNotice::WithoutMerge {
        tokens: 1,
        first: "xyz".to_owned(),
    };
    assert_eq!(
        tiktoken.notices,
        [TokenizerNotice::NoPretokenizer, left_out.clone()]
    );
    assert!(tiktoken.pretokenizer.is_none());

    let packed = json!({ "explicit_n_vocab": 261, "pat_str": "[a-z]+", "bpe_ranks": format!("! 0 \
        {}", tokens.join(" ")) });
    let script = format!("// a script\nexport default {packed};\n");
    let vocab: Vec<Value> = (0..)
        .zip(&tokens)
        .map(|(rank, token): (u32, _)| json!({ "rank": rank, "token_bytes": token }))
        .collect();
    let config =
        json!({ "pattern": "[a-z]+", "default_vocab_size": 262, "default_num_special_tokens": 2 });
    let tekken = json!({ "config": config, "vocab": vocab });
    for (file, kind) in [
        (packed.to_string(), TokenizerKind::JsTiktoken),
        (script, TokenizerKind::JsTiktoken),
        (tekken.to_string(), TokenizerKind::Tekken),
    ] {
        let read = read("ranks", file).unwrap();
        assert_eq!(read.kind, kind);
        let shared = read.merges.merges().len();
        assert_eq!(merges(&read)[..], merges(&tiktoken)[..shared]);
        assert_eq!(words(&read, "ab c"), ["ab", " ", "c"]);
    }
    let mut gzip = flate2::read::GzEncoder::new(lines.as_bytes(), flate2::Compression::fast());
    let mut zipped = Vec::new();
    std::io::Read::read_to_end(&mut gzip, &mut zipped).unwrap();
    assert_eq!(read("t.gz", zipped).unwrap().merges, tiktoken.merges);
}

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [
        &[number << 3 | 2, u8::try_from(bytes.len()).unwrap()],
        bytes,
    ]
    .concat()
}

fn piece(text: &str, kind: u8) -> Vec<u8> {
    field(
        1,
        &[
            field(1, text.as_bytes()),
            vec![2 << 3 | 5, 0, 0, 0, 0, 3 << 3, kind],
        ]
        .concat(),
    )
}

fn sentence_piece(model_type: u8) -> Vec<u8> {
    let pieces = [
        ("<unk>", 2),
        ("<0x0A>", 6),
        ("▁a", 1),
        ("ab", 1),
        ("▁ab", 1),
        ("▁", 1),
        ("a", 1),
        ("b", 1),
    ];
    let pieces = pieces.iter().flat_map(|(text, kind)| piece(text, *kind));
    let trainer = field(2, &[3 << 3, model_type, 0xC8, 1, 1]);
    pieces
        .chain(trainer)
        .chain(field(3, &[4 << 3, 0]))
        .collect()
}

#[test]
fn a_sentence_piece_model_has_its_merges_in_the_order_of_its_pieces() {
    let tokenizer = read("tokenizer.model", sentence_piece(2)).unwrap();
    assert_eq!(tokenizer.kind, TokenizerKind::SentencePiece);
    assert_eq!(merges(&tokenizer), ["▁|a", "a|b", "▁a|b"]);
    assert_eq!(
        (tokenizer.longest_token, tokenizer.merges.units()),
        (Some(16), Units::Chars)
    );
    assert_eq!(
        words(&tokenizer, "ab 12"),
        ["▁ab", "▁", "1", "2"],
        "the trainer splits digits"
    );
}

#[test]
fn the_script_of_an_npm_package_is_read_as_it_is() {
    let tokens = ["<unk>", "▁", "a", "b", "▁a", "▁ab"].join("\n") + &"\nfiller".repeat(60);
    let ids: Vec<u8> = [1_u16, 2, 4, 3]
        .iter()
        .flat_map(|id| id.to_le_bytes())
        .collect();
    let merges_text = BASE64_STANDARD.encode(ids.repeat(60));
    let script = format!(
        "const a = \"{}\";\nconst b = \"{merges_text}\";\n",
        BASE64_STANDARD.encode(tokens)
    );
    let tokenizer = read("tokenizer.js", script).unwrap();
    assert_eq!(merges(&tokenizer), ["▁|a", "▁a|b"]);
    assert!(
        tokenizer
            .notices
            .contains(&TokenizerNotice::OtherSplits { merges: 118 })
    );
}

/// Single bytes, then entries, as a script of gpt-tokenizer has them.
fn rank_array(entries: &str) -> String {
    let bytes: Vec<String> = (0..=255_u8).map(|byte| format!("[{byte}]")).collect();
    format!("[{},{entries}]", bytes.join(","))
}

#[test]
fn arrays_of_ranks_are_read_from_scripts_of_both_module_systems() {
    let (first, second) = (rank_array(r#""th"," t",,[195,169]"#), r#"["the", "xyz"]"#);
    let module = format!(
        "// made by hand\nconst c0 = {first}\nconst c1 = {second}\nexport default c0.concat(c1);\n"
    );
    let common = format!(
        "\"use strict\";\nconst c0 = {first};\nconst c1 = {second};\nexports.default = \
        c0.concat(c1);\n"
    );
    let small = format!("(()=>{{const a={first},b={second};f([\"x\"],a.concat(b))}})();");
    for script in [module, common, small] {
        let tokenizer = read("r50k_base.js", script).unwrap();
        assert_eq!(tokenizer.kind, TokenizerKind::RankArrays);
        assert_eq!(
            merges(&tokenizer),
            ["t|h", " |t", "\u{FFFD}|\u{FFFD}", "th|e"]
        );
        let left_out = TokenizerNotice::WithoutMerge {
            tokens: 1,
            first: "xyz".to_owned(),
        };
        assert_eq!(
            tokenizer.notices,
            [TokenizerNotice::NoPretokenizer, left_out]
        );
        assert!(tokenizer.pretokenizer.is_none());
    }
}

#[test]
fn damaged_arrays_of_ranks_are_named_by_their_entry() {
    let whole = format!(
        "const c0 = {};\nexport default c0;\n",
        rank_array(r#""th","the""#)
    );
    let (more, other) = (rank_array("\"he\""), rank_array("\"th\",the"));
    let cut = whole.find("\"the\"").unwrap();
    for (script, expected) in [
        (
            whole[..cut].to_owned(),
            "row 258: expected an array of tokens, each a text or an array of bytes, found the end",
        ),
        (
            whole[..cut + 3].to_owned(),
            "row 258: expected an array of tokens, each a text or an array of bytes, found \
            \"\\\"th\"",
        ),
        (format!("const c0 = {other};"), "row 258"),
        (whole.replace("[200]", "[2000]"), "row 201"),
        (format!("{whole}\nconst other = {more};"), "found several"),
    ] {
        let message = problem("c.js", script);
        assert!(
            message.contains("\"c.js\"") && message.contains(expected),
            "{message}"
        );
    }
}

#[test]
fn inherited_merges_are_counted_by_number_or_by_tokenizer() {
    let (base, grown) = ("#version\nt h\nth e\n", "#version\nt h\nth e\nh e\n");
    let base = Box::new(read("base", base).unwrap());
    for inherited in [Inherited::First(2), Inherited::From(base)] {
        let tokenizer = read_tokenizer(&NamedBytes::new("grown", grown), &inherited).unwrap();
        assert_eq!(tokenizer.merges.inherited(), 2);
        assert!(matches!(
            tokenizer.notices.last(),
            Some(TokenizerNotice::Inherited { merges: 2, .. })
        ));
    }
}

#[test]
fn what_is_no_bpe_tokenizer_is_named() {
    let whole = hugging_face(
        json!(["t h"]),
        &["t", "h", "th"],
        Value::Null,
        json!({ "type": "ByteLevel" }),
    );
    let unknown = hugging_face(
        json!(["t h", "x y"]),
        &["t", "h", "th"],
        Value::Null,
        json!({ "type": "ByteLevel" }),
    );
    let rule = hugging_face(
        json!(["t h"]),
        &["t", "h", "th"],
        Value::Null,
        json!({ "type": "BertPreTokenizer" }),
    );
    let cut = &whole[..whole.len() / 2];
    let unigram = r#"{"model":{"type":"Unigram","vocab":[]}}"#;
    let word_piece = r#"{"model":{"type":"WordPiece","vocab":{"a":0}}}"#;
    for (bytes, expected) in [
        (unigram.as_bytes().to_vec(), "a model of type Unigram"),
        (word_piece.as_bytes().to_vec(), "a model of type WordPiece"),
        (sentence_piece(1), "a model of type unigram"),
        (sentence_piece(3), "a model of type word"),
        (cut.as_bytes().to_vec(), "the end of the file inside it"),
        (
            unknown.into_bytes(),
            "row 2: expected merges of tokens of `model.vocab`, found the merge of \"x\" and \"y\"",
        ),
        (rule.into_bytes(), "the pre-tokenizer BertPreTokenizer"),
        (br#"{"a":0,"b":1}"#.to_vec(), "a vocabulary without merges"),
        (b"#version\na b\noops\n".to_vec(), "line 3"),
        (
            b"AA== 0\nAQ== 1\n??\n".to_vec(),
            "line 3: expected a token in base64",
        ),
        (
            b"\xFF\xD8 no text".to_vec(),
            "other bytes, or only a part of such a model",
        ),
        (Vec::new(), "an empty file"),
    ] {
        let message = problem("the file", bytes);
        assert!(
            message.contains("\"the file\"") && message.contains(expected),
            "{message}"
        );
    }
    let whole = sentence_piece(2);
    assert!(problem("half", &whole[..whole.len() - 3]).contains("\"half\""));
}
