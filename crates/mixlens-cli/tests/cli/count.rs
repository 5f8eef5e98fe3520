//! `mixlens count`: the same counts from text however it is kept, tables that merge, and wrong inputs by name.

use super::desk::Desk;

const TEXT: &str = "Hello world, hello\n  world's 12345 ends\n";

/// The table that the command writes, as text.
fn counted(desk: &Desk, args: &[&str]) -> String {
    desk.done(&[&["count"], args, &["-o", "out.csv", "--groups", "1"]].concat());
    desk.read("out.csv")
}

#[test]
fn text_json_lines_and_packed_files_give_the_same_counts() {
    let desk = Desk::empty();
    desk.write("a.txt", TEXT);
    desk.write("a.jsonl", format!("{}\n", serde_json::json!({ "id": 1, "text": TEXT })));
    let table = counted(&desk, &["a.txt", "--pretokenizer", "gpt2"]);
    assert!(table.starts_with("word,count\n"), "{table}");
    assert!(table.contains("\n\" world\",2\n") || table.contains("\n world,2\n"), "{table}");
    assert_eq!(counted(&desk, &["a.jsonl", "--pretokenizer", "gpt2"]), table);
    for packed in ["p.tsv.gz", "p.tsv.zst", "p.parquet"] {
        desk.done(&["count", "a.txt", "--pretokenizer", "gpt2", "-o", packed, "--groups", "1"]);
        assert_eq!(counted(&desk, &[packed, "--pretokenizer", "gpt2"]), table, "{packed}");
    }
}

#[test]
fn tables_of_the_same_category_add_up_and_segments_are_cut_further() {
    let desk = Desk::empty();
    desk.write("a.txt", TEXT);
    desk.done(&["count", "a.txt", "--segments", "-o", "s.csv"]);
    let segments = desk.read("s.csv");
    assert!(segments.starts_with("segment,count,group\n") || segments.starts_with("segment,count\n"), "{segments}");
    let once = counted(&desk, &["s.csv", "--pretokenizer", "gpt2"]);
    assert_eq!(once, counted(&desk, &["a.txt", "--pretokenizer", "gpt2"]));
    let twice = counted(&desk, &["s.csv", "a.txt", "--pretokenizer", "gpt2"]);
    assert!(twice.contains(" world,4\n"), "{twice}");
}

#[test]
fn wrong_inputs_are_named() {
    let desk = Desk::empty();
    desk.write("a.txt", TEXT);
    desk.write("unigram.json", r#"{"model":{"type":"Unigram","vocab":[]}}"#);
    desk.write("latin1.txt", b"caf\xE9 au lait");
    for (args, expected) in [
        (&["a.txt", "--pretokenizer", "gpt2", "-o", "out.xlsx"][..], "a file that ends in .parquet"),
        (&["a.txt", "--pretokenizer", "(", "-o", "out.csv"], "--pretokenizer"),
        (&["a.txt", "--tokenizer", "unigram.json", "-o", "out.csv"], "a model of type Unigram"),
        (&["latin1.txt", "--segments", "-o", "out.csv"], "0xE9 at byte 3"),
        (&["none.txt", "--segments", "-o", "out.csv"], "none.txt"),
    ] {
        let message = desk.refused(&[&["count"], args].concat());
        assert!(message.contains(expected), "{message}");
    }
}
