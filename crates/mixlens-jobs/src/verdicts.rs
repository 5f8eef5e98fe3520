//! The results of a comparison and of an examination, in words.

use mixlens_core::fit::{COVERAGE, Coverage};
use mixlens_core::table::NoiseSource;

use crate::{Evidence, Examination, value_text};

impl Evidence {
    /// The result of the comparison for a metric: the best surrogates, and the noise floor that no
    /// surrogate can undercut.
    pub fn words(&self, metric: &str) -> Vec<String> {
        let Some(choice) = self.choices.iter().find(|choice| choice.metric == metric) else {
            return Vec::new();
        };
        let name = |index: &usize| self.entries.get(*index).map(|entry| entry.surrogate.name());
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
                        "Noise floor {sd}: runs of the same mixture differ by this much, so no \
                            surrogate can have a smaller error"
                    )
                }
                NoiseSource::NearReplicates => {
                    format!(
                        "Noise floor at most {sd}: runs of nearly the same mixture differ by \
                            this much"
                    )
                }
            }
        });
        std::iter::once(verdict).chain(floor).collect()
    }
}

impl Examination {
    /// Whether more runs would help, and whether the intervals cover as often as they claim.
    pub fn words(&self) -> Vec<String> {
        let name = self.surrogate.name();
        let enough = match (self.curve.enough(), self.curve.left_by_doubling()) {
            (Some(enough), _) => {
                format!("{enough} runs are enough for {name}: more runs hardly change its error")
            }
            (None, Some(left)) if left < 1.0 => {
                format!(
                    "More runs would help {name}: twice as many would leave about {:.0} % of its \
                    error",
                    100.0 * left
                )
            }
            _ => format!("The learning curve does not show how many runs are enough for {name}"),
        };
        let sum = self
            .coverage
            .iter()
            .fold(Coverage::default(), |sum, (_, coverage)| sum.and(*coverage));
        let stated = 100.0 * COVERAGE;
        let held = |share: Option<f64>, what: &str| {
            Some(format!(
                "{stated:.0} % intervals contain {:.0} % of {what}",
                100.0 * share?
            ))
        };
        let of_runs = held(sum.share(), "held-out runs");
        let of_differences = held(sum.difference_share(), "differences between held-out runs");
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
    fn a_comparison_names_the_best_the_tied_and_the_noise_floor() {
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
    fn an_examination_reports_whether_more_runs_would_help_and_the_coverage() {
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
        let coverage_of = |inside| Coverage {
            runs: 100,
            inside,
            differences: 50,
            differences_inside: 44,
        };
        let coverage = vec![
            ("a".to_owned(), coverage_of(93)),
            ("b".to_owned(), coverage_of(89)),
        ];
        let all = words(&[(10, 0.4), (20, 0.2), (40, 0.1)], coverage);
        assert_eq!(
            all,
            [
                "More runs would help gp: twice as many would leave about 50 % of its error",
                "90 % intervals contain 91 % of held-out runs",
                "90 % intervals contain 88 % of differences between held-out runs",
            ]
        );
        let flat = words(&[(10, 0.4), (20, 0.1), (40, 0.099)], Vec::new());
        assert_eq!(
            flat,
            ["20 runs are enough for gp: more runs hardly change its error"]
        );
        assert_eq!(
            words(&[(10, 0.4)], Vec::new()),
            ["The learning curve does not show how many runs are enough for gp"]
        );
    }
}
