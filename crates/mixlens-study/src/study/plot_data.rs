//! The numbers behind each panel as CSV.

use mixlens_formats::{ColumnNames, cells_to_csv, mixtures_to_csv, survey_to_csv};

use super::Study;
use crate::{ColumnRef, EvidencePlot, Panel, StudyError};

/// Decimals of exported mixtures.
const DIGITS: u32 = 6;

impl Study {
    /// The numbers behind a panel as CSV, with all digits; `None` while the panel has none.
    pub fn plot_data(&self, panel: Panel) -> Option<String> {
        let rows = match panel {
            Panel::Mixture => self.mixture_cells(),
            Panel::Metrics => self.metric_cells()?,
            Panel::Traces => self.trace_cells()?,
            Panel::Ternary => self.ternary_cells()?,
            Panel::Parallel | Panel::Runs => self.run_cells()?,
            Panel::Pareto => self.pareto_cells()?,
            Panel::Evidence => match self.view().evidence {
                EvidencePlot::Predicted | EvidencePlot::Residuals => self.pair_cells()?,
                EvidencePlot::LearningCurve => self.curve_cells()?,
                EvidencePlot::Interactions => self.interaction_cells()?,
            },
            Panel::Search => return self.search_mixtures(),
            Panel::Survey => {
                let found = self.dataset().work.results.survey.as_ref()?;
                return Some(survey_to_csv(&found.survey, self.domains()));
            }
            Panel::NextRuns => return self.next_runs_csv(),
            Panel::Compare => self.difference_cells()?,
            Panel::Tokenizer => self.inferred_cells()?,
            Panel::Plan => self.plan_cells()?,
            Panel::Notices => self
                .dataset()
                .notices
                .iter()
                .map(|notice| vec![notice.clone()])
                .collect(),
        };
        Some(cells_to_csv(rows))
    }

    /// The numbers behind a panel, for a command that exports them.
    pub(super) fn needed_plot_data(
        &self,
        command: &'static str,
        panel: Panel,
    ) -> Result<String, StudyError> {
        let (what, advice) = (
            "numbers in the panel",
            "show it, and fit a surrogate or import runs first",
        );
        self.plot_data(panel).ok_or(StudyError::Missing {
            command,
            what,
            advice,
        })
    }

    /// The runs to train next as CSV that every importer of this program reads.
    pub fn next_runs_csv(&self) -> Option<String> {
        let runs = self.dataset().work.results.next_runs.as_ref()?;
        let named = runs
            .mixtures
            .iter()
            .enumerate()
            .map(|(index, mixture)| (format!("next-{}", index + 1), mixture.clone()));
        Some(mixtures_to_csv(
            &named.collect::<Vec<_>>(),
            ColumnNames::RegMix,
            DIGITS,
        ))
    }

    fn search_mixtures(&self) -> Option<String> {
        let search = self.dataset().work.results.search.as_ref()?;
        let mut named = vec![("proposal".to_owned(), search.mixture.clone())];
        named.push(("best single".to_owned(), search.best_single.0.clone()));
        named.extend(
            search
                .nearest
                .clone()
                .map(|nearest| ("nearest to natural".to_owned(), nearest)),
        );
        Some(mixtures_to_csv(&named, ColumnNames::Plain, DIGITS))
    }

    /// A row per phase and domain, in the format of `mixlens plan --export csv`.
    fn plan_cells(&self) -> Option<Vec<Vec<String>>> {
        let plan = self.state().plan()?;
        let header = ["run", "domain", "proportion", "epochs"]
            .map(str::to_owned)
            .to_vec();
        let rows = plan.phases().iter().enumerate().flat_map(|(index, phase)| {
            let cells = phase.mixture.iter().zip(plan.phase_epochs(index));
            cells
                .map(|((name, part), epochs)| {
                    let epochs = epochs.map_or_else(String::new, |epochs| epochs.to_string());
                    vec![
                        format!("phase_{}", index + 1),
                        name.to_owned(),
                        part.to_string(),
                        epochs,
                    ]
                })
                .collect::<Vec<_>>()
        });
        Some(std::iter::once(header).chain(rows).collect())
    }

    fn inferred_cells(&self) -> Option<Vec<Vec<String>>> {
        let of = self.view().shares.title().to_lowercase();
        let header = [
            "category",
            "kind",
            &of,
            "low",
            "high",
            "program",
            "isotonic",
            "bytes per token",
            "tokens per word",
        ];
        let rows = self.inferred()?.groups.iter().flat_map(|group| {
            group.rows.iter().map(|row| {
                let numbers = [
                    row.value,
                    row.interval.0,
                    row.interval.1,
                    row.program,
                    row.isotonic,
                ]
                .map(|number| number.to_string());
                let lens = [row.bytes_per_token.clone(), row.tokens_per_word.clone()];
                let names = [row.name.clone(), group.kind.title().to_owned()];
                names.into_iter().chain(numbers).chain(lens).collect()
            })
        });
        Some(
            std::iter::once(header.map(str::to_owned).to_vec())
                .chain(rows)
                .collect(),
        )
    }

    fn mixture_cells(&self) -> Vec<Vec<String>> {
        let header = [
            "domain",
            "proportion",
            "baseline",
            "lower",
            "upper",
            "epochs",
        ];
        let rows = self.domain_rows().iter().map(|row| {
            let numbers = [
                Some(row.proportion),
                Some(row.baseline),
                Some(row.lower),
                Some(row.upper),
                row.epochs,
            ];
            labelled(&row.name, numbers)
        });
        with_header(header, rows)
    }

    fn metric_cells(&self) -> Option<Vec<Vec<String>>> {
        let header = ["metric", "current", "baseline", "difference", "low", "high"];
        let rows = self.predictions()?.rows.iter().map(|row| {
            let interval = row.difference.interval;
            let ends = [interval.map(|(low, _)| low), interval.map(|(_, high)| high)];
            let values = [row.current.value, row.baseline.value, row.difference.value].map(Some);
            labelled(&row.name, values.into_iter().chain(ends))
        });
        Some(with_header(header, rows))
    }

    fn trace_cells(&self) -> Option<Vec<Vec<String>>> {
        let traces = self.look()?.traces.as_ref()?;
        let header = ["domain", "proportion"]
            .map(str::to_owned)
            .into_iter()
            .chain(traces.names.iter().cloned());
        let mut rows = vec![header.collect()];
        for (name, trace) in self.domains().names().iter().zip(&traces.domains) {
            for (point, part) in trace.parts.iter().enumerate() {
                let values = trace.values.iter().map(|curve| curve.get(point).copied());
                rows.push(labelled(name, [Some(*part)].into_iter().chain(values)));
            }
        }
        Some(rows)
    }

    fn ternary_cells(&self) -> Option<Vec<Vec<String>>> {
        let ternary = self.look()?.ternary.as_ref()?;
        let corner = |corner: &usize| {
            self.domains()
                .names()
                .get(*corner)
                .cloned()
                .unwrap_or_default()
        };
        let header = ternary
            .corners
            .iter()
            .map(corner)
            .chain([ternary.name.clone(), "allowed".to_owned()]);
        let rows = ternary.points.iter().map(|point| {
            let parts = point
                .shares
                .iter()
                .map(|share| (share * ternary.total).to_string());
            parts
                .chain([point.value.to_string(), point.is_allowed.to_string()])
                .collect()
        });
        Some(std::iter::once(header.collect()).chain(rows).collect())
    }

    /// The listed runs, in their order.
    fn run_cells(&self) -> Option<Vec<Vec<String>>> {
        let table = self.table()?;
        let domains = table
            .domains()
            .names()
            .iter()
            .map(|name| format!("train_{name}"));
        let metrics = table
            .metrics()
            .as_slice()
            .iter()
            .map(|metric| format!("metric/{}", metric.name));
        let mut rows: Vec<Vec<String>> = vec![
            std::iter::once("run_id".to_owned())
                .chain(domains)
                .chain(metrics)
                .collect(),
        ];
        let runs: Vec<_> = table.runs().collect();
        rows.extend(
            self.listed_runs()
                .iter()
                .filter_map(|&row| runs.get(row))
                .map(|run| {
                    let parts = run.parts.iter().map(|part| Some(*part));
                    labelled(run.id, parts.chain(run.values.iter().copied()))
                }),
        );
        Some(rows)
    }

    fn pareto_cells(&self) -> Option<Vec<Vec<String>>> {
        let table = self.table()?;
        let metric = |metric: &usize| {
            self.goal()
                .metrics
                .get(*metric)
                .map(|metric| metric.name.clone())
                .unwrap_or_default()
        };
        let header = ["run_id".to_owned()]
            .into_iter()
            .chain(self.view().pareto.iter().map(metric));
        let ids: Vec<&str> = table.runs().map(|run| run.id).collect();
        let plane = self.pareto();
        let rows = plane.points.iter().map(|point| {
            let mut cells = labelled(
                ids.get(point.row).copied().unwrap_or(""),
                point.values.map(Some),
            );
            cells.push(
                if point.is_dominated {
                    "dominated"
                } else {
                    "not dominated"
                }
                .to_owned(),
            );
            cells
        });
        let front = plane.front.iter().enumerate().map(|(index, values)| {
            let mut cells = labelled(&format!("front-{}", index + 1), values.map(Some));
            cells.push("predicted front".to_owned());
            cells
        });
        Some(
            std::iter::once(header.chain(["standing".to_owned()]).collect())
                .chain(rows)
                .chain(front)
                .collect(),
        )
    }

    fn pair_cells(&self) -> Option<Vec<Vec<String>>> {
        let table = self.table()?;
        let ids: Vec<&str> = table.runs().map(|run| run.id).collect();
        let mut rows = vec![
            ["metric", "run_id", "measured", "predicted"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for (metric, metric_settings) in self.goal().metrics.iter().enumerate() {
            for pair in self.measured_pairs(metric) {
                let mut cells = vec![metric_settings.name.clone()];
                cells.extend(labelled(
                    ids.get(pair.row).copied().unwrap_or(""),
                    [pair.measured, pair.predicted].map(Some),
                ));
                rows.push(cells);
            }
        }
        (rows.len() > 1).then_some(rows)
    }

    fn curve_cells(&self) -> Option<Vec<Vec<String>>> {
        let examination = self.dataset().work.results.examination.as_ref()?;
        let header = ["runs", "rmse", "rmse standard error", "rank correlation"];
        let rows = examination.curve.points.iter().map(|point| {
            let numbers = [Some(point.score.rmse), point.rmse_se, point.score.spearman];
            labelled(&point.runs.to_string(), numbers)
        });
        Some(with_header(header, rows))
    }

    fn interaction_cells(&self) -> Option<Vec<Vec<String>>> {
        let look = self.look()?;
        let (names, values) = (
            look.at.domains().names(),
            &look.interactions.as_ref()?.values,
        );
        let header = std::iter::once(String::new())
            .chain(names.iter().cloned())
            .collect();
        let rows = names.iter().zip(values.chunks_exact(names.len()));
        let rows =
            rows.map(|(name, values)| labelled(name, values.iter().map(|value| Some(*value))));
        Some(std::iter::once(header).chain(rows).collect())
    }

    fn difference_cells(&self) -> Option<Vec<Vec<String>>> {
        let table = self.differences()?;
        let header = std::iter::once(String::new())
            .chain(table.columns.iter().cloned())
            .collect();
        let rows = table.domains.iter().chain(&table.metrics);
        let rows =
            rows.map(|(name, cells)| labelled(name, cells.iter().map(|cell| Some(cell.value))));
        Some(std::iter::once(header).chain(rows).collect())
    }

    /// The name of a column of the run table.
    pub fn column_name(&self, column: ColumnRef) -> &str {
        match column {
            ColumnRef::Id => "run",
            ColumnRef::Domain(domain) => self
                .domains()
                .names()
                .get(domain)
                .map_or("", String::as_str),
            ColumnRef::Metric(metric) => self
                .goal()
                .metrics
                .get(metric)
                .map_or("", |metric| metric.name.as_str()),
        }
    }
}

fn with_header<const N: usize>(
    header: [&str; N],
    rows: impl Iterator<Item = Vec<String>>,
) -> Vec<Vec<String>> {
    std::iter::once(header.map(str::to_owned).to_vec())
        .chain(rows)
        .collect()
}

/// A name and numbers with all digits; missing ones are empty cells.
fn labelled(name: &str, numbers: impl IntoIterator<Item = Option<f64>>) -> Vec<String> {
    let numbers = numbers
        .into_iter()
        .map(|number| number.map_or_else(String::new, |number| number.to_string()));
    std::iter::once(name.to_owned()).chain(numbers).collect()
}

#[cfg(test)]
mod tests {
    use mixlens_core::fit::SurrogateParams;

    use super::*;
    use crate::testing::do_now;
    use crate::{Analysis, Command, Edit, Event, Output, ViewChange};

    #[test]
    fn evidence_is_exported_as_it_is_plotted() {
        let mut study = Study::demo().unwrap();
        do_now(
            &mut study,
            Command::Analysis(Analysis::Fit(SurrogateParams::named("ridge", &[]).unwrap())),
        );
        do_now(
            &mut study,
            Command::View(ViewChange::ShowPanel {
                panel: Panel::Evidence,
                is_shown: true,
            }),
        );
        let head = |study: &Study| {
            study
                .plot_data(Panel::Evidence)
                .map(|text| text.lines().next().unwrap().to_owned())
        };
        assert_eq!(head(&study).unwrap(), "metric,run_id,measured,predicted");

        do_now(
            &mut study,
            Command::View(ViewChange::ShowEvidence(EvidencePlot::Interactions)),
        );
        let missing = study
            .apply(Output::ExportSvg(Panel::Evidence))
            .unwrap_err()
            .to_string();
        assert!(
            missing.starts_with("Export plot as SVG needs numbers in the panel; "),
            "{missing}"
        );
        do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
        let names = study.domains().names().join(",");
        assert_eq!(head(&study).unwrap(), format!(",{names}"));
        let events = do_now(
            &mut study,
            Command::Output(Output::ExportSvg(Panel::Evidence)),
        );
        assert_eq!(events, [Event::SvgRequested(Panel::Evidence)]);
        let interactions = study.look().unwrap().interactions.as_ref().unwrap();
        let (first, second) = interactions.strongest.unwrap();
        let value = interactions
            .value(first, second, study.domains().len())
            .unwrap();
        assert!(
            first < second && value.abs().total_cmp(&interactions.greatest).is_eq(),
            "{first} {second} {value}"
        );
    }

    #[test]
    fn the_comparison_is_copied_as_a_table_with_0_for_no_difference() {
        let mut study = Study::demo().unwrap();
        let nothing = study.apply(Output::CopyComparison).unwrap_err().to_string();
        assert_eq!(
            nothing,
            "Copy comparison needs kept mixtures; keep a mixture first"
        );
        study
            .apply(Edit::SaveMixture {
                name: "as | was".to_owned(),
            })
            .unwrap();
        study
            .apply(Edit::SetProportion { domain: 0, to: 0.5 })
            .unwrap();
        study
            .apply(Edit::SaveMixture {
                name: "half".to_owned(),
            })
            .unwrap();
        let [Event::TextCopied(text)] = &study.apply(Output::CopyComparison).unwrap()[..] else {
            panic!("a text")
        };
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "| | natural | as \\| was | half |");
        let row = &study.domain_rows()[0];
        let moved = crate::difference_text(100.0 * row.difference, None, Some(0.05));
        assert_eq!(
            lines[2],
            format!(
                "| {} | {} | {} (0) | 50.00 % ({moved}) |",
                row.name, row.baseline_text, row.baseline_text
            )
        );
        assert_eq!(lines.len(), 2 + study.domains().len());
    }
}
