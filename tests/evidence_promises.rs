//! With 64 of the 512 runs of RegMix, `auto` predicts the held-out runs as well as promised, with
//! intervals that cover.
#![expect(clippy::print_stderr, reason = "a measured figure is worth a line")]

use mixlens_core::compute::{Control, CounterStream, RayonExecutor};
use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use mixlens_core::stats::Score;
use mixlens_core::table::RowSums;

use super::regmix::{self, runs};

#[test]
fn auto_needs_an_eighth_of_the_runs_and_its_intervals_cover_nine_of_ten() {
    let Some(folder) = regmix::folder() else {
        return;
    };
    let (train, test) = (
        runs(&folder, "train", RowSums::Rescale),
        runs(&folder, "test", RowSums::Rescale),
    );
    let mut order: Vec<usize> = (0..train.len()).collect();
    CounterStream::new(0, 0).shuffle(&mut order);
    let few = train.select(&order[..64]);
    let metrics: Vec<usize> = (0..few.metrics().len()).collect();
    let candidates = ["effective-data", "gp", "ensemble", "ridge"]
        .map(|name| SurrogateParams::named(name, &[]).unwrap());
    let executor = RayonExecutor::new(None).unwrap();
    let set = SurrogateSet::fit_auto(
        &few,
        &metrics,
        &candidates,
        0,
        &Control::default(),
        &executor,
    )
    .unwrap();
    let scores: Vec<Score> = set
        .score(&test)
        .unwrap()
        .into_iter()
        .map(|(_, score)| score)
        .collect();
    let mean = Score::mean(&scores).unwrap();
    let coverage = set.coverage(&test).unwrap().share().unwrap();
    eprintln!(
        "Spearman {:.4}, MAE {:.4} nats, coverage {coverage:.3}",
        mean.spearman.unwrap(),
        mean.mae
    );
    assert!(
        mean.spearman.unwrap() > 0.985 && mean.mae < 0.085,
        "{mean:?}"
    );
    assert!((0.85..=0.95).contains(&coverage), "{coverage}");
}
