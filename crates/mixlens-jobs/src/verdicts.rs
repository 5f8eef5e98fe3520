//! What a comparison and an examination say, in words.

use mixlens_core::fit::{COVERAGE, Coverage};
use mixlens_core::table::NoiseSource;

use crate::{Evidence, Examination, value_text};

impl Evidence {
    /// What the comparison says of a metric: which surrogates to trust, and what none can do better
    /// than.
    pub fn words(&self, metric: &str) -> Vec<String> {
        let Some(choice) = self.choices.iter().find(|choice| choice.metric == metric) else {
            return Vec::new();
        };
        let name = |place: &usize| self.entries.get(*place).map(|entry| entry.surrogate.name());
        let Some(best) = name(&choice.chosen) else {
            return Vec::new();
        };
        let tied: Vec<&str> = choice.tied.iter().filter_map(name).collect();
        let verdict = match tied.split_last() {
            None => format!("{metric}: {best} predicts unseen runs best, by more than the noise"),
            Some((only, [])) => {
                format!(
                    "{metric}: {best} predicts unseen runs best, tied with {only} within the noise"
                )
            }
            Some((last, others)) => format!(
                "{metric}: {best} predicts unseen runs best, tied with {} and {last} within the \
                noise",
                others.join(", ")
            ),
        };
        let floor = choice.noise.map(|noise| {
            let sd = value_text(noise.sd, Some(noise.sd / 10.0));
            match noise.source {
                NoiseSource::Replicates => {
                    format!(
                        "Noise floor {sd}: runs of the same mixture differ by this, and no \
                            surrogate errs less"
                    )
                }
                NoiseSource::NearReplicates => {
                    format!(
                        "Noise floor at most {sd}: runs of nearly the same mixture differ by \
                            this"
                    )
                }
            }
        });
        std::iter::once(verdict).chain(floor).collect()
    }
}

impl Examination {
    /// Whether more runs would help, and how honest the intervals are.
    pub fn words(&self) -> Vec<String> {
        let name = self.surrogate.name();
        let enough = match (self.curve.enough(), self.curve.left_by_doubling()) {
            (Some(enough), _) => {
                format!("{enough} runs are enough for {name}: more hardly change its error")
            }
            (None, Some(left)) if left < 1.0 => {
                format!(
                    "More runs would help {name}: twice as many leave about {:.0} % of its error",
                    100.0 * left
                )
            }
            _ => format!("How many runs are enough for {name} cannot be told"),
        };
        let sum = self
            .coverage
            .iter()
            .fold(Coverage::default(), |sum, (_, own)| sum.and(*own));
        let stated = 100.0 * COVERAGE;
        let held = |share: Option<f64>, what: &str| {
            Some(format!(
                "{stated:.0} % intervals hold {:.0} % of {what}",
                100.0 * share?
            ))
        };
        let of_runs = held(sum.share(), "left-out runs");
        let of_differences = held(sum.difference_share(), "differences between left-out runs");
        std::iter::once(enough)
            .chain(of_runs)
            .chain(of_differences)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use mixlens_core::fit::{CompareParams, CurvePoint, LearningCurve, SurrogateParams};
    use mixlens_core::stats::Score;
    use mixlens_core::table::NoiseFloor;

    use super::*;
    use crate::{EvidenceEntry, MetricChoice};

    fn score(rmse: f64) -> Score {
        Score {
            runs: 9,
            spearman: Some(0.9),
            pearson: None,
            r2: None,
            mae: rmse,
            rmse,
        }
    }

    fn surrogate(name: &str) -> SurrogateParams {
        SurrogateParams::named(name, &[]).unwrap()
    }

    #[test]
    fn a_comparison_says_who_is_best_who_is_tied_and_what_none_can_beat() {
        let entry = |name| EvidenceEntry {
            surrogate: surrogate(name),
            metrics: Vec::new(),
            mean: score(0.1),
        };
        let choice = |metric: &str, tied, noise| MetricChoice {
            metric: metric.to_owned(),
            chosen: 1,
            tied,
            noise,
        };
        let floor = NoiseFloor {
            sd: 0.012_34,
            degrees_of_freedom: 5,
            source: NoiseSource::Replicates,
        };
        let evidence = Evidence {
            params: CompareParams::default(),
            entries: ["ridge", "gp", "scheffe", "trees"].map(entry).into(),
            choices: vec![
                choice("a", vec![], None),
                choice("b", vec![0], None),
                choice("c", vec![0, 2, 3], Some(floor)),
            ],
            left_out: Vec::new(),
        };
        assert_eq!(
            evidence.words("a"),
            ["a: gp predicts unseen runs best, by more than the noise"]
        );
        assert_eq!(
            evidence.words("b"),
            ["b: gp predicts unseen runs best, tied with ridge within the noise"]
        );
        let [verdict, floor] = &evidence.words("c")[..] else {
            panic!("two sentences")
        };
        assert!(
            verdict.ends_with("tied with ridge, scheffe and trees within the noise"),
            "{verdict}"
        );
        assert!(floor.starts_with("Noise floor 0.0123: "), "{floor}");
        assert!(evidence.words("unknown").is_empty());
    }

    #[test]
    fn an_examination_says_whether_more_runs_would_help_and_what_intervals_hold() {
        let words = |errors: &[(usize, f64)], coverage| {
            let point = |&(runs, rmse): &(usize, f64)| CurvePoint {
                runs,
                score: score(rmse),
                rmse_se: None,
            };
            let curve = LearningCurve {
                points: errors.iter().map(point).collect(),
            };
            let (surrogate, params) = (surrogate("gp"), CompareParams::default());
            Examination {
                surrogate,
                params,
                curve,
                coverage,
            }
            .words()
        };
        let own = |inside| Coverage {
            runs: 100,
            inside,
            differences: 50,
            differences_inside: 44,
        };
        let coverage = vec![("a".to_owned(), own(93)), ("b".to_owned(), own(89))];
        let all = words(&[(10, 0.4), (20, 0.2), (40, 0.1)], coverage);
        assert_eq!(
            all,
            [
                "More runs would help gp: twice as many leave about 50 % of its error",
                "90 % intervals hold 91 % of left-out runs",
                "90 % intervals hold 88 % of differences between left-out runs",
            ]
        );
        let flat = words(&[(10, 0.4), (20, 0.1), (40, 0.099)], Vec::new());
        assert_eq!(
            flat,
            ["20 runs are enough for gp: more hardly change its error"]
        );
        assert_eq!(
            words(&[(10, 0.4)], Vec::new()),
            ["How many runs are enough for gp cannot be told"]
        );
    }
}
