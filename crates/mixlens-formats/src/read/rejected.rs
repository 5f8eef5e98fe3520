//! [`leave_out_rejected`]: the rows that cannot be read, each with its reason, and the files
//! without them.

use mixlens_core::compute::Control;

use super::{ImportOptions, Imported, NamedBytes, import_run_table_under};
use crate::error::{Place, Position};
use crate::{ImportError, Notice};

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct RejectedRow {
    /// Where it is.
    pub place: Place,
    /// Why it cannot be read.
    pub reason: ImportError,
}

/// What could be read after rows were left out.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// The rows left out, in the order they were found.
    pub rejected: Vec<RejectedRow>,
    /// The files with those rows blank; line numbers stay.
    pub files: Vec<NamedBytes>,
    /// The import of the remaining rows; an error if it does not concern one row, or if more than
    /// `max` rows were rejected.
    pub imported: Result<Imported, ImportError>,
}

/// Imports a run table, leaving out up to `max` rows of text files that cannot be read.
///
/// Each rejected row costs one more reading of the files.
///
/// ```
/// use mixlens_core::compute::Control;
/// use mixlens_formats::{ImportOptions, NamedBytes, leave_out_rejected};
/// let text = "run,train_web,train_code,loss_web\na,0.5,0.5,3.1\nb,0.5,0.9,3.0\nc,0.25,0.75,n/a\n";
/// let files = [NamedBytes::new("runs.csv", text)];
/// let options = ImportOptions::default();
/// let left = leave_out_rejected(&files, &options, 10, &Control::default());
/// assert_eq!(left.rejected.len(), 2);
/// let reasons: Vec<String> = left.rejected.iter().map(|row| row.reason.to_string()).collect();
/// assert!(reasons.iter().any(|reason| reason.contains("n/a")), "{reasons:?}");
/// assert_eq!(left.imported.unwrap().table.len(), 1);
/// ```
pub fn leave_out_rejected(
    files: &[NamedBytes],
    options: &ImportOptions,
    max: usize,
    control: &Control,
) -> LeftOut {
    let mut left = LeftOut {
        rejected: Vec::new(),
        files: files.to_vec(),
        imported: Err(ImportError::NoFiles),
    };
    loop {
        left.imported = import_run_table_under(&left.files, options, control);
        let Err(reason) = &left.imported else { break };
        let Some(place) = reason.row() else { break };
        if left.rejected.len() >= max || !blank(&mut left.files, place) {
            break;
        }
        left.rejected.push(RejectedRow {
            place: place.clone(),
            reason: reason.clone(),
        });
    }
    if let (Ok(imported), false) = (&mut left.imported, left.rejected.is_empty()) {
        imported.notices.push(Notice::RowsRejected {
            rows: left.rejected.len(),
        });
    }
    left
}

/// Empties a line; false when there is no such line with anything on it, or when it is the header.
fn blank(files: &mut [NamedBytes], place: &Place) -> bool {
    let Position::Line(line) = place.position else {
        return false;
    };
    let Some(file) = files.iter_mut().find(|file| file.name == place.file) else {
        return false;
    };
    let mut start = 0;
    for _ in 1..line {
        let Some(end) = file
            .bytes
            .iter()
            .skip(start)
            .position(|byte| *byte == b'\n')
        else {
            return false;
        };
        start += end + 1;
    }
    let is_first = file.bytes.iter().take(start).all(u8::is_ascii_whitespace);
    let length = file
        .bytes
        .iter()
        .skip(start)
        .position(|byte| *byte == b'\n');
    let end = length.map_or(file.bytes.len(), |length| start + length);
    if start >= end || is_first {
        return false;
    }
    file.bytes.drain(start..end);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str, max: usize) -> LeftOut {
        leave_out_rejected(
            &[NamedBytes::new("runs.csv", text)],
            &ImportOptions::default(),
            max,
            &Control::default(),
        )
    }

    #[test]
    fn every_rejected_row_is_told_with_its_line_and_the_rest_is_read() {
        let text = "run,train_web,train_code,loss_web\r\na,0.5,0.5,3.1\r\n\r\nb,0.5,0.9,3.0\r\n\
                    c,0.25,0.75\r\na,0.1,0.9,2.9\r\nd,x,1,2\r\ne,0.3,0.7,2.8\r\n";
        let left = left(text, 10);
        let lines: Vec<String> = left
            .rejected
            .iter()
            .map(|row| row.place.to_string())
            .collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        for line in ["line 4", "line 5", "line 6", "line 7"] {
            assert!(
                lines.iter().any(|found| found.contains(line)),
                "{line} is not in {lines:?}"
            );
        }
        let imported = left.imported.unwrap();
        assert_eq!(
            imported
                .table
                .runs()
                .map(|run| run.id.to_owned())
                .collect::<Vec<_>>(),
            ["a", "e"]
        );
        assert!(
            imported
                .notices
                .iter()
                .any(|notice| notice.to_string() == "4 rows cannot be read and were left out")
        );
    }

    #[test]
    fn files_that_are_wrong_as_a_whole_stay_refused() {
        assert!(left("", 10).imported.is_err());
        let left = left(
            "run,train_web,train_code,loss_web\na,1,1,1\nb,1,1,1\nc,1,1,1\n",
            2,
        );
        assert_eq!((left.rejected.len(), left.imported.is_err()), (2, true));
    }
}
