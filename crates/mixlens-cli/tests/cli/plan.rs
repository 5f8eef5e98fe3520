//! `plan`, `temper`, `unimax` and `check`: from mixtures to tokens, epochs and trainers' configs,
//! and back.

use serde_json::Value;

use super::sandbox::Sandbox;

const UNIQUE: &str = "web=2T,code=100B,wiki=20B";
const TOY: [&str; 6] = [
    "plan",
    "web=0.80,code=0.15,wiki=0.05",
    "--training-tokens",
    "1T",
    "--unique-tokens",
    UNIQUE,
];

fn near(found: &Value, expected: f64) {
    let number = found
        .as_f64()
        .unwrap_or_else(|| panic!("{found} is no number"));
    assert!(
        (number - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{number} is not {expected}"
    );
}

fn levels(found: &Value) -> Vec<(String, String)> {
    let checks = found["checks"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    checks
        .map(|check| (text(&check["id"]), text(&check["level"])))
        .collect()
}

#[test]
fn the_toy_plan_keeps_the_contract() {
    let found = Sandbox::empty().object(&TOY);
    assert_eq!(found["version"], 1);
    let phase = &found["phases"][0];
    near(&phase["training_tokens"], 1e12);
    for (domain, part, epochs) in [("web", 0.80, 0.4), ("code", 0.15, 1.5), ("wiki", 0.05, 2.5)] {
        near(&phase["mixture"][domain], part);
        near(&phase["epochs"][domain], epochs);
        near(&found["total"]["epochs"][domain], epochs);
        assert_eq!(found["total"]["lights"][domain], "green");
    }
    near(&found["total"]["largest_budget"], 1.6e12);
    near(&found["total"]["capacity"], 8.48e12);
    let (effective, lost) = (
        &found["total"]["effective_tokens"],
        found["total"]["lost_tokens"].as_f64().unwrap(),
    );
    near(effective, 1e12 - lost);
    assert!(lost > 0.0);
    for (id, level) in levels(&found) {
        assert_eq!(level, "ok", "{id}");
    }
    for check in found["checks"].as_array().unwrap() {
        assert!(check["text"].as_str().is_some_and(|text| !text.is_empty()));
    }
}

#[test]
fn the_table_shows_what_the_object_says() {
    let text = Sandbox::empty().done(&TOY).stdout;
    for part in [
        "1T training tokens",
        "wiki",
        "5.00 %",
        "50B",
        "2.50",
        "green",
        "8.00 %",
        "×5.30",
        "ok    ",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn phases_are_parts_of_the_run_or_have_tokens_of_their_own() {
    let sandbox = Sandbox::empty();
    let common = [
        "plan",
        "web=9,code=1",
        "web=1,code=1",
        "--unique-tokens",
        "web=1T,code=100B",
    ];
    let by_parts = sandbox.object(
        &[
            &common[..],
            &["--training-tokens", "1T", "--phases", "0.8,0.2"],
        ]
        .concat(),
    );
    let by_tokens = sandbox.object(&[&common[..], &["--training-tokens", "800B,200B"]].concat());
    assert_eq!(by_parts, by_tokens);
    near(&by_parts["total"]["mixture"]["code"], 0.18);
    near(&by_parts["total"]["epochs"]["code"], 1.8);
    near(&by_parts["phases"][1]["epochs"]["code"], 1.0);
    let text = sandbox
        .done(&[&common[..], &["--training-tokens", "800B,200B"]].concat())
        .stdout;
    assert!(
        text.contains("1T training tokens in 2 phases: 800B (80.00 %), 200B (20.00 %)"),
        "{text}"
    );
    assert!(
        text.contains("whole run") && text.contains("epochs 2"),
        "{text}"
    );
}

#[test]
fn a_wish_is_moved_onto_the_caps() {
    let sandbox = Sandbox::empty();
    let args = [
        "plan",
        "web=.5,code=.3,wiki=.2",
        "--training-tokens",
        "1T",
        "--unique-tokens",
        UNIQUE,
        "--onto-caps",
    ];
    for (how, expected) in [
        ("fill", [0.575, 0.345, 0.08]),
        ("nearest", [0.56, 0.36, 0.08]),
    ] {
        let found = sandbox.object(&[&args[..], &[how]].concat());
        for (domain, part) in ["web", "code", "wiki"].into_iter().zip(expected) {
            near(&found["phases"][0]["mixture"][domain], part);
        }
        assert!(
            levels(&found).iter().all(|(_, level)| level != "fail"),
            "{found}"
        );
    }
    let over = sandbox.object(&args[..6]);
    assert!(
        levels(&over).contains(&("epochs".to_owned(), "fail".to_owned())),
        "{over}"
    );
    let caps = sandbox.object(&[&args[..6], &["--cap", "wiki=10"]].concat());
    assert!(
        !levels(&caps).contains(&("epochs".to_owned(), "fail".to_owned())),
        "{caps}"
    );
}

#[test]
fn without_training_tokens_the_most_that_keep_the_caps_are_used() {
    let sandbox = Sandbox::empty();
    let ran = sandbox.done(&[
        "plan",
        "web=0.8,code=0.2",
        "--unique-tokens",
        "web=2T,code=100B",
        "--json",
    ]);
    assert!(
        ran.stderr
            .contains("the maximum within the caps is used, 2T; code is the limiting domain"),
        "{}",
        ran.stderr
    );
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    near(&found["phases"][0]["training_tokens"], 2e12);
    near(&found["total"]["epochs"]["code"], 4.0);
}

#[test]
fn every_export_is_checked_to_the_plan_it_was_written_from() {
    let sandbox = Sandbox::empty();
    let common = [
        &TOY[..],
        &[
            "--batch-tokens",
            "4M",
            "--sequence-tokens",
            "4k",
            "--path",
            "/data/{domain}",
        ],
    ]
    .concat();
    let formats = "regmix llm-foundry megatron megatron-args gpt-neox nemo megatron-bridge \
                  hugging-face olmo-core olmix nanotron \
                   levanter marin torchtitan mixtera json csv";
    for format in formats.split_whitespace() {
        sandbox.done(&[&common[..], &["--export", format, "-o", "out"]].concat());
        let checked = sandbox.object(&[
            "check",
            "out",
            "--unique-tokens",
            UNIQUE,
            "--training-tokens",
            "1T",
        ]);
        let mixture = checked["phases"][0]["mixture"].as_object().unwrap();
        for (domain, part) in [("web", 0.80), ("code", 0.15), ("wiki", 0.05)] {
            let named = mixture
                .iter()
                .find(|(name, _)| name.rsplit('/').next() == Some(domain));
            near(
                named.unwrap_or_else(|| panic!("{format}: {checked}")).1,
                part,
            );
        }
        if format == "csv" {
            continue;
        }
        assert_eq!(checked["format"], format);
        assert!(
            levels(&checked).iter().all(|(_, level)| level != "fail"),
            "{format}: {checked}"
        );
        let again = sandbox.object(&[
            "plan",
            "out",
            "--unique-tokens",
            UNIQUE,
            "--training-tokens",
            "1T",
        ]);
        assert_eq!(
            again["total"]["effective_tokens"], checked["total"]["effective_tokens"],
            "{format}"
        );
    }
    let text = sandbox.read("out");
    assert!(text.starts_with(
        "run,domain,proportion,training_tokens,epochs\n\
             phase_1,web,0.8000000000,800000000000,0.400000\n"
    ));
    sandbox.done(&[&common[..], &["--export", "markdown", "-o", "plan.md"]].concat());
    assert!(
        sandbox
            .read("plan.md")
            .contains("| wiki | 0.0500000000 | 2.50 |")
    );
}

#[test]
fn staged_configs_keep_their_phases() {
    let sandbox = Sandbox::empty();
    let plan = [
        "plan",
        "web=9,code=1",
        "web=1,code=1",
        "--training-tokens",
        "800B,200B",
        "--batch-tokens",
        "4M",
    ];
    let expected = sandbox.object(&plan);
    for format in ["nanotron", "levanter", "marin", "mixtera"] {
        sandbox.done(&[&plan[..], &["--export", format, "-o", "out"]].concat());
        let found = sandbox.object(&[
            "check",
            "out",
            "--training-tokens",
            "1T",
            "--batch-tokens",
            "4M",
        ]);
        for place in 0..2 {
            near(
                &found["phases"][place]["training_tokens"],
                expected["phases"][place]["training_tokens"]
                    .as_f64()
                    .unwrap(),
            );
            near(
                &found["phases"][place]["mixture"]["code"],
                expected["phases"][place]["mixture"]["code"]
                    .as_f64()
                    .unwrap(),
            );
        }
        let message = sandbox.refused(&["check", "out", "--training-tokens", "1T"]);
        assert_eq!(
            message,
            "the phases begin at steps; give --batch-tokens and --training-tokens to determine \
             their lengths"
        );
    }
    sandbox.done(&[&plan[..], &["-o", "plan.json"]].concat());
    assert_eq!(
        sandbox.object(&["plan", "plan.json"])["phases"],
        expected["phases"],
        "our own file keeps everything"
    );
    let refused = sandbox.refused(&[&plan[..], &["--export", "regmix", "-o", "x.yaml"]].concat());
    assert_eq!(
        refused,
        "--export: regmix holds one mixture, the plan has 2 phases; choose one by its number"
    );
    sandbox.done(
        &[
            &plan[..],
            &["--export", "regmix", "--phase", "2", "-o", "x.yaml"],
        ]
        .concat(),
    );
    assert!(sandbox.read("x.yaml").contains("train_code: 0.5000000000"));
}

#[test]
fn heads_of_configs_say_where_a_mixture_comes_from() {
    let sandbox = Sandbox::empty();
    sandbox.write("mine.json", r#"{"mixture": {"web": 0.75, "code": 0.25}}"#);
    let args = [
        "plan",
        "mine.json",
        "--training-tokens",
        "1T",
        "--unique-tokens",
        "web=3T,code=1T",
        "--export",
        "olmix",
        "-o",
        "o.yaml",
    ];
    sandbox.done(&args);
    let text = sandbox.read("o.yaml");
    for part in [
        "# mixture: mine.json (FNV-1a ",
        "# baseline natural: web 0.7500000000",
        "# epochs: web 0.250, code 0.250",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    sandbox.done(&[&args[..], &["--baseline", "web=1,code=1"]].concat());
    assert!(
        sandbox
            .read("o.yaml")
            .contains("# baseline given: web 0.5000000000")
    );
}

#[test]
fn shares_of_documents_become_shares_of_tokens() {
    let sandbox = Sandbox::empty();
    let args = [
        "plan",
        "books=1,pages=1",
        "--training-tokens",
        "101B",
        "--unit",
        "documents",
    ];
    let found =
        sandbox.object(&[&args[..], &["--tokens-per-unit", "books=100000,pages=1000"]].concat());
    near(&found["total"]["tokens"]["books"], 100e9);
    let unknown = sandbox.object(&args);
    assert!(
        levels(&unknown).contains(&("unit".to_owned(), "warn".to_owned())),
        "{unknown}"
    );
}

#[test]
fn repetition_filters_and_proxies_are_told() {
    let sandbox = Sandbox::empty();
    let args = [
        "plan",
        "web=1",
        "--training-tokens",
        "300B",
        "--unique-tokens",
        "web=100B",
    ];
    let before = sandbox.object(&args);
    near(&before["total"]["epochs"]["web"], 3.0);
    let kept = sandbox.object(
        &[
            &args[..],
            &[
                "--keep",
                "web=0.46",
                "--max-epochs",
                "7",
                "--proxy-tokens",
                "1B",
            ],
        ]
        .concat(),
    );
    near(&kept["total"]["epochs"]["web"], 300.0 / 46.0);
    let value = kept["total"]["effective_tokens"].as_f64().unwrap() / 3e11;
    assert!((value - 0.865).abs() < 1e-3, "{value}");
    let ids: Vec<String> = levels(&kept).into_iter().map(|(id, _)| id).collect();
    assert!(
        ids.contains(&"filter".to_owned()) && ids.contains(&"proxy_match".to_owned()),
        "{ids:?}"
    );
    let patient = sandbox.object(&[&args[..], &["--repetition", "web=100"]].concat());
    assert!(
        patient["total"]["effective_tokens"].as_f64()
            > before["total"]["effective_tokens"].as_f64()
    );
}

#[test]
fn lengths_of_a_late_phase_are_swept() {
    let sandbox = Sandbox::empty();
    let args = [
        "plan",
        "cc=34.35,small=36.70,domain=7.17,code=21.78",
        "cc=0,small=30,domain=35,code=35",
    ];
    let args = [
        &args[..],
        &["--training-tokens", "1T", "--sweep", "0,0.05,0.2"],
    ]
    .concat();
    let found = sandbox.object(&args);
    assert_eq!(found["sweep"].as_array().unwrap().len(), 3);
    let mean = found["sweep"][2]["mixture"]["domain"].as_f64().unwrap();
    assert!((mean - 0.1274).abs() < 1e-4, "{mean}");
    let text = sandbox.done(&args).stdout;
    assert!(
        text.contains("lengths of the late phase")
            && text.contains("GSM8K")
            && text.contains("24.56"),
        "{text}"
    );
}

#[test]
fn temperatures_lie_between_natural_and_uniform() {
    let sandbox = Sandbox::empty();
    let common = [
        "temper",
        "--unique-tokens",
        "en=2733B,it=162B,zh=39B,sw=1B",
        "--training-tokens",
        "100B",
    ];
    let found = sandbox.object(&[&common[..], &["--temperature", "5"]].concat());
    let part = |found: &Value, domain: &str| found["total"]["mixture"][domain].as_f64().unwrap();
    assert!((part(&found, "sw") - 0.093_329).abs() < 1e-6);
    assert_eq!(
        sandbox.object(&[&common[..], &["--exponent", "0.2"]].concat()),
        found
    );
    let text = sandbox
        .done(&[&common[..], &["--temperature", "5"]].concat())
        .stdout;
    assert!(text.contains("29.832 at temperature 5"), "{text}");
    let cooled = sandbox.object(&[&common[..], &["--cooldown", "0.5=5,0.5=1"]].concat());
    assert_eq!(cooled["phases"].as_array().unwrap().len(), 2);
    assert!((part(&cooled, "en") - 0.692_739).abs() < 1e-6);
}

#[test]
fn unimax_is_even_below_its_cap() {
    let sandbox = Sandbox::empty();
    let args = [
        "unimax",
        "--unique-tokens",
        "a=1000B,b=300B,c=50B,d=5B,e=1B",
        "--training-tokens",
        "600B",
        "--max-epochs",
        "5",
    ];
    let found = sandbox.object(&args);
    for (domain, tokens) in [
        ("a", 190e9),
        ("b", 190e9),
        ("c", 190e9),
        ("d", 25e9),
        ("e", 5e9),
    ] {
        near(&found["total"]["tokens"][domain], tokens);
    }
    let short = [
        "unimax",
        "--unique-tokens",
        "a=10B,b=5B,c=1B",
        "--training-tokens",
        "100B",
    ];
    let found = sandbox.object(&short);
    near(&found["unspent_tokens"], 36e9);
    assert!(levels(&found).contains(&("unspent".to_owned(), "warn".to_owned())));
}

#[test]
fn check_tells_what_is_off() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "p.py",
        "ds = interleave_datasets([a, b], probabilities=[70, 30], seed=0)\n",
    );
    let found = sandbox.object(&["check", "p.py"]);
    assert_eq!(
        (&found["format"], &found["total"]),
        (&"hugging-face".into(), &Value::Null)
    );
    assert!(
        levels(&found).contains(&("weights_sum".to_owned(), "fail".to_owned())),
        "{found}"
    );
    let text = sandbox.done(&["check", "p.py"]).stdout;
    assert!(
        text.contains(
            "FAIL  the proportions sum to 100, the trainer requires 1; they look like per cent"
        ),
        "{text}"
    );
    assert!(
        text.contains("documents: where they differ in length"),
        "{text}"
    );
    sandbox.write(
        "o.yaml",
        "sources:\n- {source_name: web, target_ratio: 0.9, paths: [x]}\n- \
                            {source_name: code, target_ratio: 0.1, paths: [y]}\n",
    );
    let over = sandbox.object(&[
        "check",
        "o.yaml",
        "--unique-tokens",
        "web=2T,code=50B",
        "--training-tokens",
        "1T",
    ]);
    let over: Vec<&str> = over["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["text"].as_str())
        .collect();
    assert!(
        over.contains(&"code is read 2.00 times, more than its cap of 1 (green)"),
        "{over:?}"
    );
    sandbox.write(
        "s.yaml",
        "streams:\n  web: {local: x, repeat: 0.5}\n  code: {local: y, repeat: 2}\n",
    );
    let found = sandbox.object(&["check", "s.yaml", "--unique-tokens", "web=100B,code=100B"]);
    near(&found["phases"][0]["mixture"]["code"], 0.8);
    let message = sandbox.refused(&["check", "s.yaml"]);
    assert!(
        message.contains("epochs of \"web\"") && message.contains("--unique-tokens"),
        "{message}"
    );
}

#[test]
fn bad_plans_name_the_field() {
    let sandbox = Sandbox::empty();
    sandbox.write("bad.yaml", "data:\n  train_weights:\n    web: lots\n");
    sandbox.write("two.csv", "index,web,code\n1,0.5,0.5\n2,0.6,0.4\n");
    let cases: [(&[&str], &str); 16] = [
        (&["plan", "web=1"], "--training-tokens is missing"),
        (
            &["plan", "web=1,code=x"],
            "mixture \"web=1,code=x\": expected",
        ),
        (
            &["plan", "web=-1,code=2", "--training-tokens", "1T"],
            "domain \"web\": expected a finite weight of zero or more, found -1",
        ),
        (
            &["plan", "none.json", "--training-tokens", "1T"],
            "MIXTURE, which takes DOMAIN=WEIGHT,… or a file",
        ),
        (
            &["plan", "two.csv", "--training-tokens", "1T"],
            "expected one mixture, found 2, in \"two.csv\"",
        ),
        (
            &["plan", "bad.yaml", "--training-tokens", "1T"],
            "\"bad.yaml\", line 3, column `web`: expected a weight of zero or more, found \"lots\"",
        ),
        (
            &["plan", "web=1", "--training-tokens", "many"],
            "--training-tokens: expected",
        ),
        (
            &["plan", "web=1", "--training-tokens", "0"],
            "parameter `training-tokens`",
        ),
        (
            &["plan", "web=1", "--training-tokens", "1T,2T"],
            "--training-tokens: expected one number, or one for each of 1 phases, found 2",
        ),
        (
            &[
                "plan",
                "web=1",
                "--training-tokens",
                "1T",
                "--phases",
                "0.5",
            ],
            "--phases: expected fractions above zero that sum to 1, found a sum of 0.5",
        ),
        (
            &[
                "plan",
                "web=1",
                "--training-tokens",
                "1T",
                "--unique-tokens",
                "wbe=1T",
            ],
            "--unique-tokens: no domain is called \"wbe\"; known are web",
        ),
        (
            &["plan", "web=1", "--training-tokens", "1T", "--cap", "web=0"],
            "parameter `max-epochs`",
        ),
        (
            &[
                "plan",
                "web=1",
                "--training-tokens",
                "1T",
                "--repetition",
                "web=-1",
            ],
            "--repetition, domain \"web\"",
        ),
        (
            &[
                "plan",
                "web=1",
                "--training-tokens",
                "1T",
                "--export",
                "axolotl",
                "-o",
                "x",
            ],
            "--export: no format is called \"axolotl\"; known are regmix",
        ),
        (
            &[
                "plan",
                "a b=1",
                "--training-tokens",
                "1T",
                "--export",
                "olmix",
                "-o",
                "x",
            ],
            "--export: olmix: expected domain names of letters",
        ),
        (
            &["temper", "--temperature", "0", "--unique-tokens", "a=1T"],
            "--temperature: parameter `temperature`",
        ),
    ];
    for (args, expected) in cases {
        let message = sandbox.refused(args);
        assert!(message.contains(expected), "{args:?}: {message}");
    }
    assert!(!sandbox.path("x").exists());
    for args in [
        &["plan"][..],
        &["temper", "--unique-tokens", "a=1"],
        &["plan", "web=1", "--export", "olmix"],
        &["check"],
    ] {
        assert_eq!(sandbox.run(args).code, Some(2), "{args:?}");
    }
}
