use std::collections::BTreeMap;

use super::*;

const TEXT: &str = "The cat\n  sat, 123 times.\n\u{feff}日本語 end";

fn gpt2() -> Pretokenizer {
    Pretokenizer::from_pattern("gpt2").unwrap()
}

fn read(files: &[(&str, &[u8])], options: &SampleOptions) -> Result<Category, ImportError> {
    let files: Vec<NamedBytes> = files
        .iter()
        .map(|(name, bytes)| NamedBytes::new(*name, *bytes))
        .collect();
    read_category_from_bytes("x", &files, &gpt2(), options, &Control::default())
}

/// The counts of all groups together, and the bytes.
fn total(category: &Category) -> (BTreeMap<String, u64>, u64) {
    let words = category
        .words
        .totals()
        .map(|(word, count)| (String::from_utf8(word.to_vec()).unwrap(), count));
    (words.collect(), category.words.bytes().iter().sum())
}

/// The counts of each group.
fn by_group(category: &Category) -> Vec<Vec<u64>> {
    let mut groups = vec![Vec::new(); category.words.bytes().len()];
    category
        .words
        .iter()
        .flat_map(|word| word.1)
        .for_each(|(group, count)| groups[usize::from(group)].push(count));
    groups
}

#[test]
fn every_way_to_keep_a_text_gives_the_same_counts() {
    let text = TEXT.replace('\u{feff}', "");
    let options = SampleOptions::default();
    let plain = total(&read(&[("a", text.as_bytes())], &options).unwrap());
    assert_eq!(plain.1, text.len() as u64);
    assert_eq!(plain.0.get(" sat"), Some(&1));
    let line = serde_json::json!({ "body": &text, "id": 3 }).to_string();
    assert_eq!(
        total(&read(&[("b", line.as_bytes())], &options).unwrap()),
        plain
    );
    let category = read(&[("a", text.as_bytes())], &options).unwrap();
    for name in ["w.csv", "w.tsv", "w.csv.gz", "w.tsv.zst", "w.parquet"] {
        if name.ends_with("parquet") && !cfg!(feature = "parquet") {
            continue;
        }
        let table = word_table_to_bytes(&category, WordColumn::Word, 1, name).unwrap();
        assert_eq!(
            total(&read(&[(name, &table)], &options).unwrap()),
            plain,
            "{name}"
        );
    }
    let byte_level: String = plain
        .0
        .iter()
        .map(|(word, count)| {
            format!(
                "{}\t{count}\n",
                crate::read::tokenizer::byte_level::spelled(word.as_bytes()).replace('\\', "\\\\")
            )
        })
        .collect();
    assert_eq!(
        total(&read(&[("c.tsv", byte_level.as_bytes())], &options).unwrap()),
        plain
    );
}

#[test]
fn frames_of_zstandard_follow_each_other() {
    let pack = |text: &str| {
        ruzstd::encoding::compress_to_vec(
            text.as_bytes(),
            ruzstd::encoding::CompressionLevel::Fastest,
        )
    };
    let packed = [pack("one two"), pack(" three")].concat();
    let words = total(&read(&[("a.zst", &packed)], &SampleOptions::default()).unwrap()).0;
    assert_eq!(words.keys().collect::<Vec<_>>(), [" three", " two", "one"]);
}

#[test]
fn documents_are_dealt_out_in_turn_and_long_ones_by_lines() {
    let options = SampleOptions {
        groups: 4,
        ..SampleOptions::default()
    };
    let files: Vec<(&str, &[u8])> = vec![
        ("a", b"one"),
        ("b", b"two"),
        ("c", b"three"),
        ("d", b"four"),
        ("e", b"five"),
    ];
    let category = read(&files, &options).unwrap();
    assert_eq!(
        by_group(&category).iter().map(Vec::len).collect::<Vec<_>>(),
        [2, 1, 1, 1]
    );
    let long = "a line of some words\n".repeat(4_000);
    let category = read(&[("a", long.as_bytes())], &options).unwrap();
    let sizes: Vec<u64> = by_group(&category)
        .iter()
        .map(|group| group.iter().sum())
        .collect();
    assert_eq!(sizes.len(), 4);
    assert!(
        sizes.iter().max().unwrap() < &(2 * sizes.iter().min().unwrap()),
        "{sizes:?}"
    );
}

#[test]
fn rare_words_are_left_out_by_their_total() {
    let options = SampleOptions {
        groups: 2,
        ..SampleOptions::default()
    };
    let category = read(&[("a", b"x x y"), ("b", b"x")], &options).unwrap();
    let table = word_table_to_bytes(&category, WordColumn::Word, 2, "t.csv").unwrap();
    assert_eq!(
        String::from_utf8(table).unwrap(),
        "word,count,group\nx,1,0\nx,1,1\n"
    );
}

#[test]
fn wrong_samples_are_named_with_their_place() {
    let options = SampleOptions::default();
    let long = [&b"a".repeat(70_000)[..], b"\xC3"].concat();
    for (bytes, expected) in [
        (&b"caf\xE9 x"[..], "the byte 0xE9 at byte 3"),
        (&long, "the byte 0xC3 at byte 70000"),
        (b"", "\"x\""),
        (b"{\"text\":\"a\"}\n{\"text\":", "line 2"),
        (
            b"{\"text\":\"a\"}\n{\"title\":\"b\"}\n",
            "no text among \"title\"",
        ),
        (b"word,count\na,1\nb,many\n", "line 3"),
        (b"\x1F\x8Bbroken", "a file that can be read to its end"),
        (
            b"\x28\xB5\x2F\xFDbroken",
            "a file that can be read to its end",
        ),
        (b"PAR1broken", "Parquet"),
        (b"zero\0bytes", "a file with zero bytes"),
    ] {
        let message = read(&[("the file", bytes)], &options)
            .unwrap_err()
            .to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_cancelled_count_says_so() {
    let control = Control::default();
    control.cancel();
    let files = [NamedBytes::new("a", "some text")];
    let stopped =
        read_category_from_bytes("x", &files, &gpt2(), &SampleOptions::default(), &control);
    assert_eq!(stopped, Err(CoreError::Cancelled.into()));
}
