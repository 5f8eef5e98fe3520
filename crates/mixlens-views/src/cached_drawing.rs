//! [`CachedDrawing`]: a drawing of thousands of runs, redrawn only when their appearance changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Rect, Ui};
use mixlens_study::{ColumnRef, Study};

/// A drawing `D` of the runs laid out by `T`, and everything that the drawing depends on.
pub(crate) struct CachedDrawing<T, D> {
    layout: Arc<T>,
    colour_by: Option<ColumnRef>,
    selected: BTreeSet<usize>,
    rect: Rect,
    pixels_per_point: f32,
    is_dark: bool,
    drawn: D,
}

impl<T, D: Clone> CachedDrawing<T, D> {
    /// The drawing for `rect`. `draw` runs when the cached drawing differs in layout, colours,
    /// selected runs, theme or rectangle.
    pub fn drawn(
        cache: &mut Option<Self>,
        ui: &Ui,
        study: &Study,
        layout: &Arc<T>,
        rect: Rect,
        draw: impl FnOnce() -> D,
    ) -> D {
        let (view, pixels_per_point, is_dark) =
            (study.view(), ui.pixels_per_point(), ui.visuals().dark_mode);
        let is_same = |cached: &Self| {
            Arc::ptr_eq(&cached.layout, layout)
                && (cached.colour_by, cached.rect, cached.is_dark)
                    == (view.runs.colour_by, rect, is_dark)
                && cached.pixels_per_point.total_cmp(&pixels_per_point).is_eq()
                && cached.selected == view.selected
        };
        let drawing = cache
            .take_if(|cached| is_same(cached))
            .unwrap_or_else(|| Self {
                layout: Arc::clone(layout),
                colour_by: view.runs.colour_by,
                selected: view.selected.clone(),
                rect,
                pixels_per_point,
                is_dark,
                drawn: draw(),
            });
        cache.insert(drawing).drawn.clone()
    }
}
