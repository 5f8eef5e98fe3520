//! Compare: kept mixtures side by side.

use egui::{Align2, Color32, Rect, ScrollArea, Sense, Stroke, TextEdit, Ui, pos2, vec2};
use mixlens_study::{
    Command, CommandKind, Difference, DifferenceTable, Edit, Output, Standing, Study,
};

use crate::accessible_name::name;
use crate::empty::empty_ui;
use crate::output_medium::is_figure_page;
use crate::theme::{GAP, elided, elided_text, row_font, row_height, small_font, text_width};
use crate::{CommandQueue, Tokens};

/// Widths of a mixture's value and of its difference to the baseline, in points.
const VALUE: f32 = 64.0;
const DIFFERENCE: f32 = 108.0;
/// The widest name of a row, in points.
const NAME: f32 = 200.0;

/// Draws the panel.
pub(super) fn compare_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    if study.saved().is_empty() {
        let keep = Command::Edit(Edit::SaveMixture {
            name: String::new(),
        });
        return empty_ui(
            ui,
            "Mixtures that you keep are compared here",
            Some(("Keep mixture", keep)),
            out,
        );
    }
    if !is_figure_page(ui) {
        saved_ui(ui, study, out);
    }
    ui.horizontal(|ui| {
        ui.weak("Each value with its difference from the baseline (domains: in points)");
        if !is_figure_page(ui) {
            let copy = ui
                .small_button("Copy table")
                .on_hover_text(CommandKind::CopyComparison.info().tooltip);
            out.extend(
                copy.clicked()
                    .then_some(Command::Output(Output::CopyComparison)),
            );
        }
    });
    if let Some(table) = study.differences() {
        table_ui(ui, table);
    }
}

fn saved_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    for (index, saved) in study.saved().iter().enumerate() {
        ui.horizontal_wrapped(|ui| {
            let mut is_compared = study.state().compared.contains(&index);
            let compared = ui
                .checkbox(&mut is_compared, "")
                .on_hover_text("Compare this mixture");
            name(ui, &compared, format!("Compare {}", saved.name));
            if compared.changed() {
                out.push(Edit::CompareMixture { index, is_compared });
            }
            name_ui(ui, index, &saved.name, out);
            if ui
                .small_button("Show")
                .on_hover_text(format!("Show {}", saved.name))
                .clicked()
            {
                out.push(Edit::LoadMixture(index));
            }
            if ui
                .small_button("Delete")
                .on_hover_text(format!("Delete {}", saved.name))
                .clicked()
            {
                out.push(Edit::DeleteMixture(index));
            }
        });
    }
    ui.separator();
}

/// An editable name; the mixture is renamed when the field loses focus.
fn name_ui(ui: &mut Ui, index: usize, saved_name: &str, out: &mut CommandQueue) {
    let id = ui.scope_id().with(("name", index));
    let mut text = ui
        .data_mut(|data| data.get_temp(id))
        .unwrap_or_else(|| saved_name.to_owned());
    let response = ui.add(TextEdit::singleline(&mut text).desired_width(150.0));
    name(ui, &response, format!("Name of {saved_name}"));
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text));
        return;
    }
    ui.data_mut(|data| data.remove::<String>(id));
    if response.lost_focus() && text.trim() != saved_name && !text.trim().is_empty() {
        out.push(Edit::RenameMixture { index, name: text });
    }
}

/// The columns of the table: a name, the value of the baseline, then a value and a difference for
/// each mixture.
struct Columns {
    name: f32,
    count: usize,
}

impl Columns {
    fn new(ui: &Ui, table: &DifferenceTable) -> Self {
        let names = table
            .domains
            .iter()
            .chain(&table.metrics)
            .take(200)
            .map(|(name, _)| text_width(ui, name));
        Self {
            name: names.fold(60.0, f32::max).min(NAME),
            count: table.columns.len(),
        }
    }

    fn width(&self) -> f32 {
        self.name + GAP + VALUE + self.count.saturating_sub(1) as f32 * (GAP + VALUE + DIFFERENCE)
    }

    /// The rectangles of a value and of a difference; the baseline has no difference.
    fn cells(&self, row: Rect, column: usize) -> (Rect, Rect) {
        let mixtures_before = column.saturating_sub(1) as f32;
        let baseline = if column == 0 { 0.0 } else { VALUE + GAP };
        let left =
            row.left() + self.name + GAP + baseline + mixtures_before * (VALUE + DIFFERENCE + GAP);
        let cell = |from: f32, width: f32| {
            Rect::from_min_size(pos2(from, row.top()), vec2(width, row.height()))
        };
        (
            cell(left, VALUE),
            cell(left + VALUE, if column == 0 { 0.0 } else { DIFFERENCE }),
        )
    }
}

fn table_ui(ui: &mut Ui, table: &DifferenceTable) {
    let columns = Columns::new(ui, table);
    let rows: Vec<_> = table.domains.iter().chain(&table.metrics).collect();
    ScrollArea::horizontal()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            header_ui(ui, table, &columns);
            ScrollArea::vertical()
                .auto_shrink([false, false])
                .show_rows(ui, row_height(ui), rows.len(), |ui, shown| {
                    let from = shown.start;
                    for (offset, (name, cells)) in
                        rows.get(shown).unwrap_or_default().iter().enumerate()
                    {
                        row_ui(
                            ui,
                            &columns,
                            from + offset == table.domains.len(),
                            name,
                            cells,
                        );
                    }
                });
        });
}

/// Names of the mixtures; long ones are cut, with the full name as a tooltip.
fn header_ui(ui: &mut Ui, table: &DifferenceTable, columns: &Columns) {
    let (row, response) =
        ui.allocate_exact_size(vec2(columns.width(), row_height(ui)), Sense::hover());
    let tokens = Tokens::of(ui);
    for (column, name) in table.columns.iter().enumerate() {
        let (value, difference) = columns.cells(row, column);
        let cell = value.union(difference);
        let galley = elided(ui.painter(), name, small_font(), tokens.weak, cell.width());
        let is_cut = galley.elided;
        // Above the values: right-aligned for the baseline, left-aligned for the others.
        let at = if column == 0 {
            cell.right() - galley.size().x
        } else {
            cell.left() + 12.0
        };
        ui.painter().galley(
            pos2(at, cell.center().y - galley.size().y / 2.0),
            galley,
            tokens.weak,
        );
        if is_cut
            && response
                .hover_pos()
                .is_some_and(|pointer| cell.contains(pointer))
        {
            response.clone().on_hover_text_at_pointer(name);
        }
    }
    ui.painter()
        .hline(row.x_range(), row.bottom(), Stroke::new(1.0, tokens.line));
}

fn row_ui(ui: &mut Ui, columns: &Columns, is_first_metric: bool, name: &str, cells: &[Difference]) {
    let (row, response) =
        ui.allocate_exact_size(vec2(columns.width(), row_height(ui)), Sense::hover());
    let (tokens, painter) = (Tokens::of(ui), ui.painter());
    if is_first_metric {
        painter.hline(row.x_range(), row.top(), Stroke::new(1.0, tokens.line));
    }
    if response.hovered() {
        painter.rect_filled(row, 3.0, tokens.band);
    }
    let right = |rect: Rect, text: &str, colour: Color32| {
        painter.text(
            rect.right_center(),
            Align2::RIGHT_CENTER,
            text,
            row_font(),
            colour,
        );
    };
    let at = row.left_center();
    elided_text(
        painter,
        at,
        Align2::LEFT_CENTER,
        name,
        row_font(),
        tokens.text,
        columns.name,
    );
    for (column, cell) in cells.iter().enumerate() {
        let (value, difference) = columns.cells(row, column);
        right(value, &cell.text, tokens.text);
        if column > 0 {
            right(
                difference,
                &cell.difference_text,
                colour(tokens, cell.standing),
            );
        }
    }
    let texts = cells
        .iter()
        .map(|cell| format!("{} ({})", cell.text, cell.difference_text));
    let described = texts.collect::<Vec<_>>().join(", ");
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::Label, true, name);
        info.current_text_value = Some(described.clone());
        info
    });
}

fn colour(tokens: Tokens, standing: Standing) -> Color32 {
    match standing {
        Standing::Better => tokens.better,
        Standing::Worse => tokens.worse,
        Standing::Tied => tokens.tied,
        Standing::Unknown => tokens.weak,
    }
}
