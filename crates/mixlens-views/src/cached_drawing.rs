//! [`CachedDrawing`]: a drawing of thousands of runs, made again only when they look different.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Rect, Ui};
use mixlens_study::{ColumnRef, Study};

/// A drawing `D` of the runs as they are placed by `T`, and everything that it depends on.
pub(crate) struct CachedDrawing<T, D> {
    of: Arc<T>,
    colour_by: Option<ColumnRef>,
    selected: BTreeSet<usize>,
    rect: Rect,
    pixels_per_point: f32,
    is_dark: bool,
    drawn: D,
}

impl<T, D: Clone> CachedDrawing<T, D> {
    /// The drawing for `rect`. `draw` is asked when what was kept is of other places, colours,
    /// selected runs, another theme or another part of the window.
    pub fn drawn(
        kept: &mut Option<Self>,
        ui: &Ui,
        study: &Study,
        of: &Arc<T>,
        rect: Rect,
        draw: impl FnOnce() -> D,
    ) -> D {
        let (view, pixels_per_point, is_dark) =
            (study.view(), ui.pixels_per_point(), ui.visuals().dark_mode);
        let is_same = |own: &Self| {
            Arc::ptr_eq(&own.of, of)
                && (own.colour_by, own.rect, own.is_dark) == (view.runs.colour_by, rect, is_dark)
                && own.pixels_per_point.total_cmp(&pixels_per_point).is_eq()
                && own.selected == view.selected
        };
        let own = kept.take_if(|own| is_same(own)).unwrap_or_else(|| Self {
            of: Arc::clone(of),
            colour_by: view.runs.colour_by,
            selected: view.selected.clone(),
            rect,
            pixels_per_point,
            is_dark,
            drawn: draw(),
        });
        kept.insert(own).drawn.clone()
    }
}
