//! Parallel coordinates: runs and sampled mixtures as lines over domains and metrics.

use std::sync::Arc;

use egui::{Align2, Color32, Rect, ScrollArea, Sense, Shape, Stroke, Ui, pos2, vec2};
use mixlens_study::{
    Command, FrontRequest, LineSource, ParallelLines, ParallelMarks, ParallelPlot,
    SamplingSettings, Study,
};

use super::parallel_axis::{brush_ui, draw_axis, title_ui};
use super::parallel_bar::bar_ui;
use crate::cached_drawing::CachedDrawing;
use crate::empty::empty_ui;
use crate::line_picture::{Finished, LinePicture};
use crate::output_medium::{is_figure_page, tools_ui};
use crate::palette::viridis;
use crate::theme::{row_font, text_width};
use crate::{CommandQueue, Tokens};

/// Minimum distance of two axes, in points; narrower panels scroll.
const MIN_GAP: f32 = 32.0;
/// Maximum width of a name before it is shortened, in points.
pub(super) const MAX_NAME: f32 = 120.0;
/// Half the width around an axis that reacts to a brush, in points.
const REACH: f32 = 13.0;
/// Maximum number of lines drawn while a brush is dragged, evenly chosen; all are drawn after it.
const MAX_BRUSHED: usize = 1000;
/// Space below the axes, and on their left and right where names are short, in points.
const MARGIN: f32 = 14.0;

/// Settings and cached drawings.
#[derive(Default)]
pub(crate) struct ParallelDraft {
    pub(super) cloud: SamplingSettings,
    passing: Option<CachedDrawing<ParallelPlot, Finished>>,
    some_passing: Option<CachedDrawing<ParallelPlot, Finished>>,
    faint: Option<CachedDrawing<ParallelLines, Finished>>,
    /// Whether a brush is dragged, so that other lines pass in every frame.
    is_brushing: bool,
}

/// Draws the panel.
pub(super) fn parallel_ui(
    ui: &mut Ui,
    study: &Study,
    draft: &mut ParallelDraft,
    out: &mut CommandQueue,
) {
    let plot = study.parallel();
    if plot.lines.sources.is_empty() && study.fit().is_none() {
        let why = "Runs and sampled mixtures are drawn as lines over domains and metrics";
        return empty_ui(
            ui,
            why,
            Some(("Import runs…", Command::Front(FrontRequest::OpenFiles))),
            out,
        );
    }
    if !is_figure_page(ui) {
        bar_ui(ui, study, &mut draft.cloud, out);
    }
    ui.horizontal_wrapped(|ui| {
        ui.weak("Thick line: current mixture. Dashed line: baseline.");
        tools_ui(ui, |ui| {
            ui.weak(
                "Drag along an axis to brush. Drag a name to move its axis. Click a name for more",
            );
        });
    });
    let height = ui.available_height() - ui.spacing().scroll.allocated_width();
    ScrollArea::horizontal()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let frame = Frame::new(ui, plot, height);
            draw(ui, study, plot, &frame, draft);
            draft.is_brushing = false;
            for (index, axis) in plot.axes.iter().enumerate() {
                draft.is_brushing |= brush_ui(ui, axis, &frame.brush(index), &frame, out);
                title_ui(ui, study, plot, index, &frame, out);
            }
        });
}

/// The layout of the axes.
pub(super) struct Frame {
    /// From the first axis to the last, without names.
    pub rect: Rect,
    /// The distance of two axes.
    pub gap: f32,
    /// Whether names are slanted, because they are wider than the gap.
    pub is_slanted: bool,
    /// The height of the names.
    pub names: f32,
}

impl Frame {
    fn new(ui: &mut Ui, plot: &ParallelPlot, height: f32) -> Self {
        let gaps = plot.axes.len().saturating_sub(1).max(1) as f32;
        let widest = plot
            .axes
            .iter()
            .map(|axis| text_width(ui, &axis.name))
            .fold(0.0, f32::max)
            .min(MAX_NAME);
        let gap_of =
            |left: f32, right: f32| ((ui.available_width() - left - right) / gaps).max(MIN_GAP);
        let upright = MARGIN.max(0.5 * widest + 4.0);
        let is_slanted = gap_of(upright, upright) < widest + 12.0;
        let aslant = widest * std::f32::consts::FRAC_1_SQRT_2 + MARGIN;
        let (left, right, names) = if is_slanted {
            (2.0 * MARGIN, aslant, aslant + 8.0)
        } else {
            (upright, upright, 2.0 * MARGIN)
        };
        let gap = gap_of(left, right);
        let size = vec2(left + gaps * gap + right, height.max(names + 100.0));
        let (outer, _) = ui.allocate_exact_size(size, Sense::hover());
        let rect = Rect::from_min_max(
            outer.min + vec2(left, names),
            pos2(outer.left() + left + gaps * gap, outer.bottom() - MARGIN),
        );
        Self {
            rect,
            gap,
            is_slanted,
            names,
        }
    }

    /// The horizontal position of an axis.
    pub fn x(&self, axis: usize) -> f32 {
        self.rect.left() + self.gap * axis as f32
    }

    /// The index of the axis nearest to a point.
    pub fn nearest(&self, x: f32, axes: usize) -> usize {
        let axis = ((x - self.rect.left()) / self.gap).round().max(0.0) as usize;
        axis.min(axes.saturating_sub(1))
    }

    /// The vertical position of a fraction of the axis, from 0 at the bottom to 1.
    pub fn y(&self, fraction: f32) -> f32 {
        self.rect.bottom() - self.rect.height() * fraction
    }

    /// The fraction of the axis at a vertical position, from 0 to 1.
    pub fn fraction(&self, y: f32) -> f32 {
        ((self.rect.bottom() - y) / self.rect.height()).clamp(0.0, 1.0)
    }

    /// The rectangle of an axis that reacts to a brush.
    fn brush(&self, axis: usize) -> Rect {
        let x = self.x(axis);
        Rect::from_x_y_ranges(x - REACH..=x + REACH, self.rect.y_range().expand(4.0))
    }

    /// The points of a line; those of axes without a value are left out.
    fn points<'a>(&'a self, fractions: &'a [f32]) -> impl Iterator<Item = egui::Pos2> + 'a {
        let known = fractions
            .iter()
            .enumerate()
            .filter(|(_, fraction)| fraction.is_finite());
        known.map(|(axis, fraction)| pos2(self.x(axis), self.y(*fraction)))
    }
}

/// Lines, then axes, then the mixture and the baseline.
fn draw(
    ui: &Ui,
    study: &Study,
    plot: &Arc<ParallelPlot>,
    frame: &Frame,
    draft: &mut ParallelDraft,
) {
    let tokens = Tokens::of(ui);
    let painter = ui.painter();
    let ground = frame.rect.expand2(vec2(MARGIN, 8.0));
    painter.rect_filled(ground, 2.0, tokens.ground);
    if is_figure_page(ui) {
        let faint = if plot.has_brush() {
            faint_lines(ui, plot)
        } else {
            Vec::new()
        };
        for (fractions, thickness, colour) in
            faint.into_iter().chain(passing_lines(ui, study, plot))
        {
            painter.line(
                frame.points(fractions).collect(),
                Stroke::new(thickness, colour),
            );
        }
    } else {
        if plot.has_brush() {
            let faint = || picture(ui, &faint_lines(ui, plot), frame);
            CachedDrawing::drawn(&mut draft.faint, ui, study, &plot.lines, frame.rect, faint)
                .paint(painter);
        }
        let (cache, max_lines) = match draft.is_brushing {
            false => (&mut draft.passing, usize::MAX),
            true => (&mut draft.some_passing, MAX_BRUSHED),
        };
        let passing = || {
            let lines = passing_lines(ui, study, plot);
            let step = lines.len().div_ceil(max_lines).max(1);
            picture(
                ui,
                &lines.into_iter().step_by(step).collect::<Vec<_>>(),
                frame,
            )
        };
        CachedDrawing::drawn(cache, ui, study, plot, frame.rect, passing).paint(painter);
    }
    for (index, axis) in plot.axes.iter().enumerate() {
        draw_axis(painter, axis, frame.x(index), frame, tokens);
    }
    let ParallelMarks { current, baseline } = study.parallel_marks();
    // A rim separates them from lines of any colour.
    let baseline: Vec<_> = frame.points(&baseline).collect();
    painter.line(
        baseline.clone(),
        Stroke::new(4.0, tokens.ground.gamma_multiply(0.7)),
    );
    painter.extend(Shape::dashed_line(
        &baseline,
        Stroke::new(2.0, tokens.text),
        7.0,
        4.0,
    ));
    let current: Vec<_> = frame.points(&current).collect();
    painter.line(current.clone(), Stroke::new(5.0, tokens.ground));
    painter.line(current, Stroke::new(3.0, tokens.accent));
    if plot.lines.sources.is_empty() {
        let text = "Sample mixtures to see what is possible";
        painter.text(
            frame.rect.center(),
            Align2::CENTER_CENTER,
            text,
            row_font(),
            tokens.weak,
        );
    }
}

/// The fraction on each axis, the thickness and the colour of a line.
type Line<'a> = (&'a [f32], f32, Color32);

/// Every line, faint: the background of the lines that pass the brushes.
fn faint_lines<'a>(ui: &Ui, plot: &'a ParallelPlot) -> Vec<Line<'a>> {
    let colour = Tokens::of(ui)
        .tied
        .gamma_multiply(0.2 * opacity(plot.lines.sources.len()));
    plot.lines
        .positions
        .chunks_exact(plot.axes.len().max(1))
        .map(|fractions| (fractions, 1.0, colour))
        .collect()
}

/// The lines that pass, selected runs last.
fn passing_lines<'a>(ui: &Ui, study: &Study, plot: &'a ParallelPlot) -> Vec<Line<'a>> {
    let tokens = Tokens::of(ui);
    let (colours, selected) = (study.run_colours(), &study.view().selected);
    let is_selected =
        |line: &LineSource| matches!(line, LineSource::Run(row) if selected.contains(row));
    let opacity = opacity(
        plot.is_brushed
            .iter()
            .filter(|is_brushed| **is_brushed)
            .count(),
    );
    let thickness = if plot.has_brush() { 1.5 } else { 1.0 };
    let colour = |line: &LineSource| match line {
        LineSource::Run(row) => colours
            .get(*row)
            .copied()
            .flatten()
            .map_or(tokens.weak, viridis),
        LineSource::Sample(_) => tokens.tied,
    };
    let all = || {
        plot.lines
            .sources
            .iter()
            .zip(plot.lines.positions.chunks_exact(plot.axes.len().max(1)))
    };
    let passing = all()
        .zip(&plot.is_brushed)
        .filter(|((line, _), is_brushed)| **is_brushed && !is_selected(line));
    let mut lines: Vec<Line<'_>> = passing
        .map(|((line, fractions), _)| (fractions, thickness, colour(line).gamma_multiply(opacity)))
        .collect();
    lines.extend(
        all()
            .filter(|(line, _)| is_selected(line))
            .map(|(_, fractions)| (fractions, 2.0, tokens.worse)),
    );
    lines
}

/// Opacity of a line: lower with more lines.
fn opacity(lines: usize) -> f32 {
    (8.0 / (lines.max(1) as f32).sqrt()).clamp(0.12, 0.9)
}

fn picture(ui: &Ui, lines: &[Line<'_>], frame: &Frame) -> Finished {
    let mut picture = LinePicture::new(ui, frame.rect.expand(1.0));
    // Gap by gap rather than line by line: the columns being drawn stay in the cache.
    let gaps = lines.first().map_or(0, |(fractions, ..)| fractions.len());
    for right in 1..gaps {
        for (fractions, thickness, colour) in lines {
            if let Some([from, to]) = fractions.get(right - 1..=right) {
                let ends = [
                    pos2(frame.x(right - 1), frame.y(*from)),
                    pos2(frame.x(right), frame.y(*to)),
                ];
                picture.line(ends[0], ends[1], *thickness, *colour);
            }
        }
    }
    picture.finish(ui, "parallel coordinates")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_fractions_of_a_frame_are_inverse() {
        let rect = Rect::from_min_size(pos2(20.0, 100.0), vec2(400.0, 300.0));
        let frame = Frame {
            rect,
            gap: 100.0,
            is_slanted: false,
            names: 20.0,
        };
        for (axis, fraction) in [(0, 0.0), (2, 0.4), (4, 1.0)] {
            let fractions: Vec<f32> = (0..5)
                .map(|other| if other == axis { fraction } else { f32::NAN })
                .collect();
            let points: Vec<_> = frame.points(&fractions).collect();
            assert_eq!(points.len(), 1);
            assert_eq!(frame.nearest(points[0].x + 30.0, 5), axis);
            assert!((frame.fraction(points[0].y) - fraction).abs() < 1e-5);
        }
        assert_eq!(
            (
                frame.nearest(-1e6, 5),
                frame.nearest(1e6, 5),
                frame.fraction(0.0)
            ),
            (0, 4, 1.0)
        );
    }
}
