//! Labels on the ternary plot without overlaps.

use std::sync::Arc;

use egui::{Align2, Galley, Painter, Pos2, Rect, vec2};
use mixlens_study::{Study, Ternary};

use super::{NAMES, Triangle};
use crate::Tokens;
use crate::theme::{elided, row_font, small_font};

/// Maximum width of the name of a kept mixture, in points.
const MAX_SAVED: f32 = 110.0;

/// Writes labels where they do not overlap earlier ones.
pub(super) struct Labels<'a> {
    painter: &'a Painter,
    tokens: Tokens,
    taken: Vec<Rect>,
}

impl<'a> Labels<'a> {
    /// No labels yet.
    pub fn new(painter: &'a Painter, tokens: Tokens) -> Self {
        Self {
            painter,
            tokens,
            taken: Vec::new(),
        }
    }

    /// The names at the corners; long ones are cut, so that the lower two do not meet.
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
            let rect = align.anchor_size(at + vec2(0.0, below), galley.size());
            // Moves a name inwards that is wider than the space beside its corner.
            let inwards =
                (clip.left() - rect.left()).max(0.0) - (rect.right() - clip.right()).max(0.0);
            let rect = rect.translate(vec2(inwards, 0.0));
            self.painter.galley(rect.min, galley, self.tokens.text);
            self.taken.push(rect);
        }
    }

    /// The name of a kept mixture beside its mark.
    pub fn saved(&mut self, name: &str, mark: Pos2) {
        let galley = elided(
            self.painter,
            name,
            small_font(),
            self.tokens.text,
            MAX_SAVED,
        );
        let rect = Align2::LEFT_CENTER.anchor_size(mark + vec2(9.0, 0.0), galley.size());
        self.on_plate(galley, rect);
    }

    /// A value at each contour, as far from the sides as the contour goes.
    pub fn contours(&mut self, ternary: &Ternary, triangle: &Triangle) {
        let smallest = |shares: &[f64; 3]| shares.iter().copied().fold(f64::INFINITY, f64::min);
        for contour in &ternary.contours {
            let starts = contour.pieces.iter().map(|[from, _]| from);
            let Some(innermost) = starts.max_by(|a, b| smallest(a).total_cmp(&smallest(b))) else {
                continue;
            };
            let galley =
                self.painter
                    .layout_no_wrap(contour.text.clone(), small_font(), self.tokens.text);
            let rect = Align2::CENTER_CENTER.anchor_size(triangle.at(*innermost), galley.size());
            self.on_plate(galley, rect);
        }
    }

    /// A text on a background plate, unless the plate would overlap an earlier label.
    fn on_plate(&mut self, galley: Arc<Galley>, rect: Rect) {
        let plate = rect.expand(1.5);
        if self.taken.iter().any(|other| other.intersects(plate)) {
            return;
        }
        self.painter
            .rect_filled(plate, 2.0, self.tokens.panel.gamma_multiply(0.85));
        self.painter.galley(rect.min, galley, self.tokens.text);
        self.taken.push(plate);
    }
}
