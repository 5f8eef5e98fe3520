//! Pre-tokens and pairs of the shared cases against those of the crate `tokenizers`, count for
//! count.
#![cfg(feature = "tokenizer")]
#![expect(clippy::print_stderr, reason = "a skipped test must say so")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may unwrap and index"
)]

mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use cases::{folder, tokenizer};
use mixlens_core::compute::{Control, RayonExecutor, Sequential, map_tasks};
use mixlens_core::tokenizer::{Category, Merge, MergeList, PairCounts, Units};
use mixlens_formats::{SampleOptions, TokenizerFile, read_category};
use serde_json::json;
use tokenizers::models::bpe::BPE;
use tokenizers::normalizers::Precompiled;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::pre_tokenizers::unicode_scripts::UnicodeScripts;
use tokenizers::{
    Model as _, NormalizedString, Normalizer as _, OffsetReferential, OffsetType,
    PreTokenizedString, PreTokenizer as _, SplitDelimiterBehavior, Tokenizer,
};

/// As many merges as the reference uses.
const MERGES: usize = 3000;
const CASES: [&str; 9] = [
    "dev-exact4",
    "dev-lang6",
    "dev-related6",
    "dev-code5",
    "dev-metaspace5",
    "dev-unaccounted7",
    "dev-spm4",
    "dev-mixed13",
    "dev-wordlist6",
];

type Words = BTreeMap<Vec<u8>, i64>;

/// The character that stands for each byte in byte-level spelling: printable ones for themselves,
/// the others from U+0100 on.
fn stand_ins() -> Vec<char> {
    let is_printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let mut next = 0x100;
    let stand_in = |byte: u8| {
        let code = if is_printable(byte) {
            u32::from(byte)
        } else {
            next
        };
        next += u32::from(!is_printable(byte));
        char::from_u32(code).unwrap()
    };
    (0..=255).map(stand_in).collect()
}

/// Units spelled as `tokenizers` has them, and back.
struct Spelling {
    units: Units,
    chars: Vec<char>,
    bytes: BTreeMap<char, u8>,
}

impl Spelling {
    fn new(units: Units) -> Self {
        let chars = stand_ins();
        Self {
            units,
            bytes: chars.iter().copied().zip(0..=255).collect(),
            chars,
        }
    }

    fn theirs(&self, bytes: &[u8]) -> String {
        match self.units {
            Units::Bytes => bytes
                .iter()
                .map(|&byte| self.chars[usize::from(byte)])
                .collect(),
            Units::Chars => String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    fn ours(&self, text: &str) -> Vec<u8> {
        match self.units {
            Units::Bytes => text.chars().map(|unit| self.bytes[&unit]).collect(),
            Units::Chars => text.as_bytes().to_vec(),
        }
    }
}

/// The categories of a case as we read them, with their files.
fn categories(case: &Path, tokenizer: &TokenizerFile) -> Vec<(Category, PathBuf)> {
    let description = cases::json(&case.join("case.json"));
    let read = |category: &serde_json::Value| {
        let (name, path) = (
            category["name"].as_str().unwrap(),
            case.join(category["file"].as_str().unwrap()),
        );
        let pretokenizer = tokenizer.pretokenizer.as_ref().unwrap();
        let options = SampleOptions::default();
        let paths = std::slice::from_ref(&path);
        (
            read_category(name, paths, pretokenizer, &options, &Control::default()).unwrap(),
            path,
        )
    };
    description["categories"]
        .as_array()
        .unwrap()
        .iter()
        .map(read)
        .collect()
}

fn words(category: &Category) -> Words {
    category
        .words
        .totals()
        .map(|(word, count)| (word.to_vec(), i64::try_from(count).unwrap()))
        .collect()
}

/// The same without the marks that words behind a space begin with, of which some stand alone.
fn without_marks(words: Words) -> Words {
    let mark = "\u{2581}".as_bytes();
    let mut out = Words::new();
    for (word, count) in words.into_iter().filter(|entry| entry.0 != mark) {
        *out.entry(word.strip_prefix(mark).unwrap_or(&word).to_vec())
            .or_default() += count;
    }
    out
}

/// The pre-tokens of a text as `tokenizers` cuts it. SentencePiece reads a text line by line.
fn their_words(
    theirs: &Tokenizer,
    text: &str,
    spelling: &Spelling,
    is_sentence_piece: bool,
) -> Words {
    let mut out = Words::new();
    if is_sentence_piece {
        text.lines()
            .for_each(|line| add_their_words(theirs, line, spelling, &mut out));
    } else {
        add_their_words(theirs, text, spelling, &mut out);
    }
    out
}

fn add_their_words(theirs: &Tokenizer, text: &str, spelling: &Spelling, out: &mut Words) {
    let mut text = NormalizedString::from(text);
    if let Some(normalizer) = theirs.get_normalizer() {
        normalizer.normalize(&mut text).unwrap();
    }
    let mut cut = PreTokenizedString::from(text);
    theirs
        .get_pre_tokenizer()
        .unwrap()
        .pre_tokenize(&mut cut)
        .unwrap();
    for (word, ..) in cut.get_splits(OffsetReferential::Normalized, OffsetType::None) {
        *out.entry(spelling.ours(word)).or_default() += 1;
    }
}

/// What `tokenizers` has for the rules of SentencePiece's trainer: its table of characters; cut at
/// spaces, around digits and between scripts. It has nothing that cuts between scripts and keeps
/// the marks for spaces.
fn their_sentence_piece(model: &[u8]) -> Tokenizer {
    let rules = field(model, 3);
    let mut out = Tokenizer::new(BPE::default());
    let pattern = |regex: &str| SplitPattern::Regex(regex.to_owned());
    out.with_normalizer(Some(Precompiled::from(field(rules, 2)).unwrap()))
        .unwrap();
    let stages = [
        Split::new(pattern(" +"), SplitDelimiterBehavior::Removed, false)
            .unwrap()
            .into(),
        Split::new(
            pattern("[0-9０-９]"),
            SplitDelimiterBehavior::Isolated,
            false,
        )
        .unwrap()
        .into(),
        UnicodeScripts::new().into(),
    ];
    out.with_pre_tokenizer(Some(tokenizers::pre_tokenizers::sequence::Sequence::new(
        stages.to_vec(),
    )));
    out
}

/// The bytes of a field of a message in the protobuf format.
fn field(mut message: &[u8], wanted: u64) -> &[u8] {
    let number = |from: &mut &[u8]| {
        let end = from.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
        let (digits, rest) = from.split_at(end);
        *from = rest;
        digits
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f))
    };
    while !message.is_empty() {
        let key = number(&mut message);
        let length = match key & 7 {
            0 => {
                number(&mut message);
                0
            }
            1 => 8,
            2 => number(&mut message),
            _ => 4,
        };
        let (value, rest) = message.split_at(usize::try_from(length).unwrap());
        if key >> 3 == wanted {
            return value;
        }
        message = rest;
    }
    panic!("no field {wanted}")
}

/// The tokenizer of a case in `tokenizers`; `None` for formats that it does not read.
fn theirs(case: &Path) -> Option<Tokenizer> {
    let description = cases::json(&case.join("case.json"));
    let file = description["tokenizer"].as_str().unwrap();
    if file.ends_with(".model") {
        return Some(their_sentence_piece(
            &std::fs::read(case.join(file)).unwrap(),
        ));
    }
    if file.ends_with(".json") {
        return Some(Tokenizer::from_file(case.join(file)).unwrap());
    }
    let pattern = mixlens_formats::NAMED_PATTERNS
        .iter()
        .find(|named| Some(named.0) == description["pretok"].as_str())?
        .1;
    let mut out = Tokenizer::new(BPE::default());
    let split = Split::new(
        SplitPattern::Regex(pattern.to_owned()),
        SplitDelimiterBehavior::Isolated,
        false,
    )
    .unwrap();
    let stages = [split.into(), ByteLevel::new(false, true, false).into()];
    out.with_pre_tokenizer(Some(tokenizers::pre_tokenizers::sequence::Sequence::new(
        stages.to_vec(),
    )));
    Some(out)
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    ruzstd::decoding::StreamingDecoder::new(file)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// Pairs of the tokens that `tokenizers` leaves of words after some merges.
fn their_pairs(
    list: &MergeList,
    merges: &[Merge],
    words: &[Words],
    spelling: &Spelling,
) -> BTreeMap<[Box<[u8]>; 2], Vec<i64>> {
    let spelled = |token: u32| spelling.theirs(list.spelling(token));
    let units: BTreeSet<char> = words
        .iter()
        .flat_map(|words| words.keys())
        .flat_map(|word| spelling.theirs(word).chars().collect::<Vec<_>>())
        .collect();
    let mut tokens: BTreeSet<String> = units.into_iter().map(String::from).collect();
    tokens.extend(merges.iter().flat_map(|merge| {
        [
            spelled(merge.left),
            spelled(merge.right),
            spelled(merge.product),
        ]
    }));
    let vocabulary: BTreeMap<String, u32> = tokens.into_iter().zip(0..).collect();
    let merges: Vec<_> = merges
        .iter()
        .map(|merge| [spelled(merge.left), spelled(merge.right)])
        .collect();
    let model = json!({ "type": "BPE", "vocab": vocabulary, "merges": merges }).to_string();
    let model: BPE = serde_json::from_str(&model).unwrap();
    let width = words.len();
    let mut out: BTreeMap<[Box<[u8]>; 2], Vec<i64>> = BTreeMap::new();
    for (category, words) in words.iter().enumerate() {
        for (word, count) in words {
            let tokens = model.tokenize(&spelling.theirs(word)).unwrap();
            let tokens: Vec<Box<[u8]>> = tokens
                .iter()
                .map(|token| spelling.ours(&token.value).into())
                .collect();
            for pair in tokens.windows(2) {
                let pair = [pair[0].clone(), pair[1].clone()];
                out.entry(pair).or_insert_with(|| vec![0; width])[category] += count;
            }
        }
    }
    out
}

#[test]
fn the_words_of_every_sample_of_text_are_the_same() {
    let Some(folder) = folder() else { return };
    let cases = [
        "dev-exact4",
        "dev-lang6",
        "dev-related6",
        "dev-code5",
        "dev-metaspace5",
        "dev-unaccounted7",
        "dev-spm4",
    ];
    let compared = map_tasks(&RayonExecutor::new(None).unwrap(), cases.len(), |index| {
        let case = folder.join(cases[index]);
        let ours = tokenizer(&case);
        let spelling = Spelling::new(ours.merges.units());
        let theirs = theirs(&case).unwrap();
        let is_sentence_piece = cases[index] == "dev-spm4";
        let categories = categories(&case, &ours);
        for (category, path) in &categories {
            let (ours_words, others) = (
                words(category),
                their_words(&theirs, &unpacked(path), &spelling, is_sentence_piece),
            );
            let ours_words = if is_sentence_piece {
                without_marks(ours_words)
            } else {
                ours_words
            };
            let first = ours_words
                .iter()
                .find(|(word, count)| others.get(*word) != Some(count));
            let first =
                first.map(|(word, count)| (String::from_utf8_lossy(word), count, others.get(word)));
            assert!(
                ours_words == others,
                "{}: {}: {first:?}",
                cases[index],
                category.name
            );
        }
        categories.len()
    });
    assert_eq!(compared.iter().sum::<usize>(), 37);
}

#[test]
fn the_pairs_of_every_case_are_the_same_while_merges_are_applied() {
    let Some(folder) = folder() else { return };
    map_tasks(&RayonExecutor::new(None).unwrap(), CASES.len(), |index| {
        let case = folder.join(CASES[index]);
        let ours = tokenizer(&case);
        let categories: Vec<Category> = categories(&case, &ours)
            .into_iter()
            .map(|category| category.0)
            .collect();
        let spelling = Spelling::new(ours.merges.units());
        let list = &ours.merges;
        let words: Vec<Words> = categories.iter().map(words).collect();
        let counts =
            PairCounts::count(list, categories, MERGES, &Sequential, &Control::default()).unwrap();
        for merges in [300, MERGES].map(|merges| merges.min(list.merges().len())) {
            let theirs = their_pairs(list, &list.merges()[..merges], &words, &spelling);
            assert!(
                counts.before(merges, list) == theirs,
                "{}: pairs before merge {merges}",
                CASES[index]
            );
        }
    });
}
