//! `mixlens count`: the same counts from text however it is kept, tables that merge, and wrong
//! inputs by name.

use super::sandbox::Sandbox;

const TEXT: &str = "Hello world, hello\n  world's 12345 ends\n";

/// The table that the command writes, as text.
fn counted(sandbox: &Sandbox, args: &[&str]) -> String {
    sandbox.done(&[&["count"], args, &["-o", "out.csv", "--groups", "1"]].concat());
    sandbox.read("out.csv")
}

#[test]
fn text_json_lines_and_packed_files_give_the_same_counts() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", TEXT);
    sandbox.write(
        "a.jsonl",
        format!("{}\n", serde_json::json!({ "id": 1, "text": TEXT })),
    );
    let table = counted(&sandbox, &["a.txt", "--pretokenizer", "gpt2"]);
    assert!(table.starts_with("word,count\n"), "{table}");
    assert!(
        table.contains("\n\" world\",2\n") || table.contains("\n world,2\n"),
        "{table}"
    );
    assert_eq!(
        counted(&sandbox, &["a.jsonl", "--pretokenizer", "gpt2"]),
        table
    );
    for packed in ["p.tsv.gz", "p.tsv.zst", "p.parquet"] {
        sandbox.done(&[
            "count",
            "a.txt",
            "--pretokenizer",
            "gpt2",
            "-o",
            packed,
            "--groups",
            "1",
        ]);
        assert_eq!(
            counted(&sandbox, &[packed, "--pretokenizer", "gpt2"]),
            table,
            "{packed}"
        );
    }
}

#[test]
fn tables_of_the_same_category_add_up_and_segments_are_cut_further() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", TEXT);
    sandbox.done(&["count", "a.txt", "--segments", "-o", "s.csv"]);
    let segments = sandbox.read("s.csv");
    assert!(
        segments.starts_with("segment,count,group\n") || segments.starts_with("segment,count\n"),
        "{segments}"
    );
    let once = counted(&sandbox, &["s.csv", "--pretokenizer", "gpt2"]);
    assert_eq!(
        once,
        counted(&sandbox, &["a.txt", "--pretokenizer", "gpt2"])
    );
    let twice = counted(&sandbox, &["s.csv", "a.txt", "--pretokenizer", "gpt2"]);
    assert!(twice.contains(" world,4\n"), "{twice}");
}

#[test]
fn wrong_inputs_are_named() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", TEXT);
    sandbox.write("unigram.json", r#"{"model":{"type":"Unigram","vocab":[]}}"#);
    sandbox.write("latin1.txt", b"caf\xE9 au lait");
    for (args, expected) in [
        (
            &["a.txt", "--pretokenizer", "gpt2", "-o", "out.xlsx"][..],
            "a file that ends in .parquet",
        ),
        (
            &["a.txt", "--pretokenizer", "(", "-o", "out.csv"],
            "--pretokenizer",
        ),
        (
            &["a.txt", "--tokenizer", "unigram.json", "-o", "out.csv"],
            "a model of type Unigram",
        ),
        (
            &["latin1.txt", "--segments", "-o", "out.csv"],
            "0xE9 at byte 3",
        ),
        (&["none.txt", "--segments", "-o", "out.csv"], "none.txt"),
    ] {
        let message = sandbox.refused(&[&["count"], args].concat());
        assert!(message.contains(expected), "{message}");
    }
}
