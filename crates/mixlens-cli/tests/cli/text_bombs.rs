//! Texts, samples and tokenizers that are made to take memory or time: the command ends in time,
//! with an error or a result, under a limit on its memory.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::{Value, json};

use super::sandbox::Sandbox;

const MB: usize = 1 << 20;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(bytes, flate2::Compression::best())
        .read_to_end(&mut packed)
        .unwrap();
    packed
}

/// `head`, then `times` times a part, packed part by part.
fn gzip_of(head: &str, part: &str, times: usize) -> Vec<u8> {
    [gzip(head.as_bytes()), gzip(part.as_bytes()).repeat(times)].concat()
}

fn zstandard_of(head: &str, part: &str, times: usize) -> Vec<u8> {
    let pack = |text: &str| compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
    [pack(head), pack(part).repeat(times)].concat()
}

/// A tokenizer with these rules.
fn tokenizer(normalizer: &Value, pre_tokenizer: &Value) -> String {
    let model =
        json!({ "type": "BPE", "vocab": { "a": 0, "aa": 1, "b": 2 }, "merges": [["a", "a"]] });
    json!({ "model": model, "normalizer": normalizer, "pre_tokenizer": pre_tokenizer }).to_string()
}

fn byte_level() -> Value {
    json!({ "type": "ByteLevel", "add_prefix_space": false, "use_regex": true })
}

fn split(pattern: &str) -> Value {
    json!({
        "type": "Split",
        "pattern": { "Regex": pattern },
        "behavior": "Isolated",
        "invert": false,
    })
}

/// Two samples: many letters in a row, and words of them.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("row.txt", "a".repeat(MB));
    sandbox.write("words.txt", format!("{} ", "a".repeat(3_000)).repeat(300));
    sandbox
}

const SAMPLES: [&str; 4] = ["--category", "a=row.txt", "--category", "b=words.txt"];

fn infer(tokenizer: &str) -> Vec<&str> {
    [&["infer", tokenizer][..], &SAMPLES].concat()
}

fn count<'a>(sample: &'a str, pattern: &'a str) -> [&'a str; 6] {
    ["count", sample, "--pretokenizer", pattern, "-o", "out.csv"]
}

#[test]
fn a_line_a_row_and_a_tokenizer_may_unpack_to_so_much() {
    let sandbox = sandbox();
    let letters = "a".repeat(8 * MB);
    sandbox.write("line.jsonl.gz", gzip_of("{\"text\":\"", &letters, 100));
    sandbox.write(
        "line.jsonl.zst",
        zstandard_of("{\"text\":\"", &letters, 100),
    );
    sandbox.write("cell.csv.gz", gzip_of("word,count\n\"", &letters, 100));
    sandbox.write("word.tsv.gz", gzip_of("b\t1\nc\t1\n", &letters, 100));
    for sample in [
        "line.jsonl.gz",
        "line.jsonl.zst",
        "cell.csv.gz",
        "word.tsv.gz",
    ] {
        let message = sandbox.limited_refusal(&count(sample, "gpt2"));
        assert!(
            message.contains(sample) && message.contains("one of more than 32 MB"),
            "{message}"
        );
    }
    let head = "{\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[\"";
    sandbox.write("t.json.gz", gzip_of(head, &letters, 100));
    sandbox.write("t.json.zst", zstandard_of(head, &letters, 100));
    for file in ["t.json.gz", "t.json.zst"] {
        let message = sandbox.limited_refusal(&infer(file));
        assert!(
            message.contains(file) && message.contains("bytes that become more than"),
            "{message}"
        );
    }
}

#[test]
fn rows_that_repeat_are_counted_as_they_come() {
    let sandbox = sandbox();
    sandbox.write("rows.tsv.gz", gzip_of("b\t1\n", &"a\t1\n".repeat(MB), 20));
    sandbox.write(
        "rows.csv.gz",
        gzip_of("word,count\n", &"a,1\n".repeat(MB), 20),
    );
    for sample in ["rows.tsv.gz", "rows.csv.gz"] {
        let ran = sandbox.limited(&count(sample, "gpt2"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let total = if sample.contains("tsv") {
            20 * MB + 1
        } else {
            20 * MB
        };
        assert!(
            ran.stdout.contains(&format!("counted {total} words")),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn normalisers_may_not_multiply_the_text() {
    let sandbox = sandbox();
    let replace =
        |by: &str| json!({ "type": "Replace", "pattern": { "String": "a" }, "content": by });
    let doubling: Vec<Value> = (0..40).map(|_| replace("aa")).collect();
    let by_expression = json!({
        "type": "Replace",
        "pattern": { "Regex": "a(?=a)|a" },
        "content": "y".repeat(50_000),
    });
    for (name, normalizer) in [
        ("long.json", replace(&"y".repeat(MB))),
        (
            "doubling.json",
            json!({ "type": "Sequence", "normalizers": doubling }),
        ),
        ("expression.json", by_expression),
    ] {
        sandbox.write(name, tokenizer(&normalizer, &byte_level()));
        let message = sandbox.limited_refusal(&infer(name));
        assert!(message.contains("at most 32 times as long"), "{message}");
    }
    sandbox.write("short.txt", "a b");
    sandbox.write(
        "prepend.json",
        tokenizer(
            &json!({ "type": "Prepend", "prepend": "y".repeat(3 * MB) }),
            &byte_level(),
        ),
    );
    let message = sandbox.limited_refusal(&[
        "count",
        "short.txt",
        "--tokenizer",
        "prepend.json",
        "-o",
        "out.csv",
    ]);
    assert!(message.contains("at most 32 times as long"), "{message}");
}

#[test]
fn patterns_may_take_so_many_steps() {
    let sandbox = sandbox();
    for (number, pattern) in [
        r"(?=(a+)+b)(a+)+b|x",
        r"(?:a(?=.)|a(?=a))*c|b(?!c)",
        r".*x|.",
        r"(?=.*x)a|a",
        r"(.*)\1x|a",
        r"(?<=a*)b|(?<!a+b)c",
        r"[ab]*a[ab]{2000}x|a",
        r"(?:a?){500}a{500}x|(?!c)a",
        r"a*a*a*a*(?!.)b|a++b|a",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("{number}.json");
        sandbox.write(&name, tokenizer(&Value::Null, &split(pattern)));
        let message = sandbox.limited_refusal(&infer(&name));
        let is_told = message.contains("row.txt") || message.contains("words.txt");
        assert!(
            is_told && message.contains("a reasonable number of steps"),
            "{pattern}: {message}"
        );
        let message = sandbox.limited_refusal(&count("row.txt", pattern));
        assert!(
            message.contains("\"row.txt\", line 1") && message.contains("too many for the pattern"),
            "{message}"
        );
    }
}

#[test]
fn expressions_and_rules_may_be_so_large() {
    let sandbox = sandbox();
    let nested = "(?:(?:(?:a{1000}){1000}){1000}){1000}";
    let long = "(?=a)".repeat(400_000);
    for (name, pattern) in [
        ("nested.json", nested),
        ("long.json", &long),
        ("class.json", r"(?=\p{L}{40000})a"),
    ] {
        sandbox.write(name, tokenizer(&Value::Null, &split(pattern)));
        let message = sandbox.limited_refusal(&infer(name));
        assert!(message.contains("the pattern \""), "{message}");
    }
    let rules: Vec<Value> = (0..100_000).map(|_| byte_level()).collect();
    sandbox.write(
        "rules.json",
        tokenizer(
            &Value::Null,
            &json!({ "type": "Sequence", "pretokenizers": rules }),
        ),
    );
    assert!(
        sandbox
            .limited_refusal(&infer("rules.json"))
            .contains("more than")
    );
    // Each pair of rules doubles the pieces.
    let doubling: Vec<Value> = ('\u{E000}'..'\u{E01E}')
        .flat_map(|mark| {
            let mark = mark.to_string();
            let metaspace = json!({ "type": "Metaspace", "replacement": &mark, "split": false });
            let split =
                json!({ "type": "Split", "pattern": { "String": &mark }, "behavior": "Isolated" });
            [metaspace, split]
        })
        .collect();
    sandbox.write(
        "pieces.json",
        tokenizer(
            &Value::Null,
            &json!({ "type": "Sequence", "pretokenizers": doubling }),
        ),
    );
    assert!(
        sandbox
            .limited_refusal(&infer("pieces.json"))
            .contains("too many for")
    );
}

#[test]
fn lengths_that_tokenizers_claim_are_not_believed() {
    let sandbox = sandbox();
    let text = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let head = |entries: u64| [&b"GGUF\x03\0\0\0"[..], &[0; 8], &entries.to_le_bytes()].concat();
    let array = |kind: u32, count: u64| {
        [
            &9_u32.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
        ]
        .concat()
    };
    let tokens = text("tokenizer.ggml.tokens");
    for (name, bytes) in [
        ("entries.gguf", head(u64::MAX)),
        (
            "texts.gguf",
            [head(1), tokens.clone(), array(8, u64::MAX)].concat(),
        ),
        (
            "numbers.gguf",
            [head(1), tokens.clone(), array(5, u64::MAX / 4)].concat(),
        ),
        (
            "nested.gguf",
            [head(1), tokens, array(9, 1), array(9, 1).repeat(100_000)].concat(),
        ),
        ("length.model", b"\x0A\xFF\xFF\xFF\xFF\x7F\x0A".to_vec()),
        (
            "depth.json",
            [b"{\"model\":{\"vocab\":".to_vec(), b"[".repeat(3 * MB)].concat(),
        ),
        ("depth.gz", gzip(&b"{\"a\":".repeat(8 * MB))),
        ("nested.gz", gzip(&gzip(&gzip(b"IQ== 0\nIg== 1\n")))),
    ] {
        sandbox.write(name, bytes);
        assert!(
            sandbox.limited_refusal(&infer(name)).contains(name),
            "{name}"
        );
    }
}

#[test]
fn tokenizers_may_have_so_many_tokens_and_long_ones_are_merged_in_time() {
    let sandbox = sandbox();
    let merges = "a b\n".repeat(3 * MB);
    sandbox.write("merges.txt", format!("#version: 0.2\n{merges}"));
    let listed = "\"a a\",".repeat(3 * MB);
    let listed = listed.trim_end_matches(',');
    let model = format!(
        "{{\"model\":{{\"type\":\"BPE\",\"vocab\":{{\"a\":0,\"aa\":1}},\"merges\":[{listed}]}}}}"
    );
    sandbox.write("merges.json", model);
    sandbox.write(
        "merges.json.gz",
        gzip_of(
            "{\"model\":{\"merges\":[\"a a\"",
            &",\"a a\"".repeat(MB),
            20,
        ),
    );
    let mut ranks = String::new();
    (0..=255_u32).for_each(|byte| writeln!(ranks, "{} {byte}", base64(&[byte as u8])).unwrap());
    // Powers of two of one letter, each the merge of two of those before.
    (1..=20_u32).for_each(|power| {
        writeln!(
            ranks,
            "{} {}",
            base64(&b"a".repeat(1 << power)),
            255 + power
        )
        .unwrap()
    });
    sandbox.write("long.tiktoken", ranks);
    for name in ["merges.txt", "merges.json", "merges.json.gz"] {
        let message = sandbox.limited_refusal(&infer(name));
        assert!(message.contains(name), "{message}");
    }
    let ran = sandbox.limited(&[&infer("long.tiktoken")[..], &["--pretokenizer", "gpt2"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

/// In base64.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let three = (0..3).fold(0_u32, |sum, at| {
            sum << 8 | u32::from(chunk.get(at).copied().unwrap_or(0))
        });
        for digit in 0..4 {
            let known = digit <= chunk.len();
            out.push(if known {
                char::from(DIGITS[(three >> (18 - 6 * digit) & 63) as usize])
            } else {
                '='
            });
        }
    }
    out
}

#[test]
fn devices_and_endless_pipes_are_not_read_to_their_end() {
    let sandbox = sandbox();
    let zero = "a=/dev/zero";
    for (args, expected) in [
        (&infer("/dev/zero")[..], "/dev/zero"),
        (&["infer", "t.json", "--category", zero], "/dev/zero"),
        (&count("/dev/zero", "gpt2"), "a file with zero bytes"),
        (
            &[
                "proxy",
                "--domain",
                zero,
                "--domain",
                "b=words.txt",
                "-o",
                "out.csv",
            ],
            "\"a\"",
        ),
    ] {
        sandbox.write("t.json", tokenizer(&Value::Null, &byte_level()));
        let message = sandbox.limited_refusal(args);
        assert!(message.contains(expected), "{args:?}: {message}");
    }
    for args in [
        &infer("/dev/stdin")[..],
        &[
            "proxy",
            "--domain",
            "a=/dev/stdin",
            "--domain",
            "b=words.txt",
            "-o",
            "o.csv",
        ],
    ] {
        let mut yes = endless();
        let ran = sandbox.limited_with_input(args, yes.stdout.take().unwrap().into());
        yes.kill().unwrap();
        yes.wait().unwrap();
        assert_eq!(ran.code, Some(1), "{args:?}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("/dev/stdin"),
            "{args:?}: {}",
            ran.stderr
        );
    }
}

/// A program that writes lines and never ends.
fn endless() -> Child {
    Command::new("yes").stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
fn files_that_are_mostly_holes_are_refused() {
    let sandbox = sandbox();
    for (name, head) in [
        ("hole.json", "{\"model\":"),
        ("hole.txt", "some text"),
        ("hole.parquet", "PAR1"),
    ] {
        sandbox.write(name, head);
        std::fs::File::options()
            .write(true)
            .open(sandbox.path(name))
            .unwrap()
            .set_len(1 << 40)
            .unwrap();
    }
    assert!(
        sandbox
            .limited_refusal(&infer("hole.json"))
            .contains("expected at most")
    );
    assert!(
        sandbox
            .limited_refusal(&count("hole.txt", "gpt2"))
            .contains("a file with zero bytes")
    );
    assert!(
        sandbox
            .limited_refusal(&count("hole.parquet", "gpt2"))
            .contains("hole.parquet")
    );
    let proxy = [
        "proxy",
        "--domain",
        "a=hole.txt",
        "--domain",
        "b=words.txt",
        "-o",
        "out.csv",
    ];
    assert!(sandbox.limited_refusal(&proxy).contains("\"a\""));
}

#[test]
fn links_in_circles_end_and_pipes_in_folders_are_named() {
    let sandbox = sandbox();
    let folder = sandbox.path("folder");
    for level in 0..40 {
        let inner = folder.join(format!("level{level}"));
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join("a.txt"), "some words\n").unwrap();
        // Two ways to the next level, and one back to the first.
        for way in ["x", "y"] {
            symlink(folder.join(format!("level{}", level + 1)), inner.join(way)).unwrap();
        }
        symlink(&folder, inner.join("z")).unwrap();
    }
    std::fs::create_dir(folder.join("level40")).unwrap();
    let ran = sandbox.limited(&count("folder", "gpt2"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("counted 120 words"), "{}", ran.stdout);
    assert!(
        Command::new("mkfifo")
            .arg(folder.join("pipe"))
            .status()
            .unwrap()
            .success()
    );
    let message = sandbox.limited_refusal(&count("folder", "gpt2"));
    assert!(
        message.contains("folder/pipe") && message.contains("found a pipe"),
        "{message}"
    );
    let proxy = [
        "proxy",
        "--domain",
        "a=folder",
        "--domain",
        "b=words.txt",
        "-o",
        "out.csv",
    ];
    assert!(sandbox.limited_refusal(&proxy).contains("folder/pipe"));
}

#[test]
fn a_text_that_all_rows_of_parquet_share_is_held_once() {
    let sandbox = sandbox();
    let texts = StringArray::from(vec!["a ".repeat(2 * MB)]);
    let rows = DictionaryArray::new(Int32Array::from(vec![0; 10]), Arc::new(texts));
    let batch = RecordBatch::try_from_iter([("text", Arc::new(rows) as ArrayRef)]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    sandbox.write("rows.parquet", &bytes);
    let ran = sandbox.limited(&count("rows.parquet", "gpt2"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // A page that claims more than the file can hold.
    let claims = bytes
        .windows(4)
        .position(|four| four == b"\x15\x04\x15\x8C")
        .or_else(|| bytes.windows(2).position(|two| two == [0x15, 0x04]));
    let at = claims.expect("the header of the dictionary's page");
    let mut lying = bytes.clone();
    lying.splice(
        at + 2..,
        [&[0x15, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F][..], &bytes[at + 2..]].concat(),
    );
    sandbox.write("lying.parquet", lying);
    assert!(
        sandbox
            .limited_refusal(&count("lying.parquet", "gpt2"))
            .contains("lying.parquet")
    );
}

#[test]
fn json_lines_may_be_as_deep_as_they_like() {
    let sandbox = sandbox();
    let deep = format!(
        "{{\"x\":{}{},\"text\":\"some words\"}}\n",
        "[".repeat(2 * MB),
        "]".repeat(2 * MB)
    );
    let keys: String = (0..200_000)
        .map(|key| format!("\"{key:0100}\":[],"))
        .collect();
    sandbox.write("deep.jsonl", deep);
    sandbox.write("keys.jsonl", format!("{{{keys}\"last\":1}}\n"));
    let ran = sandbox.limited(&count("deep.jsonl", "gpt2"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        sandbox
            .limited_refusal(&count("keys.jsonl", "gpt2"))
            .contains("no text among")
    );
    let mut file = std::fs::File::create(sandbox.path("key.jsonl")).unwrap();
    write!(file, "{{\"{}\":1}}", "k".repeat(20 * MB)).unwrap();
    assert!(
        sandbox
            .limited_refusal(&count("key.jsonl", "gpt2"))
            .contains("characters)")
    );
}
