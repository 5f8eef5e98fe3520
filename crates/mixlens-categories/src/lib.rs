//! Built-in categories of tokenizer inference: counts of segments of 20 and more natural languages
//! and of programming languages, made of freely licensed text by `scripts/build-categories`.
//!
//! [`CATEGORIES`] lists them. With the feature `tables` a category also holds its table,
//! compressed, as a file in a format that sample readers accept; without it, a front end fetches
//! [`BuiltIn::file`] on demand.

/// The kind of text in a category.
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
    /// The name shown to users: `French`.
    pub label: &'static str,
    /// The kind of text.
    pub kind: Kind,
    /// The file with its table.
    pub file: &'static str,
    /// Bytes of that file.
    pub file_bytes: u64,
    /// A description of the text.
    pub note: &'static str,
    /// The packages that the text comes from.
    pub sources: &'static [Source],
    #[cfg(feature = "tables")]
    table: &'static [u8],
}

/// A package that text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// `apt`, `pip`, `npm` or `crate`.
    pub registry: &'static str,
    /// The name in the registry.
    pub package: &'static str,
    /// The version.
    pub version: &'static str,
    /// The licence, as an SPDX expression.
    pub licence: &'static str,
}

/// All built-in categories: English, other natural languages, code.
pub const CATEGORIES: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/categories.rs"));

/// The limits of the built-in categories, for readers of an inferred mixture.
pub const LIMITS: &str = "built-in categories hold software documentation, word frequencies and \
     the code of packages, not the web: expect errors of several points, do not read English \
     domains from them, and add samples for a better estimate";

impl BuiltIn {
    /// The category with this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        CATEGORIES.iter().find(|category| category.name == name)
    }

    /// Whether the category is one of the English ones.
    pub fn is_english(&self) -> bool {
        self.name == "en" || self.name.starts_with("en-")
    }

    /// The table: TSV with columns `segment` and `count`, compressed with Zstandard.
    #[cfg(feature = "tables")]
    pub fn table(&self) -> &'static [u8] {
        self.table
    }
}

#[cfg(test)]
mod tests;
