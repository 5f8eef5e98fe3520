//! Every kind of bad input gets a message that says where, what was expected and what was found;
//! nothing is written.

use super::sandbox::Sandbox;

const LOSSES: &str = "index,metric/web_val_loss\n1,3.5\n2,3.4\n3,3.6\n";

/// The message of `fit` for one wide file, with and without an older output in place.
fn message(runs: impl AsRef<[u8]>) -> String {
    let sandbox = Sandbox::empty();
    sandbox.write("runs.csv", runs);
    let args = ["fit", "runs.csv", "-o", "fit.json"];
    let message = sandbox.refused(&args);
    assert!(!sandbox.path("fit.json").exists());
    sandbox.write("fit.json", "an older fit");
    assert_eq!(sandbox.refused(&args), message);
    message
}

/// The message of `fit` for a file of mixtures beside good losses.
fn mixture_message(mixtures: &str) -> String {
    let sandbox = Sandbox::empty();
    sandbox.write("mix.csv", mixtures);
    sandbox.write("loss.csv", LOSSES);
    sandbox.refused(&["fit", "mix.csv", "loss.csv", "-o", "fit.json"])
}

fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "expected {part:?} in {message:?}");
    }
}

/// Whether the command fits a table with these bytes.
fn is_accepted(runs: &[u8]) -> bool {
    let sandbox = Sandbox::empty();
    sandbox.write("runs.csv", runs);
    sandbox
        .run(&["fit", "runs.csv", "--surrogate", "ridge", "-o", "fit.json"])
        .code
        == Some(0)
}

#[test]
fn an_empty_file_is_named() {
    let expected = "\"runs.csv\": expected a header line and at least one row, found an empty file";
    assert_eq!(message(""), expected);
    assert_eq!(message("\u{feff}\n"), expected);
}

#[test]
fn a_header_alone_is_named() {
    let expected =
        "\"runs.csv\", line 1: expected at least one row under the header, found only the header";
    assert_eq!(message("run,train_web,train_code,web_loss\n"), expected);
}

#[test]
fn a_ragged_row_names_its_line() {
    let found = message("run,train_web,train_code,web_loss\n1,0.5,0.5,3\n2,0.5,0.5\n");
    says(
        &found,
        &["\"runs.csv\", line 3: expected 4 cells as in the header, found 3"],
    );
}

#[test]
fn a_duplicate_run_id_names_both_lines() {
    let found = message("run,train_web,train_code,web_loss\na,0.5,0.5,3\nb,1,0,3\na,0,1,2\n");
    says(
        &found,
        &[
            "\"runs.csv\", line 4, column `run`: expected each run id once, found \"a\"",
            "line 2",
        ],
    );
}

#[test]
fn a_run_in_one_file_only_names_its_line() {
    let found = mixture_message("index,train_web,train_code\n1,0.5,0.5\n2,1,0\n");
    says(
        &found,
        &[
            "\"loss.csv\", line 4: expected proportions for run \"3\", found none in the other \
            files",
        ],
    );
}

#[test]
fn columns_that_are_not_recognised_are_listed() {
    let found = message("run,apples,pears\na,3,4\nb,5,6\n");
    says(
        &found,
        &[
            "\"runs.csv\": expected domain columns, found none among",
            "\"apples\", \"pears\"",
            "--domains",
        ],
    );
    let found = message("run,train_web,train_code\na,0.5,0.5\n");
    says(
        &found,
        &[
            "\"runs.csv\": expected metric columns, found none among",
            "--metrics",
        ],
    );
}

#[test]
fn a_negative_or_non_finite_proportion_names_its_cell() {
    for cell in ["-0.5", "inf", "NaN", "1e999"] {
        let found = mixture_message(&format!(
            "index,train_web,train_code\n1,0.5,0.5\n2,0.5,{cell}\n3,1,0\n"
        ));
        says(
            &found,
            &[
                "\"mix.csv\", line 3, column `train_code`: expected a finite proportion of zero or \
                more",
            ],
        );
        says(&found, &[&format!("found {cell:?}")]);
    }
}

#[test]
fn percent_is_called_percent() {
    let found = mixture_message("index,train_web,train_code\n1,40,60\n2,0,100\n3,1,99\n");
    says(
        &found,
        &[
            "\"mix.csv\", line 2: expected proportions that sum to 1, found 100",
            "percent",
        ],
    );
    let found = mixture_message("index,train_web,train_code\n1,40%,60%\n2,0,1\n3,1,0\n");
    says(
        &found,
        &[
            "\"mix.csv\", line 2, column `train_web`: expected",
            "found \"40%\"",
            "percent",
        ],
    );
}

#[test]
fn a_row_that_does_not_sum_to_one_names_its_line() {
    let found = mixture_message("index,train_web,train_code\n1,0.5,0.5\n2,0.5,0.48\n3,1,0\n");
    says(
        &found,
        &["\"mix.csv\", line 3: expected proportions that sum to 1 within 0.01, found 0.98"],
    );
}

#[test]
fn text_in_a_number_names_its_cell() {
    let found = message("run,train_web,train_code,web_loss\nx,1,0,3\ny,0,1,n/a\n");
    says(
        &found,
        &[
            "\"runs.csv\", line 3, column `web_loss`: expected a number, found \"n/a\"",
            "empty cells",
        ],
    );
}

#[test]
fn decimal_commas_are_called_decimal_commas() {
    let found = message("run;train_web;train_code;web_loss\n1;0,25;0,75;3,1\n");
    says(
        &found,
        &[
            "\"runs.csv\", line 2, column `train_web`: expected a number, found \"0,25\"",
            "decimal comma",
        ],
    );
}

#[test]
fn a_byte_order_mark_and_crlf_are_accepted() {
    let mut plain = "run,train_web,train_code,web_loss\n".to_owned();
    for (run, web) in ["1", "0.75", "0.5", "0.25", "0"].iter().enumerate() {
        plain += &format!(
            "{run},{web},{},{}\n",
            1.0 - web.parse::<f64>().unwrap(),
            3.0 + 0.1 * run as f64
        );
    }
    assert!(is_accepted(plain.as_bytes()));
    assert!(is_accepted(format!("\u{feff}{plain}").as_bytes()));
    assert!(is_accepted(plain.replace('\n', "\r\n").as_bytes()));
}

#[test]
fn utf_16_is_named() {
    let text = "\u{feff}run,train_web,train_code,web_loss\n1,0.25,0.75,3\n";
    for bytes in [
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        says(
            &message(bytes),
            &["\"runs.csv\": expected text in UTF-8, found UTF-16; save the file as UTF-8"],
        );
    }
}

#[test]
fn a_metric_that_is_constant_is_named() {
    let sandbox = Sandbox::with_runs();
    let constant = sandbox.read("runs.csv").replace('\n', ",2.5\n");
    let constant = constant.replacen(",2.5\n", ",flat_loss\n", 1) + ",2.5";
    sandbox.write("runs.csv", constant);
    for surrogate in ["ridge", "trees"] {
        let found = sandbox.refused(&[
            "fit",
            "runs.csv",
            "--surrogate",
            surrogate,
            "-o",
            "fit.json",
        ]);
        says(&found, &["metric \"flat_loss\" is 2.5 in all 60 runs"]);
    }
    says(
        &sandbox.refused(&["compare", "runs.csv"]),
        &["metric \"flat_loss\" is 2.5"],
    );
    sandbox.done(&[
        "fit",
        "runs.csv",
        "--metric",
        "web_val_loss",
        "-o",
        "fit.json",
    ]);
}

#[test]
fn fewer_runs_than_parameters_is_said_by_each_surrogate() {
    let sandbox = Sandbox::with_runs();
    let few: Vec<String> = sandbox
        .read("runs.csv")
        .lines()
        .take(1 + 3)
        .map(str::to_owned)
        .collect();
    sandbox.write("runs.csv", few.join("\n"));
    let found = sandbox.refused(&["fit", "runs.csv", "--surrogate", "ridge", "-o", "fit.json"]);
    says(
        &found,
        &[
            "metric \"web_val_loss\": ridge needs at least 5 runs",
            "found 3",
            "add runs",
        ],
    );
    let found = sandbox.refused(&["fit", "runs.csv", "--surrogate", "trees", "-o", "fit.json"]);
    says(&found, &["trees needs at least 40 runs", "found 3"]);
}

#[test]
fn constraints_that_clash_are_named() {
    let sandbox = Sandbox::with_fit();
    let propose = |limits: &[&str]| {
        sandbox.refused(
            &[
                &["propose", "fit.json", "--samples", "100", "-o", "out.json"],
                limits,
            ]
            .concat(),
        )
    };
    let found = propose(&["--lower", "web=0.7,code=0.6"]);
    says(
        &found,
        &[
            "no mixture satisfies the constraints: lower bounds sum to 1.3",
            "`web` 0.7",
            "`code` 0.6",
        ],
    );
    let found = propose(&["--lower", "web=0.7", "--upper", "web=0.6"]);
    says(
        &found,
        &["`web`: lower bound 0.7 above its upper bound 0.6"],
    );
    let tokens = "web=1B,code=1B,books=1B,wiki=1B";
    let found = propose(&["--unique-tokens", tokens, "--training-tokens", "1T"]);
    says(
        &found,
        &[
            "upper bounds and caps sum to 0.016, less than 1",
            "`web` cap 0.004",
        ],
    );
    says(
        &propose(&["--lower", "web=1.5"]),
        &["domain \"web\": expected a lower bound from 0 to 1, found 1.5"],
    );
    let found = sandbox.refused(&[
        "design",
        "--domains",
        "a,b",
        "--upper",
        "a=0.4,b=0.4",
        "-o",
        "out.csv",
    ]);
    says(&found, &["upper bounds and caps sum to 0.8, less than 1"]);
}

#[test]
fn a_surrogate_file_of_a_newer_version_is_named() {
    let sandbox = Sandbox::with_fit();
    sandbox.write(
        "fit.json",
        sandbox
            .read("fit.json")
            .replace("\"version\":1", "\"version\":3"),
    );
    for args in [
        &[
            "predict",
            "fit.json",
            "--mixtures",
            "mixtures.csv",
            "-o",
            "out.csv",
        ][..],
        &["propose", "fit.json", "-o", "out.json"],
        &["score", "fit.json", "runs.csv"],
    ] {
        let expected = "the file is version 3, this program reads versions up to 2; update \
                       mixlens, in \"fit.json\"";
        assert_eq!(sandbox.refused(args), expected);
    }
}

#[test]
fn a_file_that_is_no_fit_is_told_from_one_that_is() {
    let sandbox = Sandbox::with_fit();
    let found = sandbox.refused(&["propose", "runs.csv", "-o", "out.json"]);
    says(
        &found,
        &[
            "not a readable surrogate file",
            "name a file that `mixlens fit` saved, found \"runs.csv\"",
        ],
    );
    sandbox.write("cut.json", &sandbox.read("fit.json")[..200]);
    says(
        &sandbox.refused(&["propose", "cut.json"]),
        &["not a readable surrogate file", "\"cut.json\""],
    );
    says(
        &sandbox.refused(&["propose", "none.json"]),
        &["cannot read the fit", "\"none.json\""],
    );
    says(
        &sandbox.refused(&["propose", "."]),
        &["cannot read the fit", "\".\""],
    );
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_the_work() {
    let sandbox = Sandbox::with_fit();
    sandbox.write("text.txt", "x".repeat(100_000));
    std::fs::create_dir(sandbox.path("folder")).unwrap();
    for (place, advice) in [
        ("no/such/out", "create the folder first"),
        ("folder", "name a file in the folder"),
    ] {
        for args in [
            // Fails at once: with the work done first, this search would take hours.
            &["propose", "fit.json", "--samples", "1e12", "-o", place][..],
            &["fit", "runs.csv", "-o", place],
            &[
                "predict",
                "fit.json",
                "--mixtures",
                "mixtures.csv",
                "-o",
                place,
            ],
            &["design", "--domains", "a,b", "-o", place],
            &[
                "proxy",
                "--domain",
                "a=text.txt",
                "--domain",
                "b=text.txt",
                "-o",
                place,
            ],
        ] {
            says(
                &sandbox.refused(args),
                &[&format!("cannot write {place:?}: "), advice],
            );
        }
    }
    let mut permissions = std::fs::metadata(sandbox.path("fit.json"))
        .unwrap()
        .permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(sandbox.path("fit.json"), permissions).unwrap();
    says(
        &sandbox.refused(&["fit", "runs.csv", "-o", "fit.json"]),
        &["cannot write \"fit.json\": "],
    );
}

#[test]
fn an_output_that_would_replace_an_input_is_refused() {
    let sandbox = Sandbox::with_fit();
    for args in [
        &["fit", "runs.csv", "-o", "runs.csv"][..],
        &["fit", "mixtures.csv", "losses.csv", "-o", "./losses.csv"],
        &["propose", "fit.json", "-o", "fit.json"],
        &[
            "predict",
            "fit.json",
            "--mixtures",
            "mixtures.csv",
            "-o",
            "mixtures.csv",
        ],
        &[
            "proxy",
            "--domain",
            "a=runs.csv",
            "--domain",
            "b=losses.csv",
            "-o",
            "losses.csv",
        ],
    ] {
        says(
            &sandbox.refused(args),
            &["the output would replace an input", "choose another output"],
        );
    }
    let both = [
        "proxy",
        "--domain",
        "a=runs.csv",
        "-o",
        "x.csv",
        "--unique-bytes",
        "x.csv",
    ];
    says(
        &sandbox.refused(&both),
        &["--unique-bytes: expected another file than the run table"],
    );
}

#[test]
fn a_run_table_that_cannot_be_read_is_named() {
    let sandbox = Sandbox::with_runs();
    says(
        &sandbox.refused(&["fit", "none.csv", "-o", "fit.json"]),
        &["cannot read \"none.csv\": "],
    );
    says(
        &sandbox.refused(&["fit", ".", "-o", "fit.json"]),
        &["cannot read \".\": "],
    );
    says(
        &sandbox.refused(&["compare", "runs.csv", "none.csv"]),
        &["cannot read \"none.csv\": "],
    );
}
