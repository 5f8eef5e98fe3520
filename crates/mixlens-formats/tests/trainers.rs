//! Every trainer's config is read back to the plan it was written from.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may unwrap and index"
)]

use std::sync::Arc;

use mixlens_core::plan::{Check, CheckLevel, Phase, Plan};
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::supply::{Unit, convert};
use mixlens_formats::{
    ExportError, NamedBytes, PhaseStart, PlanSheet, TrainerConfig, TrainerFormat, WeightKind,
    import_mixtures, read_trainer_config, write_plan,
};
use proptest::prelude::*;

fn domains(count: usize) -> Arc<DomainSet> {
    DomainSet::new(
        [
            "web",
            "code",
            "wiki_en",
            "books.v2",
            "q-a",
            "maths/arxiv",
            "x7",
        ]
        .into_iter()
        .take(count),
    )
    .unwrap()
}

fn plan(phases: &[&[f64]]) -> Plan {
    let domains = domains(phases[0].len());
    let phase = |weights: &&[f64]| Phase {
        training_tokens: 4e11,
        mixture: Mixture::from_weights(&domains, weights).unwrap().0,
    };
    let unique = (0..domains.len())
        .map(|index| (index != 1).then_some(1e11 * (index + 1) as f64))
        .collect();
    Plan::new(phases.iter().map(phase).collect(), unique).unwrap()
}

fn read(text: &str) -> TrainerConfig {
    read_trainer_config(&NamedBytes::new("config", text))
        .unwrap_or_else(|problem| panic!("{problem}\n{text}"))
}

fn problem(text: &str) -> String {
    read_trainer_config(&NamedBytes::new("config", text))
        .unwrap_err()
        .to_string()
}

/// What a config says of each of the domains; those that are left out count zero.
fn parts(config: &TrainerConfig, phase: usize, names: &[String]) -> Vec<f64> {
    let mixture = &config.mixtures().unwrap()[phase];
    names
        .iter()
        .map(|name| {
            mixture
                .domains()
                .index_of(name)
                .map_or(0.0, |index| mixture.parts()[index])
        })
        .collect()
}

fn is_staged(format: TrainerFormat) -> bool {
    use TrainerFormat::{Json, Levanter, Marin, Mixtera, Nanotron};
    matches!(format, Nanotron | Levanter | Marin | Mixtera | Json)
}

fn is_document(format: TrainerFormat) -> bool {
    matches!(format, TrainerFormat::Csv | TrainerFormat::Markdown)
}

/// The decimals of a text, added without rounding; those of `weight: 1.0` and the like are no
/// proportions.
fn units_of_decimals(text: &str) -> u64 {
    let words = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    let long = words
        .filter_map(|word| word.split_once('.'))
        .filter(|(_, fraction)| fraction.len() == 10);
    long.map(|(whole, fraction)| {
        whole.parse::<u64>().unwrap() * 10_u64.pow(10) + fraction.parse::<u64>().unwrap()
    })
    .sum()
}

proptest! {
    #[test]
    fn every_config_is_read_back_within_1e_9(
        weights in prop::collection::vec(prop_oneof![4 => 0.0001..1.0_f64, 1 => Just(0.0)], 2..=7),
        late in prop::collection::vec(prop_oneof![4 => 0.0001..1.0_f64, 1 => Just(0.0)], 7),
    ) {
        let late = &late[..weights.len()];
        prop_assume!(weights.iter().sum::<f64>() > 0.0 && late.iter().sum::<f64>() > 0.0);
        let plan = plan(&[&weights, late]);
        let names = plan.domains().names();
        let caps = vec![4.0; names.len()];
        for format in TrainerFormat::ALL.into_iter().filter(|format| !is_document(*format)) {
            let mut sheet = PlanSheet { batch_tokens: Some(4e6), ..PlanSheet::new(&plan, &caps) };
            for phase in 0..2 {
                sheet.phase = (!is_staged(format)).then_some(phase);
                let text = write_plan(&sheet, format).unwrap();
                let config = read(&text);
                prop_assert_eq!(config.format, format, "{}", text);
                let found = parts(&config, if is_staged(format) { phase } else { 0 }, names);
                for (found, part) in found.iter().zip(plan.phases()[phase].mixture.parts()) {
                    let error = (found - part).abs();
                    prop_assert!(error < 1e-9, "{}: {} for {}\n{}", format, found, part, text);
                }
                if is_staged(format) && format != TrainerFormat::Json {
                    prop_assert_eq!(config.phases[1].start, PhaseStart::Step(1e5));
                    prop_assert_eq!(units_of_decimals(&text), 2 * 10_u64.pow(10), "{}", text);
                } else if format != TrainerFormat::Json {
                    prop_assert_eq!(units_of_decimals(&text), 10_u64.pow(10), "{}", text);
                }
                let is_bad = |check: &&Check| check.level != CheckLevel::Ok;
                let fails: Vec<_> = config.findings.iter().filter(is_bad).collect();
                prop_assert!(fails.is_empty(), "{}: {:?}\n{}", format, fails, text);
            }
        }
    }

    /// Configs cut off or damaged anywhere are read or refused, never more.
    #[test]
    fn damaged_configs_are_told(cut in 0.0..1.0_f64, with in "[ \\[\\]{}():,\"'a0#\\-\n]{0,4}") {
        let plan = plan(&[&[3.0, 1.0, 0.5]]);
        for format in TrainerFormat::ALL {
            let text = write_plan(&PlanSheet::new(&plan, &[4.0; 3]), format).unwrap();
            let at = (cut * text.len() as f64) as usize;
            let damaged = format!("{}{with}{}", &text[..at], &text[(at + 3).min(text.len())..]);
            drop(read_trainer_config(&NamedBytes::new("config", damaged)));
            drop(read_trainer_config(&NamedBytes::new("config", &text[..at])));
        }
    }
}

#[test]
fn every_header_says_what_the_numbers_mean() {
    let plan = plan(&[&[3.0, 1.0]]);
    let baseline = Mixture::uniform(plan.domains());
    let provenance = [("fit".to_owned(), "fit.json\nsecond line".to_owned())];
    for format in TrainerFormat::ALL {
        let sheet = PlanSheet {
            baseline: Some(("uniform", &baseline)),
            provenance: &provenance,
            ..PlanSheet::new(&plan, &[4.0; 2])
        };
        let text = write_plan(&sheet, format).unwrap();
        if matches!(format, TrainerFormat::Csv | TrainerFormat::MegatronArgs) {
            continue; // formats without comments
        }
        let version = format!("mixlens {}", env!("CARGO_PKG_VERSION"));
        for part in [version.as_str(), "meaning", "epochs", "uniform", "fit.json"] {
            assert!(text.contains(part), "{format}: {part} is not in\n{text}");
        }
        if format != TrainerFormat::Json {
            assert!(
                text.contains("epochs: web 3.000") && text.contains("400B training tokens"),
                "{format}:\n{text}"
            );
        }
    }
}

#[test]
fn the_json_file_is_read_back_to_the_bit() {
    let plan = plan(&[&[0.1, 0.2, 0.7], &[1.0, 1e-7, 0.0]]);
    let config = read(
        &write_plan(
            &PlanSheet::new(&plan, &[4.0, 5.0, 6.0]),
            TrainerFormat::Json,
        )
        .unwrap(),
    );
    for (phase, read) in plan.phases().iter().zip(&config.phases) {
        let weights: Vec<f64> = read.weights.iter().map(|(_, weight)| *weight).collect();
        assert_eq!(
            (weights.as_slice(), read.training_tokens),
            (phase.mixture.parts(), Some(phase.training_tokens))
        );
    }
    assert_eq!(
        config.unique_tokens,
        [("web".to_owned(), 1e11), ("wiki_en".to_owned(), 3e11)]
    );
    assert_eq!(config.max_epochs[2], ("wiki_en".to_owned(), 6.0));
}

#[test]
fn tables_are_mixtures_that_every_command_reads() {
    let plan = plan(&[&[3.0, 1.0], &[1.0, 1.0]]);
    let text = write_plan(&PlanSheet::new(&plan, &[4.0; 2]), TrainerFormat::Csv).unwrap();
    let read = import_mixtures(&NamedBytes::new("plan.csv", text), None).unwrap();
    let parts: Vec<(&str, &[f64])> = read
        .mixtures
        .iter()
        .map(|(id, mixture)| (id.as_str(), mixture.parts()))
        .collect();
    assert_eq!(
        parts,
        [("phase_1", &[0.75, 0.25][..]), ("phase_2", &[0.5, 0.5])]
    );
    let text = write_plan(&PlanSheet::new(&plan, &[4.0; 2]), TrainerFormat::Markdown).unwrap();
    assert!(
        text.contains("| web | 0.7500000000 | 0.5000000000 | 0.6250000000 | 5.00 |"),
        "{text}"
    );
}

#[test]
fn shares_of_documents_are_converted() {
    let plan = plan(&[&[1.0, 1.0]]);
    let means = [1e5, 1e3];
    let sheet = PlanSheet {
        tokens_per_document: Some(&means),
        ..PlanSheet::new(&plan, &[4.0; 2])
    };
    let text = write_plan(&sheet, TrainerFormat::HuggingFace).unwrap();
    assert!(
        text.contains("converted from shares of tokens by mean tokens per document"),
        "{text}"
    );
    let config = read(&text);
    assert_eq!(
        (config.unit, config.kind),
        (Unit::Documents, WeightKind::Proportions)
    );
    let documents = &config.mixtures().unwrap()[0];
    assert!((documents.parts()[0] - 1.0 / 101.0).abs() < 1e-9);
    let tokens = convert(documents, Some(&means), None).unwrap();
    assert!(
        (tokens.parts()[0] - 0.5).abs() < 1e-7,
        "{:?}",
        tokens.parts()
    );
    let plain = write_plan(
        &PlanSheet::new(&plan, &[4.0; 2]),
        TrainerFormat::HuggingFace,
    )
    .unwrap();
    assert!(
        plain.contains("mean tokens per document are unknown"),
        "{plain}"
    );
}

#[test]
fn unsafe_names_are_refused_by_every_trainer() {
    for name in [
        "no", "1e5", "inf", "a b", "a: b", "a#b", "f\"g", "h, i", "ünï", "-x", "a:", "$(rm)",
        "a\nb", "{x}",
    ] {
        let domains = DomainSet::new(["web", name]).unwrap();
        let plan = Plan::single(Mixture::uniform(&domains), 1e9, vec![None; 2]).unwrap();
        for format in TrainerFormat::ALL {
            let written = write_plan(&PlanSheet::new(&plan, &[4.0; 2]), format);
            match format {
                TrainerFormat::Json | TrainerFormat::Csv | TrainerFormat::Markdown => {
                    drop(written.unwrap())
                }
                _ => assert_eq!(
                    written,
                    Err(ExportError::UnsafeName {
                        format,
                        name: name.to_owned()
                    })
                ),
            }
        }
    }
    let domains = DomainSet::new(["dclm:science", "web"]).unwrap();
    let plan = Plan::single(Mixture::uniform(&domains), 1e9, vec![None; 2]).unwrap();
    let sheet = PlanSheet::new(&plan, &[4.0; 2]);
    assert!(
        write_plan(&sheet, TrainerFormat::Olmix).is_ok()
            && write_plan(&sheet, TrainerFormat::RegMix).is_err()
    );
    for path in [
        "/data",
        "/a b/{domain}",
        "{domain}{domain}",
        "/x/{domain}\"",
        "{y}/{domain}",
    ] {
        let sheet = PlanSheet {
            path,
            ..PlanSheet::new(&plan, &[4.0; 2])
        };
        let refused = write_plan(&sheet, TrainerFormat::Olmix)
            .unwrap_err()
            .to_string();
        assert!(
            refused.starts_with("path: expected a text such as \"/data/{domain}_text_document\""),
            "{refused}"
        );
    }
}

#[test]
fn phases_go_to_formats_that_can_hold_them() {
    let plan = plan(&[&[3.0, 1.0], &[1.0, 1.0]]);
    let message =
        |sheet: &PlanSheet<'_>, format| write_plan(sheet, format).unwrap_err().to_string();
    let sheet = PlanSheet::new(&plan, &[4.0; 2]);
    assert_eq!(
        message(&sheet, TrainerFormat::RegMix),
        "regmix holds one mixture, the plan has 2 phases; choose one by its number"
    );
    assert_eq!(
        message(&sheet, TrainerFormat::Nanotron),
        "nanotron starts phases at steps; give the tokens of a batch"
    );
    let far = PlanSheet {
        phase: Some(2),
        ..sheet.clone()
    };
    assert_eq!(
        message(&far, TrainerFormat::Nemo),
        "phase: expected a number from 1 to 2, found 3"
    );
    let coarse = PlanSheet {
        batch_tokens: Some(4e12),
        ..sheet.clone()
    };
    assert!(message(&coarse, TrainerFormat::Levanter).contains("phase 1 is shorter than one step"));
    // 4,000,000 tokens in sequences of 4,000: 1,000 a step, so 256 steps are whole blocks of 2,048.
    let aligned = PlanSheet {
        batch_tokens: Some(4e6),
        sequence_tokens: Some(4e3),
        ..sheet.clone()
    };
    let config = read(&write_plan(&aligned, TrainerFormat::Levanter).unwrap());
    assert_eq!(config.phases[1].start, PhaseStart::Step(256.0 * 391.0));
    let second = PlanSheet {
        phase: Some(1),
        ..sheet
    };
    let text = write_plan(&second, TrainerFormat::Olmix).unwrap();
    assert!(
        text.contains("phase 2: 400B training tokens (this file)"),
        "{text}"
    );
    assert!(text.contains("epochs in phase 2: web 2.000"), "{text}");
    assert!(text.contains("repetition_factor: 2.0000"), "{text}");
}

#[test]
fn domains_at_zero_are_kept_or_left_out_as_the_trainer_needs() {
    let plan = plan(&[&[3.0, 1.0, 0.0]]);
    for format in TrainerFormat::ALL {
        let text = write_plan(&PlanSheet::new(&plan, &[4.0; 3]), format).unwrap();
        let body: String = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| format!("{line}\n"))
            .collect();
        use TrainerFormat::{Csv, Json, Levanter, Marin, Markdown, RegMix};
        let kept = matches!(format, RegMix | Levanter | Marin | Json | Csv | Markdown);
        assert_eq!(body.contains("wiki_en"), kept, "{format}\n{text}");
    }
}

/// Files as people write them, not as we do.
#[test]
fn configs_of_others_are_read() {
    let cases = [
        (
            "train:\n  train_the_pile_arxiv: 0.25\n  train_web: 0.75\nvalid:\n  valid_web: \
            1.0\nmodel_name: x\n",
            TrainerFormat::RegMix,
        ),
        (
            "30 data/a_text_document 10 data/b_text_document\n",
            TrainerFormat::MegatronArgs,
        ),
        (
            "#!/bin/bash\nDATA_PATH=x\ntorchrun pretrain_gpt.py \\\n  --data-path 3 /d/a 1 /d/b \
            \\\n  --split 99,1,0 \\\n",
            TrainerFormat::Megatron,
        ),
        (
            r#"{"train": ["3", "/d/a", "1", "/d/b"], "valid": ["/d/v"], "test": null}"#,
            TrainerFormat::Megatron,
        ),
        (
            "# local\n{\n \"train-data-paths\": [\"a\", \"b\"],\n \
             \"train_data_weights\": [3., 1.],\n \"seq-length\": 2048,\n}\n",
            TrainerFormat::NeoX,
        ),
        (
            "model:\n  data:\n    data_prefix: [3, /d/a, 1, /d/b]\n",
            TrainerFormat::Nemo,
        ),
        (
            "cfg = GPTDatasetConfig(random_seed=1, blend=([\"/d/a\", \"/d/b\"], [3, 1]), \
            split=\"9,1,0\")\n",
            TrainerFormat::MegatronBridge,
        ),
        (
            "from datasets import interleave_datasets\nds = interleave_datasets([a, b], \
            probabilities=[0.75, 0.25], seed=1)\n",
            TrainerFormat::HuggingFace,
        ),
        (
            "sources:\n- source_name: a\n  target_ratio: 0.75\n  paths: [x]\n- \
            {source_name: b, target_ratio: 0.25, paths: [y]}\n",
            TrainerFormat::OlmoCore,
        ),
        (
            "mix:\n  \"dclm:science\": {weight: 0.75, repetition_factor: 1}\n  wiki: \
            {weight: 0.25, repetition_factor: 2}\n",
            TrainerFormat::Olmix,
        ),
        (
            "data_stages:\n- name: a\n  start_training_step: 1\n  data:\n    dataset:\n      \
            dataset_folder: [x, y]\n      dataset_weights: [3, 1]\n",
            TrainerFormat::Nanotron,
        ),
        (
            "data:\n  configs: {}\n  train_weights:\n    a: 0.75\n    b: 0.25\n",
            TrainerFormat::Levanter,
        ),
        (
            "data:\n  train_weights:\n    - [0, {a: 3, b: 1}]\n    - [500, {a: 1, b: 1}]\n",
            TrainerFormat::Levanter,
        ),
        (
            "data = lm_varying_mixture_data_config(\n    components={**steps},\n    \
            weights_list=[(0, {\"a\": 3, \"b\": 1}), (n // 2, {\"b\": 1.0})],\n)\n",
            TrainerFormat::Marin,
        ),
        (
            "dataloader=InterleavedHuggingFaceTextDataLoader.Config(\n  \
            sources=[HFDataSource(dataset=\"a\", weight=3.0, infinite=True), \
             HFDataSource(dataset=\"b\")],\n  seed=42,\n),\n",
            TrainerFormat::Torchtitan,
        ),
        (
            "mix = StaticMixture(chunk_size=n, strict=False, \
            mixture={MixtureKey({\"set\": [\"a\"]}): 0.75, \
            MixtureKey({\"set\": [\"b\"]}): 0.25})\n",
            TrainerFormat::Mixtera,
        ),
        (
            r#"{"version": 1, "status": "optimal", "mixture": {"a": 0.75, "b": 0.25}}"#,
            TrainerFormat::Json,
        ),
    ];
    for (text, format) in cases {
        let config = read(text);
        assert_eq!(config.format, format, "{text}");
        let mut parts = config.mixtures().unwrap()[0].parts().to_vec();
        parts.sort_by(f64::total_cmp);
        assert!(
            (parts[0] - 0.25).abs() < 1e-12 && (parts[1] - 0.75).abs() < 1e-12,
            "{parts:?} in {text}"
        );
    }
}

#[test]
fn streams_are_read_by_the_scheme_they_use() {
    let streams = |fields: [&str; 2]| {
        format!(
            "train_loader:\n  dataset:\n    streams:\n      a:\n        local: x\n        {}\n\
             \x20     b: {{{}}}\n",
            fields[0], fields[1]
        )
    };
    for (fields, kind) in [
        (
            ["proportion: 0.75", "proportion: 0.25"],
            WeightKind::Relative,
        ),
        (["repeat: 1.5", "repeat: 0.5"], WeightKind::Epochs),
        (["choose: 300", "choose: 100"], WeightKind::Samples),
    ] {
        assert_eq!(read(&streams(fields)).kind, kind);
    }
    assert_eq!(
        problem(&streams(["proportion: 0.75", "repeat: 0.25"])),
        "\"config\", line 7: expected one scheme for all streams, found \"`repeat` for \\\"b\\\" \
        after `proportion`\"; \
         the schemes exclude one another; use the same for every stream"
            .replace("\"`", "`")
            .replace("`\";", "`;")
            .replace("\\\"", "\"")
    );
    assert!(problem(&streams(["local: y", "proportion: 1"])).contains("found none for \"a\""));
}

#[test]
fn what_is_odd_is_found() {
    let findings = |text: &str| -> Vec<(String, CheckLevel)> {
        let found = read(text).findings.into_iter();
        found
            .filter(|one| one.level != CheckLevel::Ok)
            .map(|one| (one.text, one.level))
            .collect()
    };
    let hf = |list: &str| format!("interleave_datasets(x, probabilities=[{list}])");
    let found = findings(&hf("60, 40"));
    assert_eq!(found[0].1, CheckLevel::Fail);
    assert!(
        found[0]
            .0
            .contains("sum to 100, the trainer requires 1; they look like per cent"),
        "{found:?}"
    );
    assert!(
        findings(&hf("0.6, 0.3"))[0].0.contains("sum to 0.899"),
        "not summing"
    );
    assert!(findings(&hf("0.6, 0.4")).is_empty());
    let found = findings(
        "data_stages:\n- data: {dataset: {dataset_folder: [x, y], dataset_weights: [70, 30]}}\n",
    );
    assert!(
        found[0]
            .0
            .contains("look like per cent; the trainer rescales"),
        "{found:?}"
    );
    let found = findings("model: {data: {data_prefix: [2.5, /a, 1.5, /b]}}\n");
    assert!(
        found[0].0.contains("neither epochs nor amounts"),
        "{found:?}"
    );
    let found = findings("data:\n  train_weights:\n    a: 0.99999\n    b: 1e-05\n");
    assert!(
        found[0].0.contains("line 4: PyYAML reads 1e-05 as text"),
        "{found:?}"
    );
    let found = findings("0 /a 1 /b");
    assert!(
        found
            .iter()
            .any(|(text, level)| *level == CheckLevel::Fail && text.contains("/a is at zero")),
        "{found:?}"
    );
}

#[test]
fn bad_configs_name_the_field() {
    let cases = [
        (
            "data:\n  train_weights:\n    a: many\n",
            "\"config\", line 3, column `a`: expected a weight of zero or more, found \"many\"",
        ),
        (
            "data:\n  train_weights:\n    a: -0.5\n",
            "column `a`: expected a weight of zero or more, found \"-0.5\"",
        ),
        (
            "data:\n  train_weights:\n    a: 1\n    b: 2\n    a: 3\n",
            "expected each domain of a mixture once, found \"a\" here and at",
        ),
        (
            "\"train-data-paths\": [a, b]\n\"train-data-weights\": [1]\n",
            "found 2 names and 1 weights",
        ),
        (
            "data_stages:\n- name: x\n",
            "expected `dataset_folder` in every stage, found none",
        ),
        (
            "data_stages:\n- data: {dataset: {dataset_folder: [x, y]}}\n",
            "expected `dataset_weights`, found none",
        ),
        (
            "sources:\n- source_name: a\n  target_ratio: 1\n- target_ratio: 0\n",
            "line 4: expected `source_name`, found none",
        ),
        (
            "sources:\n- {source_name: a, target_ratio: 1, max_repetition_ratio: 0.5}\n",
            "found 0.5 for \"a\"",
        ),
        (
            "data:\n  train_weights: {}\n",
            "expected at least one domain with a weight, found none in phase 1",
        ),
        (
            "x: 1\n",
            "expected a trainer's config with weights of domains, found none of the known fields",
        ),
        (
            "interleave_datasets(d, probabilities=p)\n",
            "expected `probabilities` of interleave_datasets, found none that can be read",
        ),
        ("a: &x 1\nb: *x\n", "expected a trainer's config"),
    ];
    for (text, expected) in cases {
        let found = problem(text);
        assert!(found.contains(expected), "{text}: {found}");
    }
    let yaml = read_trainer_config(&NamedBytes::new("c.yaml", "a: [1, 2\nb: 3"))
        .unwrap_err()
        .to_string();
    assert!(
        yaml.starts_with("\"c.yaml\", line 2: expected YAML or JSON"),
        "{yaml}"
    );
}
