//! [`KeptMesh`]: thousands of runs as one mesh, built again only when they look different.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Mesh, Rect, Shape, Ui};
use mixlens_study::{ColumnRef, Study};

/// A mesh of runs, and everything that it depends on.
pub(crate) struct KeptMesh<T> {
    of: Arc<T>,
    colour_by: Option<ColumnRef>,
    selected: BTreeSet<usize>,
    rect: Rect,
    is_dark: bool,
    mesh: Arc<Mesh>,
}

impl<T> KeptMesh<T> {
    /// The runs in `rect` as they are placed by `of`. `build` is asked when what was kept is of other places, colours,
    /// selected runs, another theme or another part of the window.
    pub fn shape(
        kept: &mut Option<Self>,
        ui: &Ui,
        study: &Study,
        of: &Arc<T>,
        rect: Rect,
        build: impl FnOnce() -> Mesh,
    ) -> Shape {
        let (view, is_dark) = (study.view(), ui.visuals().dark_mode);
        let is_same = |own: &Self| {
            Arc::ptr_eq(&own.of, of)
                && (own.colour_by, own.rect, own.is_dark) == (view.runs.colour_by, rect, is_dark)
                && own.selected == view.selected
        };
        let own = kept.take_if(|own| is_same(own)).unwrap_or_else(|| Self {
            of: Arc::clone(of),
            colour_by: view.runs.colour_by,
            selected: view.selected.clone(),
            rect,
            is_dark,
            mesh: Arc::new(build()),
        });
        Shape::Mesh(Arc::clone(&kept.insert(own).mesh))
    }
}
