//! The same input and the same seed give the same bytes with any number of threads; another seed
//! gives others.

use super::sandbox::{Sandbox, text};

/// Runs a command that writes `out` with 1 thread, with 2, and with another seed: stdout and file
/// of each.
fn three_ways(
    sandbox: &Sandbox,
    args: &[&str],
    out: Option<&str>,
) -> [(String, Option<String>); 3] {
    let flags: [&[&str]; 3] = [
        &["--threads", "1"],
        &["--threads", "2"],
        &["--threads", "2", "--seed", "1"],
    ];
    flags.map(|flags| {
        let ran = sandbox.done(&[args, flags].concat());
        let file = out.map(|out| sandbox.read(out));
        if let Some(out) = out {
            std::fs::remove_file(sandbox.path(out)).unwrap();
        }
        (ran.stdout, file)
    })
}

#[test]
fn fits_do_not_depend_on_threads() {
    let sandbox = Sandbox::with_runs();
    for surrogate in ["ridge", "trees"] {
        let args = [
            "fit",
            "mixtures.csv",
            "losses.csv",
            "--surrogate",
            surrogate,
            "-o",
            "out.json",
        ];
        let [one, two, _] = three_ways(&sandbox, &args, Some("out.json"));
        assert_eq!(one, two, "{surrogate}");
    }
}

#[test]
fn a_fit_that_draws_follows_the_seed() {
    let sandbox = Sandbox::with_runs();
    let trees = [
        "fit",
        "runs.csv",
        "--surrogate",
        "trees",
        "--param",
        "feature_fraction=0.5",
        "--param",
    ];
    let args = [&trees[..], &["iterations=20", "-o", "out.json"]].concat();
    let [one, two, other] = three_ways(&sandbox, &args, Some("out.json"));
    assert_eq!(one, two);
    let trees = |file: &Option<String>| -> serde_json::Value {
        let mut file: serde_json::Value = serde_json::from_str(file.as_ref().unwrap()).unwrap();
        file["metrics"][0]["surrogate"].take()
    };
    assert_ne!(
        trees(&one.1),
        trees(&other.1),
        "not only the seed in the file"
    );
    let own_seed = [&args[..], &["--param", "seed=5"]].concat();
    let [one, _, other] = three_ways(&sandbox, &own_seed, Some("out.json"));
    assert_eq!(one, other, "a parameter of the surrogate is the last word");
}

#[test]
fn proposals_do_not_depend_on_threads() {
    let sandbox = Sandbox::with_runs();
    sandbox.done(&["fit", "runs.csv", "-o", "fit.json"]);
    let limits = ["--lower", "web=0.2", "--upper", "code=0.3"];
    let tokens = [
        "--unique-tokens",
        "web=2T,code=1T,books=100B,wiki=50B",
        "--training-tokens",
        "1T",
    ];
    for prior in ["regmix", "dirichlet", "uniform", "sobol"] {
        let args = [
            "propose",
            "fit.json",
            "--samples",
            "20000",
            "--prior",
            prior,
            "-o",
            "out.json",
        ];
        let args = [&args[..], &limits, &tokens].concat();
        let [one, two, other] = three_ways(&sandbox, &args, Some("out.json"));
        assert_eq!(one, two, "{prior}");
        assert_ne!(
            one.0, other.0,
            "{prior}: the table on stdout does not name the seed"
        );
    }
}

#[test]
fn comparisons_do_not_depend_on_threads() {
    let sandbox = Sandbox::with_runs();
    let args = [
        "compare",
        "runs.csv",
        "--repeats",
        "2",
        "--param",
        "trees.iterations=50",
    ];
    let [one, two, other] = three_ways(&sandbox, &args, None);
    assert_eq!(one, two);
    assert_ne!(one, other);
}

#[test]
fn designs_do_not_depend_on_threads() {
    let sandbox = Sandbox::empty();
    for prior in ["regmix", "dirichlet", "uniform", "sobol"] {
        let args = [
            "design",
            "--domains",
            "web,code,books",
            "-n",
            "32",
            "--prior",
            prior,
            "-o",
            "out.csv",
        ];
        let [one, two, other] = three_ways(&sandbox, &args, Some("out.csv"));
        assert_eq!(one, two, "{prior}");
        assert_ne!(one.1, other.1, "{prior}");
    }
}

#[test]
fn proxies_do_not_depend_on_threads() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "prose.txt",
        text(2500, |line| {
            format!(
                "line {line} of the story, told again with {} words\n",
                line * 7 % 13
            )
        }),
    );
    sandbox.write(
        "code.txt",
        text(2500, |line| {
            format!("fn f{line}(x: u32) -> u32 {{ x + {} }}\n", line * 31 % 97)
        }),
    );
    let domains = [
        "proxy",
        "--domain",
        "prose=prose.txt",
        "--domain",
        "code=code.txt",
    ];
    let sizes = [
        "--runs",
        "6",
        "--training-bytes",
        "30k",
        "--held-out-bytes",
        "10k",
        "-o",
        "out.csv",
    ];
    let [one, two, other] = three_ways(&sandbox, &[&domains[..], &sizes].concat(), Some("out.csv"));
    assert_eq!(one, two);
    assert_ne!(one.1, other.1);
}

#[test]
fn a_saved_fit_predicts_the_same_every_time() {
    let sandbox = Sandbox::with_runs();
    for surrogate in ["ridge", "trees"] {
        sandbox.done(&[
            "fit",
            "runs.csv",
            "--surrogate",
            surrogate,
            "-o",
            "fit.json",
        ]);
        let predict = ["predict", "fit.json", "--mixtures", "mixtures.csv"];
        let [one, two, other] = three_ways(
            &sandbox,
            &[&predict[..], &["-o", "out.csv"]].concat(),
            Some("out.csv"),
        );
        assert_eq!(one, two);
        assert_eq!(one, other, "nothing is drawn");
        std::fs::remove_file(sandbox.path("fit.json")).unwrap();
    }
}
