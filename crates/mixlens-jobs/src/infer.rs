//! The mixture behind a tokenizer, as `mixlens infer` finds it.

use std::sync::Arc;

use mixlens_categories::{BuiltIn, Kind};
use mixlens_core::tokenizer::Inference;
use mixlens_formats::NamedBytes;
use serde::{Deserialize, Serialize};

/// What sort of text a category is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CategoryKind {
    /// A programming or markup language.
    Code,
    /// English.
    English,
    /// Another language.
    Language,
    /// Of a kind that only the user knows.
    Own,
}

impl From<&BuiltIn> for CategoryKind {
    fn from(own: &BuiltIn) -> Self {
        match own.kind {
            Kind::Code => Self::Code,
            Kind::Natural if own.is_english() => Self::English,
            Kind::Natural => Self::Language,
        }
    }
}

impl SampledCategory {
    /// How much the sample is: files and megabytes.
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
    pub fn built_in(own: &BuiltIn) -> Self {
        Self {
            name: own.name.to_owned(),
            kind: own.into(),
            files: Vec::new(),
        }
    }

    /// What people call it.
    pub fn label(&self) -> &str {
        category_label(&self.name, self.kind)
    }
}

/// What people call a category.
pub fn category_label(name: &str, kind: CategoryKind) -> &str {
    BuiltIn::find(name)
        .filter(|_| kind != CategoryKind::Own)
        .map_or(name, |own| own.label)
}

impl CategoryKind {
    /// All of them, in the order of a list.
    pub const ALL: [Self; 4] = [Self::Code, Self::English, Self::Language, Self::Own];

    /// The title of a list of such categories.
    pub fn title(self) -> &'static str {
        match self {
            Self::Code => "Code",
            Self::English => "English",
            Self::Language => "Other languages",
            Self::Own => "Your samples",
        }
    }
}

/// A category that the training text of a tokenizer may hold, with a sample of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampledCategory {
    /// Its name.
    pub name: String,
    /// What sort of text it is of.
    pub kind: CategoryKind,
    /// The sample; nothing for a built-in category, whose table comes with the feature `categories`
    /// or is put in here by whoever does the job.
    #[serde(with = "crate::wire::files")]
    pub files: Vec<Arc<NamedBytes>>,
}

/// How the mixture behind a tokenizer is inferred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InferSettings {
    /// Merges to use, from the first of the tokenizer's own.
    pub merges: usize,
    /// How text is cut into words, as a name or a regular expression; as the file says without one.
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

/// The mixture behind a tokenizer, and what it was inferred from.
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
    /// What the user should know, of the file and of the answer.
    pub notices: Vec<String>,
    /// The proportions and how far they are to be trusted.
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
        let sample = |place: usize| samples.get(place).cloned().unwrap_or_default();
        infer_from_samples(file, categories, settings, sample, context)
    }

    /// The same with samples that `sample` gives by the places of categories; each is asked for
    /// once, when its turn comes.
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
        let read = |(place, own): &(usize, &SampledCategory), control: &Control| {
            read_category_from_bytes(&own.name, &sample(*place), &pretokenizer, &options, control)
        };
        let places: Vec<_> = categories.iter().enumerate().collect();
        let samples = read_categories(&places, read, executor, control)?;
        let counts = PairCounts::count(
            &tokenizer.merges,
            samples,
            settings.merges,
            executor,
            control,
        )?;
        let inference = infer(&counts, executor, control)?;
        let settled = settings.pretokenizer.is_some();
        let told = tokenizer
            .notices
            .iter()
            .filter(|notice| !(settled && notice.is_about_words()))
            .map(words);
        let built_in = categories
            .iter()
            .filter(|own| own.kind != CategoryKind::Own)
            .count();
        let limits =
            (built_in > 0).then(|| format!("{built_in} built-in categories are used: {LIMITS}"));
        Ok(InferredMixture {
            tokenizer: base_name(&tokenizer.name),
            format: tokenizer.kind.to_string(),
            kinds: categories.iter().map(|own| own.kind).collect(),
            settings: settings.clone(),
            notices: told
                .chain(limits)
                .chain(inference_warnings(&inference))
                .collect(),
            inference,
        })
    }

    /// The files of a category's sample.
    fn sample(own: &SampledCategory) -> Result<Vec<Arc<NamedBytes>>, JobError> {
        if own.kind == CategoryKind::Own || !own.files.is_empty() {
            return Ok(own.files.clone());
        }
        let table = BuiltIn::find(&own.name).and_then(table);
        Ok(vec![Arc::new(table.ok_or_else(|| JobError::NoTable {
            category: own.name.clone(),
        })?)])
    }

    #[cfg(feature = "categories")]
    fn table(own: &BuiltIn) -> Option<NamedBytes> {
        Some(NamedBytes::new(own.file, own.table()))
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
            (None, Some(own)) => Ok(own.clone()),
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
                    "the file does not say how words are cut; taken as by {pattern}, choose \
                    another if it is known"
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
