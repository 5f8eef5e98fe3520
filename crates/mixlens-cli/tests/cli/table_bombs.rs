//! Tables, mixtures, trainers' configs and pipes that are made to take memory or time: the command
//! ends in time, with an error or a result, under a limit on its memory.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::iter::repeat_n;
use std::process::Command;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, ListArray, StringArray, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, Int32Type};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::sandbox::Sandbox;

const MB: usize = 1 << 20;
const HEADER: &str = "run,train_a,train_b,valid_loss\n";

/// What `part` makes of every number from 0 to `count`, in a row.
fn many(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

fn fit(table: &str) -> [&str; 6] {
    ["fit", table, "--surrogate", "ridge", "-o", "fit.json"]
}

/// Asserts that `table` is refused by `fit` with a message that names it and has all of `parts`.
fn assert_refused(sandbox: &Sandbox, table: &str, parts: &[&str]) {
    let message = sandbox.limited_refusal(&fit(table));
    for part in [table].iter().chain(parts) {
        assert!(message.contains(part), "{table}: {part:?} in {message}");
    }
}

fn assert_fitted(sandbox: &Sandbox, table: &str) {
    let ran = sandbox.limited(&fit(table));
    assert_eq!(ran.code, Some(0), "{table}: {}", ran.stderr);
}

#[test]
fn records_with_different_keys_take_the_room_of_their_cells() {
    let sandbox = Sandbox::empty();
    let record = |run: usize, keys: &str| {
        let part = run as f64 / 40_000.0;
        format!(
            "{{\"run\": \"r{run}\", \"train_a\": {part}, \"train_b\": {}, \
             \"valid_loss\": {run}{keys}}}\n",
            1.0 - part
        )
    };
    sandbox.write(
        "keys.jsonl",
        many(20_000, |run| record(run, &format!(", \"x{run}\": 1"))),
    );
    sandbox.write(
        "honest.jsonl",
        many(2_000, |run| {
            record(run, &format!(", \"x{run}\": 1, \"y{}\": 2", run / 2))
        }),
    );
    assert_fitted(&sandbox, "keys.jsonl");
    assert_fitted(&sandbox, "honest.jsonl");
    sandbox.write(
        "metrics.jsonl",
        many(20_000, |run| record(run, &format!(", \"valid_{run}\": 1"))),
    );
    sandbox.write(
        "domains.jsonl",
        many(20_000, |run| record(run, &format!(", \"train_{run}\": 0"))),
    );
    let long = many(20_000, |run| {
        format!("r{run},d{run},1,,\nr{run},,,m{run},1\n")
    });
    sandbox.write(
        "long.csv",
        format!("run,domain,proportion,metric,value\n{long}"),
    );
    for table in ["metrics.jsonl", "domains.jsonl", "long.csv"] {
        assert_refused(
            &sandbox,
            table,
            &[
                "at most 8000000 empty cells",
                "leave out metrics that few runs have",
            ],
        );
    }
}

#[test]
fn a_table_has_so_many_columns_and_rows() {
    let sandbox = Sandbox::empty();
    let columns = many(1_000_000, |column| format!(",c{column}"));
    sandbox.write("header.csv", format!("run{columns}\n"));
    sandbox.write(
        "row.csv",
        format!("run{columns}\n1{}\n", ",".repeat(1_000_000)),
    );
    for table in ["header.csv", "row.csv"] {
        assert_refused(&sandbox, table, &["line 1", "at most 100000 columns"]);
    }
    sandbox.write(
        "rows.csv",
        format!("{HEADER}{}", "r,.5,.5,0\n".repeat(1_000_001)),
    );
    assert_refused(
        &sandbox,
        "rows.csv",
        &["line 1000002", "at most 1000000 rows"],
    );
    // Lines without a value are no rows.
    sandbox.write("lines.csv", format!("{HEADER}{}", "\n".repeat(10 * MB)));
    sandbox.write("blank.csv", format!("{HEADER}{}", ",,,\n".repeat(MB / 2)));
    for table in ["lines.csv", "blank.csv"] {
        let message = sandbox.limited_refusal(&fit(table));
        assert!(message.contains("at least"), "{message}");
    }
}

#[test]
fn forty_thousand_names_are_looked_up_in_time() {
    let sandbox = Sandbox::empty();
    let names = |prefix: &str| many(40_000, |name| format!(",{prefix}{name}"));
    let metrics = many(12, |run| {
        format!(
            "r{run},0.{:02},0.{}{}\n",
            run + 10,
            90 - run,
            format!(",{run}").repeat(40_000)
        )
    });
    let domains = many(45, |run| {
        format!("r{run},{run}{}\n", ",0.000025".repeat(40_000))
    });
    sandbox.write(
        "metrics.csv",
        format!("run,train_a,train_b{}\n{metrics}", names("valid_")),
    );
    sandbox.write(
        "domains.csv",
        format!("run,valid_loss{}\n{domains}", names("train_")),
    );
    sandbox.write(
        "counts.csv",
        format!(
            "domain,tokens\n{}",
            many(40_000, |name| format!("d{name},1B\n"))
        ),
    );
    assert_fitted(&sandbox, "metrics.csv");
    for command in [
        // A law or a line has a parameter for each domain.
        &[
            "fit",
            "domains.csv",
            "--surrogate",
            "trees",
            "--param",
            "iterations=1",
            "-o",
            "fit.json",
        ][..],
        &[
            "unimax",
            "--unique-tokens",
            "counts.csv",
            "--training-tokens",
            "1000B",
        ],
        &[
            "temper",
            "--unique-tokens",
            "counts.csv",
            "--training-tokens",
            "1B",
            "--temperature",
            "2",
        ],
        &[
            "predict",
            "fit.json",
            "--mixtures",
            "domains.csv",
            "-o",
            "out.csv",
        ],
    ] {
        let ran = sandbox.limited(command);
        assert_eq!(ran.code, Some(0), "{command:?}: {}", ran.stderr);
    }
}

#[test]
fn texts_of_megabytes_are_refused_without_being_quoted() {
    let sandbox = Sandbox::empty();
    let text = "x".repeat(50 * MB);
    sandbox.write("quote.csv", format!("{HEADER}r1,.5,.5,\"{text}"));
    sandbox.write("cell.csv", format!("{HEADER}r1,.5,.5,{text}\n"));
    sandbox.write(
        "value.jsonl",
        format!("{{\"run\": 1, \"train_a\": \"{text}\"}}"),
    );
    for table in ["quote.csv", "cell.csv", "value.jsonl"] {
        assert_refused(&sandbox, table, &["at most 1048576 bytes in a cell"]);
    }
    sandbox.write("name.csv", format!("run,{}\n", &text[..900_000]));
    sandbox.write("name.jsonl", format!("{{\"run\": 1, \"{text}\": 2}}"));
    for table in ["name.csv", "name.jsonl"] {
        assert_refused(&sandbox, table, &["bytes in the name of a column"]);
    }
    // A cell that is short enough to be kept.
    sandbox.write(
        "number.csv",
        format!("{HEADER}r1,.5,.5,{}\n", &text[..900_000]),
    );
    assert_refused(
        &sandbox,
        "number.csv",
        &[
            "line 2, column `valid_loss`: expected a number",
            "… (900000 characters)",
        ],
    );
    sandbox.write(
        "id.csv",
        format!("{HEADER}{0},.5,.5,1\n{0},.4,.6,2\n", &text[..900_000]),
    );
    sandbox.limited(&fit("id.csv"));
}

#[test]
fn json_has_so_many_levels_and_values() {
    let sandbox = Sandbox::empty();
    let open = |part: &str| part.repeat(MB);
    for (name, text) in [
        ("lists.json", format!("[{{\"run\":{}", open("["))),
        ("objects.json", open("{\"a\":")),
        (
            "records.jsonl",
            format!(
                "{{\"run\":1,\"config\":{}1{}}}\n",
                open("{\"a\":"),
                open("}")
            ),
        ),
    ] {
        sandbox.write(name, text);
        assert_refused(&sandbox, name, &["line 1", "expected JSON"]);
        sandbox.limited_refusal(&["check", name]);
        sandbox.limited_refusal(&["predict", name, "--mixtures", name]);
    }
    // Many values in few bytes.
    sandbox.write(
        "empty.json",
        format!("{{\"x\":[{}0]}}", "{\"\":0},".repeat(MB)),
    );
    sandbox.write(
        "columns.json",
        format!("{{\"run\":[{}0]}}", "[],".repeat(4 * MB)),
    );
    sandbox.write("nothing.jsonl", "{}\n".repeat(4 * MB));
    for name in ["empty.json", "columns.json", "nothing.jsonl"] {
        sandbox.limited_refusal(&fit(name));
        sandbox.limited_refusal(&["check", name]);
        sandbox.limited_refusal(&["explain", name]);
    }
}

/// Writes columns as Parquet, `times` times after each other.
fn parquet(sandbox: &Sandbox, name: &str, columns: Vec<(&str, ArrayRef)>, times: usize) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let packed = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = ArrowWriter::try_new(
        File::create(sandbox.path(name)).unwrap(),
        batch.schema(),
        Some(packed),
    )
    .unwrap();
    for _ in 0..times {
        writer.write(&batch).unwrap();
    }
    writer.close().unwrap();
}

fn numbers(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

/// The same text `count` times, as a dictionary of one entry.
fn same_text(text: &str, count: usize) -> ArrayRef {
    let keys = Int32Array::from_iter_values(repeat_n(0, count));
    Arc::new(DictionaryArray::<Int32Type>::new(
        keys,
        Arc::new(StringArray::from(vec![text])),
    ))
}

fn runs(count: usize) -> Vec<(&'static str, ArrayRef)> {
    let part = |run: usize| run as f64 / count as f64;
    vec![
        (
            "run",
            Arc::new(Int32Array::from_iter_values(0..count as i32)),
        ),
        ("train_a", numbers((0..count).map(part))),
        ("train_b", numbers((0..count).map(|run| 1.0 - part(run)))),
        ("valid_loss", numbers((0..count).map(|run| run as f64))),
    ]
}

#[test]
fn a_parquet_table_may_unpack_to_so_much() {
    let sandbox = Sandbox::empty();
    let same = |value: f64| numbers(repeat_n(value, 200_000));
    let columns = vec![
        ("train_a", same(0.5)),
        ("train_b", same(0.5)),
        ("valid_loss", same(1.0)),
    ];
    parquet(&sandbox, "rows.parquet", columns, 20);
    parquet(
        &sandbox,
        "text.parquet",
        [
            runs(40),
            vec![("note", same_text(&"a".repeat(100 * MB), 40))],
        ]
        .concat(),
        1,
    );
    parquet(
        &sandbox,
        "texts.parquet",
        [
            runs(2_000),
            vec![("note", same_text(&"a".repeat(900_000), 2_000))],
        ]
        .concat(),
        1,
    );
    for table in ["rows.parquet", "text.parquet", "texts.parquet"] {
        let size = std::fs::metadata(sandbox.path(table)).unwrap().len();
        assert!(size < 20 * MB as u64, "{table} has {size} bytes");
        let message = sandbox.limited_refusal(&fit(table));
        assert!(
            message.contains(table) && message.contains("expected"),
            "{message}"
        );
    }
}

#[test]
fn a_parquet_table_has_so_many_columns_levels_and_lists() {
    let sandbox = Sandbox::empty();
    let names: Vec<String> = (0..20_000).map(|column| format!("c{column}")).collect();
    let wide = names
        .iter()
        .map(|name| (name.as_str(), numbers([1.0; 8])))
        .collect();
    parquet(&sandbox, "columns.parquet", [runs(8), wide].concat(), 1);
    assert_fitted(&sandbox, "columns.parquet");

    let nested = |levels: usize| {
        (0..levels).fold(numbers((0..40).map(f64::from)), |inner, _| {
            let fields = Fields::from(vec![Field::new("s", inner.data_type().clone(), true)]);
            Arc::new(StructArray::new(fields, vec![inner], None)) as ArrayRef
        })
    };
    let write = || {
        parquet(
            &sandbox,
            "levels.parquet",
            [runs(40), vec![("x", nested(300))]].concat(),
            1,
        )
    };
    // The library that writes it calls itself for every level.
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(64 << 20)
            .spawn_scoped(scope, write)
            .unwrap()
            .join()
            .unwrap();
    });
    assert_refused(
        &sandbox,
        "levels.parquet",
        &["structures within each other"],
    );

    let offsets = OffsetBuffer::from_lengths(repeat_n(250_000, 40));
    let item = Arc::new(Field::new("item", DataType::Float64, true));
    let lists = ListArray::new(item, offsets, numbers(repeat_n(0.0, 10_000_000)), None);
    parquet(
        &sandbox,
        "lists.parquet",
        [runs(40), vec![("x", Arc::new(lists) as ArrayRef)]].concat(),
        1,
    );
    assert_fitted(&sandbox, "lists.parquet");

    // A table whose end claims more than it has.
    let mut damaged = std::fs::read(sandbox.path("lists.parquet")).unwrap();
    let end = damaged.len() - 8;
    damaged[end..end + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    sandbox.write("damaged.parquet", damaged);
    assert_refused(
        &sandbox,
        "damaged.parquet",
        &["expected a readable Parquet table"],
    );
}

/// Commands that read `input` as each kind of file.
fn readers(input: &str) -> Vec<Vec<&str>> {
    let line = |text: &'static str| {
        text.split(' ')
            .map(|word| if word == "INPUT" { input } else { word })
            .collect()
    };
    [
        "fit INPUT -o out.json",
        "fit runs.csv --natural INPUT -o out.json",
        "compare INPUT --quick",
        "predict INPUT --mixtures runs.csv",
        "predict fit.json --mixtures INPUT",
        "score fit.json INPUT",
        "propose INPUT",
        "survey INPUT",
        "pareto INPUT --metric web_val_loss,code_val_loss",
        "explain INPUT",
        "design --natural INPUT -o out.csv",
        "design INPUT --next 3 -o out.csv",
        "plan INPUT",
        "check INPUT",
        "unimax --unique-tokens INPUT --training-tokens 1B",
        "temper --unique-tokens INPUT --training-tokens 1B --temperature 2",
    ]
    .into_iter()
    .map(line)
    .collect()
}

#[test]
fn no_command_reads_an_input_without_an_end() {
    let sandbox = Sandbox::with_fit();
    for device in ["/dev/zero", "/dev/urandom"] {
        for command in readers(device) {
            let message = sandbox.limited_refusal(&command);
            assert!(
                message.contains(&format!("{device:?}: expected at most 134217728 bytes")),
                "{command:?}: {message}"
            );
        }
    }
}

#[test]
fn a_pipe_without_an_end_is_left() {
    let sandbox = Sandbox::with_fit();
    let pipe = sandbox.path("pipe.csv");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for command in readers("pipe.csv") {
        // Opening a pipe waits for the command, and writing fails once the command has left.
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut pipe = File::options().write(true).open(pipe).unwrap();
                let rows = "1,0.25,0.25,0.25,0.25,2\n".repeat(1_000);
                while pipe.write_all(rows.as_bytes()).is_ok() {}
            }
        });
        let message = sandbox.limited_refusal(&command);
        assert!(
            message.contains("\"pipe.csv\": expected at most 134217728 bytes"),
            "{command:?}: {message}"
        );
        writer.join().unwrap();
    }
}

#[test]
fn trainers_configs_are_read_in_proportion() {
    let sandbox = Sandbox::empty();
    let mut laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (from, to) in ('a'..'y').zip('b'..='y') {
        writeln!(
            laughs,
            "{to}: &{to} [{}*{from}]",
            format!("*{from},").repeat(8)
        )
        .unwrap();
    }
    let merges = many(2_000, |at| {
        format!("k{at}: &a{at}\n  <<: *a{}\n  x: 1\n", at.saturating_sub(1))
    });
    for (name, text) in [
        ("laughs.yaml", laughs),
        ("merges.yaml", merges),
        (
            "anchors.yaml",
            many(100_000, |at| format!("k{at}: &a{at} 1\n")),
        ),
        ("levels.yaml", "[".repeat(MB)),
        ("maps.yaml", "{a: ".repeat(MB)),
        (
            "indented.yaml",
            many(1_500, |at| format!("{}a:\n", " ".repeat(at))),
        ),
        ("dashes.yaml", "- ".repeat(MB)),
        ("keys.yaml", "? ".repeat(MB)),
        ("tags.yaml", "!a ".repeat(MB)),
        ("documents.yaml", "---\n".repeat(MB)),
        (
            "list.yaml",
            format!("data_prefix: [{}]\n", "1, a,".repeat(MB / 2)),
        ),
        (
            "scalar.yaml",
            format!("blend: \"{}\"\n", "x".repeat(3 * MB)),
        ),
        (
            "stages.json",
            format!("{{\"stages\":[{}0]}}", "[],".repeat(MB)),
        ),
        ("dots.py", "a.".repeat(MB)),
        ("brackets.py", "train = (".repeat(MB / 4)),
        ("large.toml", "[a]\n".repeat(2 * MB)),
    ] {
        sandbox.write(name, text);
        let message = sandbox.limited_refusal(&["check", name]);
        assert!(message.contains(name), "{message}");
    }
    let phases = many(10_000, |phase| {
        format!("{{\"mixture\":{{\"d{phase}\":1}}}},")
    });
    sandbox.write(
        "phases.json",
        format!(
            "{{\"mixture\":{{\"a\":1}},\"phases\":[{}]}}",
            phases.trim_end_matches(',')
        ),
    );
    sandbox.write("blend.txt", many(100_000, |name| format!("1 d{name} ")));
    sandbox.write(
        "domains.yaml",
        many(20_000, |name| {
            format!("d{name}:\n  weight: 1\n  repetition_factor: 1\n")
        }),
    );
    for name in ["phases.json", "blend.txt", "domains.yaml"] {
        sandbox.limited(&["check", name]);
        sandbox.limited(&["plan", name]);
    }
}
