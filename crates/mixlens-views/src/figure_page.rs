//! [`FigurePage`]: one panel alone on a page, to be saved as a picture.

use egui::epaint::ClippedShape;
use egui::epaint::textures::TexturesDelta;
use egui::{
    Context, Frame, Margin, Pos2, RawInput, Rect, RichText, Shape, Theme, Ui, Vec2, ViewportId,
    vec2,
};
use mixlens_study::{Panel, Study};

use crate::output_medium;
use crate::panels::{Drafts, panel_ui};
use crate::svg::svg_document;
use crate::{CommandQueue, Surroundings, Tokens, install_theme};

/// Pixels per point of a picture.
pub const FIGURE_PIXELS_PER_POINT: f32 = 2.0;

/// The size of a page, in points.
const PAGE: Vec2 = Vec2::new(1000.0, 700.0);
/// Maximum height and width of a page, in points: what graphics adapters can draw at
/// [`FIGURE_PIXELS_PER_POINT`].
const MAX_SIDE: f32 = 4000.0;
/// Space around the panel, in points.
const MARGIN: f32 = 20.0;
/// Passes that egui needs to find its layout.
const SETTLING_PASSES: usize = 3;

/// One panel alone on a page: the plot without the window around it and without controls.
pub struct FigurePage {
    /// Holds the fonts that the shapes refer to.
    pub ctx: Context,
    /// The shapes on the page.
    pub shapes: Vec<ClippedShape>,
    /// The fonts of the page as textures.
    pub textures: TexturesDelta,
    /// Width and height, in points.
    pub size: Vec2,
    title: &'static str,
    description: String,
}

impl FigurePage {
    /// Draws a panel in light or dark. Takes some milliseconds.
    pub fn new(study: &Study, panel: Panel, theme: Theme) -> Self {
        let ctx = Context::default();
        install_theme(&ctx);
        ctx.set_theme(theme);
        ctx.all_styles_mut(|style| {
            style.animation_time = 0.0;
            style.spacing.scroll.bar_width = 0.0;
            style.spacing.scroll.floating_width = 0.0;
            style.spacing.scroll.floating_allocated_width = 0.0;
            style.spacing.scroll.fade.strength = 0.0;
        });
        output_medium::set_figure_page(&ctx, true);
        let description = description(study);
        let mut page = Self {
            ctx,
            shapes: Vec::new(),
            textures: TexturesDelta::default(),
            size: PAGE,
            title: panel.title(),
            description,
        };
        if max_size(panel) != PAGE {
            page.size = max_size(panel);
            page.draw(study, panel);
            let (extent, grows) = (page.extent(), page.size.x > PAGE.x);
            page.size = vec2(if grows { extent.x } else { PAGE.x }, extent.y);
        }
        page.draw(study, panel);
        let ground = Tokens::of_theme(theme).panel;
        let whole = Rect::from_min_size(Pos2::ZERO, page.size);
        let background = Shape::rect_filled(whole, 0.0, ground);
        page.shapes.insert(0, ClippedShape::new(whole, background));
        page
    }

    /// The page as an SVG document.
    pub fn svg(&self) -> String {
        svg_document(&self.shapes, self.size, self.title, &self.description)
    }

    fn draw(&mut self, study: &Study, panel: Panel) {
        for _ in 0..SETTLING_PASSES {
            let mut input = RawInput {
                screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.size)),
                ..RawInput::default()
            };
            let screen = input.viewports.entry(ViewportId::ROOT).or_default();
            screen.native_pixels_per_point = Some(FIGURE_PIXELS_PER_POINT);
            let output = self
                .ctx
                .run_ui(input, |ui| page_ui(ui, study, panel, &self.description));
            self.textures.append(output.textures_delta);
            self.shapes = output.shapes;
        }
    }

    /// The smallest size that holds every shape and a margin.
    fn extent(&self) -> Vec2 {
        let visible = self.shapes.iter().map(|clipped| {
            clipped
                .clip_rect
                .intersect(clipped.shape.visual_bounding_rect())
        });
        let end = visible
            .filter(Rect::is_positive)
            .fold(Pos2::ZERO, |end, rect| end.max(rect.max));
        (end.to_vec2() + vec2(MARGIN, MARGIN)).ceil().min(self.size)
    }
}

impl Drop for FigurePage {
    fn drop(&mut self) {
        // A page that no graphics adapter draws needs no textures.
        self.textures.clear();
    }
}

fn page_ui(ui: &mut Ui, study: &Study, panel: Panel, description: &str) {
    Frame::new()
        .inner_margin(Margin::same(MARGIN as i8))
        .show(ui, |ui| {
            ui.label(RichText::new(panel.title()).size(18.0).strong());
            ui.weak(description);
            ui.add_space(6.0);
            let (mut drafts, mut out) = (Drafts::default(), CommandQueue::default());
            panel_ui(
                ui,
                panel,
                study,
                Surroundings::default(),
                &mut drafts,
                &mut out,
            );
        });
}

/// The runs and the surrogate, in words.
fn description(study: &Study) -> String {
    let name = &study.dataset().name;
    study.fit().map_or_else(
        || name.clone(),
        |fit| format!("{name}, predicted by {}", fit.name()),
    )
}

/// Maximum size of a page: lists are as high as their content, tables also as wide, and plots fill
/// the default page.
fn max_size(panel: Panel) -> Vec2 {
    match panel {
        Panel::Mixture | Panel::Metrics | Panel::Traces | Panel::Tokenizer | Panel::Plan => {
            vec2(PAGE.x, MAX_SIDE)
        }
        Panel::Search | Panel::Compare => vec2(MAX_SIDE, MAX_SIDE),
        _ => PAGE,
    }
}

#[cfg(test)]
mod tests;
