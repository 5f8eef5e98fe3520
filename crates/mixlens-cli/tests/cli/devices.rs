//! Where a simulation runs does not change what comes out; without a graphics processor the CPU
//! takes over and says so.

use serde_json::Value;

use super::sandbox::Sandbox;

const PROPOSE: [&str; 7] = [
    "propose",
    "law.json",
    "--simulate",
    "--samples",
    "20000",
    "--top",
    "50",
];

#[test]
fn a_proposal_is_the_same_on_every_device() {
    let sandbox = Sandbox::with_laws();
    let on = |device: &str| {
        let ran = sandbox.done(&[&PROPOSE[..], &["--json", "--device", device]].concat());
        (
            serde_json::from_str::<Value>(&ran.stdout).unwrap(),
            ran.stderr,
        )
    };
    let (mut cpu, quiet) = on("cpu");
    assert_eq!((&cpu["device"], quiet.as_str()), (&"cpu".into(), ""));
    assert_eq!(
        on("auto"),
        (cpu.clone(), String::new()),
        "so few samples are not worth opening a device for"
    );
    let (gpu, said) = on("gpu");
    if gpu["device"] == "cpu" {
        assert!(
            said.contains("notice:") && said.contains("the CPU was used"),
            "{said}"
        );
    }
    cpu["device"] = gpu["device"].clone();
    assert_eq!(gpu, cpu);
}

#[test]
fn what_a_device_cannot_draw_the_cpu_draws_with_a_notice() {
    let sandbox = Sandbox::with_laws();
    let ran = sandbox.done(
        &[
            &PROPOSE[..],
            &["--prior", "sobol", "--json", "--device", "gpu"],
        ]
        .concat(),
    );
    assert!(ran.stdout.contains("\"device\":\"cpu\""), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("notice:")
            && ran
                .stderr
                .contains("the CPU was used, with the same result"),
        "{}",
        ran.stderr
    );
}

#[test]
fn bench_tells_rates_of_threads_and_of_a_device_where_there_is_one() {
    let sandbox = Sandbox::with_laws();
    let found = sandbox.object(&[
        "bench",
        "law.json",
        "--samples",
        "3000",
        "--device",
        "gpu",
        "--peak",
        "1",
    ]);
    let row = &found["rows"][0];
    assert_eq!(
        (&found["samples"], &row["surrogate"], &row["metrics"]),
        (&3000.into(), &"law.json".into(), &2.into())
    );
    assert!(row["operations"].as_u64().unwrap() > 100);
    let rates = &row["mixtures_per_second"];
    assert!(
        rates["one_thread"].as_f64().unwrap() > 0.0 && rates["all_threads"].as_f64().unwrap() > 0.0
    );
    assert_eq!(rates["gpu"].is_null(), found["gpu"].is_null());
    assert_eq!(row["share_of_peak"].is_null(), found["gpu"].is_null());
    let text = sandbox
        .done(&["bench", "law.json", "--samples", "3000", "--device", "cpu"])
        .stdout;
    assert!(
        text.contains("millions of mixtures a second") && text.contains("1 thread"),
        "{text}"
    );
}

#[test]
fn a_survey_counts_mixtures_along_every_domain() {
    let sandbox = Sandbox::with_laws();
    let survey = [
        "survey",
        "law.json",
        "--samples",
        "5000",
        "--cells",
        "10",
        "--pair",
        "code,web",
    ];
    let found = sandbox.object(&[&survey[..], &["-o", "cells.csv"]].concat());
    assert_eq!(
        (&found["samples"], &found["allowed"], &found["device"]),
        (&5000.into(), &5000.into(), &"cpu".into())
    );
    let count = |cells: &Value| {
        cells
            .as_array()
            .unwrap()
            .iter()
            .map(|cell| cell[0].as_u64().unwrap())
            .sum::<u64>()
    };
    let domains = found["domains"].as_object().unwrap();
    for (name, own) in domains {
        assert_eq!(
            (own["cells"].as_array().unwrap().len(), count(&own["cells"])),
            (10, 5000),
            "{name}"
        );
        let ends = ["from", "to"].map(|end| own[end].as_f64().unwrap());
        let good: Vec<f64> = own["good_range"]
            .as_array()
            .unwrap()
            .iter()
            .map(|end| end.as_f64().unwrap())
            .collect();
        assert!(
            ends[0] <= good[0] && good[0] <= good[1] && good[1] <= ends[1],
            "{name}: {ends:?}, {good:?}"
        );
    }
    let pair = &found["pair"];
    assert_eq!(pair["domains"], serde_json::json!(["code", "web"]));
    assert_eq!(
        pair["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(count)
            .sum::<u64>(),
        5000
    );
    assert_eq!(
        sandbox.read("cells.csv").lines().count(),
        1 + 10 * domains.len()
    );
    let text = sandbox.done(&survey).stdout;
    assert!(
        text.contains("the best 1 %") && text.contains('█'),
        "{text}"
    );
    // The same counts for any number of threads; on a device all but a few.
    assert_eq!(
        sandbox.object(&[&survey[..], &["--threads", "1"]].concat()),
        found
    );
    let on_gpu = sandbox.object(&[&survey[..], &["--device", "gpu"]].concat());
    for (name, own) in on_gpu["domains"].as_object().unwrap() {
        let cells = own["cells"]
            .as_array()
            .unwrap()
            .iter()
            .zip(domains[name]["cells"].as_array().unwrap());
        let moved: u64 = cells
            .map(|(a, b)| a[0].as_u64().unwrap().abs_diff(b[0].as_u64().unwrap()))
            .sum();
        assert!(moved <= 10, "{name}: {moved}");
    }
    for (args, said) in [
        (
            &["--pair", "web"][..],
            "two domains separated by a comma, found 1",
        ),
        (&["--pair", "web,nothing"], "nothing"),
        (&["--pair", "web,web"], "two different domains"),
        (&["--cells", "0"], "1 to 1024"),
        (&["--bound", "web_val_loss <= -5"], "none of"),
    ] {
        let ran = sandbox.run(&[&["survey", "law.json"], args].concat());
        assert!(
            ran.code == Some(1) && ran.stderr.contains(said),
            "{args:?}: {}",
            ran.stderr
        );
    }
}
