//! Writing: decimal text that sums exactly, tables as CSV, and files that are never half-written.

mod atomic;
mod csv_text;
mod decimals;
mod escape;
mod inference;

pub use atomic::{
    FileTime, SaveOrder, SaveOutcome, check_writable, modified, modified_secs, write_atomically,
    write_in_order, write_with_backup,
};
pub use csv_text::{
    ColumnNames, PredictedRow, PredictedValue, cells_to_csv, mixtures_to_csv, predictions_to_csv,
    run_table_to_csv, survey_to_csv,
};
pub use decimals::decimals_that_sum_to_one;
pub use escape::{
    csv_cell_text, html_text, json_text, line_text, markdown_text, quoted_text, terminal_text,
    text_of_csv_cell,
};
pub use inference::{inference_json, inference_warnings, is_misfit};
