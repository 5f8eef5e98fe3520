//! The sentence above the panels: the single move near the mixture that helps most.

use egui::{Align, Label, Layout, RichText, Ui};
use mixlens_study::{Edit, Study};

use crate::{CommandQueue, Tokens};

/// Draws the sentence, with a button that makes the move.
pub(crate) fn sentence_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    ui.horizontal(|ui| {
        ui.set_min_height(28.0);
        let Some(look) = study.look() else {
            let text = if study.fit().is_some() {
                "Updating the profile around the mixture…"
            } else {
                "Fit a surrogate to see what moves the metrics"
            };
            ui.label(RichText::new(text).size(15.0).weak());
            return;
        };
        let colour = if study.is_profile_current() {
            Tokens::of(ui).text
        } else {
            Tokens::of(ui).weak
        };
        let sentence =
            Label::new(RichText::new(&look.sentence).size(15.0).color(colour)).truncate();
        let best = look
            .best_move
            .as_ref()
            .filter(|_| study.is_profile_current());
        // The button stays in position, however long the sentence is.
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(best) = best
                && ui
                    .button("Make this move")
                    .on_hover_text("Move these points (can be undone)")
                    .clicked()
            {
                out.push(Edit::MovePoints {
                    from: best.from,
                    to: best.to,
                    points: best.points,
                });
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(sentence));
        });
    });
}
