//! The support of a mixture among the runs, as a mark and in words.

use egui::{Color32, Response, RichText, Sense, Stroke, Ui, vec2};
use mixlens_core::fit::Support;

use crate::Tokens;

/// Shows the support in a few words, with an explanation as a tooltip.
pub(crate) fn support_ui(ui: &mut Ui, support: Support) -> Response {
    let (text, why) = words(support);
    ui.label(RichText::new(text).color(colour(ui, support)))
        .on_hover_text(why)
}

/// Shows the support as a sentence with a mark: a dot in, on or beside a ring.
pub(crate) fn support_line_ui(ui: &mut Ui, support: Support) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(18.0, 14.0), Sense::hover());
        let ring = rect.left_center() + vec2(6.0, 0.0);
        let away = match support {
            Support::Inside => 0.0,
            Support::Edge => 5.0,
            Support::Outside => 10.0,
        };
        ui.painter()
            .circle_stroke(ring, 5.0, Stroke::new(1.2, Tokens::of(ui).weak));
        ui.painter()
            .circle_filled(ring + vec2(away, 0.0), 2.4, colour(ui, support));
        let (text, why) = words(support);
        ui.label(RichText::new(format!("This mixture lies {text}")).color(colour(ui, support)))
            .on_hover_text(why);
    });
}

fn words(support: Support) -> (&'static str, &'static str) {
    match support {
        Support::Inside => ("inside the runs", "Runs lie near this mixture"),
        Support::Edge => ("at the edge of the runs", "Few runs lie near this mixture"),
        Support::Outside => (
            "outside the runs",
            "No run has such proportions, so predictions are extrapolated",
        ),
    }
}

fn colour(ui: &Ui, support: Support) -> Color32 {
    let tokens = Tokens::of(ui);
    match support {
        Support::Inside => tokens.better,
        Support::Edge => tokens.weak,
        Support::Outside => tokens.worse,
    }
}
