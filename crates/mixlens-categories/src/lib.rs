//! Built-in categories of tokenizer inference: counts of segments of 20 and more natural languages
//! and of programming languages, made of freely licensed text by `scripts/build-categories`.
//!
//! [`CATEGORIES`] lists them. With the feature `tables` a category also holds its table,
//! compressed, as a file that every reader of samples takes; without it, a front fetches
//! [`BuiltIn::file`] when it is asked for.

/// What kind of text a category is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A natural language.
    Natural,
    /// A programming or markup language.
    Code,
}

/// A built-in category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Short and stable, such as `fr` or `python`.
    pub name: &'static str,
    /// For people: `French`.
    pub label: &'static str,
    /// What kind of text it is.
    pub kind: Kind,
    /// The file with its table.
    pub file: &'static str,
    /// Bytes of that file.
    pub file_bytes: u64,
    /// What its text is.
    pub note: &'static str,
    /// The packages that its text comes from.
    pub sources: &'static [Source],
    #[cfg(feature = "tables")]
    table: &'static [u8],
}

/// A package that text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// `apt`, `pip`, `npm` or `crate`.
    pub registry: &'static str,
    /// Its name there.
    pub package: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its licence, as SPDX has it.
    pub licence: &'static str,
}

/// All of them: English, other natural languages, code.
pub const CATEGORIES: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/categories.rs"));

/// What they cannot show, for whoever reads an answer.
pub const LIMITS: &str = "built-in categories are software documentation, word frequencies and \
                         packages' code, not the web: expect errors of \
     several points, read no English domains off them, and give samples of your own for a better \
     answer";

impl BuiltIn {
    /// The category of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        CATEGORIES.iter().find(|own| own.name == name)
    }

    /// Whether it is one of the kinds of English.
    pub fn is_english(&self) -> bool {
        self.name == "en" || self.name.starts_with("en-")
    }

    /// The table: TSV with columns `segment` and `count`, packed with Zstandard.
    #[cfg(feature = "tables")]
    pub fn table(&self) -> &'static [u8] {
        self.table
    }
}

#[cfg(test)]
mod tests;
