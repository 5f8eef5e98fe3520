//! Pareto: two metrics against each other, with measured runs and the predicted front.

use std::sync::Arc;

use egui::{Align2, Color32, Mesh, Pos2, Response, Role, Shape, Stroke, Ui, WidgetInfo, vec2};
use mixlens_core::table::Direction;
use mixlens_study::{
    ColumnRef, Command, CommandKind, Edit, FrontPoint, FrontRequest, ParetoPlane, ParetoSettings,
    Study, ViewChange, value_text,
};

use super::pareto_front::{front_bar_ui, front_list_ui, is_front_current};
use super::runs::{colour_ui, select_none_ui};
use crate::accessible_name::choice_ui;
use crate::cached_drawing::CachedDrawing;
use crate::empty::empty_ui;
use crate::output_medium::is_figure_page;
use crate::palette::viridis;
use crate::plot::Axes;
use crate::theme::{DOT, small_font};
use crate::{CommandQueue, Tokens};

/// Maximum distance from the pointer to a dot under it, in points.
const NEAR: f32 = 9.0;
/// The width of the list of front points, in points of the screen.
const LIST: f32 = 230.0;
/// Minimum width for the list beside the plot, in points.
const WIDE: f32 = 640.0;
/// Corners of a dot.
const CORNERS: u32 = 8;

/// Settings and cached drawings.
#[derive(Default)]
pub(crate) struct ParetoDraft {
    pub(super) front: ParetoSettings,
    dots: CachedDots,
}

type CachedDots = Option<CachedDrawing<ParetoPlane, Arc<Mesh>>>;

/// Draws the panel.
pub(super) fn pareto_ui(
    ui: &mut Ui,
    study: &Study,
    draft: &mut ParetoDraft,
    out: &mut CommandQueue,
) {
    if study.goal().metrics.len() < 2 {
        let action = study
            .table()
            .is_none()
            .then_some(("Import runs…", Command::Front(FrontRequest::OpenFiles)));
        return empty_ui(ui, "A Pareto plot needs runs with two metrics", action, out);
    }
    let plane = study.pareto();
    ui.horizontal_wrapped(|ui| {
        ui.weak("Horizontal axis");
        metric_ui(ui, study, 0, "Metric on the horizontal axis", out);
        ui.weak("vertical axis");
        metric_ui(ui, study, 1, "Metric on the vertical axis", out);
        if is_figure_page(ui) {
            return;
        }
        if let Some(table) = study.table() {
            colour_ui(ui, study, table, out);
        }
        front_bar_ui(ui, study, &mut draft.front, out);
        select_none_ui(ui, study, out);
    });
    legend_ui(ui, study, plane);
    let size = ui.available_size();
    if plane.front.is_empty() || is_figure_page(ui) {
        plot_ui(ui, study, &mut draft.dots, size, out);
    } else if size.x > WIDE {
        ui.horizontal_top(|ui| {
            plot_ui(ui, study, &mut draft.dots, vec2(size.x - LIST, size.y), out);
            ui.vertical(|ui| front_list_ui(ui, study, plane, out));
        });
    } else {
        plot_ui(
            ui,
            study,
            &mut draft.dots,
            vec2(size.x, (size.y * 0.65).max(140.0)),
            out,
        );
        front_list_ui(ui, study, plane, out);
    }
}

fn metric_ui(ui: &mut Ui, study: &Study, side: usize, label: &str, out: &mut CommandQueue) {
    let (metrics, pair) = (&study.goal().metrics, study.view().pareto);
    let chosen = pair.get(side).copied().unwrap_or(0);
    let title = metrics
        .get(chosen)
        .map_or("", |metric| metric.name.as_str());
    let response = choice_ui(ui, label, title, 140.0, |ui| {
        for (metric, settings) in metrics.iter().enumerate() {
            let is_taken = pair.contains(&metric) && metric != chosen;
            if ui
                .add_enabled(
                    !is_taken,
                    egui::Button::selectable(metric == chosen, &settings.name),
                )
                .clicked()
            {
                let [first, second] = pair;
                out.push(ViewChange::SetParetoMetrics(if side == 0 {
                    [metric, second]
                } else {
                    [first, metric]
                }));
            }
        }
    });
    response.on_hover_text(CommandKind::SetParetoMetrics.info().tooltip);
}

/// The legend, in words.
fn legend_ui(ui: &mut Ui, study: &Study, plane: &ParetoPlane) {
    let dominated = plane
        .points
        .iter()
        .filter(|point| point.is_dominated)
        .count();
    let mut text = if plane.points.is_empty() {
        "No run has both metrics".to_owned()
    } else {
        format!(
            "{} runs, {dominated} of them dominated by another (faint)",
            plane.points.len()
        )
    };
    if study.pareto_marks().is_some() {
        text += ". Filled circle: predicted current mixture. Open circle: baseline.";
    }
    ui.weak(text);
}

fn plot_ui(
    ui: &mut Ui,
    study: &Study,
    cache: &mut CachedDots,
    size: egui::Vec2,
    out: &mut CommandQueue,
) {
    let (plane, tokens) = (study.pareto(), Tokens::of(ui));
    let [x, y] = plane.ranges;
    let (axes, response) = Axes::new(ui, size, x, y);
    let painter = ui.painter().with_clip_rect(axes.rect);
    painter.add(CachedDrawing::drawn(
        cache,
        ui,
        study,
        plane,
        axes.rect,
        || Arc::new(dots(study, plane, &axes, tokens)),
    ));
    let front: Vec<Pos2> = plane.front.iter().map(|[a, b]| axes.at(*a, *b)).collect();
    let colour = if is_front_current(study) {
        tokens.better
    } else {
        tokens.tied
    };
    painter.line(front.clone(), Stroke::new(2.0, colour));
    painter.extend(
        front
            .iter()
            .map(|&at| Shape::circle_filled(at, 4.0, colour)),
    );
    if let Some([current, baseline]) = study.pareto_marks() {
        let at = |[a, b]: [f64; 2]| axes.at(a, b).clamp(axes.rect.min, axes.rect.max);
        painter.circle(
            at(baseline),
            6.0,
            Color32::TRANSPARENT,
            Stroke::new(2.0, tokens.text),
        );
        painter.circle(
            at(current),
            6.0,
            tokens.accent,
            Stroke::new(2.0, tokens.text),
        );
    }
    for (side, corner, align) in [
        (0, Align2::RIGHT_BOTTOM, vec2(-6.0, -4.0)),
        (1, Align2::LEFT_TOP, vec2(6.0, 4.0)),
    ] {
        let galley = painter.layout_no_wrap(axis_title(study, side), small_font(), tokens.text);
        let rect = corner.anchor_size(corner.pos_in_rect(&axes.rect) + align, galley.size());
        painter.rect_filled(rect.expand(2.0), 2.0, tokens.ground.gamma_multiply(0.8));
        painter.galley(rect.min, galley, tokens.text);
    }
    let names = study
        .view()
        .pareto
        .map(|metric| study.column_name(ColumnRef::Metric(metric)));
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Image, true, format!("{} over {}", names[1], names[0]))
    });
    point_ui(study, plane, &axes, &front, response, &painter, out);
}

/// The name of a metric and its direction of improvement.
fn axis_title(study: &Study, side: usize) -> String {
    let metric = study
        .view()
        .pareto
        .get(side)
        .and_then(|&metric| study.goal().metrics.get(metric));
    let Some(metric) = metric else {
        return String::new();
    };
    let better = match (metric.direction, side) {
        (Direction::Lower, 0) => "better to the left",
        (Direction::Higher, 0) => "better to the right",
        (Direction::Lower, _) => "better below",
        (Direction::Higher, _) => "better above",
    };
    format!("{}, {better}", metric.name)
}

/// Every run: dominated ones faint and first, selected ones large and last.
fn dots(study: &Study, plane: &ParetoPlane, axes: &Axes, tokens: Tokens) -> Mesh {
    let (colours, selected) = (study.run_colours(), &study.view().selected);
    let is_selected = |point: &FrontPoint| selected.contains(&point.row);
    let colour = |point: &FrontPoint| {
        colours
            .get(point.row)
            .copied()
            .flatten()
            .map_or(tokens.accent, viridis)
    };
    let mut mesh = Mesh::default();
    let mut add = |point: &FrontPoint, radius: f32, colour| {
        let [a, b] = point.values;
        disc(&mut mesh, axes.at(a, b), radius, colour);
    };
    for point in plane
        .points
        .iter()
        .filter(|point| point.is_dominated && !is_selected(point))
    {
        add(point, DOT, colour(point).gamma_multiply(0.35));
    }
    for point in plane
        .points
        .iter()
        .filter(|point| !point.is_dominated && !is_selected(point))
    {
        add(point, DOT * 1.5, colour(point));
    }
    for point in plane.points.iter().filter(|point| is_selected(point)) {
        add(point, DOT * 1.8, tokens.worse);
    }
    mesh
}

fn disc(mesh: &mut Mesh, at: Pos2, radius: f32, colour: Color32) {
    let first = mesh.vertices.len() as u32;
    for corner in 0..CORNERS {
        let angle = std::f32::consts::TAU * corner as f32 / CORNERS as f32;
        mesh.colored_vertex(at + radius * egui::Vec2::angled(angle), colour);
    }
    for corner in 1..CORNERS - 1 {
        mesh.add_triangle(first, first + corner, first + corner + 1);
    }
}

/// Describes the point under the pointer; a click shows its mixture.
fn point_ui(
    study: &Study,
    plane: &Arc<ParetoPlane>,
    axes: &Axes,
    front: &[Pos2],
    response: Response,
    painter: &egui::Painter,
    out: &mut CommandQueue,
) {
    let Some(pointer) = response.hover_pos() else {
        return;
    };
    let runs = plane
        .points
        .iter()
        .map(|point| (axes.at(point.values[0], point.values[1]), Under::Run(point)));
    let front = front
        .iter()
        .enumerate()
        .map(|(index, &at)| (at, Under::ParetoFront(index)));
    // At equal distance a point of the front comes before a run.
    let near = front
        .chain(runs)
        .filter(|(at, _)| at.distance(pointer) < NEAR);
    let Some((at, under)) =
        near.min_by(|(a, _), (b, _)| a.distance(pointer).total_cmp(&b.distance(pointer)))
    else {
        return;
    };
    painter.circle_stroke(
        at,
        7.0,
        Stroke::new(1.5, painter.ctx().global_style().visuals.text_color()),
    );
    let (title, values, command) = match under {
        Under::Run(point) => {
            let id = study
                .table()
                .and_then(|table| table.run(point.row))
                .map_or(String::new(), |run| run.id.to_owned());
            (
                format!("Run {id}, measured"),
                point.values,
                Some(Command::Edit(Edit::ShowRun(point.row))),
            )
        }
        Under::ParetoFront(index) => {
            let point = study
                .dataset()
                .work
                .results
                .front
                .as_ref()
                .and_then(|front| front.points.get(index));
            let command =
                point.map(|(mixture, _)| Command::Edit(Edit::SetMixture(mixture.clone())));
            let values = plane.front.get(index).copied().unwrap_or_default();
            (
                format!(
                    "Front point {} of {}, predicted",
                    index + 1,
                    plane.front.len()
                ),
                values,
                command,
            )
        }
    };
    if response.clicked() {
        out.extend(command);
    }
    response.on_hover_ui_at_pointer(|ui| {
        ui.strong(title);
        for (metric, value) in study.view().pareto.into_iter().zip(values) {
            ui.label(format!(
                "{} {}",
                study.column_name(ColumnRef::Metric(metric)),
                metric_text(study, metric, value)
            ));
        }
        ui.weak("Click to show its mixture");
    });
}

/// The point under the pointer.
enum Under<'a> {
    Run(&'a FrontPoint),
    ParetoFront(usize),
}

/// The value of a metric, with as many digits as its noise allows.
pub(super) fn metric_text(study: &Study, metric: usize, value: f64) -> String {
    let row = study
        .predictions()
        .and_then(|predictions| predictions.row_of(metric));
    value_text(value, row.and_then(|row| row.noise))
}
