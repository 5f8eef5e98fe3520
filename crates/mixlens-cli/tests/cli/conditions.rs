//! Runs of several sizes and checkpoints: which group is read, and how another one is chosen.

use serde_json::json;

use super::sandbox::{DOMAINS, Sandbox, runs};

/// With `sizes.csv`: the runs of [`runs`] at 70M, the first 40 of them at 1B, both at two steps.
fn with_sizes() -> Sandbox {
    let sandbox = Sandbox::with_fit();
    let mut text = "run,size,step,warmth".to_owned();
    for domain in DOMAINS {
        text += &format!(",train_{domain}");
    }
    text += ",metric/web_val_loss,metric/code_val_loss";
    for (row, (parts, values)) in runs().into_iter().enumerate() {
        for (size, step, gain) in [
            ("70M", 1000, 0.0),
            ("70M", 2000, 0.5),
            ("1B", 1000, 1.0),
            ("1B", 2000, 1.5),
        ] {
            if size == "1B" && row >= 40 {
                continue;
            }
            text += &format!("\nr{row},{size},{step},{}", row % 2);
            for part in &parts {
                text += &format!(",{part}");
            }
            for value in &values {
                text += &format!(",{}", value - gain);
            }
        }
    }
    sandbox.write("sizes.csv", text);
    sandbox
}

#[test]
fn the_largest_complete_group_is_read_and_the_notice_says_how_to_choose_another() {
    let sandbox = with_sizes();
    let args = ["fit", "sizes.csv", "--surrogate", "ridge", "-o", "f.json"];
    let ran = sandbox.run(&args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for part in [
        "4 groups of runs found: parameters=70M, step=2000 (60 runs); parameters=70M, step=1000",
        "the first was read, the largest complete one, and 140 runs were left out",
        "; choose another with --at parameters=70M,step=1000",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    let found = sandbox.object(&args);
    assert_eq!(found["runs"], 60);
    let taken = json!({"parameters": 70e6, "step": 2000.0});
    assert_eq!(found["conditions"], taken);
    let groups = found["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 4);
    let expected = json!({
        "conditions": taken, "runs": 60, "mixtures": 60, "complete": true, "taken": true,
    });
    assert_eq!(groups[1], expected);
    assert_eq!(groups[3]["taken"], false);
}

#[test]
fn another_group_is_chosen_by_its_conditions() {
    let sandbox = with_sizes();
    let score = |at: &[&str]| {
        let mut args = vec!["score", "fit.json", "sizes.csv"];
        args.extend(at);
        sandbox.object(&args)
    };
    let mean =
        |found: &serde_json::Value| found["metrics"]["web_val_loss"]["mae"].as_f64().unwrap();
    let large = score(&["--at", "parameters=1000M,step=2k"]);
    assert_eq!(large["metrics"]["web_val_loss"]["runs"], 40);
    assert_eq!(large["conditions"]["parameters"], 1e9);
    assert!(mean(&large) > 1.2, "{large}");
    let small = score(&["--at", "size=70M,step=1000"]);
    assert!(mean(&small) < 0.3, "{small}");
    // Of several groups at one step the largest complete one; the others can be asked for.
    let ran = sandbox.run(&["score", "fit.json", "sizes.csv", "--at", "step=1000"]);
    let advice = "choose another with --at parameters=1B,step=1000";
    assert!(ran.stderr.contains(advice), "{}", ran.stderr);
    let first = score(&["--at", "step=1000"]);
    assert_eq!(first["metrics"], small["metrics"]);
    assert_eq!(
        score(&["--where", "step=1000"])["metrics"],
        small["metrics"]
    );
    let all = score(&["--at", "all"]);
    assert_eq!(all["metrics"]["web_val_loss"]["runs"], 200);
    let named = score(&[
        "--condition",
        "warmth",
        "--at",
        "warmth=1,step=1000,size=1B",
    ]);
    assert_eq!(named["metrics"]["web_val_loss"]["runs"], 20);
}

#[test]
fn conditions_that_no_run_has_are_an_error_that_lists_the_groups() {
    let sandbox = with_sizes();
    let refused = |list: &str| {
        let ran = sandbox.run(&["compare", "sizes.csv", "--quick", "--at", list]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{list}");
        ran.stderr
    };
    for list in ["parameters=2B", "tokens=10B"] {
        let message = refused(list);
        assert!(message.contains(&format!("--at: expected runs at {list}, found 4 groups: ")));
        assert!(
            message.contains("parameters=1B, step=1000 (40 runs); choose one"),
            "{message}"
        );
    }
    let message = refused("parameters=many");
    assert!(
        message.contains("--at: condition parameters: expected a number above zero"),
        "{message}"
    );
    let plain = ["score", "fit.json", "runs.csv", "--at", "step=5"];
    let ran = sandbox.run(&plain);
    assert!(
        ran.stderr.contains("no condition that differs"),
        "{}",
        ran.stderr
    );
}

#[test]
fn all_groups_together_keep_the_sizes_of_a_mixture_in_one_fold_and_apart_in_the_noise() {
    let sandbox = with_sizes();
    let found = sandbox.object(&[
        "compare",
        "sizes.csv",
        "--quick",
        "--surrogate",
        "ridge",
        "--at",
        "all",
        "--folds",
        "60",
    ]);
    // Sixty folds are as many as there are mixtures: one more is refused.
    assert_eq!(found["folds"], 60, "{found}");
    // No run has a replicate, though every mixture occurs at two steps or more.
    let noise = &found["noise_floor"]["web_val_loss"];
    assert_ne!(noise["source"], "replicates", "{noise}");
    let too_many = [
        "compare",
        "sizes.csv",
        "--quick",
        "--at",
        "all",
        "--folds",
        "61",
    ];
    assert_eq!(sandbox.run(&too_many).code, Some(1));
}

#[test]
fn the_mixture_of_explain_is_no_condition() {
    let sandbox = Sandbox::with_fit();
    let list: Vec<String> = DOMAINS.iter().map(|domain| format!("{domain}=1")).collect();
    sandbox.done(&["explain", "fit.json", "--at", &list.join(",")]);
}
