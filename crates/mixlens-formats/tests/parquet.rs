//! Parquet run tables (feature `parquet`).
#![cfg_attr(
    feature = "parquet",
    expect(clippy::unwrap_used, reason = "helpers of tests may unwrap")
)]
#![cfg(feature = "parquet")]

use std::sync::Arc;

use arrow::array::{ArrayRef, Float32Array, Float64Array, Int64Array, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Field};
use mixlens_formats::{Encoding, ImportOptions, NamedBytes, import_run_table};
use parquet::arrow::ArrowWriter;

fn parquet_of(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn a_parquet_table_reads_with_structs_nulls_and_single_precision() {
    let field = |name: &str| Arc::new(Field::new(name, DataType::Float64, false));
    let part = |parts: [f64; 2]| Arc::new(Float64Array::from(parts.to_vec())) as ArrayRef;
    let mixture = StructArray::from(vec![
        (field("web"), part([0.1, 1.0])),
        (field("code"), part([0.9, 0.0])),
    ]);
    let bytes = parquet_of(vec![
        ("run", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef),
        ("mixture", Arc::new(mixture)),
        (
            "web_loss",
            Arc::new(Float32Array::from(vec![Some(3.1_f32), None])),
        ),
    ]);
    let imported = import_run_table(
        &[NamedBytes::new("runs.parquet", bytes)],
        &ImportOptions::default(),
    )
    .unwrap();
    assert_eq!(imported.layout.files[0].encoding, Encoding::Parquet);
    assert_eq!(imported.table.domains().names(), ["web", "code"]);
    assert_eq!(imported.table.parts(), [0.1, 0.9, 1.0, 0.0]);
    assert_eq!(
        imported.table.metric_values(0).collect::<Vec<_>>(),
        [Some(f64::from(3.1_f32)), None]
    );
    assert_eq!(imported.table.runs().next().unwrap().id, "1");
}

#[test]
fn a_bad_parquet_table_is_named_by_row() {
    let bytes = parquet_of(vec![
        (
            "train_a",
            Arc::new(Float64Array::from(vec![0.5, 0.5])) as ArrayRef,
        ),
        ("train_b", Arc::new(Float64Array::from(vec![0.5, 0.25]))),
        ("loss_a", Arc::new(Float64Array::from(vec![3.0, 3.0]))),
    ]);
    let message = |bytes: &[u8]| {
        import_run_table(
            &[NamedBytes::new("runs.parquet", bytes)],
            &ImportOptions::default(),
        )
        .unwrap_err()
        .to_string()
    };
    assert!(
        message(&bytes).starts_with("\"runs.parquet\", row 2: expected proportions that sum to 1")
    );
    assert!(
        message(&bytes[..bytes.len() / 2])
            .starts_with("\"runs.parquet\": expected a readable Parquet table")
    );
}
