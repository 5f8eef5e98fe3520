//! Accuracy by the number of runs, which shows whether more runs would help.

use egui::{Align, Layout, Painter, RichText, Role, Shape, Stroke, Ui, WidgetInfo, vec2};
use mixlens_study::{Analysis, Command, CommandKind, Examination, Study, value_range, value_text};

use super::{plot_size, words_ui};
use crate::empty::empty_ui;
use crate::output_medium::tools_ui;
use crate::plot::Axes;
use crate::theme::DOT;
use crate::{CommandQueue, Tokens};

/// Minimum width for the two curves side by side, in points.
const SIDE_BY_SIDE: f32 = 440.0;

/// Draws the error and the rank correlation side by side.
pub(super) fn learning_curve_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let Some(examination) = &study.dataset().work.results.examination else {
        let why = "Check whether more runs would help and whether the intervals cover as often as \
                   they claim";
        let action = study
            .table()
            .is_some()
            .then_some(("Examine fit", Command::Analysis(Analysis::ExamineFit)));
        return empty_ui(ui, why, action, out);
    };
    words_ui(ui, &examination.words());
    tools_ui(ui, |ui| {
        if ui
            .small_button("Examine again")
            .on_hover_text(CommandKind::ExamineFit.info().tooltip)
            .clicked()
        {
            out.push(Analysis::ExamineFit);
        }
    });
    let errors: Vec<Spot> = spots(examination, |point| {
        Some((point.score.rmse, point.rmse_se.unwrap_or(0.0)))
    });
    let ranks: Vec<Spot> = spots(examination, |point| Some((point.score.spearman?, 0.0)));
    let (size, gap) = (plot_size(ui), ui.spacing().item_spacing);
    let (layout, half) = if size.x >= SIDE_BY_SIDE {
        (
            Layout::left_to_right(Align::Min),
            vec2((size.x - gap.x) / 2.0, size.y),
        )
    } else {
        (
            Layout::top_down(Align::Min),
            vec2(size.x, (size.y - gap.y) / 2.0),
        )
    };
    ui.with_layout(layout, |ui| {
        for (title, spots) in [("RMSE", &errors), ("Rank correlation", &ranks)] {
            ui.allocate_ui(half, |ui| ui.vertical(|ui| curve_ui(ui, title, spots)));
        }
    });
}

/// A number of runs with a value and its standard error.
struct Spot {
    runs: f64,
    value: f64,
    error: f64,
}

fn spots(
    examination: &Examination,
    value: impl Fn(&mixlens_core::fit::CurvePoint) -> Option<(f64, f64)>,
) -> Vec<Spot> {
    let spot = |point: &mixlens_core::fit::CurvePoint| {
        let (value, error) = value(point)?;
        Some(Spot {
            runs: point.runs as f64,
            value,
            error,
        })
    };
    examination.curve.points.iter().filter_map(spot).collect()
}

/// A line through the values, with a bar of one standard error to either side.
fn curve_ui(ui: &mut Ui, title: &str, spots: &[Spot]) {
    ui.label(
        RichText::new(format!(
            "{title} on held-out runs by the number of runs fitted"
        ))
        .small()
        .weak(),
    );
    let bounds = value_range(
        spots
            .iter()
            .flat_map(|spot| [spot.value - spot.error, spot.value + spot.error]),
    );
    let max_runs = spots.iter().map(|spot| spot.runs).fold(1.0, f64::max);
    let (axes, response) = Axes::new(ui, plot_size(ui), (0.0, max_runs * 1.05), bounds);
    let described = |spot: &Spot| format!("{} runs: {}", spot.runs, spot_text(spot));
    let described = spots.iter().map(described).collect::<Vec<_>>().join("; ");
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, format!("Learning curve, {title}"));
        info.current_text_value = Some(described.clone());
        info
    });
    let tokens = Tokens::of(ui);
    let painter = ui.painter().with_clip_rect(axes.rect);
    let points: Vec<_> = spots
        .iter()
        .map(|spot| axes.at(spot.runs, spot.value))
        .collect();
    for (spot, at) in spots.iter().zip(&points) {
        bar(&painter, &axes, spot, tokens);
        painter.circle_filled(*at, DOT * 1.4, tokens.accent);
    }
    painter.add(Shape::line(points, Stroke::new(1.5, tokens.accent)));
    response.on_hover_text(described);
}

fn bar(painter: &Painter, axes: &Axes, spot: &Spot, tokens: Tokens) {
    if spot.error > 0.0 {
        let ends =
            [spot.value - spot.error, spot.value + spot.error].map(|end| axes.at(spot.runs, end));
        painter.line_segment(ends, Stroke::new(1.2, tokens.text));
        for end in ends {
            painter.hline(
                end.x - 3.0..=end.x + 3.0,
                end.y,
                Stroke::new(1.2, tokens.text),
            );
        }
    }
}

fn spot_text(spot: &Spot) -> String {
    let value = value_text(
        spot.value,
        Some(if spot.error > 0.0 { spot.error } else { 0.005 }),
    );
    if spot.error > 0.0 {
        format!("{value} ± {}", value_text(spot.error, Some(spot.error)))
    } else {
        value
    }
}
