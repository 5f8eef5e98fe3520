use std::collections::BTreeSet;
use std::sync::Arc;

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::{CompareParams, Support, SurrogateParams};
use mixlens_core::search::SurveyParams;
use mixlens_core::simplex::DomainSet;
use mixlens_core::table::Direction;
use mixlens_formats::{ImportOptions, NamedBytes, import_run_table};

use super::*;
use crate::testing::do_now;
use crate::{
    Analysis, BaselineFrom, ColumnRef, Command, DomainOrder, Edit, Estimate, Event, EvidencePlot,
    Panel, ParetoSettings, ResetTo, RunSelection, SamplingSettings, ScalarisationKind, Session,
    SortOrder, Standing, Study, SurveySettings, ViewChange, run_job,
};

/// Runs over a, b and c with loss = 3 − a + 0.5 b and accuracy = 0.2 + 0.5 c, so that ridge fits
/// them nearly exactly.
fn linear() -> Study {
    let mut text = "run_id,train_a,train_b,train_c,loss,c_acc\n".to_owned();
    for run in 0..45 {
        let (a, b) = (f64::from(run % 9) / 10.0, f64::from(run % 5) / 50.0);
        let c = 1.0 - a - b;
        text += &format!(
            "run {run},{a},{b},{c},{},{}\n",
            3.0 - a + 0.5 * b,
            0.2 + 0.5 * c
        );
    }
    let file = NamedBytes::new("runs.csv", text);
    let table = import_run_table(&[file], &ImportOptions::default())
        .unwrap()
        .table;
    let mut study = Study::of_table("runs.csv", Arc::new(table));
    let penalty = [("penalty".to_owned(), "1e-9".to_owned())];
    do_now(
        &mut study,
        Command::Analysis(Analysis::Fit(
            SurrogateParams::named("ridge", &penalty).unwrap(),
        )),
    );
    study
}

#[test]
fn predictions_are_compared_with_the_baseline_in_their_direction() {
    let mut study = linear();
    assert_eq!(study.goal().metrics[1].direction, Direction::Higher);
    study
        .apply(Edit::SetRedistribution(
            mixlens_core::simplex::Redistribution::Swap { with: 2 },
        ))
        .unwrap();
    let before = study.current().parts()[0];
    study
        .apply(Edit::SetProportion {
            domain: 0,
            to: before + 0.1,
        })
        .unwrap();
    let predictions = study.predictions().unwrap();
    let [loss, accuracy] = &predictions.rows[..] else {
        panic!("two metrics")
    };
    assert!(
        (loss.difference.value + 0.1).abs() < 1e-6
            && (accuracy.difference.value + 0.05).abs() < 1e-6
    );
    assert_eq!(
        (loss.standing, accuracy.standing),
        (Standing::Better, Standing::Worse)
    );
    assert_eq!(predictions.support, Support::Inside);
    // Lower is better in the objective: −½ · 0.1 for the loss, +½ · 0.05 for the accuracy.
    let objective = predictions.objective.as_ref().unwrap();
    assert!(
        (objective.difference.value + 0.025).abs() < 1e-6,
        "{objective:?}"
    );
    study
        .apply(Edit::SetScalarisation(ScalarisationKind::Minimax))
        .unwrap();
    let worst = study.predictions().unwrap().objective.clone().unwrap();
    assert!((worst.difference.value - 0.05).abs() < 1e-6, "{worst:?}");
    study
        .apply(ViewChange::PinMetric {
            metric: 1,
            is_pinned: true,
        })
        .unwrap();
    assert_eq!(study.predictions().unwrap().rows[0].metric, 1);
}

#[test]
fn differences_within_the_noise_are_ties() {
    let standing = |value, interval, noise| Standing::of(Estimate { value, interval }, noise, 1.0);
    assert_eq!(standing(-0.01, Some((-0.02, 0.005)), None), Standing::Tied);
    assert_eq!(
        standing(-0.01, Some((-0.02, -0.005)), Some(1.0)),
        Standing::Better
    );
    assert_eq!(standing(0.01, None, Some(0.02)), Standing::Tied);
    assert_eq!(standing(0.03, None, Some(0.02)), Standing::Worse);
    assert_eq!(standing(f64::NAN, None, None), Standing::Unknown);
}

#[test]
fn the_best_move_goes_from_the_worst_domain_to_the_best_within_limits_and_locks() {
    let mut study = linear();
    study.apply(Edit::SetMixture(uniform(&study))).unwrap();
    study.apply(Edit::OptimiseMetric(0)).unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let best = study.look().unwrap().best_move.clone().unwrap();
    assert_eq!((best.from, best.to), (1, 0));
    assert!((best.change.value + 0.075).abs() < 1e-6);
    assert!(
        best.sentence
            .starts_with("Moving 5 points from b to a changes loss by −0.07"),
        "{}",
        best.sentence
    );
    study
        .apply(Edit::SetUpper {
            domain: 0,
            to: Some(1.0 / 3.0 + 0.02),
        })
        .unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let best = study.look().unwrap().best_move.clone().unwrap();
    assert_eq!((best.from, best.to), (1, 0));
    assert!((best.points - 0.02).abs() < 1e-9, "{}", best.points);
    study
        .apply(Edit::SetLock {
            domain: 0,
            is_locked: true,
        })
        .unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let best = study.look().unwrap().best_move.clone().unwrap();
    assert_eq!((best.from, best.to), (1, 2));
    study
        .apply(Edit::SetLock {
            domain: 1,
            is_locked: true,
        })
        .unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    assert_eq!(
        study.look().unwrap().sentence,
        "No single move of up to 5 points improves loss"
    );
}

fn uniform(study: &Study) -> mixlens_core::simplex::Mixture {
    mixlens_core::simplex::Mixture::uniform(study.domains())
}

#[test]
fn rows_of_domains_show_limits_epochs_and_proportions_beyond_the_runs() {
    let mut study = linear();
    study.apply(Edit::SetMixture(uniform(&study))).unwrap();
    study.apply(Edit::SetTrainingTokens(Some(1e12))).unwrap();
    study
        .apply(Edit::SetUniqueTokens {
            domain: 1,
            to: Some(5e10),
        })
        .unwrap();
    let rows = study.domain_rows();
    assert_eq!(
        (
            rows[1].cap,
            rows[1].epochs_text.as_str(),
            rows[1].text.as_str()
        ),
        (Some(0.2), "4", "20.00 %")
    );
    assert_eq!(
        (rows[1].limit, rows[0].limit),
        (LimitHit::AtUpper, LimitHit::Free)
    );
    assert!(rows[1].is_beyond_runs && !rows[0].is_beyond_runs);
    // A loaded mixture keeps its proportions, and the row shows the violation.
    study.apply(Edit::Reset(ResetTo::Uniform)).unwrap();
    assert_eq!(study.domain_rows()[1].limit, LimitHit::AboveUpper);
    study.apply(Edit::MoveIntoLimits).unwrap();
    assert_eq!(study.domain_rows()[1].limit, LimitHit::AtUpper);
    study
        .apply(ViewChange::SortDomains(DomainOrder::Proportion))
        .unwrap();
    study.apply(ViewChange::FilterDomains("B".into())).unwrap();
    assert_eq!(
        study
            .listed_domains()
            .iter()
            .map(|row| row.domain)
            .collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn traces_follow_the_law_along_each_domain() {
    let mut study = linear();
    study.apply(ViewChange::ShowMetric(Some(0))).unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let look = study.look().unwrap();
    let traces = look.traces.as_ref().unwrap();
    assert_eq!(
        (traces.names.as_slice(), traces.domains.len()),
        (&["loss".to_owned()][..], 3)
    );
    let trace = &traces.domains[0];
    assert!(trace.parts.is_sorted() && trace.parts.contains(&trace.here));
    for (part, value) in trace.parts.iter().zip(&trace.values[0]) {
        let b = (1.0 - part) * study.current().parts()[1] / (1.0 - trace.here);
        assert!((value - (3.0 - part + 0.5 * b)).abs() < 1e-6);
    }
}

#[test]
fn the_ternary_grid_keeps_the_others_share_and_shades_what_the_limits_forbid() {
    let mut study = linear();
    study.apply(ViewChange::ShowMetric(Some(0))).unwrap();
    study
        .apply(Edit::SetUpper {
            domain: 0,
            to: Some(0.5),
        })
        .unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let ternary = study.look().unwrap().ternary.clone().unwrap();
    assert!((ternary.total - 1.0).abs() < 1e-12 && ternary.others.abs() < 1e-12);
    assert_eq!(
        ternary.points.len(),
        (ternary.steps + 1) * (ternary.steps + 2) / 2
    );
    for point in &ternary.points {
        let [a, b, _] = point.shares;
        assert!((point.value - (3.0 - a + 0.5 * b)).abs() < 1e-6);
        assert_eq!(point.is_allowed, a <= 0.5 + 1e-9);
    }
    assert!(!ternary.contours.is_empty());
}

#[test]
fn domains_that_add_up_do_not_interact() {
    let mut study = linear();
    study
        .apply(ViewChange::ShowPanel {
            panel: Panel::Evidence,
            is_shown: true,
        })
        .unwrap();
    study
        .apply(ViewChange::ShowEvidence(EvidencePlot::Interactions))
        .unwrap();
    study.apply(ViewChange::ShowMetric(Some(0))).unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let interactions = study.look().unwrap().interactions.clone().unwrap();
    assert_eq!(interactions.values.len(), 9);
    // A linear law bends only by what the Cox directions share.
    assert!(interactions.greatest < 1e-3, "{}", interactions.greatest);
    assert!((interactions.values[1] - interactions.values[3]).abs() < 1e-15);
}

#[test]
fn runs_are_filtered_by_name_or_condition_sorted_and_coloured() {
    let mut study = linear();
    study.apply(ViewChange::FilterRuns("RUN 1".into())).unwrap();
    assert_eq!(study.listed_runs().len(), 11);
    study
        .apply(ViewChange::FilterRuns("a >= 0.8".into()))
        .unwrap();
    assert_eq!(study.listed_runs(), [8, 17, 26, 35, 44]);
    study
        .apply(ViewChange::SortRuns(Some((
            ColumnRef::Metric(0),
            SortOrder::Falling,
        ))))
        .unwrap();
    let losses: Vec<f64> = study
        .table()
        .unwrap()
        .metric_values(0)
        .map(Option::unwrap)
        .collect();
    assert!(
        study
            .listed_runs()
            .iter()
            .map(|&row| losses[row])
            .is_sorted_by(|a, b| a >= b)
    );
    study
        .apply(ViewChange::SelectRuns(RunSelection::Shown))
        .unwrap();
    assert_eq!(study.view().selected, BTreeSet::from([8, 17, 26, 35, 44]));
    study
        .apply(ViewChange::ColourRuns(Some(ColumnRef::Domain(0))))
        .unwrap();
    let colours = study.run_colours();
    assert_eq!(
        (colours[0], colours[8], colours.len()),
        (Some(0.0), Some(1.0), 45)
    );
}

#[test]
fn a_run_is_dominated_when_another_is_as_good_in_both_and_better_in_one() {
    let text = "id,train_a,train_b,loss_a,b_acc\n\
        1,0.5,0.5,2.0,0.5\n\
        2,0.4,0.6,2.0,0.5\n\
        3,0.3,0.7,2.0,0.4\n\
        4,0.2,0.8,1.0,0.2\n\
        5,0.1,0.9,3.0,0.9\n\
        6,0.6,0.4,3.0,0.8\n";
    let table = import_run_table(&[NamedBytes::new("t", text)], &ImportOptions::default())
        .unwrap()
        .table;
    let study = Study::of_table("t", Arc::new(table));
    let dominated: Vec<bool> = study
        .pareto()
        .points
        .iter()
        .map(|point| point.is_dominated)
        .collect();
    assert_eq!(dominated, [false, false, true, false, false, true]);
}

#[test]
fn held_out_predictions_are_compared_with_measured_values() {
    let mut study = linear();
    let surrogates = ["ridge", "scheffe"]
        .map(|name| SurrogateParams::named(name, &[]).unwrap())
        .to_vec();
    do_now(
        &mut study,
        Command::Analysis(Analysis::Compare {
            surrogates,
            params: CompareParams::default(),
        }),
    );
    let pairs = study.measured_pairs(0);
    assert_eq!(pairs.len(), 45);
    assert!(
        pairs
            .iter()
            .all(|pair| (pair.measured - pair.predicted - pair.residual).abs() < 1e-12)
    );
    let rmse = (pairs.iter().map(|pair| pair.residual.powi(2)).sum::<f64>() / 45.0).sqrt();
    assert!((study.predictions().unwrap().rows[0].noise.unwrap() - rmse).abs() < 1e-12);
    let evidence = study.evidence().unwrap();
    assert_eq!(evidence.of("ridge", "loss").unwrap().predicted.len(), 45);
    assert!(
        evidence
            .entries
            .is_sorted_by(|a, b| a.mean.rmse <= b.mean.rmse)
    );
}

#[test]
fn kept_mixtures_are_compared_with_the_baseline() {
    let mut study = linear();
    study.apply(Edit::SetMixture(uniform(&study))).unwrap();
    study
        .apply(Edit::SetBaseline(BaselineFrom::Uniform))
        .unwrap();
    for to in [0.4, 0.5] {
        study.apply(Edit::SetProportion { domain: 0, to }).unwrap();
        study
            .apply(Edit::SaveMixture {
                name: format!("a at {to}"),
            })
            .unwrap();
    }
    let table = study.differences().unwrap();
    assert_eq!(table.columns, ["uniform", "a at 0.4", "a at 0.5"]);
    let (name, cells) = &table.domains[0];
    assert_eq!(
        (
            name.as_str(),
            cells[2].text.as_str(),
            cells[2].difference_text.as_str()
        ),
        ("a", "50.00 %", "+16.67")
    );
    let (name, cells) = &table.metrics[0];
    assert_eq!(
        (name.as_str(), cells[0].standing, cells[2].standing),
        ("loss", Standing::Tied, Standing::Better)
    );
}

#[test]
fn parallel_lines_pass_through_brushes() {
    let mut study = linear();
    do_now(
        &mut study,
        Command::Analysis(Analysis::SampleMixtures(SamplingSettings {
            count: 30,
            ..Default::default()
        })),
    );
    study
        .apply(ViewChange::SetAxes(vec![
            ColumnRef::Metric(0),
            ColumnRef::Domain(0),
        ]))
        .unwrap();
    study
        .apply(ViewChange::BrushAxis {
            axis: ColumnRef::Domain(0),
            to: Some((0.8, 0.7)),
        })
        .unwrap();
    let plot = study.parallel();
    assert_eq!(
        (
            plot.lines.sources.len(),
            plot.axes.len(),
            plot.lines.positions.len()
        ),
        (75, 2, 150)
    );
    assert_eq!(
        (
            plot.axes[0].name.as_str(),
            plot.lines.sources[0],
            plot.lines.sources[30]
        ),
        ("loss", LineSource::Sample(0), LineSource::Run(0))
    );
    assert!(
        plot.lines
            .positions
            .iter()
            .all(|position| (0.0..=1.0).contains(position))
    );
    assert!(
        plot.brushed_runs()
            .eq([7, 8, 16, 17, 25, 26, 34, 35, 43, 44])
    );
    let axis = &plot.axes[1];
    assert!((axis.value_at(axis.brush.unwrap().0) - 0.7).abs() < 1e-6);
    study
        .apply(ViewChange::SetLogAxis {
            axis: ColumnRef::Domain(0),
            is_log: true,
        })
        .unwrap();
    let axis = &study.parallel().axes[1];
    assert!(axis.is_log && axis.range.0 > 0.0);
    assert!((axis.value_at(0.5) - (axis.range.0 * axis.range.1).sqrt()).abs() < 1e-9);
}

#[test]
fn a_drag_moves_the_mixture_among_lines_that_stay() {
    let mut study = linear();
    let (plot, plane) = (Arc::clone(study.parallel()), Arc::clone(study.pareto()));
    study.apply(Edit::SetMixture(uniform(&study))).unwrap();
    assert!(Arc::ptr_eq(&plot, study.parallel()) && Arc::ptr_eq(&plane, study.pareto()));
    let marks = study.parallel_marks();
    let [[loss, accuracy], _] = study.pareto_marks().unwrap();
    let expected = [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, loss, accuracy];
    for ((axis, position), value) in plot.axes.iter().zip(&marks.current).zip(expected) {
        let inside = value.clamp(axis.range.0, axis.range.1);
        assert!(
            (axis.value_at(*position) - inside).abs() < 1e-6,
            "{}",
            axis.name
        );
    }
    // No run has more than 8 % of b.
    assert!(marks.current[1] > 1.0 && marks.baseline[1] < 1.0);
    study.apply(Edit::ShowRun(3)).unwrap();
    let line = plot
        .lines
        .sources
        .iter()
        .position(|source| *source == LineSource::Run(3))
        .unwrap();
    for (mark, position) in study
        .parallel_marks()
        .current
        .iter()
        .zip(&plot.lines.positions[line * 5..])
    {
        assert!((mark - position).abs() < 1e-4);
    }
    study
        .apply(ViewChange::BrushAxis {
            axis: ColumnRef::Domain(0),
            to: Some((0.1, 0.2)),
        })
        .unwrap();
    assert!(study.parallel().has_brush() && !Arc::ptr_eq(&plot, study.parallel()));
    assert!(Arc::ptr_eq(&plot.lines, &study.parallel().lines));
    study
        .apply(ViewChange::SetLogAxis {
            axis: ColumnRef::Domain(0),
            is_log: true,
        })
        .unwrap();
    assert!(!Arc::ptr_eq(&plot.lines, &study.parallel().lines));
}

#[test]
fn of_too_many_columns_the_first_domains_and_metrics_are_axes() {
    let names = |count: usize| DomainSet::new((0..count).map(|index| format!("d{index}"))).unwrap();
    assert_eq!(
        Study::of_domains("narrow", names(29)).parallel().axes.len(),
        29
    );
    assert_eq!(
        Study::of_domains("wide", names(1000)).parallel().axes.len(),
        30
    );
    let domains = (0..40)
        .map(|index| format!("train_d{index}"))
        .collect::<Vec<_>>()
        .join(",");
    let metrics = (0..3)
        .map(|index| format!("metric/m{index}"))
        .collect::<Vec<_>>()
        .join(",");
    let row = |run: usize| {
        let parts = (0..40)
            .map(|index| if index == run { "1" } else { "0" })
            .collect::<Vec<_>>()
            .join(",");
        format!("{run},{parts},{run},1,2\n")
    };
    let text = format!("run_id,{domains},{metrics}\n{}{}{}", row(0), row(1), row(2));
    let table = import_run_table(&[NamedBytes::new("wide", text)], &ImportOptions::default())
        .unwrap()
        .table;
    let study = Study::of_table("wide", Arc::new(table));
    let columns: Vec<ColumnRef> = study
        .parallel()
        .axes
        .iter()
        .map(|axis| axis.column)
        .collect();
    assert_eq!(
        (columns.len(), columns[26], columns[27]),
        (30, ColumnRef::Domain(26), ColumnRef::Metric(0))
    );
}

#[test]
fn a_front_is_drawn_in_the_plane_of_its_two_metrics_alone() {
    let mut study = linear();
    do_now(
        &mut study,
        Command::Analysis(Analysis::FollowFront(ParetoSettings {
            metrics: [0, 1],
            points: 5,
        })),
    );
    let front = study.dataset().work.results.front.clone().unwrap();
    assert_eq!(front.surrogate, "ridge");
    let values: Vec<[f64; 2]> = front.points.iter().map(|(_, values)| *values).collect();
    let plane = Arc::clone(study.pareto());
    assert_eq!(plane.front, values);
    let exported = study.plot_data(Panel::Pareto).unwrap();
    assert_eq!(
        exported
            .lines()
            .filter(|line| line.starts_with("front-"))
            .count(),
        values.len()
    );
    for values in plane
        .points
        .iter()
        .map(|point| point.values)
        .chain(values.iter().copied())
    {
        assert!(
            plane
                .ranges
                .iter()
                .zip(values)
                .all(|(range, value)| range.0 <= value && value <= range.1)
        );
    }
    study.apply(ViewChange::SetParetoMetrics([1, 0])).unwrap();
    let reversed: Vec<[f64; 2]> = values.iter().map(|[a, b]| [*b, *a]).collect();
    assert_eq!(study.pareto().front, reversed);
    study.apply(ViewChange::SetParetoMetrics([0, 0])).unwrap();
    assert!(study.pareto().front.is_empty());
    // Runs are judged again when the direction of a metric changes.
    study.apply(ViewChange::SetParetoMetrics([0, 1])).unwrap();
    let dominated = |study: &Study| {
        study
            .pareto()
            .points
            .iter()
            .filter(|point| point.is_dominated)
            .count()
    };
    let before = dominated(&study);
    study
        .apply(Edit::SetDirection {
            metric: 1,
            to: Direction::Lower,
        })
        .unwrap();
    assert_ne!(dominated(&study), before);
}

#[test]
fn a_front_of_surrogates_that_are_not_convex_is_sampled_and_marked_as_inexact() {
    let mut study = linear();
    do_now(
        &mut study,
        Command::Analysis(Analysis::FollowFront(ParetoSettings {
            metrics: [0, 1],
            points: 5,
        })),
    );
    let front = study.dataset().work.results.front.clone().unwrap();
    assert!(!front.is_exact && front.points.len() >= 2);
    // Lower loss costs accuracy all along the front.
    assert!(
        front
            .points
            .windows(2)
            .all(|pair| pair[0].1[0] <= pair[1].1[0] && pair[0].1[1] <= pair[1].1[1])
    );
    do_now(
        &mut study,
        Command::Edit(Edit::SetDirection {
            metric: 1,
            to: Direction::Lower,
        }),
    );
    do_now(
        &mut study,
        Command::Analysis(Analysis::FollowFront(ParetoSettings {
            metrics: [0, 1],
            points: 5,
        })),
    );
    let front = study.dataset().work.results.front.clone().unwrap();
    assert!(front.is_exact);
    // With the metrics swapped, the same front is returned in reverse.
    do_now(
        &mut study,
        Command::Analysis(Analysis::FollowFront(ParetoSettings {
            metrics: [1, 0],
            points: 5,
        })),
    );
    let reversed = study.dataset().work.results.front.clone().unwrap();
    assert_eq!(reversed.metrics, ["c_acc", "loss"]);
    let ends =
        |front: &crate::ParetoFront| [front.points[0].1, front.points[front.points.len() - 1].1];
    let [[a, b], [c, d]] = ends(&front);
    for (value, other) in ends(&reversed).concat().iter().zip([d, c, b, a]) {
        assert!((value - other).abs() < 1e-3, "{value} {other}");
    }
}

#[test]
fn every_panel_with_something_to_show_exports_its_numbers() {
    let mut study = linear();
    let surrogates = vec![SurrogateParams::named("ridge", &[]).unwrap()];
    do_now(
        &mut study,
        Command::Analysis(Analysis::Compare {
            surrogates,
            params: CompareParams::default(),
        }),
    );
    do_now(
        &mut study,
        Command::Analysis(Analysis::Search(Default::default())),
    );
    let params = SurveyParams {
        samples: 2000,
        pair: Some([2, 0]),
        ..Default::default()
    };
    do_now(
        &mut study,
        Command::Analysis(Analysis::Survey(SurveySettings {
            params,
            ..Default::default()
        })),
    );
    do_now(
        &mut study,
        Command::Analysis(Analysis::ProposeRuns(crate::NextRunsSettings {
            count: 2,
            pool: 50,
            ..Default::default()
        })),
    );
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    // The tokenizer's numbers are tested where one is opened.
    for panel in Panel::ALL
        .into_iter()
        .filter(|panel| *panel != Panel::Tokenizer)
    {
        let text = study.plot_data(panel).unwrap();
        let columns = |line: &str| line.split(',').count();
        let header = text.lines().next().map_or(0, columns);
        assert!(
            text.lines().all(|line| columns(line) == header),
            "{panel:?}: {text}"
        );
        assert!(
            panel == Panel::Notices || text.lines().count() > 1,
            "{panel:?}"
        );
    }
    let bare = Study::of_domains("bare", DomainSet::new(["a", "b"]).unwrap());
    assert!(bare.plot_data(Panel::Mixture).is_some() && bare.plot_data(Panel::Traces).is_none());
}

#[test]
fn a_survey_counts_mixtures_within_the_limits_and_the_locks() {
    let mut study = noisy(60);
    study
        .apply(Edit::SetProportion {
            domain: 1,
            to: 0.25,
        })
        .unwrap();
    study
        .apply(Edit::SetLock {
            domain: 1,
            is_locked: true,
        })
        .unwrap();
    study
        .apply(Edit::SetUpper {
            domain: 0,
            to: Some(0.5),
        })
        .unwrap();
    let params = SurveyParams {
        samples: 3000,
        pair: Some([0, 2]),
        ..Default::default()
    };
    do_now(
        &mut study,
        Command::Analysis(Analysis::Survey(SurveySettings {
            params,
            ..Default::default()
        })),
    );
    let found = study.dataset().work.results.survey.clone().unwrap();
    assert_eq!(
        (found.survey.allowed, found.surrogate.as_str()),
        (3000, "ridge")
    );
    let plot = study.survey().unwrap();
    let [a, b, c] = [0, 1, 2].map(|domain| plot.strips[domain].clone());
    assert!(
        a.range.0 >= 0.0 && a.range.1 <= 0.5 && c.range.0 >= 0.25 - 1e-9,
        "{:?} {:?}",
        a.range,
        c.range
    );
    assert!(
        (b.range.0 - 0.25).abs() < 1e-9 && (b.range.1 - 0.25).abs() < 1e-9,
        "{:?}",
        b.range
    );
    // Loss falls with the first domain; the objective holds only it and the third domain's
    // accuracy.
    let best = a
        .cells
        .iter()
        .position(|cell| cell.position == Some(0.0))
        .unwrap();
    assert!(a.cells[best].has_good && a.good.is_some_and(|(low, high)| low <= high));
    let plane = plot.pair.as_ref().unwrap();
    assert_eq!((plane.domains, plane.cells.len()), ([0, 2], 32 * 32));
    // Another survey replaces the first; unknown domains are an error and keep it.
    let params = SurveyParams {
        pair: Some([0, 9]),
        ..params
    };
    let settings = SurveySettings {
        params,
        ..Default::default()
    };
    let Event::JobRequested(request) = study.apply(Analysis::Survey(settings)).unwrap().remove(0)
    else {
        panic!("a survey is work")
    };
    let failed = study.apply(Analysis::JobFinished(run_job(
        &request,
        &Control::default(),
        &Sequential,
    )));
    let failed = failed.unwrap();
    let [Event::JobFailed { problem, .. }] = &failed[..] else {
        panic!("{failed:?}")
    };
    assert!(problem.contains("two different domains"), "{problem}");
    assert!(study.survey().is_some());
}

/// Runs with noise over three domains, so that fits have errors and intervals.
fn noisy(runs: i32) -> Study {
    let mut text = "run_id,train_a,train_b,train_c,loss,c_acc\n".to_owned();
    for run in 0..runs {
        let (a, b) = (f64::from(run % 9) / 10.0, f64::from(run % 5) / 50.0);
        let (c, noise) = (1.0 - a - b, f64::from(run * 7919 % 101) / 1000.0);
        text += &format!(
            "run {run},{a},{b},{c},{},{}\n",
            3.0 - a + 0.5 * b + noise,
            0.2 + 0.5 * c - noise
        );
    }
    let file = NamedBytes::new("runs.csv", text);
    let table = import_run_table(&[file], &ImportOptions::default())
        .unwrap()
        .table;
    let mut study = Study::of_table("runs.csv", Arc::new(table));
    do_now(
        &mut study,
        Command::Analysis(Analysis::Fit(SurrogateParams::named("ridge", &[]).unwrap())),
    );
    study
}

#[test]
fn intervals_are_those_of_the_core_to_the_bit() {
    let mut study = noisy(60);
    study
        .apply(Edit::SetProportion { domain: 0, to: 0.6 })
        .unwrap();
    let set = &study.fit().unwrap().set;
    let (current, baseline) = (study.current().parts(), study.baseline().mixture.parts());
    let prediction = set.predict(current).unwrap();
    let differences = set.against(baseline).unwrap().differences(current).unwrap();
    for (index, row) in study.predictions().unwrap().rows.iter().enumerate() {
        assert_eq!(
            row.current,
            Estimate::with_interval(prediction.values[index], prediction.intervals[index])
        );
        assert_eq!(
            row.difference,
            Estimate::with_interval(differences[index].value, differences[index].interval)
        );
        assert!(
            row.difference_text.contains(" ± "),
            "{}",
            row.difference_text
        );
    }
    let kept = study.current().clone();
    study
        .apply(Edit::SaveMixture {
            name: "kept".into(),
        })
        .unwrap();
    study.apply(Edit::Reset(ResetTo::Uniform)).unwrap();
    let cell = &study.differences().unwrap().metrics[0].1[1];
    let fit = study.fit().unwrap();
    let expected = fit
        .set
        .against(study.baseline().mixture.parts())
        .unwrap()
        .differences(kept.parts())
        .unwrap()[0];
    assert_eq!(
        cell.difference,
        Estimate::with_interval(expected.value, expected.interval)
    );
}

#[test]
fn a_change_of_the_baseline_changes_what_is_compared_with_it() {
    let mut study = noisy(60);
    study
        .apply(Edit::SetProportion { domain: 0, to: 0.6 })
        .unwrap();
    let before = study.predictions().unwrap().rows[0].clone();
    study
        .apply(Edit::SetBaseline(BaselineFrom::Current))
        .unwrap();
    let after = study.predictions().unwrap().rows[0].clone();
    assert_eq!(
        (after.current, after.baseline.value),
        (before.current, before.current.value)
    );
    assert!(after.difference.value.abs() < 1e-15 && after.standing == Standing::Tied);
    study.apply(Session::Undo).unwrap();
    assert_eq!(study.predictions().unwrap().rows[0], before);
}

#[test]
fn sentence_and_traces_carry_the_intervals_of_their_metric() {
    let mut study = noisy(60);
    study.apply(ViewChange::ShowMetric(Some(0))).unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let look = study.look().unwrap();
    assert!(
        look.sentence.contains(" to a changes loss by −0.0") && look.sentence.contains(" ± "),
        "{}",
        look.sentence
    );
    let trace = &look.traces.as_ref().unwrap().domains[1];
    let band = trace.bands[0].as_ref().unwrap();
    assert!(
        band.iter()
            .zip(&trace.values[0])
            .all(|((low, high), value)| low < value && value < high)
    );
    study.apply(ViewChange::ShowMetric(None)).unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let look = study.look().unwrap();
    assert!(
        !look.sentence.contains('±') && look.traces.as_ref().unwrap().domains[0].bands == [None],
        "{}",
        look.sentence
    );
}

#[test]
fn the_best_surrogates_are_fitted_and_examined() {
    let mut study = noisy(22);
    do_now(&mut study, Command::Analysis(Analysis::FitBest));
    assert_eq!(study.dataset().work.fits.len(), 2);
    assert!(
        study
            .predictions()
            .unwrap()
            .rows
            .iter()
            .all(|row| row.noise.is_some_and(|noise| noise < 0.1))
    );
    do_now(&mut study, Command::Analysis(Analysis::ChooseFit(0)));
    do_now(&mut study, Command::Analysis(Analysis::ExamineFit));
    let found = study.dataset().work.results.examination.clone().unwrap();
    assert_eq!((found.surrogate.name(), found.coverage.len()), ("ridge", 2));
    assert!(found.curve.points.is_sorted_by(|a, b| a.runs < b.runs));
    assert!(
        found
            .coverage
            .iter()
            .all(|(_, coverage)| coverage.share().is_some_and(|share| share > 0.6))
    );
}
