//! Importers meet any bytes without a panic.

use mixlens_formats::{ImportOptions, NamedBytes, import_mixtures, import_run_table, import_token_counts};
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
        "GGUF",
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
    use mixlens_formats::{Inherited, Pretokenizer, SampleOptions, read_category_from_bytes, read_tokenizer};
    let _ = read_tokenizer(file, &Inherited::default());
    let pretokenizer = Pretokenizer::from_pattern("cl100k").expect("a pattern with a name");
    let files = std::slice::from_ref(file);
    let _ = read_category_from_bytes("any", files, &pretokenizer, &SampleOptions::default(), &Default::default());
}

#[cfg(not(feature = "tokenizer"))]
fn read_everything(_: &NamedBytes) {}

proptest! {
    #[test]
    fn any_bytes_give_a_result_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        import_everything(&bytes);
    }

    #[test]
    fn any_pieces_of_tables_give_a_result_or_an_error(pieces in prop::collection::vec(piece(), 0..60)) {
        import_everything(pieces.concat().as_bytes());
    }
}
