//! The training mixture of a tokenizer, as `mixlens infer` estimates it.

use std::sync::Arc;

use mixlens_categories::{BuiltIn, Kind};
use mixlens_core::tokenizer::Inference;
use mixlens_formats::NamedBytes;
use serde::{Deserialize, Serialize};

/// The sort of text in a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CategoryKind {
    /// A programming or markup language.
    Code,
    /// English.
    English,
    /// Another language.
    Language,
    /// A sample of the user, of any kind.
    #[serde(rename = "own")]
    Custom,
}

impl From<&BuiltIn> for CategoryKind {
    fn from(category: &BuiltIn) -> Self {
        match category.kind {
            Kind::Code => Self::Code,
            Kind::Natural if category.is_english() => Self::English,
            Kind::Natural => Self::Language,
        }
    }
}

impl SampledCategory {
    /// The size of the sample: files and megabytes.
    pub fn size_text(&self) -> String {
        let bytes: usize = self.files.iter().map(|file| file.bytes.len()).sum();
        let files = self.files.len();
        let size = crate::number_text(bytes as f64 / 1e6, if bytes < 10_000_000 { 2 } else { 0 });
        format!(
            "{files} file{}, {size} MB",
            if files == 1 { "" } else { "s" }
        )
    }

    /// A built-in category.
    pub fn built_in(category: &BuiltIn) -> Self {
        Self {
            name: category.name.to_owned(),
            kind: category.into(),
            files: Vec::new(),
        }
    }

    /// The name shown to users.
    pub fn label(&self) -> &str {
        category_label(&self.name, self.kind)
    }
}

/// The name of a category as shown to users.
pub fn category_label(name: &str, kind: CategoryKind) -> &str {
    BuiltIn::find(name)
        .filter(|_| kind != CategoryKind::Custom)
        .map_or(name, |category| category.label)
}

impl CategoryKind {
    /// All kinds, in the order of a list.
    pub const ALL: [Self; 4] = [Self::Code, Self::English, Self::Language, Self::Custom];

    /// The title of a list of such categories.
    pub fn title(self) -> &'static str {
        match self {
            Self::Code => "Code",
            Self::English => "English",
            Self::Language => "Other languages",
            Self::Custom => "Your samples",
        }
    }
}

/// A category that the training text of a tokenizer may hold, with a sample of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampledCategory {
    /// The name of the category.
    pub name: String,
    /// The sort of text in it.
    pub kind: CategoryKind,
    /// The sample. Empty for a built-in category: the feature `categories` has its table, or the
    /// front end that runs the job adds it here.
    #[serde(with = "crate::wire::files")]
    pub files: Vec<Arc<NamedBytes>>,
}

/// How the training mixture of a tokenizer is inferred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InferSettings {
    /// Number of merges used, from the first in the tokenizer's file.
    pub merges: usize,
    /// How text is split into words, as a name or a regular expression; `None` for the rule in the
    /// tokenizer's file.
    pub pretokenizer: Option<String>,
}

impl Default for InferSettings {
    fn default() -> Self {
        Self {
            merges: 3000,
            pretokenizer: None,
        }
    }
}

/// The training mixture of a tokenizer, and the settings of the inference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InferredMixture {
    /// The name of the tokenizer's file.
    pub tokenizer: String,
    /// Its format, in words.
    pub format: String,
    /// The sort of each category, in the order of the inference.
    pub kinds: Vec<CategoryKind>,
    /// How it was inferred.
    pub settings: InferSettings,
    /// Notices for the user, about the file and about the result.
    pub notices: Vec<String>,
    /// The proportions and their intervals.
    pub inference: Inference,
}

#[cfg(feature = "tokenizer")]
pub(crate) use with_tokenizers::{infer_from_samples, infer_mixture};
#[cfg(not(feature = "tokenizer"))]
pub(crate) use without_tokenizers::infer_mixture;

#[cfg(feature = "tokenizer")]
mod with_tokenizers {
    use mixlens_categories::LIMITS;
    use mixlens_core::compute::Control;
    use mixlens_core::tokenizer::{PairCounts, infer};
    use mixlens_formats::{
        Inherited, Pretokenizer, SampleOptions, TokenizerFile, TokenizerNotice, inference_warnings,
        read_categories, read_category_from_bytes, read_tokenizer,
    };

    use super::*;
    use crate::import::base_name;
    use crate::{JobContext, JobError};

    /// Infers the mixture.
    pub(crate) fn infer_mixture(
        file: &NamedBytes,
        categories: &[SampledCategory],
        settings: &InferSettings,
        context: &JobContext<'_>,
    ) -> Result<InferredMixture, JobError> {
        let samples: Vec<_> = categories.iter().map(sample).collect::<Result<_, _>>()?;
        let sample = |index: usize| samples.get(index).cloned().unwrap_or_default();
        infer_from_samples(file, categories, settings, sample, context)
    }

    /// [`infer_mixture`] with samples that `sample` returns by index of the category. Each is
    /// requested once, when the category is counted.
    pub(crate) fn infer_from_samples(
        file: &NamedBytes,
        categories: &[SampledCategory],
        settings: &InferSettings,
        sample: impl Fn(usize) -> Vec<Arc<NamedBytes>> + Sync,
        context: &JobContext<'_>,
    ) -> Result<InferredMixture, JobError> {
        let JobContext {
            control, executor, ..
        } = *context;
        let tokenizer = read_tokenizer(file, &Inherited::default())?;
        let pretokenizer = pretokenizer(settings, &tokenizer)?;
        let options = SampleOptions::default();
        let read = |(index, category): &(usize, &SampledCategory), control: &Control| {
            let files = sample(*index);
            read_category_from_bytes(&category.name, &files, &pretokenizer, &options, control)
        };
        let numbered: Vec<_> = categories.iter().enumerate().collect();
        let samples = read_categories(&numbered, read, executor, control)?;
        let counts = PairCounts::count(
            &tokenizer.merges,
            samples,
            settings.merges,
            executor,
            control,
        )?;
        let inference = infer(&counts, executor, control)?;
        let settled = settings.pretokenizer.is_some();
        let kept = tokenizer
            .notices
            .iter()
            .filter(|notice| !(settled && notice.is_about_words()))
            .map(words);
        let built_in = categories
            .iter()
            .filter(|category| category.kind != CategoryKind::Custom)
            .count();
        let limits =
            (built_in > 0).then(|| format!("{built_in} built-in categories are used: {LIMITS}"));
        Ok(InferredMixture {
            tokenizer: base_name(&tokenizer.name),
            format: tokenizer.kind.to_string(),
            kinds: categories.iter().map(|category| category.kind).collect(),
            settings: settings.clone(),
            notices: kept
                .chain(limits)
                .chain(inference_warnings(&inference))
                .collect(),
            inference,
        })
    }

    /// The files of a category's sample.
    fn sample(category: &SampledCategory) -> Result<Vec<Arc<NamedBytes>>, JobError> {
        if category.kind == CategoryKind::Custom || !category.files.is_empty() {
            return Ok(category.files.clone());
        }
        let table = BuiltIn::find(&category.name).and_then(table);
        Ok(vec![Arc::new(table.ok_or_else(|| JobError::NoTable {
            category: category.name.clone(),
        })?)])
    }

    #[cfg(feature = "categories")]
    fn table(category: &BuiltIn) -> Option<NamedBytes> {
        Some(NamedBytes::new(category.file, category.table()))
    }

    #[cfg(not(feature = "categories"))]
    fn table(_: &BuiltIn) -> Option<NamedBytes> {
        None
    }

    fn pretokenizer(
        settings: &InferSettings,
        tokenizer: &TokenizerFile,
    ) -> Result<Pretokenizer, JobError> {
        match (&settings.pretokenizer, &tokenizer.pretokenizer) {
            (Some(pattern), _) => Ok(Pretokenizer::from_pattern(pattern)?),
            (None, Some(found)) => Ok(found.clone()),
            (None, None) => Err(JobError::NoPretokenizer {
                file: base_name(&tokenizer.name),
            }),
        }
    }

    /// A notice without options of the command line.
    fn words(notice: &TokenizerNotice) -> String {
        match notice {
            TokenizerNotice::PatternAssumed { pattern } => {
                format!(
                    "the file does not state how text is split into words; {pattern} is assumed, \
                    choose another if you know the right one"
                )
            }
            notice => notice.to_string(),
        }
    }
}

#[cfg(not(feature = "tokenizer"))]
mod without_tokenizers {
    use super::*;
    use crate::{JobContext, JobError};

    /// Refuses: the readers of tokenizers are not in this build.
    pub(crate) fn infer_mixture(
        _: &NamedBytes,
        _: &[SampledCategory],
        _: &InferSettings,
        _: &JobContext<'_>,
    ) -> Result<InferredMixture, JobError> {
        Err(JobError::NoTokenizers)
    }
}
