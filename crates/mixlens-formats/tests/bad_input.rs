//! Bad input: what the user sees for each kind of broken file.
#![expect(clippy::unwrap_used, reason = "helpers of tests may unwrap")]

use mixlens_formats::{
    ImportError, ImportOptions, NamedBytes, Notice, Unmatched, import_run_table,
};

const LOSSES: &str = "index,metric/web_val_loss\n1,3.5\n2,3.4\n3,3.6\n";

/// The message for one wide file.
fn message(text: impl AsRef<[u8]>) -> String {
    read(&[("runs.csv", text.as_ref())])
        .unwrap_err()
        .to_string()
}

/// The message for a file with mixtures beside good losses.
fn mixture_message(text: &str) -> String {
    read(&[
        ("mix.csv", text.as_bytes()),
        ("loss.csv", LOSSES.as_bytes()),
    ])
    .unwrap_err()
    .to_string()
}

fn read(files: &[(&str, &[u8])]) -> Result<mixlens_formats::Imported, ImportError> {
    let files: Vec<NamedBytes> = files
        .iter()
        .map(|(name, bytes)| NamedBytes::new(*name, *bytes))
        .collect();
    import_run_table(&files, &ImportOptions::default())
}

fn is_good(text: &[u8]) -> bool {
    read(&[("runs.csv", text)])
        .is_ok_and(|imported| imported.table.len() == 2 && imported.table.domains().len() == 2)
}

#[test]
fn an_empty_file_is_named() {
    let expected = "\"runs.csv\": expected a header line and at least one row, found an empty file";
    for text in ["", "\n\n", "\u{feff}", "  \r\n"] {
        assert_eq!(message(text), expected, "{text:?}");
    }
}

#[test]
fn a_header_alone_is_named() {
    let expected =
        "\"runs.csv\", line 1: expected at least one row under the header, found only the header";
    assert_eq!(message("index,train_web,train_code,loss_web\n"), expected);
    assert_eq!(
        message("index,train_web,train_code,loss_web\n,,,\n"),
        expected
    );
}

#[test]
fn a_ragged_row_names_its_line_and_both_counts() {
    let header = "index,train_web,train_code,loss_web\n1,0.5,0.5,3\n";
    assert_eq!(
        message(format!("{header}2,0.5,0.5\n")),
        "\"runs.csv\", line 3: expected 4 cells as in the header, found 3; \
         fill in the missing cells (empty ones keep their delimiter)"
    );
    let blank_lines_and_crlf = format!("{header}\n\n2,0.5,0.5,3,9\n").replace('\n', "\r\n");
    assert!(message(blank_lines_and_crlf).starts_with("\"runs.csv\", line 5: expected 4 cells"));
}

#[test]
fn a_duplicate_run_id_names_both_lines_and_what_tells_them_apart() {
    assert_eq!(
        message(
            "run_id,epoch,prop_web,prop_code,loss_web\n\
             a,100,0.5,0.5,3\nb,100,0.5,0.5,3\na,200,0.5,0.5,2.9\n"
        ),
        "\"runs.csv\", line 4, column `run_id`: expected each run id once, found \"a\" here and at \
        \"runs.csv\", line 2, \
         column `run_id`; the rows differ in \"epoch\" (\"100\" and \"200\"), choose one of \
         these values"
    );
    assert!(
        message("run,prop_a,prop_b,loss_a\nx,1,0,3\nx,1,0,3\n")
            .ends_with("; remove one of the rows")
    );
}

#[test]
fn a_run_in_two_mixture_files_names_both_files() {
    let files: [(&str, &[u8]); 3] = [
        ("one.csv", b"index,train_web,train_code\n1,0.5,0.5\n2,1,0\n"),
        ("two.csv", b"index,train_web,train_code\n3,0.5,0.5\n2,1,0\n"),
        ("loss.csv", LOSSES.as_bytes()),
    ];
    let message = read(&files).unwrap_err().to_string();
    assert!(message.starts_with(
        "\"two.csv\", line 3: expected each run id once, found \"2\" here and at \
                         \"one.csv\", line 3"
    ));
}

#[test]
fn an_id_in_one_file_only_is_named_with_its_line() {
    let missing = mixture_message("index,train_web,train_code\n1,0.5,0.5\n2,0.5,0.5\n");
    assert_eq!(
        missing,
        "\"loss.csv\", line 4: expected proportions for run \"3\", found none in the other files; \
         correct the id, or ask for such runs to be left out"
    );
    let extra =
        mixture_message("index,train_web,train_code\n1,0.5,0.5\n2,1,0\n3,1,0\n4,1,0\n5,1,0\n");
    assert!(
        extra.starts_with("\"mix.csv\", line 5: expected metrics for run \"4\""),
        "{extra}"
    );
    assert!(extra.contains("(1 more run lacks them)"), "{extra}");
}

#[test]
fn unmatched_runs_can_be_left_out_and_are_counted() {
    let files = [
        NamedBytes::new(
            "mix.csv",
            "index,train_web,train_code\n1,0.5,0.5\n2,1,0\n9,1,0\n",
        ),
        NamedBytes::new("loss.csv", LOSSES),
    ];
    let options = ImportOptions {
        unmatched: Unmatched::LeaveOut,
        ..ImportOptions::default()
    };
    let imported = import_run_table(&files, &options).unwrap();
    assert_eq!(imported.table.len(), 2);
    let texts: Vec<String> = imported.notices.iter().map(Notice::to_string).collect();
    assert_eq!(
        texts,
        [
            "1 run has proportions but no metrics (first: \"9\"); it was left out",
            "1 run has metrics but no proportions (first: \"3\"); it was left out",
        ]
    );
}

#[test]
fn files_without_a_shared_id_are_told_apart_from_files_that_lack_some() {
    let found = mixture_message("index,train_web,train_code\na,0.5,0.5\nb,0.5,0.5\n");
    assert!(
        found.starts_with("expected run ids shared by proportions and metrics, found none"),
        "{found}"
    );
    assert!(
        found.contains("\"mix.csv\", line 2 has \"a\"")
            && found.contains("\"loss.csv\", line 2 has \"1\"")
    );
}

#[test]
fn several_files_need_an_id_column() {
    let found = mixture_message("train_web,train_code\n0.5,0.5\n");
    assert!(
        found.starts_with("\"mix.csv\", line 1: expected a column with run ids"),
        "{found}"
    );
}

#[test]
fn unrecognised_columns_are_listed() {
    assert_eq!(
        message("run,apples,pears\na,3,4\nb,5,6\n"),
        "\"runs.csv\": expected domain columns, found none among \"run\", \"apples\", \"pears\"; \
         name the columns of domains, or give them the prefix train_"
    );
    let no_metric = message("run,train_web,train_code\na,0.5,0.5\n");
    assert!(
        no_metric.starts_with("\"runs.csv\": expected metric columns, found none among"),
        "{no_metric}"
    );
}

#[test]
fn a_bad_proportion_names_its_cell() {
    for (cell, expected) in [
        (
            "-0.5",
            "expected a finite proportion of zero or more, found \"-0.5\"; correct the cell",
        ),
        (
            "inf",
            "expected a finite proportion of zero or more, found \"inf\"; correct the cell",
        ),
        (
            "NaN",
            "expected a finite proportion of zero or more, found \"NaN\"; correct the cell",
        ),
        (
            "1e999",
            "expected a finite proportion of zero or more, found \"1e999\"; correct the cell",
        ),
        (
            "much",
            "expected a number, found \"much\"; correct the cell",
        ),
        (
            "",
            "expected a proportion, found \"\"; fill in the cell (0 where the domain is not used)",
        ),
        (
            "50%",
            "found \"50%\"; this looks like percent, write it as a fraction of 1 without the sign",
        ),
    ] {
        let found = mixture_message(&format!(
            "index,train_web,train_code\n1,0.5,0.5\n2,0.5,{cell}\n3,1,0\n"
        ));
        assert!(
            found.starts_with("\"mix.csv\", line 3, column `train_code`: expected "),
            "{found}"
        );
        assert!(found.ends_with(expected), "{found}");
    }
}

#[test]
fn percent_is_called_percent() {
    let expected = "\"mix.csv\", line 2: expected proportions that sum to 1, found 100; \
                    they look like percent, divide them by 100";
    assert_eq!(
        mixture_message("index,train_web,train_code\n1,40,60\n2,0,100\n3,1,99\n"),
        expected
    );
    // Also where only the numbers can tell that these are the domains.
    assert_eq!(
        mixture_message("index,web,code\n1,40,60\n2,0,100\n3,1,99\n"),
        expected
    );
}

#[test]
fn text_in_a_number_names_its_cell() {
    assert_eq!(
        message("run,prop_a,prop_b,loss_a\nx,1,0,3\ny,0,1,n/a\n"),
        "\"runs.csv\", line 3, column `loss_a`: expected a number, found \"n/a\"; mark missing \
        values as empty cells"
    );
    let nan = message("run,prop_a,prop_b,loss_a\nx,1,0,NaN\n");
    assert!(nan.ends_with("mark missing values as empty cells"), "{nan}");
}

#[test]
fn decimal_commas_are_called_decimal_commas() {
    let semicolons = message("index;train_web;train_code;loss_web\n1;0,25;0,75;3,1\n");
    assert_eq!(
        semicolons,
        "\"runs.csv\", line 2, column `train_web`: expected a number, found \"0,25\"; \
         this looks like a decimal comma, export with decimal points"
    );
    let quoted = message("index,train_web,train_code,loss_web\n1,\"0,25\",\"0,75\",\"3,1\"\n");
    assert!(quoted.contains("decimal comma"), "{quoted}");
    let split = message("index,train_web,train_code,loss_web\n1,0,25,0,75,3,1\n");
    assert!(
        split.contains("line 2: expected 4 cells as in the header, found 7"),
        "{split}"
    );
    assert!(split.contains("decimal commas"), "{split}");
}

#[test]
fn a_byte_order_mark_and_crlf_are_accepted() {
    let plain = "index,train_web,train_code,loss_web\n1,0.25,0.75,3\n2,0.5,0.5,3\n";
    assert!(is_good(plain.as_bytes()));
    assert!(is_good(plain.replace('\n', "\r\n").as_bytes()));
    assert!(is_good(plain.replace('\n', "\r").as_bytes()));
    assert!(is_good(format!("\u{feff}{plain}").as_bytes()));
    assert!(is_good(plain.trim_end().as_bytes()), "no final line break");
    assert!(is_good(plain.replace(',', ";").as_bytes()));
    assert!(is_good(plain.replace(',', "\t").as_bytes()));
}

#[test]
fn utf_16_is_named() {
    let text = "index,train_web,train_code,loss_web\n1,0.25,0.75,3\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [
        [b"\xFF\xFE", &little[..]].concat(),
        [b"\xFE\xFF", &big[..]].concat(),
        little,
        big,
    ] {
        assert_eq!(
            message(bytes),
            "\"runs.csv\": expected text in UTF-8, found UTF-16; save the file as UTF-8 (in a \
            spreadsheet: \"CSV UTF-8\")"
        );
    }
    let latin = message(b"index,train_web,train_code,loss_web\n1,1,0,3\ncaf\xE9,1,0,3\n");
    assert!(
        latin.starts_with("\"runs.csv\", line 3: expected text in UTF-8"),
        "{latin}"
    );
    assert!(message(b"PK\x03\x04rest").contains("spreadsheet"));
}

#[test]
fn a_row_that_does_not_sum_to_one_is_rejected_by_line() {
    assert_eq!(
        mixture_message("index,train_web,train_code\n1,0.5,0.5\n2,0.5,0.48\n3,1,0\n"),
        "\"mix.csv\", line 3: expected proportions that sum to 1 within 0.01, found 0.98; correct \
        the row or remove it"
    );
    let zeros = mixture_message("index,train_web,train_code\n1,0.5,0.5\n2,0,0\n3,1,0\n");
    assert!(zeros.starts_with(
        "\"mix.csv\", line 3: expected proportions that sum to 1 within 0.01, found 0;"
    ));
}

#[test]
fn rows_within_the_tolerance_are_rescaled_and_counted() {
    let imported = read(&[(
        "runs.csv",
        b"run,train_a,train_b,loss_a\nx,0.5,0.504\ty,1\n".as_slice(),
    )]);
    assert!(imported.is_err(), "a tab is no delimiter here");
    let text = b"run,train_a,train_b,loss_a\nx,0.5,0.504,3\ny,0.5,0.5,3\nz,0.496,0.5,3\n";
    let imported = read(&[("runs.csv", text.as_slice())]).unwrap();
    assert_eq!(
        imported.notices[0].to_string(),
        "2 rows were rescaled to sum to 1 (sums from 0.996 to 1.004)"
    );
    for run in imported.table.runs() {
        assert!((run.parts.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn two_columns_for_one_domain_are_named() {
    let found = message("run,train_web,prop_web,loss_web\na,0.5,0.5,3\n");
    assert!(
        found.contains("found \"train_web\" and \"prop_web\" for \"web\""),
        "{found}"
    );
    assert!(
        message("run,train_a,train_a,loss_a\nx,0.5,0.5,3\n").contains("expected unique columns")
    );
}

#[test]
fn broken_json_names_its_line() {
    let good = r#"{"run":"a","mixture":{"web":0.5,"code":0.5},"metrics":{"web_loss":3.0}}"#;
    let found = message(format!("{good}\n{{\"run\":\"b\",\n"));
    assert!(
        found.starts_with("\"runs.csv\", line 2: expected JSON, found EOF"),
        "{found}"
    );
    let nan = message(format!("{good}\n{}", good.replace("3.0", "NaN")));
    assert!(
        nan.contains("line 2")
            && nan.ends_with("JSON has no NaN or Infinity, write null for a missing value")
    );
    assert!(
        message(format!("{good}\n[1]"))
            .contains("line 2: expected a JSON object for each run, found [1]")
    );
}

#[test]
fn a_missing_file_names_its_path() {
    let missing = NamedBytes::read("no/such/runs.csv")
        .unwrap_err()
        .to_string();
    assert!(
        missing.starts_with("cannot read \"no/such/runs.csv\": "),
        "{missing}"
    );
    assert!(matches!(
        import_run_table(&[], &ImportOptions::default()),
        Err(ImportError::NoFiles)
    ));
}

#[test]
fn a_mapping_to_columns_that_are_not_there_lists_those_that_are() {
    let files = [NamedBytes::new("runs.csv", "run,a,b,y\nr,0.5,0.5,3\n")];
    let message =
        |options: ImportOptions| import_run_table(&files, &options).unwrap_err().to_string();
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|&name| name.to_owned())
            .collect::<Vec<_>>()
    };
    let base = ImportOptions::default();
    for (options, column) in [
        (
            ImportOptions {
                domains: names(&["a", "c"]),
                ..base.clone()
            },
            "\"c\" (asked for as a domain)",
        ),
        (
            ImportOptions {
                metrics: names(&["z"]),
                ..base.clone()
            },
            "\"z\" (asked for as a metric)",
        ),
        (
            ImportOptions {
                id: Some("nr".into()),
                ..base.clone()
            },
            "\"nr\" (asked for as the id)",
        ),
        (
            ImportOptions {
                filters: vec![("step".into(), "1".into())],
                ..base
            },
            "\"step\" (asked for in a row filter)",
        ),
    ] {
        let found = message(options);
        assert!(
            found.contains(column) && found.contains("found \"run\", \"a\", \"b\", \"y\""),
            "{found}"
        );
    }
}
