//! Where a simulation runs does not change what comes out; without a graphics processor the CPU takes over and says so.

use serde_json::Value;

use super::desk::Desk;

const PROPOSE: [&str; 7] = ["propose", "law.json", "--simulate", "--samples", "20000", "--top", "50"];

#[test]
fn a_proposal_is_the_same_on_every_device() {
    let desk = Desk::with_laws();
    let on = |device: &str| {
        let ran = desk.done(&[&PROPOSE[..], &["--json", "--device", device]].concat());
        (serde_json::from_str::<Value>(&ran.stdout).unwrap(), ran.stderr)
    };
    let (mut cpu, quiet) = on("cpu");
    assert_eq!((&cpu["device"], quiet.as_str()), (&"cpu".into(), ""));
    assert_eq!(on("auto"), (cpu.clone(), String::new()), "so few samples are not worth opening a device for");
    let (gpu, said) = on("gpu");
    if gpu["device"] == "cpu" {
        assert!(said.contains("notice:") && said.contains("the CPU simulates"), "{said}");
    }
    cpu["device"] = gpu["device"].clone();
    assert_eq!(gpu, cpu);
}

#[test]
fn what_a_device_cannot_draw_the_cpu_draws_with_a_notice() {
    let desk = Desk::with_laws();
    let ran = desk.done(&[&PROPOSE[..], &["--prior", "sobol", "--json", "--device", "gpu"]].concat());
    assert!(ran.stdout.contains("\"device\":\"cpu\""), "{}", ran.stdout);
    assert!(ran.stderr.contains("notice:") && ran.stderr.contains("the CPU simulate"), "{}", ran.stderr);
}

#[test]
fn bench_tells_rates_of_threads_and_of_a_device_where_there_is_one() {
    let desk = Desk::with_laws();
    let found = desk.object(&["bench", "law.json", "--samples", "3000", "--device", "gpu", "--peak", "1"]);
    let row = &found["rows"][0];
    assert_eq!((&found["samples"], &row["surrogate"], &row["metrics"]), (&3000.into(), &"law.json".into(), &2.into()));
    assert!(row["operations"].as_u64().unwrap() > 100);
    let rates = &row["mixtures_per_second"];
    assert!(rates["one_thread"].as_f64().unwrap() > 0.0 && rates["all_threads"].as_f64().unwrap() > 0.0);
    assert_eq!(rates["gpu"].is_null(), found["gpu"].is_null());
    assert_eq!(row["share_of_peak"].is_null(), found["gpu"].is_null());
    let text = desk.done(&["bench", "law.json", "--samples", "3000", "--device", "cpu"]).stdout;
    assert!(text.contains("millions of mixtures a second") && text.contains("1 thread"), "{text}");
}
