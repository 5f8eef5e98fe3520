//! [`TokenizerWork`]: a tokenizer, what its training text may hold, and the mixture that was
//! inferred.

use std::collections::BTreeSet;
use std::sync::Arc;

use mixlens_categories::CATEGORIES;
use mixlens_formats::NamedBytes;
use serde::{Deserialize, Serialize};

use crate::{InferSettings, InferredMixture, SampledCategory};

/// A tokenizer, the categories that its training text may hold, and what was inferred: computed,
/// and never undone.
///
/// Files are not saved with the study; what was inferred is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenizerWork {
    /// The tokenizer.
    #[serde(skip)]
    pub file: Option<Arc<NamedBytes>>,
    /// Built-in categories that are not asked about, by name.
    pub left_out: BTreeSet<String>,
    /// Categories of the user.
    #[serde(skip)]
    pub samples: Vec<SampledCategory>,
    /// How the mixture is inferred.
    pub settings: InferSettings,
    /// The mixture behind the latest tokenizer.
    pub found: Option<Arc<InferredMixture>>,
    /// Why the latest inference failed, for people.
    #[serde(skip)]
    pub problem: Option<String>,
}

impl TokenizerWork {
    /// The name of the tokenizer's file, without its folders.
    pub fn name(&self) -> Option<&str> {
        let file = self
            .file
            .as_ref()
            .map(|file| file.name.rsplit(['/', '\\']).next().unwrap_or(&file.name));
        file.or(self.found.as_ref().map(|found| found.tokenizer.as_str()))
    }

    /// The categories to ask about: built-in ones first, without those in whose place a sample of
    /// the same name stands.
    pub fn categories(&self) -> Vec<SampledCategory> {
        let is_own = |name: &str| self.samples.iter().any(|own| own.name == name);
        let chosen = CATEGORIES
            .iter()
            .filter(|own| !self.left_out.contains(own.name) && !is_own(own.name));
        chosen
            .map(SampledCategory::built_in)
            .chain(self.samples.iter().cloned())
            .collect()
    }

    /// Whether what was found is of these categories and settings.
    pub fn is_answered_by(&self, found: &InferredMixture) -> bool {
        let asked = self.categories();
        let names = found
            .inference
            .categories
            .iter()
            .map(|own| own.name.as_str());
        found.settings == self.settings && names.eq(asked.iter().map(|own| own.name.as_str()))
    }

    /// A name for a sample that no other sample has: `name`, else with a number behind it.
    pub(crate) fn free_name(&self, name: &str) -> String {
        let is_taken = |name: &str| self.samples.iter().any(|own| own.name == name);
        let numbered = (2..).map(|number| format!("{name} {number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| !is_taken(name)).unwrap_or_default()
    }
}
