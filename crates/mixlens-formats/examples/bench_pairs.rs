//! Times the counting of pairs alone on a case of tokenizer inference and prints the seconds of the
//! middle run, for `bench/tokenizer.py`.
//!
//! `cargo run --release --all-features --example bench_pairs -- CASE MERGES`
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark reports to stdout and reads known files"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use mixlens_core::compute::{Control, RayonExecutor};
use mixlens_core::tokenizer::PairCounts;
use mixlens_formats::{
    Inherited, NamedBytes, Pretokenizer, SampleOptions, read_categories, read_category,
    read_tokenizer,
};
use serde_json::Value;

const REPEATS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let case = PathBuf::from(
        arguments
            .next()
            .ok_or("the folder of the case is missing")?,
    );
    let merges: usize = arguments
        .next()
        .ok_or("the number of merges is missing")?
        .parse()?;
    let about: Value = serde_json::from_slice(&std::fs::read(case.join("case.json"))?)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tokenizer = read_tokenizer(
        &NamedBytes::read(case.join(text(&about["tokenizer"])))?,
        &Inherited::default(),
    )?;
    let pretokenizer = match about["pretok"].as_str() {
        Some(name) => Pretokenizer::from_pattern(name)?,
        None => tokenizer
            .pretokenizer
            .ok_or("the case does not say how words are cut")?,
    };
    let (executor, control) = (RayonExecutor::new(None)?, Control::default());
    let read = |sample: &Value, control: &Control| {
        let path: PathBuf = Path::new(&case).join(text(&sample["file"]));
        read_category(
            &text(&sample["name"]),
            &[path],
            &pretokenizer,
            &SampleOptions::default(),
            control,
        )
    };
    let samples = about["categories"]
        .as_array()
        .ok_or("the case has no categories")?;
    let categories = read_categories(samples, read, &executor, &control)?;
    let mut seconds = Vec::new();
    for _ in 0..REPEATS {
        let input = categories.clone();
        let start = Instant::now();
        let counts = PairCounts::count(&tokenizer.merges, input, merges, &executor, &control)?;
        seconds.push(start.elapsed().as_secs_f64());
        drop(counts);
    }
    seconds.sort_by(f64::total_cmp);
    println!("{}", seconds[REPEATS / 2]);
    Ok(())
}
