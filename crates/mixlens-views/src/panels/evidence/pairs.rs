//! Held-out predictions of a metric against measured values.

use egui::{Align2, Painter, Rect, Role, Stroke, Ui, WidgetInfo, vec2};
use mixlens_study::{MeasuredPair, Study, value_range, value_text};

use super::plot_size;
use crate::Tokens;
use crate::plot::{Axes, widened};
use crate::theme::{DOT, small_font};

/// Predicted over measured on one scale; dots near the diagonal are accurate predictions.
pub(super) fn predicted_ui(ui: &mut Ui, study: &Study) {
    let Some((name, pairs)) = pairs(ui, study) else {
        return;
    };
    let fit = study.fit().map_or("", mixlens_study::Fit::name);
    let score = study
        .evidence()
        .and_then(|evidence| evidence.of(fit, name))
        .map(|entry| entry.score);
    let correlation = score
        .and_then(|score| score.spearman)
        .map_or_else(String::new, |rank| {
            format!(", rank correlation {}", value_text(rank, Some(0.005)))
        });
    ui.weak(format!(
        "{name}: held-out predictions of {fit} over measured values{correlation}"
    ));
    let bounds = widened(value_range(
        pairs
            .iter()
            .flat_map(|pair| [pair.measured, pair.predicted]),
    ));
    let (axes, response) = Axes::new(ui, plot_size(ui), bounds, bounds);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Image, true, format!("Predicted over measured {name}"))
    });
    let tokens = Tokens::of(ui);
    let painter = ui.painter().with_clip_rect(axes.rect);
    painter.line_segment(
        [axes.at(bounds.0, bounds.0), axes.at(bounds.1, bounds.1)],
        Stroke::new(1.0, tokens.weak),
    );
    dots(&painter, study, pairs, &axes, tokens, |pair| {
        (pair.measured, pair.predicted)
    });
    titles(&painter, &axes, tokens, "predicted", "measured");
}

/// Measured minus predicted, over predicted. A pattern means that the surrogate misses a trend.
pub(super) fn residuals_ui(ui: &mut Ui, study: &Study) {
    let Some((name, pairs)) = pairs(ui, study) else {
        return;
    };
    let noise = study.noise(study.shown_metric().map_or(0, |(metric, _)| metric));
    let band = noise.map_or_else(String::new, |noise| {
        format!(
            " (shaded: usual error, ±{})",
            value_text(noise, Some(noise / 10.0))
        )
    });
    ui.weak(format!(
        "{name}: measured value minus held-out prediction{band}"
    ));
    let farthest = pairs
        .iter()
        .map(|pair| pair.residual.abs())
        .chain(noise)
        .fold(0.0, f64::max);
    let across = widened(value_range(pairs.iter().map(|pair| pair.predicted)));
    let (axes, response) = Axes::new(ui, plot_size(ui), across, (-farthest, farthest));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Residuals of {name}")));
    let tokens = Tokens::of(ui);
    let painter = ui.painter().with_clip_rect(axes.rect);
    if let Some(noise) = noise {
        let (top, bottom) = (axes.at(across.0, noise).y, axes.at(across.0, -noise).y);
        let shaded = tokens.tied.gamma_multiply(0.25);
        painter.rect_filled(
            Rect::from_x_y_ranges(axes.rect.x_range(), top..=bottom),
            0.0,
            shaded,
        );
    }
    painter.hline(
        axes.rect.x_range(),
        axes.at(across.0, 0.0).y,
        Stroke::new(1.0, tokens.weak),
    );
    dots(&painter, study, pairs, &axes, tokens, |pair| {
        (pair.predicted, pair.residual)
    });
    titles(&painter, &axes, tokens, "measured − predicted", "predicted");
}

/// The pairs of the metric shown, or a label that explains why there are none.
fn pairs<'a>(ui: &mut Ui, study: &'a Study) -> Option<(&'a str, &'a [MeasuredPair])> {
    let (metric, name) = study.shown_metric()?;
    let pairs = study.measured_pairs(metric);
    if pairs.is_empty() {
        ui.weak(format!(
            "The surrogate in use has no held-out predictions of {name}"
        ));
        return None;
    }
    Some((name, pairs))
}

/// A dot per run; selected ones are larger.
fn dots(
    painter: &Painter,
    study: &Study,
    pairs: &[MeasuredPair],
    axes: &Axes,
    tokens: Tokens,
    coordinates: impl Fn(&MeasuredPair) -> (f64, f64),
) {
    for pair in pairs {
        let is_selected = study.view().selected.contains(&pair.row);
        let colour = if is_selected {
            tokens.worse
        } else {
            tokens.accent.gamma_multiply(0.6)
        };
        let (x, y) = coordinates(pair);
        painter.circle_filled(
            axes.at(x, y),
            if is_selected { DOT * 1.6 } else { DOT },
            colour,
        );
    }
}

fn titles(painter: &Painter, axes: &Axes, tokens: Tokens, upwards: &str, across: &str) {
    let (up, right) = (
        axes.rect.left_top() + vec2(6.0, 4.0),
        axes.rect.right_bottom() - vec2(6.0, 4.0),
    );
    painter.text(up, Align2::LEFT_TOP, upwards, small_font(), tokens.weak);
    painter.text(
        right,
        Align2::RIGHT_BOTTOM,
        across,
        small_font(),
        tokens.weak,
    );
}
