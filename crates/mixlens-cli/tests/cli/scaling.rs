//! The work grows with the input, and not with its square: in CPU time, which other programs on the
//! machine hardly change.

use std::fmt::Write;
use std::process::Command;

use super::sandbox::Sandbox;

/// How much larger the second input of a case is.
const LARGER: usize = 4;
/// So much more CPU time it may take: in proportion it takes 4 times as much, with the square 16
/// times.
const MAX_RATIO: f64 = 10.0;
/// Shorter times count as this one, in seconds: they are mostly the start of the command.
const MIN_TIME: f64 = 0.05;

/// A table of `runs` runs over `domains` domains with `metrics` metrics, and so many columns of
/// numbers that are neither.
fn table(runs: usize, domains: usize, metrics: usize, others: usize) -> String {
    let mut state = 1_u64;
    let mut draw = move || {
        // Knuth's multiplier.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f64 + 1.0) / (1_u64 << 24) as f64
    };
    let names = |prefix: &str, count: usize| {
        (0..count)
            .map(|name| format!(",{prefix}{name}"))
            .collect::<String>()
    };
    let mut text = format!(
        "run{}{}{}",
        names("train_d", domains),
        names("metric/m", metrics),
        names("other", others)
    );
    for run in 0..runs {
        let weights: Vec<f64> = (0..domains).map(|_| -draw().ln()).collect();
        let sum: f64 = weights.iter().sum();
        write!(text, "\nr{run}").unwrap();
        for weight in &weights {
            write!(text, ",{:.9}", weight / sum).unwrap();
        }
        for metric in 0..metrics {
            write!(
                text,
                ",{:.4}",
                3.0 - (weights[metric % domains] / sum).sqrt() + 0.01 * draw()
            )
            .unwrap();
        }
        for _ in 0..others {
            write!(text, ",{:.3}", draw()).unwrap();
        }
    }
    text
}

/// CPU seconds of the command, in this process and its threads.
fn seconds(sandbox: &Sandbox, command: &str) -> f64 {
    let plain = sandbox.command(&command.split(' ').collect::<Vec<_>>());
    let mut shell = Command::new("sh");
    // The second line of `times` is about what the shell ran.
    shell
        .args(["-c", "\"$0\" \"$@\" > stdout && times"])
        .arg(plain.get_program())
        .args(plain.get_args());
    let output = shell
        .args(["--quiet", "--threads", "1"])
        .current_dir(sandbox.path(""))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let times = String::from_utf8(output.stdout).unwrap();
    let seconds = |time: &str| {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m').unwrap();
        60.0 * minutes.parse::<f64>().unwrap() + seconds.parse::<f64>().unwrap()
    };
    times
        .lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .map(seconds)
        .sum()
}

/// Asserts that `command` takes time in proportion to the `size` that `prepare` makes files of; the
/// better of two rounds counts.
fn assert_in_proportion(name: &str, size: usize, prepare: impl Fn(&Sandbox, usize), command: &str) {
    let [small, large] = [size, LARGER * size].map(|size| {
        let sandbox = Sandbox::empty();
        prepare(&sandbox, size);
        let first = seconds(&sandbox, command);
        if first > 10.0 * MIN_TIME {
            first
        } else {
            first.min(seconds(&sandbox, command))
        }
    });
    let ratio = large / small.max(MIN_TIME);
    eprintln!("{name}: {size}: {small:.3} s, {LARGER} times as many: {large:.3} s");
    assert!(
        ratio < MAX_RATIO,
        "{name}: {small} s for {size}, {large} s for {LARGER} times as many"
    );
}

const RIDGE: &str = "fit runs.csv --surrogate ridge -o fit.json";
const TREES: &str = "fit runs.csv --surrogate trees --param iterations=1 -o fit.json";

#[test]
fn tables_are_read_in_proportion() {
    let write = |make: fn(usize) -> String| {
        move |sandbox: &Sandbox, size| sandbox.write("runs.csv", make(size))
    };
    assert_in_proportion("runs", 3_000, write(|size| table(size, 8, 2, 0)), RIDGE);
    assert_in_proportion("metrics", 400, write(|size| table(40, 4, size, 0)), RIDGE);
    assert_in_proportion("domains", 1_000, write(|size| table(45, size, 1, 0)), TREES);
    assert_in_proportion(
        "other columns",
        4_000,
        write(|size| table(20, 4, 1, size)),
        RIDGE,
    );
    let sparse = |run| {
        let part = f64::from(run % 100) / 100.0;
        format!(
            "{{\"run\": {run}, \"train_a\": {part}, \"train_b\": {}, \"valid_loss\": {run}, \
             \"x{run}\": 1}}\n",
            1.0 - part
        )
    };
    assert_in_proportion(
        "keys",
        2_000,
        |sandbox, size| sandbox.write("runs.csv", (0..size as u32).map(sparse).collect::<String>()),
        RIDGE,
    );
    let long = |run: usize| {
        let value = |domain: &str, part: f64| format!("r{run},{domain},{part},,\n");
        let part = (run % 100) as f64 / 100.0;
        format!(
            "{}{}r{run},,,valid_loss,{run}\n",
            value("a", part),
            value("b", 1.0 - part)
        )
    };
    let head = "run,domain,proportion,metric,value\n";
    let rows = |size| (0..size).map(long).collect::<String>();
    assert_in_proportion(
        "a long table",
        2_000,
        |sandbox, size| sandbox.write("runs.csv", format!("{head}{}", rows(size))),
        RIDGE,
    );
}

#[test]
fn fits_are_used_in_proportion() {
    let fitted = |runs: usize, domains: usize, metrics: usize| {
        move |sandbox: &Sandbox| {
            sandbox.write("runs.csv", table(runs, domains, metrics, 0));
            seconds(sandbox, RIDGE);
        }
    };
    let score = "score fit.json runs.csv";
    assert_in_proportion(
        "scored runs",
        1_000,
        |sandbox, size| fitted(size, 8, 2)(sandbox),
        score,
    );
    assert_in_proportion(
        "scored metrics",
        200,
        |sandbox, size| fitted(60, 4, size)(sandbox),
        score,
    );
    let predict = "predict fit.json --mixtures runs.csv -o out.csv";
    assert_in_proportion(
        "predicted mixtures",
        1_000,
        |sandbox, size| fitted(size, 8, 2)(sandbox),
        predict,
    );
    assert_in_proportion(
        "explained metrics",
        200,
        |sandbox, size| fitted(60, 4, size)(sandbox),
        "explain fit.json",
    );
    assert_in_proportion(
        "proposed metrics",
        200,
        |sandbox, size| fitted(60, 4, size)(sandbox),
        "propose fit.json",
    );
    let compare = "compare runs.csv --quick --surrogate ridge";
    assert_in_proportion(
        "compared runs",
        1_000,
        |sandbox, size| fitted(size, 6, 1)(sandbox),
        compare,
    );
    assert_in_proportion(
        "compared metrics",
        20,
        |sandbox, size| fitted(100, 6, size)(sandbox),
        compare,
    );
}

#[test]
fn plans_are_made_in_proportion() {
    let prepare = |sandbox: &Sandbox, size: usize| {
        let lines = |line: fn(usize) -> String| (0..size).map(line).collect::<String>();
        sandbox.write(
            "tokens.csv",
            format!(
                "domain,tokens\n{}",
                lines(|name| format!("d{name},{}B\n", 10 + name))
            ),
        );
        sandbox.write(
            "blend.txt",
            lines(|name| format!("{} data/d{name} ", 1 + name)),
        );
        sandbox.write(
            "domains.yaml",
            lines(|name| format!("d{name}:\n  weight: 1\n  repetition_factor: 4\n")),
        );
    };
    for command in [
        "unimax --unique-tokens tokens.csv --training-tokens 10B",
        "temper --unique-tokens tokens.csv --training-tokens 10B --temperature 2",
        "check blend.txt",
        "check domains.yaml",
        "plan domains.yaml --training-tokens 10B --unique-tokens tokens.csv",
    ] {
        assert_in_proportion(command, 3_000, prepare, command);
    }
}
