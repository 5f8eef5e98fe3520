//! [`Workspace`]: the panels in tiles that can be dragged, split and tabbed.

use egui::{Frame, Id, Margin, Ui, WidgetText};
use egui_tiles::{
    Behavior, Container, EditAction, Linear, LinearDir, SimplificationOptions, Tabs, TileId, Tiles,
    Tree, UiResponse,
};
use mixlens_study::{Command, Output, Panel, Study, ViewChange};

use crate::panels::{Drafts, panel_ui};
use crate::{CommandQueue, Surroundings, Tokens, accessible_name};

/// The panels, in the order of the menu.
pub const PANELS: &[Panel] = &[
    Panel::Mixture,
    Panel::Metrics,
    Panel::Traces,
    Panel::Ternary,
    Panel::Parallel,
    Panel::Pareto,
    Panel::Evidence,
    Panel::Search,
    Panel::Survey,
    Panel::Runs,
    Panel::NextRuns,
    Panel::Compare,
    Panel::Notices,
    Panel::Tokenizer,
    Panel::Plan,
];

/// Below this width, in points, as on a phone, panels stand one above the other.
const NARROW: f32 = 640.0;

/// Panels in tiles.
pub(crate) struct Workspace {
    tree: Tree<Panel>,
    is_narrow: bool,
    /// The layout in the study that `tree` was read from.
    layout: Option<String>,
    /// The panel to put in front.
    front: Option<Panel>,
}

impl Default for Workspace {
    fn default() -> Self {
        Self {
            tree: usual_tree(),
            is_narrow: false,
            layout: None,
            front: None,
        }
    }
}

impl Workspace {
    /// Draws the panels shown in the study; a new arrangement goes back to the study.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        study: &Study,
        around: Surroundings<'_>,
        drafts: &mut Drafts,
        out: &mut CommandQueue,
    ) {
        self.follow(study, ui.available_width() < NARROW);
        let mut drawing = Drawing {
            study,
            around,
            drafts,
            out,
            is_edited: false,
        };
        self.tree.ui(&mut drawing, ui);
        if drawing.is_edited && !self.is_narrow {
            self.layout = serde_json::to_string(&self.tree).ok();
            out.push(ViewChange::SetLayout(self.layout.clone()));
        }
    }

    /// Puts a panel in front of the others in its group, as soon as it is shown.
    pub fn bring_forward(&mut self, panel: Panel) {
        self.front = Some(panel);
    }

    /// Whether a panel is visible: shown, and in front of its group.
    pub fn has_in_front(&self, panel: Panel) -> bool {
        self.tree
            .tiles
            .find_pane(&panel)
            .is_some_and(|tile| self.tree.active_tiles().contains(&tile))
    }

    /// Follows the study: its layout, where it has changed and the window is wide enough, and its
    /// choice of panels.
    fn follow(&mut self, study: &Study, is_narrow: bool) {
        let layout = &study.view().layout;
        if *layout != self.layout || is_narrow != self.is_narrow {
            let read = layout
                .as_ref()
                .and_then(|text| serde_json::from_str(text).ok());
            self.tree = if is_narrow {
                narrow_tree()
            } else {
                read.unwrap_or_else(usual_tree)
            };
            self.layout.clone_from(layout);
            self.is_narrow = is_narrow;
        }
        for &panel in PANELS {
            let is_shown = study.view().panels.contains(&panel);
            match self.tree.tiles.find_pane(&panel) {
                Some(tile) => {
                    let was_shown = self.tree.is_visible(tile);
                    self.tree.set_visible(tile, is_shown);
                    let is_front = self.front == Some(panel);
                    if is_shown && (!was_shown || is_front) {
                        self.tree.make_active(|id, _| id == tile);
                        self.front = self.front.filter(|_| !is_front);
                    }
                }
                None if is_shown => self.insert(panel),
                None => {}
            }
        }
    }

    /// Puts a panel into the largest group of tabs, or beside everything.
    fn insert(&mut self, panel: Panel) {
        let tile = self.tree.tiles.insert_pane(panel);
        let tabs = self.tree.tiles.iter().filter_map(|(id, tile)| match tile {
            egui_tiles::Tile::Container(Container::Tabs(tabs)) => Some((tabs.children.len(), *id)),
            _ => None,
        });
        let parent = tabs
            .max_by_key(|(count, id)| (*count, id.0))
            .map(|(_, id)| id)
            .or(self.tree.root());
        match parent {
            Some(parent) => self
                .tree
                .move_tile_to_container(tile, parent, usize::MAX, true),
            None => self.tree.root = Some(tile),
        }
        self.tree.make_active(|id, _| id == tile);
    }
}

/// Mixture on the left, metrics above a group of tabs on the right.
fn usual_tree() -> Tree<Panel> {
    let mut tiles = Tiles::default();
    let tab = |tiles: &mut Tiles<Panel>, panels: &[Panel]| {
        let panes: Vec<TileId> = panels
            .iter()
            .map(|&panel| tiles.insert_pane(panel))
            .collect();
        tiles.insert_tab_tile(panes)
    };
    let mixture = tab(&mut tiles, &[Panel::Mixture]);
    let metrics = tab(&mut tiles, &[Panel::Metrics]);
    let rest: Vec<Panel> = PANELS
        .iter()
        .copied()
        .filter(|panel| !matches!(panel, Panel::Mixture | Panel::Metrics))
        .collect();
    let right = if rest.is_empty() {
        metrics
    } else {
        let plots = tab(&mut tiles, &rest);
        tiles.insert_container(Container::Linear(Linear::new_binary(
            LinearDir::Vertical,
            [metrics, plots],
            0.42,
        )))
    };
    let both = Linear::new_binary(LinearDir::Horizontal, [mixture, right], 0.46);
    let root = tiles.insert_container(Container::Linear(both));
    Tree::new(Id::unique("panels"), root, tiles)
}

/// The mixture and everything else in tabs, with the metrics below.
fn narrow_tree() -> Tree<Panel> {
    let mut tiles = Tiles::default();
    let metrics = tiles.insert_pane(Panel::Metrics);
    let rest = PANELS.iter().filter(|panel| **panel != Panel::Metrics);
    let rest: Vec<TileId> = rest.map(|&panel| tiles.insert_pane(panel)).collect();
    let [top, bottom] = [rest, vec![metrics]].map(|panes| tiles.insert_tab_tile(panes));
    let both = Linear::new_binary(LinearDir::Vertical, [top, bottom], 0.55);
    let root = tiles.insert_container(Container::Linear(both));
    Tree::new(Id::unique("panels"), root, tiles)
}

/// The menu of exports of a panel.
fn export_menu_ui(ui: &mut Ui, panel: Panel, out: &mut CommandQueue) {
    let plots = [
        ("As SVG…", Command::Output(Output::ExportSvg(panel))),
        ("As PNG…", Command::Output(Output::ExportPng(panel))),
    ];
    let data = (
        "Data as CSV…",
        Command::Output(Output::ExportPlotData(panel)),
    );
    let response = ui.menu_button("Export", |ui| {
        for (title, command) in plots.into_iter().filter(|_| panel.has_plot()).chain([data]) {
            if ui
                .button(title)
                .on_hover_text(command.info().tooltip)
                .clicked()
            {
                out.push(command);
                ui.close();
            }
        }
    });
    accessible_name::name(
        ui,
        &response.response,
        format!("Export {}", panel.title().to_lowercase()),
    );
}

struct Drawing<'a> {
    study: &'a Study,
    around: Surroundings<'a>,
    drafts: &'a mut Drafts,
    out: &'a mut CommandQueue,
    is_edited: bool,
}

impl Behavior<Panel> for Drawing<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _: TileId, panel: &mut Panel) -> UiResponse {
        Frame::new()
            .fill(Tokens::of(ui).panel)
            .inner_margin(Margin::same(8))
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                panel_ui(ui, *panel, self.study, self.around, self.drafts, self.out);
            });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, panel: &Panel) -> WidgetText {
        panel.title().into()
    }

    fn top_bar_right_ui(
        &mut self,
        tiles: &Tiles<Panel>,
        ui: &mut Ui,
        _: TileId,
        tabs: &Tabs,
        _: &mut f32,
    ) {
        if let Some(&panel) = tabs.active.and_then(|tile| tiles.get_pane(&tile)) {
            ui.add_space(4.0);
            export_menu_ui(ui, panel, self.out);
        }
    }

    fn is_tab_closable(&self, tiles: &Tiles<Panel>, tile: TileId) -> bool {
        tiles
            .get_pane(&tile)
            .is_some_and(|panel| *panel != Panel::Mixture)
    }

    fn on_tab_close(&mut self, tiles: &mut Tiles<Panel>, tile: TileId) -> bool {
        if let Some(&panel) = tiles.get_pane(&tile) {
            self.out.push(ViewChange::ShowPanel {
                panel,
                is_shown: false,
            });
        }
        false
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }

    fn tab_bar_height(&self, _: &egui::Style) -> f32 {
        28.0
    }

    fn on_edit(&mut self, action: EditAction) {
        self.is_edited |= !matches!(action, EditAction::TileDragged);
    }
}
