//! Text tables.

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use mixlens_core::fit::{Difference, Interval};

/// A rule under the header, and no other lines.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table whose first column is text and whose other columns are numbers.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_header(header.iter().map(|cell| on_one_line(cell)));
    for row in rows {
        table.add_row(row.iter().map(|cell| on_one_line(cell)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{table}\n")
}

/// A name on one line: line breaks and tabs are escaped.
fn on_one_line(cell: &str) -> String {
    cell.replace('\n', "\\n").replace('\t', "\\t")
}

/// A number with `digits` decimals, or a dash where there is none.
pub fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}

/// A difference with its sign.
pub fn signed(value: f64, digits: usize) -> String {
    format!("{value:+.digits$}")
}

/// A number with half the width of its interval, where it has one.
pub fn with_error(value: f64, interval: Option<Interval>, digits: usize) -> String {
    number(Some(value), digits) + &plus_minus(interval, digits)
}

/// A difference with half the width of its interval, where it has one.
pub fn difference(difference: &Difference, digits: usize) -> String {
    signed(difference.value, digits) + &plus_minus(difference.interval, digits)
}

fn plus_minus(interval: Option<Interval>, digits: usize) -> String {
    interval.map_or_else(String::new, |interval| {
        format!(" ± {:.digits$}", interval.half_width())
    })
}

/// A proportion in per cent.
pub fn percent(part: f64) -> String {
    format!("{:.2} %", 100.0 * part)
}

/// A count with its noun, in the plural where it is not one.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
