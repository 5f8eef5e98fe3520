//! Names of domains, metrics, runs and files that are commands elsewhere stay names: in tables,
//! notices, errors and files.

use super::sandbox::Sandbox;

/// What terminals, spreadsheets, YAML, Markdown and HTML would obey, each at the beginning of a
/// name too.
const HOSTILE: [&str; 12] = [
    "\u{1b}]0;title\u{7}x",
    "\u{1b}[2Jclear",
    "\u{9b}2Jclear",
    "a\u{2028}name: evil # x",
    "a\u{2029}- evil",
    "line\nbreak: evil",
    "\u{202e}reversed",
    "=1+cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@sum(1)",
    "<img src=x onerror=alert(1)>|`x`[y](javascript:z)",
];

/// A table of runs over three domains in which every name is `name`, quoted as CSV does it.
fn table(name: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = [
        "run",
        &format!("train_{name}"),
        "train_b",
        "train_c",
        &format!("{name}_loss"),
    ]
    .map(quoted)
    .join(",");
    for row in 1..=24_u32 {
        let (a, b) = (f64::from(row) / 40.0, f64::from(row * 7 % 11) / 40.0);
        let id = quoted(&format!("{name}{row}"));
        text += &format!(
            "\n{id},{a},{b},{},{}",
            1.0 - a - b,
            3.0 - a + f64::from(row * 5 % 7) / 100.0
        );
    }
    text
}

/// Nothing in text for people may be obeyed by a terminal.
fn assert_shown(what: &str, text: &str) {
    let obeyed = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(obeyed), "{what}: {text:?}");
}

#[test]
fn terminals_see_names_and_obey_none() {
    for name in HOSTILE {
        let sandbox = Sandbox::empty();
        sandbox.write("runs.csv", table(name));
        let args = [
            "fit",
            "runs.csv",
            "--surrogate",
            "ridge",
            "--intervals",
            "-o",
            "fit.json",
        ];
        let mut runs = vec![sandbox.run(&args)];
        assert_eq!(runs[0].code, Some(0), "{name:?}: {}", runs[0].stderr);
        for args in [
            &["propose", "fit.json"][..],
            &["explain", "fit.json"],
            &["survey", "fit.json", "--samples", "1000"],
            &["score", "fit.json", "runs.csv"],
            &[
                "compare",
                "runs.csv",
                "--surrogate",
                "ridge",
                "--folds",
                "3",
            ],
            &["predict", "fit.json", "--mixtures", "runs.csv"],
            &["design", "fit.json", "--next", "2", "-o", "next.csv"],
            &["propose", "fit.json", "--upper", &format!("{name}=0.1")],
            &["propose", "fit.json", "--metric", &format!("no {name}")],
            &[
                "fit",
                &format!("no {name}.csv").replace('/', ""),
                "-o",
                "x.json",
            ],
            &["fit", "runs.csv", "--surrogate", name, "-o", "x.json"],
            &["propose", "fit.json", name],
        ] {
            runs.push(sandbox.run(args));
            runs.push(sandbox.run(&[args, &["--json"]].concat()));
        }
        for ran in runs {
            assert!(matches!(ran.code, Some(0..=2)), "{name:?}: {}", ran.stderr);
            assert_shown("stdout", &ran.stdout);
            assert_shown("stderr", &ran.stderr);
        }
    }
}

/// The rows of CSV text, cells unquoted.
fn cells(text: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    reader
        .records()
        .flat_map(|record| {
            record
                .unwrap()
                .iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn spreadsheets_compute_nothing_and_names_come_back() {
    for name in HOSTILE {
        let sandbox = Sandbox::empty();
        sandbox.write("runs.csv", table(name));
        sandbox.done(&["fit", "runs.csv", "--surrogate", "ridge", "-o", "fit.json"]);
        sandbox.done(&[
            "predict",
            "fit.json",
            "--mixtures",
            "runs.csv",
            "-o",
            "predicted.csv",
        ]);
        sandbox.done(&[
            "survey",
            "fit.json",
            "--samples",
            "1000",
            "-o",
            "survey.csv",
        ]);
        sandbox.done(&["design", "fit.json", "--next", "2", "-o", "next.csv"]);
        for file in ["predicted.csv", "survey.csv", "next.csv"] {
            for cell in cells(&sandbox.read(file)) {
                let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
                    && cell.parse::<f64>().is_err();
                assert!(!is_formula, "{file}: {cell:?}");
            }
        }
        // The proposed runs are over the same domains, so their file is read as mixtures of the
        // fit.
        sandbox.done(&["predict", "fit.json", "--mixtures", "next.csv"]);
    }
}

#[test]
fn configs_and_documents_hold_no_more_than_was_written_into_them() {
    let formats = [
        "regmix",
        "llm-foundry",
        "megatron",
        "megatron-args",
        "gpt-neox",
        "nemo",
        "megatron-bridge",
        "hugging-face",
        "olmo-core",
        "olmix",
        "nanotron",
        "levanter",
        "marin",
        "torchtitan",
        "mixtera",
        "json",
        "csv",
        "markdown",
    ];
    for name in HOSTILE {
        let sandbox = Sandbox::empty();
        let file = format!("./{}.csv", name.replace('/', "")).replace('\0', "");
        sandbox.write(&file, "a,b\n0.5,0.5\n");
        sandbox.write("plain.csv", "a,b\n0.5,0.5\n");
        let plan = |input: &str, format: &str, output: &str| {
            let args = [
                "plan",
                input,
                "--training-tokens",
                "1T",
                "--unique-tokens",
                "a=1T,b=1T",
                "--batch-tokens",
                "1M",
            ];
            sandbox.run(
                &[
                    &args[..],
                    &[
                        "--baseline",
                        "./plain.csv",
                        "--export",
                        format,
                        "-o",
                        output,
                    ],
                ]
                .concat(),
            )
        };
        for format in formats {
            let (ran, plain) = (
                plan(&file, format, "odd"),
                plan("plain.csv", format, "even"),
            );
            assert_eq!(
                (ran.code, plain.code),
                (Some(0), Some(0)),
                "{format}: {}{}",
                ran.stderr,
                plain.stderr
            );
            let (odd, even) = (sandbox.read("odd"), sandbox.read("even"));
            let ends_line =
                |c: char| c.is_control() && c != '\n' || matches!(c, '\u{2028}' | '\u{2029}');
            assert!(!odd.contains(ends_line), "{format}: {odd}");
            // A name of a file stands in comments alone: what a trainer reads is the same.
            let read = |text: &str| -> Vec<String> {
                let is_said =
                    |line: &&str| !line.trim_start().starts_with('#') && !line.contains(".csv");
                text.lines().filter(is_said).map(str::to_owned).collect()
            };
            assert_eq!(read(&odd), read(&even), "{format}");
        }
        // As the name of a domain it is refused, or escaped in the formats that can hold any text.
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        sandbox.write("domain.csv", format!("{quoted},b\n0.5,0.5\n"));
        for format in formats {
            let args = [
                "plan",
                "domain.csv",
                "--training-tokens",
                "1T",
                "--batch-tokens",
                "1M",
                "--export",
                format,
            ];
            let ran = sandbox.run(&[&args[..], &["-o", "domain.out"]].concat());
            let takes_any = ["json", "csv", "markdown"].contains(&format);
            assert_eq!(
                ran.code,
                Some(if takes_any { 0 } else { 1 }),
                "{format} {name:?}: {}",
                ran.stderr
            );
            assert_shown("stderr", &ran.stderr);
        }
    }
}
