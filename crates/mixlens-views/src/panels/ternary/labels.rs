//! Texts on the ternary plot, none on top of another.

use std::sync::Arc;

use egui::{Align2, Galley, Painter, Pos2, Rect, vec2};
use mixlens_study::{Study, Ternary};

use super::{NAMES, Triangle};
use crate::Tokens;
use crate::theme::{elided, row_font, small_font};

/// The widest name of a kept mixture, in points.
const SAVED: f32 = 110.0;

/// Writes texts where no other one is yet.
pub(super) struct Labels<'a> {
    painter: &'a Painter,
    tokens: Tokens,
    taken: Vec<Rect>,
}

impl<'a> Labels<'a> {
    /// None yet.
    pub fn new(painter: &'a Painter, tokens: Tokens) -> Self {
        Self {
            painter,
            tokens,
            taken: Vec::new(),
        }
    }

    /// The names at the corners; long ones are cut, so that the lower two leave each other space.
    pub fn corners(&mut self, study: &Study, ternary: &Ternary, triangle: &Triangle) {
        let [top, left, right] = triangle.0;
        let clip = self.painter.clip_rect();
        let widest = (right.x - left.x + 2.0 * NAMES).min(clip.width()) / 2.0 - 6.0;
        let sides = [
            (top, Align2::CENTER_BOTTOM, -4.0),
            (left, Align2::CENTER_TOP, 4.0),
            (right, Align2::CENTER_TOP, 4.0),
        ];
        for (&corner, (at, align, below)) in ternary.corners.iter().zip(sides) {
            let name = study
                .domains()
                .names()
                .get(corner)
                .map_or("", String::as_str);
            let galley = elided(self.painter, name, row_font(), self.tokens.text, widest);
            let place = align.anchor_size(at + vec2(0.0, below), galley.size());
            // Into the panel, where a name is wider than the space beside its corner.
            let inwards =
                (clip.left() - place.left()).max(0.0) - (place.right() - clip.right()).max(0.0);
            let place = place.translate(vec2(inwards, 0.0));
            self.painter.galley(place.min, galley, self.tokens.text);
            self.taken.push(place);
        }
    }

    /// The name of a kept mixture beside its mark.
    pub fn saved(&mut self, name: &str, mark: Pos2) {
        let galley = elided(self.painter, name, small_font(), self.tokens.text, SAVED);
        let place = Align2::LEFT_CENTER.anchor_size(mark + vec2(9.0, 0.0), galley.size());
        self.on_plate(galley, place);
    }

    /// A value at each contour, as far from the sides as the contour goes.
    pub fn contours(&mut self, ternary: &Ternary, triangle: &Triangle) {
        let least = |shares: &[f64; 3]| shares.iter().copied().fold(f64::INFINITY, f64::min);
        for contour in &ternary.contours {
            let starts = contour.pieces.iter().map(|[from, _]| from);
            let Some(inmost) = starts.max_by(|a, b| least(a).total_cmp(&least(b))) else {
                continue;
            };
            let galley =
                self.painter
                    .layout_no_wrap(contour.text.clone(), small_font(), self.tokens.text);
            let place = Align2::CENTER_CENTER.anchor_size(triangle.at(*inmost), galley.size());
            self.on_plate(galley, place);
        }
    }

    /// A text on a ground of its own, unless another one is there.
    fn on_plate(&mut self, galley: Arc<Galley>, place: Rect) {
        let plate = place.expand(1.5);
        if self.taken.iter().any(|other| other.intersects(plate)) {
            return;
        }
        self.painter
            .rect_filled(plate, 2.0, self.tokens.panel.gamma_multiply(0.85));
        self.painter.galley(place.min, galley, self.tokens.text);
        self.taken.push(plate);
    }
}
