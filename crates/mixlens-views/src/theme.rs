//! Tokens: every colour and distance that views use, for light and dark.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, Context, CornerRadius, FontId, Galley, Painter, Pos2, Stroke,
    Theme as EguiTheme, ThemePreference, Ui, Visuals,
};
use mixlens_study::Theme;

/// Colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Behind plots.
    pub ground: Color32,
    /// Behind panels.
    pub panel: Color32,
    /// Text.
    pub text: Color32,
    /// Secondary text.
    pub weak: Color32,
    /// Axes, frames, separators.
    pub line: Color32,
    /// Draggable elements and the current mixture.
    pub accent: Color32,
    /// Better than the baseline; always beside a sign or a word.
    pub better: Color32,
    /// Worse than the baseline; always beside a sign or a word.
    pub worse: Color32,
    /// No clear difference from the baseline.
    pub tied: Color32,
    /// Noise, intervals, and regions outside the limits.
    pub band: Color32,
}

/// Height of a row of a list, in points.
pub(crate) const ROW: f32 = 24.0;
/// The same on touch screens.
const ROW_FOR_FINGERS: f32 = 38.0;
/// The difference in height of a row and a button in it, in points.
const ROW_EDGE: f32 = 2.0;
/// Space between groups, in points.
pub(crate) const GAP: f32 = 8.0;
/// Radius of a run in a plot, in points.
pub(crate) const DOT: f32 = 2.5;

const LIGHT: Tokens = Tokens {
    ground: Color32::from_rgb(255, 255, 255),
    panel: Color32::from_rgb(247, 248, 249),
    text: Color32::from_rgb(31, 35, 40),
    weak: Color32::from_rgb(89, 99, 110),
    line: Color32::from_rgb(208, 213, 219),
    accent: Color32::from_rgb(0, 114, 178),
    better: Color32::from_rgb(0, 132, 96),
    worse: Color32::from_rgb(196, 80, 0),
    tied: Color32::from_rgb(150, 158, 167),
    band: Color32::from_rgb(230, 233, 237),
};

const DARK: Tokens = Tokens {
    ground: Color32::from_rgb(21, 24, 28),
    panel: Color32::from_rgb(28, 32, 37),
    text: Color32::from_rgb(230, 233, 237),
    weak: Color32::from_rgb(158, 168, 179),
    line: Color32::from_rgb(62, 70, 79),
    accent: Color32::from_rgb(86, 180, 233),
    better: Color32::from_rgb(44, 194, 149),
    worse: Color32::from_rgb(240, 128, 60),
    tied: Color32::from_rgb(120, 130, 141),
    band: Color32::from_rgb(46, 52, 60),
};

impl Tokens {
    /// The colours of the theme that `ui` is drawn in.
    pub fn of(ui: &Ui) -> Self {
        Self::of_theme(ui.theme())
    }

    /// The colours of a theme.
    pub fn of_theme(theme: EguiTheme) -> Self {
        match theme {
            EguiTheme::Dark => DARK,
            EguiTheme::Light => LIGHT,
        }
    }
}

/// Small text of axes and notes.
pub(crate) fn small_font() -> FontId {
    FontId::proportional(11.0)
}

/// Text of rows.
pub(crate) fn row_font() -> FontId {
    FontId::proportional(13.0)
}

/// Whether a panel is as narrow as on a phone, so that it leaves out what is not needed.
pub(crate) fn is_narrow(ui: &Ui) -> bool {
    ui.available_width() < 460.0
}

/// Height of a row of a list, in points.
pub(crate) fn row_height(ui: &Ui) -> f32 {
    ui.spacing().interact_size.y + ROW_EDGE
}

/// The width of a text in the font of rows, in points.
pub(crate) fn text_width(ui: &Ui, text: &str) -> f32 {
    ui.painter()
        .layout_no_wrap(text.to_owned(), row_font(), Color32::PLACEHOLDER)
        .size()
        .x
}

/// A text in one line, cut with an ellipsis where it is wider than `width`, in points.
pub(crate) fn elided(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = TextWrapping::truncate_at_width(width);
    painter.layout_job(job)
}

/// Writes [`elided`] text at a point.
pub(crate) fn elided_text(
    painter: &Painter,
    at: Pos2,
    anchor: Align2,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) {
    let galley = elided(painter, text, font, colour, width);
    painter.galley(anchor.anchor_size(at, galley.size()).min, galley, colour);
}

/// Installs the tokens of both themes in egui, once per window.
pub fn install_theme(ctx: &Context) {
    // Zoom is part of the study and has commands.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    for (theme, tokens, visuals) in [
        (EguiTheme::Light, LIGHT, Visuals::light()),
        (EguiTheme::Dark, DARK, Visuals::dark()),
    ] {
        ctx.style_mut_of(theme, |style| {
            style.visuals = with_tokens(visuals.clone(), tokens);
            style.spacing.item_spacing = egui::vec2(GAP, 5.0);
            style.spacing.button_padding = egui::vec2(8.0, 3.0);
            style.spacing.interact_size.y = ROW - ROW_EDGE;
            style.interaction.tooltip_delay = 0.4;
        });
    }
}

/// Makes controls high enough for touch screens.
pub fn enlarge_for_fingers(ctx: &Context) {
    ctx.all_styles_mut(|style| {
        style.spacing.interact_size.y = ROW_FOR_FINGERS - ROW_EDGE;
        style.spacing.button_padding.y = 9.0;
        style.spacing.icon_width = 22.0;
        style.spacing.icon_width_inner = 13.0;
    });
}

/// Applies the theme and the zoom of the study.
pub(crate) fn apply_view(ctx: &Context, theme: Theme, zoom: f32) {
    let preference = match theme {
        Theme::System => ThemePreference::System,
        Theme::Light => ThemePreference::Light,
        Theme::Dark => ThemePreference::Dark,
    };
    if ctx.options(|options| options.theme_preference) != preference {
        ctx.set_theme(preference);
    }
    if (ctx.zoom_factor() - zoom).abs() > f32::EPSILON {
        ctx.set_zoom_factor(zoom);
    }
}

fn with_tokens(mut visuals: Visuals, tokens: Tokens) -> Visuals {
    visuals.panel_fill = tokens.panel;
    visuals.window_fill = tokens.panel;
    visuals.extreme_bg_color = tokens.ground;
    visuals.faint_bg_color = tokens.band.gamma_multiply(0.5);
    visuals.override_text_color = Some(tokens.text);
    visuals.weak_text_color = Some(tokens.weak);
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    visuals.hyperlink_color = tokens.accent;
    visuals.warn_fg_color = tokens.worse;
    visuals.error_fg_color = tokens.worse;
    visuals.selection.bg_fill = tokens.accent.gamma_multiply(0.35);
    visuals.selection.stroke = Stroke::new(1.0, tokens.text);
    visuals.slider_trailing_fill = true;
    visuals.widgets.noninteractive.bg_stroke = Stroke::new(1.0, tokens.line);
    visuals.widgets.noninteractive.fg_stroke = Stroke::new(1.0, tokens.text);
    visuals.widgets.inactive.bg_fill = tokens.band;
    visuals.widgets.inactive.weak_bg_fill = tokens.band;
    for widget in [
        &mut visuals.widgets.inactive,
        &mut visuals.widgets.hovered,
        &mut visuals.widgets.active,
    ] {
        widget.corner_radius = CornerRadius::same(4);
    }
    visuals
}
