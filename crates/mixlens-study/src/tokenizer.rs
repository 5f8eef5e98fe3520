//! [`TokenizerWork`]: a tokenizer, the categories of its training text, and the inferred mixture.

use std::collections::BTreeSet;
use std::sync::Arc;

use mixlens_categories::CATEGORIES;
use mixlens_formats::NamedBytes;
use serde::{Deserialize, Serialize};

use crate::{InferSettings, InferredMixture, SampledCategory};

/// A tokenizer, the categories that its training text may contain, and the inferred mixture.
/// Changes are never undone.
///
/// Files are not saved with the study; the inferred mixture is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenizerWork {
    /// The tokenizer.
    #[serde(skip)]
    pub file: Option<Arc<NamedBytes>>,
    /// Excluded built-in categories, by name.
    pub left_out: BTreeSet<String>,
    /// Categories of the user.
    #[serde(skip)]
    pub samples: Vec<SampledCategory>,
    /// How the mixture is inferred.
    pub settings: InferSettings,
    /// The latest inferred mixture.
    pub found: Option<Arc<InferredMixture>>,
    /// Why the latest inference failed, as a message for the user.
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

    /// The included categories: built-in ones first, except those replaced by a sample of the same
    /// name.
    pub fn categories(&self) -> Vec<SampledCategory> {
        let is_sampled = |name: &str| self.samples.iter().any(|sample| sample.name == name);
        let chosen = CATEGORIES.iter().filter(|category| {
            !self.left_out.contains(category.name) && !is_sampled(category.name)
        });
        chosen
            .map(SampledCategory::built_in)
            .chain(self.samples.iter().cloned())
            .collect()
    }

    /// Whether `found` is for these categories and settings.
    pub fn is_answered_by(&self, found: &InferredMixture) -> bool {
        let requested = self.categories();
        let names = found
            .inference
            .categories
            .iter()
            .map(|category| category.name.as_str());
        found.settings == self.settings
            && names.eq(requested.iter().map(|category| category.name.as_str()))
    }

    /// An unused name for a sample: `name`, or `name` with a number.
    pub(crate) fn free_name(&self, name: &str) -> String {
        let is_taken = |name: &str| self.samples.iter().any(|sample| sample.name == name);
        let numbered = (2..).map(|number| format!("{name} {number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| !is_taken(name)).unwrap_or_default()
    }
}
