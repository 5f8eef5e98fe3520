//! Survey: simulated mixtures along every domain and over two domains, with their objectives.

use egui::{
    Align2, Button, Color32, DragValue, Label, Mesh, Painter, Rect, Response, Role, ScrollArea,
    Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use mixlens_study::{
    Analysis, Command, CommandKind, DomainRow, Edit, Study, SurveyCell, SurveyOutcome, SurveyPlane,
    SurveyPlot, SurveySettings, SurveyStrip, percent_text, token_text, value_text,
};

use super::search::{device_ui, ran_on_ui};
use crate::accessible_name::{choice_ui, name};
use crate::drag_steps::push_drag;
use crate::empty::empty_ui;
use crate::output_medium::is_figure_page;
use crate::palette::viridis;
use crate::plot::{Axes, colour_bar};
use crate::theme::{elided_text, row_font, small_font};
use crate::{CommandQueue, Tokens};

/// Width of the name of a domain and of the text behind its strip, in points.
const NAME: f32 = 104.0;
const BEHIND: f32 = 126.0;
/// Minimum width of a row for a text behind its strip, in points.
const WITH_BEHIND: f32 = 420.0;
/// Minimum and maximum height of a row, and height of the line below a strip, in points.
const ROW: [f32; 2] = [20.0, 28.0];
const LINE: f32 = 6.0;
/// Height of the histogram and of the numbers below it, in points.
const HISTOGRAM: f32 = 46.0;
const BELOW: f32 = 16.0;
/// Minimum width for the plot of two domains beside the strips, in points.
const WIDE: f32 = 600.0;

/// Draws the panel.
pub(super) fn survey_ui(
    ui: &mut Ui,
    study: &Study,
    settings: &mut SurveySettings,
    out: &mut CommandQueue,
) {
    if study.fit().is_none() {
        return empty_ui(
            ui,
            "Fit a surrogate to survey simulated mixtures",
            None,
            out,
        );
    }
    if !is_figure_page(ui) {
        settings_ui(ui, study, settings, out);
    }
    let found = study
        .survey()
        .zip(study.dataset().work.results.survey.as_deref());
    let Some((plot, found)) = found else {
        return empty_ui(
            ui,
            "A survey shows where the best of many simulated mixtures lie",
            None,
            out,
        );
    };
    legend_ui(ui, plot, found);
    let size = ui.available_size();
    match &plot.pair {
        Some(plane) if size.x > WIDE => {
            ui.horizontal_top(|ui| {
                let width = (size.x * 0.52).floor();
                ui.allocate_ui(vec2(width, size.y), |ui| {
                    ui.vertical(|ui| strips_ui(ui, study, plot, out))
                });
                plane_ui(ui, study, plane, ui.available_size());
            });
        }
        Some(plane) => {
            ScrollArea::vertical()
                .auto_shrink([false, false])
                .show(ui, |ui| {
                    strips_ui(ui, study, plot, out);
                    plane_ui(
                        ui,
                        study,
                        plane,
                        vec2(ui.available_width(), (size.x * 0.7).clamp(160.0, 320.0)),
                    );
                });
        }
        None => strips_ui(ui, study, plot, out),
    }
}

fn settings_ui(ui: &mut Ui, study: &Study, settings: &mut SurveySettings, out: &mut CommandQueue) {
    let names = study.domains().names();
    let SurveySettings { params, device, .. } = settings;
    // The settings may come from a study with more domains.
    params.pair = params
        .pair
        .filter(|pair| pair.iter().all(|domain| *domain < names.len()))
        .or(Some([0, 1]));
    let mut is_requested = false;
    ui.horizontal_wrapped(|ui| {
        let response = ui.add(
            DragValue::new(&mut params.samples)
                .range(1000..=100_000_000)
                .speed(1000.0),
        );
        name(ui, &response, "Mixtures to survey");
        ui.label("mixtures on");
        device_ui(ui, device);
        ui.label("and plot");
        for (side, label) in [
            (0, "Domain on the horizontal axis"),
            (1, "Domain on the vertical axis"),
        ] {
            if side == 1 {
                ui.label("against");
            }
            pair_ui(ui, names, &mut params.pair, side, label);
        }
        is_requested = ui
            .button("Survey mixtures")
            .on_hover_text(CommandKind::Survey.info().tooltip)
            .clicked();
    });
    out.extend(is_requested.then(|| Command::Analysis(Analysis::Survey(settings.clone()))));
}

fn pair_ui(ui: &mut Ui, names: &[String], pair: &mut Option<[usize; 2]>, side: usize, label: &str) {
    let Some(chosen) = pair
        .as_mut()
        .and_then(|pair| pair.get_mut(side))
        .map(|domain| *domain)
    else {
        return;
    };
    let title = names.get(chosen).map_or("", String::as_str);
    choice_ui(ui, label, title, 110.0, |ui| {
        for (domain, name) in names.iter().enumerate() {
            let is_taken = pair.is_some_and(|pair| pair.contains(&domain)) && domain != chosen;
            if ui
                .add_enabled(!is_taken, Button::selectable(domain == chosen, name))
                .clicked()
                && let Some(end) = pair.as_mut().and_then(|pair| pair.get_mut(side))
            {
                *end = domain;
            }
        }
    });
}

/// The legend of colours, lines and marks.
fn legend_ui(ui: &mut Ui, plot: &SurveyPlot, found: &SurveyOutcome) {
    let survey = &found.survey;
    let left_out = survey.samples - survey.allowed;
    let mut text = format!(
        "{} mixtures simulated within the limits by {}",
        token_text(survey.samples as f64),
        found.surrogate
    );
    if left_out > 0 {
        text += &format!(
            ", of which {} violate a metric bound and are left out",
            token_text(left_out as f64)
        );
    }
    ui.weak(text);
    ran_on_ui(ui, &found.ran_on, survey.samples);
    ui.horizontal_wrapped(|ui| {
        ui.weak(format!(
            "Colour: lowest value of {} in a cell,",
            found.objective_name
        ));
        ui.label(&plot.scale[0]);
        let (rect, _) = ui.allocate_exact_size(vec2(90.0, 10.0), Sense::hover());
        colour_bar(ui.painter(), rect, viridis);
        ui.label(format!("{} or more", plot.scale[1]));
    });
    ui.weak(format!(
        "Line: middle 90 % of the best 1 % (objective ≤ {}). Dots: cells that contain one of them. \
        Marks: current mixture (coloured) and baseline.",
        plot.good_text
    ));
}

fn strips_ui(ui: &mut Ui, study: &Study, plot: &SurveyPlot, out: &mut CommandQueue) {
    histogram_ui(ui, study, &plot.objective);
    let rows: Vec<(&DomainRow, &SurveyStrip)> = study
        .domain_rows()
        .iter()
        .filter_map(|row| Some((row, plot.strips.get(row.domain)?)))
        .collect();
    let space = ui.spacing().item_spacing.y;
    let height = (ui.available_height() / rows.len().max(1) as f32 - space)
        .clamp(ROW[0] - space, ROW[1] - space);
    if is_figure_page(ui) {
        for (row, strip) in rows {
            strip_ui(ui, study, row, strip, height, out);
        }
        return;
    }
    ScrollArea::vertical()
        .id_salt("strips")
        .auto_shrink([false, true])
        .show_rows(ui, height, rows.len(), |ui, shown| {
            for (row, strip) in rows.get(shown).unwrap_or_default() {
                strip_ui(ui, study, row, strip, height, out);
            }
        });
}

/// The histogram of the objectives of all mixtures.
fn histogram_ui(ui: &mut Ui, study: &Study, strip: &SurveyStrip) {
    let (rect, response) = row_rect(ui, HISTOGRAM + BELOW, Sense::hover());
    let tokens = Tokens::of(ui);
    let painter = ui.painter();
    let bars = side_texts(
        painter,
        rect,
        HISTOGRAM,
        "All mixtures",
        "lower is better",
        tokens,
    );
    painter.rect_filled(bars, 2.0, tokens.ground);
    let bar = |(cell, rect): (&SurveyCell, Rect)| {
        let top = rect.bottom() - rect.height() * cell.fullness;
        (
            Rect::from_min_max(pos2(rect.left(), top), rect.max),
            colour(cell, tokens),
        )
    };
    painter.add(filled(
        strip
            .cells
            .iter()
            .zip(cell_rects(bars, strip.cells.len()))
            .map(bar),
    ));
    let ends = [
        (strip.range.0, Align2::LEFT_TOP, bars.left_bottom()),
        (strip.range.1, Align2::RIGHT_TOP, bars.right_bottom()),
    ];
    let error = (strip.range.1 - strip.range.0) / 20.0;
    for (value, align, at) in ends {
        painter.text(
            at + vec2(0.0, 2.0),
            align,
            value_text(value, Some(error)),
            small_font(),
            tokens.weak,
        );
    }
    let objective = study.predictions().and_then(|all| all.objective.as_ref());
    if let Some(objective) = objective {
        mark(
            painter,
            bars,
            strip.range,
            objective.current.value,
            tokens.accent,
            tokens,
        );
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Objectives of all mixtures"));
    hover_ui(response, bars, strip, |value| {
        value_text(value, Some(error))
    });
}

fn strip_ui(
    ui: &mut Ui,
    study: &Study,
    row: &DomainRow,
    strip: &SurveyStrip,
    height: f32,
    out: &mut CommandQueue,
) {
    let (rect, response) = row_rect(ui, height, Sense::click_and_drag());
    let tokens = Tokens::of(ui);
    let painter = ui.painter();
    let cells = side_texts(
        painter,
        rect,
        height - LINE,
        &row.name,
        &strip.good_text,
        tokens,
    );
    let coloured = |(cell, rect): (&SurveyCell, Rect)| (rect, colour(cell, tokens));
    painter.add(filled(
        strip
            .cells
            .iter()
            .zip(cell_rects(cells, strip.cells.len()))
            .map(coloured),
    ));
    let at = |value: f64| x_of(cells, strip.range, value);
    if let Some((low, high)) = strip.good {
        let y = cells.bottom() + LINE / 2.0;
        painter.line_segment(
            [pos2(at(low), y), pos2(at(high).max(at(low) + 1.0), y)],
            Stroke::new(2.0, tokens.text),
        );
    }
    let part = |parts: &[f64]| parts.get(row.domain).copied().unwrap_or(0.0);
    mark(
        painter,
        cells,
        strip.range,
        part(study.baseline().mixture.parts()),
        tokens.text,
        tokens,
    );
    mark(
        painter,
        cells,
        strip.range,
        part(study.current().parts()),
        tokens.accent,
        tokens,
    );
    let label = format!("Good mixtures along {}: {}", row.name, strip.good_text);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    let pointer = response
        .interact_pointer_pos()
        .filter(|_| response.dragged() || response.clicked());
    let to = |x: f32| {
        strip.range.0
            + f64::from((x - cells.left()) / cells.width()) * (strip.range.1 - strip.range.0)
    };
    let changed = pointer.map(|at| {
        Command::Edit(Edit::SetProportion {
            domain: row.domain,
            to: to(at.x).clamp(0.0, 1.0),
        })
    });
    push_drag(&response, changed, out);
    hover_ui(response, cells, strip, percent_text);
}

/// The two domains against each other.
fn plane_ui(ui: &mut Ui, study: &Study, plane: &SurveyPlane, size: Vec2) {
    let names = plane.domains.map(|domain| {
        study
            .domains()
            .names()
            .get(domain)
            .map_or("", String::as_str)
    });
    let [x, y] = plane.ranges;
    let (axes, response) = Axes::new(ui, size, x, y);
    let tokens = Tokens::of(ui);
    let painter = ui.painter().with_clip_rect(axes.rect);
    let rows = plane.cells.len() / plane.across.max(1);
    let border = |(low, high): (f64, f64), number: usize, of: usize| {
        low + (high - low) * number as f64 / of.max(1) as f64
    };
    let pointer = response.hover_pos();
    let mut under = None;
    let mut rects = Vec::with_capacity(plane.cells.len());
    for (index, cell) in plane.cells.iter().enumerate() {
        let (column, row) = (index % plane.across.max(1), index / plane.across.max(1));
        let [left, right] = [column, column + 1].map(|number| border(x, number, plane.across));
        let [bottom, top] = [row, row + 1].map(|number| border(y, number, rows));
        let rect = Rect::from_two_pos(axes.at(left, bottom), axes.at(right, top));
        rects.push(rect);
        if pointer.is_some_and(|pointer| rect.contains(pointer)) {
            let shares = [(left, right), (bottom, top)]
                .map(|(from, to)| format!("{} to {}", percent_text(from), percent_text(to)));
            under = Some((shares, &cell.text));
        }
    }
    let known = rects
        .iter()
        .zip(&plane.cells)
        .filter(|(_, cell)| cell.position.is_some());
    painter.add(filled(
        known.map(|(rect, cell)| (*rect, colour(cell, tokens))),
    ));
    for (rect, _) in rects
        .iter()
        .zip(&plane.cells)
        .filter(|(_, cell)| cell.has_good)
    {
        painter.circle_filled(rect.center(), 1.3, Color32::WHITE);
    }
    let marked = |parts: &[f64]| {
        let [a, b] = plane
            .domains
            .map(|domain| parts.get(domain).copied().unwrap_or(0.0));
        axes.at(a, b).clamp(axes.rect.min, axes.rect.max)
    };
    let baseline = marked(study.baseline().mixture.parts());
    painter.circle(
        baseline,
        5.0,
        Color32::TRANSPARENT,
        Stroke::new(2.0, Color32::WHITE),
    );
    painter.circle(
        baseline,
        6.2,
        Color32::TRANSPARENT,
        Stroke::new(1.0, Color32::BLACK),
    );
    painter.circle(
        marked(study.current().parts()),
        5.0,
        tokens.accent,
        Stroke::new(2.0, Color32::WHITE),
    );
    for (name, corner, align) in [
        (names[0], Align2::RIGHT_BOTTOM, vec2(-6.0, -4.0)),
        (names[1], Align2::LEFT_TOP, vec2(6.0, 4.0)),
    ] {
        let galley = painter.layout_no_wrap(name.to_owned(), small_font(), tokens.text);
        let rect = corner.anchor_size(corner.pos_in_rect(&axes.rect) + align, galley.size());
        painter.rect_filled(rect.expand(2.0), 2.0, tokens.ground.gamma_multiply(0.8));
        painter.galley(rect.min, galley, tokens.text);
    }
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Image, true, format!("{} over {}", names[1], names[0]))
    });
    if let Some((shares, text)) = under {
        response.on_hover_ui_at_pointer(|ui| {
            for (name, share) in names.iter().zip(shares) {
                ui.label(format!("{name} {share}"));
            }
            ui.weak(text);
        });
    }
}

/// A row of the full width.
fn row_rect(ui: &mut Ui, height: f32, sense: Sense) -> (Rect, Response) {
    ui.allocate_exact_size(vec2(ui.available_width(), height), sense)
}

/// Writes one text before and one behind a drawing of this height; returns the rectangle of the
/// drawing.
fn side_texts(
    painter: &Painter,
    rect: Rect,
    height: f32,
    before: &str,
    behind: &str,
    tokens: Tokens,
) -> Rect {
    let middle = rect.top() + height / 2.0;
    elided_text(
        painter,
        pos2(rect.left(), middle),
        Align2::LEFT_CENTER,
        before,
        row_font(),
        tokens.text,
        NAME - 8.0,
    );
    let is_wide = rect.width() > WITH_BEHIND;
    let right = rect.right() - if is_wide { BEHIND } else { LINE };
    if is_wide {
        let at = pos2(right + 8.0, middle);
        elided_text(
            painter,
            at,
            Align2::LEFT_CENTER,
            behind,
            small_font(),
            tokens.weak,
            BEHIND - 8.0,
        );
    }
    Rect::from_min_max(
        pos2(rect.left() + NAME, rect.top()),
        pos2(right, rect.top() + height),
    )
}

/// Coloured rectangles without seams between them.
fn filled(rects: impl Iterator<Item = (Rect, Color32)>) -> Mesh {
    let mut mesh = Mesh::default();
    rects.for_each(|(rect, colour)| mesh.add_colored_rect(rect, colour));
    mesh
}

fn cell_rects(rect: Rect, count: usize) -> impl Iterator<Item = Rect> {
    let width = rect.width() / count.max(1) as f32;
    (0..count).map(move |cell| {
        let left = rect.left() + width * cell as f32;
        Rect::from_min_max(pos2(left, rect.top()), pos2(left + width, rect.bottom()))
    })
}

fn colour(cell: &SurveyCell, tokens: Tokens) -> Color32 {
    cell.position.map_or(tokens.band, viridis)
}

fn x_of(rect: Rect, (low, high): (f64, f64), value: f64) -> f32 {
    let fraction = ((value - low) / (high - low).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0) as f32;
    rect.left() + fraction * rect.width()
}

/// A vertical line at a value, with a rim that is visible on any colour.
fn mark(
    painter: &Painter,
    rect: Rect,
    range: (f64, f64),
    value: f64,
    colour: Color32,
    tokens: Tokens,
) {
    let x = x_of(rect, range, value);
    painter.vline(x, rect.y_range(), Stroke::new(5.0, tokens.ground));
    painter.vline(x, rect.y_range(), Stroke::new(2.5, colour));
}

/// The tooltip of the cell under the pointer.
fn hover_ui(response: Response, cells: Rect, strip: &SurveyStrip, number: impl Fn(f64) -> String) {
    let Some(pointer) = response
        .hover_pos()
        .filter(|at| cells.expand(LINE).contains(*at))
    else {
        return;
    };
    let along = ((pointer.x - cells.left()) / cells.width().max(1.0)).clamp(0.0, 1.0);
    let index =
        ((along * strip.cells.len() as f32) as usize).min(strip.cells.len().saturating_sub(1));
    if let Some(cell) = strip.cells.get(index) {
        let (low, high) = strip.range;
        let end = |number: usize| low + (high - low) * number as f64 / strip.cells.len() as f64;
        let text = format!(
            "{} to {}: {}",
            number(end(index)),
            number(end(index + 1)),
            cell.text
        );
        response.on_hover_ui_at_pointer(|ui| drop(ui.add(Label::new(text).extend())));
    }
}
