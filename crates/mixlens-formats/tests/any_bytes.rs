//! Importers meet any bytes without a panic.

use mixlens_formats::{
    ImportOptions, NamedBytes, import_mixtures, import_run_table, import_token_counts,
};
use proptest::prelude::*;

/// Pieces that a table may be made of, in any order.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "index",
        "run",
        "train_a",
        "train_b",
        "prop_",
        "metric/a",
        "loss_b",
        "domain",
        "metric",
        "value",
        "state",
        ",",
        ",",
        ",",
        ";",
        "\t",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "{",
        "}",
        "[",
        "]",
        ":",
        "0.5",
        "0,5",
        "1",
        "-1",
        "NaN",
        "1e999",
        "50%",
        "finished",
        "word",
        "count",
        "segment",
        "AA== 0",
        "#version",
        "a b",
        "{\"model\":",
        "PAR1",
        "GGUF\u{3}\0\0\0",
        "\u{1}\0\0\0\0\0\0\0",
        "\u{15}\0\0\0\0\0\0\0tokenizer.ggml.tokens\u{9}\0\0\0\u{8}\0\0\0",
        "\u{1}\0\0\0\0\0\0\0t",
        "\u{8}\0\0\0",
        "const c = [",
        "[161],",
        "\"\\u{",
        "\u{feff}",
        "é",
        "",
        " ",
        "\0",
    ])
}

fn import_everything(bytes: &[u8]) {
    let file = NamedBytes::new("any", bytes);
    // Only that they return is asked here.
    let _ = import_run_table(std::slice::from_ref(&file), &ImportOptions::default());
    let _ = import_mixtures(&file, None);
    let _ = import_token_counts(&file);
    read_everything(&file);
    let beside = NamedBytes::new("m", "index,train_a,train_b\n1,0.5,0.5\n0.5,1,0\n");
    let _ = import_run_table(&[beside, file], &ImportOptions::default());
}

#[cfg(feature = "tokenizer")]
fn read_everything(file: &NamedBytes) {
    use mixlens_formats::{
        Inherited, Pretokenizer, SampleOptions, read_category_from_bytes, read_tokenizer,
    };
    let _ = read_tokenizer(file, &Inherited::default());
    let pretokenizer = Pretokenizer::from_pattern("cl100k").expect("a pattern with a name");
    let files = std::slice::from_ref(file);
    let _ = read_category_from_bytes(
        "any",
        files,
        &pretokenizer,
        &SampleOptions::default(),
        &Default::default(),
    );
}

/// A model in GGUF and a script with an array of ranks, both whole.
#[cfg(feature = "tokenizer")]
fn whole_tokenizers() -> [Vec<u8>; 2] {
    let text = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let texts = |items: &[&str]| {
        let head = [
            &9_u32.to_le_bytes()[..],
            &8_u32.to_le_bytes(),
            &(items.len() as u64).to_le_bytes(),
        ]
        .concat();
        [head, items.iter().flat_map(|item| text(item)).collect()].concat()
    };
    let model = [
        b"GGUF\x03\0\0\0\0\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0".to_vec(),
        [
            text("tokenizer.ggml.model"),
            8_u32.to_le_bytes().to_vec(),
            text("gpt2"),
        ]
        .concat(),
        [
            text("tokenizer.ggml.pre"),
            8_u32.to_le_bytes().to_vec(),
            text("qwen2"),
        ]
        .concat(),
        [
            text("tokenizer.ggml.tokens"),
            texts(&["t", "h", "e", "th", "the"]),
        ]
        .concat(),
        [text("tokenizer.ggml.merges"), texts(&["t h", "th e"])].concat(),
    ];
    let bytes: String = (0..=255).map(|byte| format!("[{byte}],")).collect();
    let script = format!(
        "const c0 = [{bytes}\"th\",,\"\\u0074he\", '\\x41b', [226, 128]];\nexport default c0;"
    );
    [model.concat(), script.into_bytes()]
}

#[cfg(not(feature = "tokenizer"))]
fn read_everything(_: &NamedBytes) {}

proptest! {
    #[test]
    fn any_bytes_give_a_result_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        import_everything(&bytes);
    }

    #[test]
    fn any_pieces_of_tables_give_a_result_or_an_error(
        pieces in prop::collection::vec(piece(), 0..60),
    ) {
        import_everything(pieces.concat().as_bytes());
    }
}

#[cfg(feature = "tokenizer")]
#[test]
fn the_whole_tokenizers_are_read() {
    use mixlens_formats::{Inherited, read_tokenizer};
    for bytes in whole_tokenizers() {
        let read = read_tokenizer(&NamedBytes::new("whole", bytes), &Inherited::default());
        assert!(read.is_ok_and(|tokenizer| tokenizer.merges.merges().len() >= 2));
    }
}

#[cfg(feature = "tokenizer")]
proptest! {
    #[test]
    fn damaged_tokenizers_give_a_result_or_an_error(
        which in 0..2_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        end in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = whole_tokenizers()[which].clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(end.index(bytes.len()));
        }
        let _ = mixlens_formats::looks_like_tokenizer(&bytes);
        read_everything(&NamedBytes::new("damaged", bytes));
    }
}
