//! [`Layout`]: what was recognised in the files, to show to the user.

use std::fmt;

use mixlens_core::{excerpt, listed, shown};

use super::sheet::Encoding;

/// How one file's rows are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// One row per run.
    Wide,
    /// One row per run and domain or metric.
    Long,
    /// A Weights & Biases export: one row per run, with its state.
    WandbExport,
}

/// What was recognised in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLayout {
    /// The file.
    pub file: String,
    /// How it is written.
    pub encoding: Encoding,
    /// How its rows are arranged.
    pub shape: Shape,
    /// The id column, if there is one.
    pub id_column: Option<String>,
    /// How many runs it has.
    pub runs: usize,
    /// How many domains it gives.
    pub domains: usize,
    /// How many metrics it gives.
    pub metrics: usize,
    /// The conditions of runs that it gives, by name.
    pub conditions: Vec<String>,
}

impl fmt::Display for FileLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoding = match self.encoding {
            Encoding::Csv => "CSV",
            Encoding::Json => "JSON",
            Encoding::Parquet => "Parquet",
        };
        let shape = match self.shape {
            Shape::Wide => "wide",
            Shape::Long => "long",
            Shape::WandbExport => "Weights & Biases export",
        };
        write!(
            f,
            "{}: {encoding}, {shape}, {} runs",
            excerpt(&self.file),
            self.runs
        )?;
        if self.domains > 0 {
            write!(f, ", {} domains", self.domains)?;
        }
        if self.metrics > 0 {
            write!(f, ", {} metrics", self.metrics)?;
        }
        if !self.conditions.is_empty() {
            let s = if self.conditions.len() == 1 { "" } else { "s" };
            write!(f, ", condition{s} {}", listed(&self.conditions))?;
        }
        match self.id_column.as_deref() {
            Some(id) => write!(f, ", joined by `{}`", shown(id)),
            None => write!(f, ", numbered by row"),
        }
    }
}

/// What was recognised in all files, in the order given. Shown one file a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The files.
    pub files: Vec<FileLayout>,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, file) in self.files.iter().enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            write!(f, "{file}")?;
        }
        Ok(())
    }
}
