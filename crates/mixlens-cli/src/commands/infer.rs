//! `mixlens infer`: the training mixture of a tokenizer.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mixlens_categories::{BuiltIn, CATEGORIES, Kind, LIMITS};
use mixlens_core::compute::Control;
use mixlens_core::tokenizer::{Inference, PairCounts, encoding_efficiency, infer};
use mixlens_formats::{
    Inherited, NamedBytes, Pretokenizer, SampleOptions, TokenizerFile, inference_json,
    inference_warnings, read_categories, read_category, read_category_from_bytes, read_tokenizer,
};

use crate::args::Infer;
use crate::context::Context;
use crate::output::check;
use crate::tables::{percent, table};

/// The source of the text of a category.
enum Sample {
    Files(Vec<PathBuf>),
    BuiltIn(&'static BuiltIn),
}

impl Sample {
    fn paths(&self) -> &[PathBuf] {
        match self {
            Self::Files(paths) => paths,
            Self::BuiltIn(_) => &[],
        }
    }
}

pub fn run(args: &Infer, context: &Context) -> anyhow::Result<()> {
    let requested = requested(args)?;
    if let Some(output) = &args.output {
        let samples = requested
            .iter()
            .flat_map(|(_, sample)| sample.paths())
            .map(PathBuf::as_path);
        check(output, samples.chain([args.tokenizer.as_path()]))?;
    }
    let tokenizer = read_tokenizer(&NamedBytes::read(&args.tokenizer)?, &inherited(args)?)?;
    let shown_notices = tokenizer
        .notices
        .iter()
        .filter(|notice| args.pretokenizer.is_none() || !notice.is_about_words());
    let mut notices: Vec<String> = shown_notices.map(ToString::to_string).collect();
    let built_in = requested
        .iter()
        .filter(|(_, sample)| matches!(sample, Sample::BuiltIn(_)))
        .count();
    if built_in > 0 {
        notices.push(format!("{built_in} built-in categories are used: {LIMITS}"));
    }
    let pretokenizer = pretokenizer(args, &tokenizer)?;
    let options = SampleOptions {
        text_field: args.text_field.clone(),
        ..SampleOptions::default()
    };
    let read = |(name, sample): &(String, Sample), control: &Control| match sample {
        Sample::Files(paths) => read_category(name, paths, &pretokenizer, &options, control),
        Sample::BuiltIn(built_in) => {
            let table = NamedBytes::new(built_in.file, built_in.table().to_vec());
            read_category_from_bytes(name, &[table], &pretokenizer, &options, control)
        }
    };
    let categories = read_categories(&requested, read, &context.executor, &context.control)?;
    let efficiency = args
        .baselines
        .then(|| {
            encoding_efficiency(
                &tokenizer.merges,
                &categories,
                args.merges,
                &context.executor,
                &context.control,
            )
        })
        .transpose()?;
    let counts = PairCounts::count(
        &tokenizer.merges,
        categories,
        args.merges,
        &context.executor,
        &context.control,
    )?;
    let mut found = infer(&counts, &context.executor, &context.control)?;
    let mut baselines = efficiency.map(|efficiency| Baselines::new(&found, efficiency));
    if args.other {
        let is_other = |name: &str| is_other(name, &requested, args);
        found = found.with_together(OTHER, |category| is_other(&category.name));
        baselines = baselines.map(|baselines| baselines.with_together(OTHER, is_other));
    }
    notices.extend(inference_warnings(&found));
    notices.iter().for_each(|notice| context.notice(notice));
    let mut answer = inference_json(&found, &notices);
    if let (Some(baselines), Some(answer)) = (&baselines, answer.as_object_mut()) {
        answer.insert("encoding_efficiency".to_owned(), baselines.efficiency());
    }
    if let Some(output) = &args.output {
        context.write(output, format!("{answer:#}\n"))?;
    }
    let mut text = text_of(&found, &tokenizer);
    if let Some(baselines) = &baselines {
        text.push_str(&baselines.table(&found));
    }
    if built_in > 0 && !args.other {
        text.push_str(&kinds(&found));
    }
    context.finish(&text, || answer)
}

/// The name of the category that `--other` adds.
const OTHER: &str = "other";

/// Whether a category is included only because of `--other`.
fn is_other(name: &str, requested: &[(String, Sample)], args: &Infer) -> bool {
    let is_built_in =
        |(known, sample): &(String, Sample)| known == name && matches!(sample, Sample::BuiltIn(_));
    requested.iter().any(is_built_in) && args.builtin.iter().all(|chosen| chosen != name)
}

/// The categories by name: those of `--category`, then built-in ones, except those replaced by a
/// category of the same name.
fn requested(args: &Infer) -> anyhow::Result<Vec<(String, Sample)>> {
    let mut out = args
        .categories
        .iter()
        .map(|option| category_option(option))
        .collect::<anyhow::Result<Vec<_>>>()?;
    if args.other {
        let is_named = !(out.is_empty() && args.builtin.is_empty())
            && args.builtin.iter().all(|name| name != "all");
        anyhow::ensure!(
            is_named,
            "--other: expected named categories; name them with --category or --builtin"
        );
        anyhow::ensure!(
            out.iter().all(|(name, _)| name != OTHER),
            "--other: expected no category named other"
        );
        args.builtin
            .iter()
            .try_for_each(|name| built_in(name).map(drop))?;
    }
    let is_all = args.other
        || args.builtin.is_empty() && out.is_empty()
        || args.builtin.iter().any(|name| name == "all");
    let built_in: Vec<&'static BuiltIn> = if is_all {
        CATEGORIES.iter().collect()
    } else {
        args.builtin
            .iter()
            .map(|name| built_in(name))
            .collect::<anyhow::Result<_>>()?
    };
    for category in built_in {
        if out.iter().all(|(name, _)| name != category.name) {
            out.push((category.name.to_owned(), Sample::BuiltIn(category)));
        }
    }
    Ok(out)
}

fn built_in(name: &str) -> anyhow::Result<&'static BuiltIn> {
    BuiltIn::find(name).with_context(|| {
        let names: Vec<&str> = CATEGORIES.iter().map(|category| category.name).collect();
        format!(
            "--builtin: expected all or some of {}; found {name:?}",
            names.join(",")
        )
    })
}

/// A category's name and the files of its sample.
fn category_option(option: &str) -> anyhow::Result<(String, Sample)> {
    match option.split_once('=') {
        Some((name, paths)) if !name.is_empty() && !paths.is_empty() => Ok((
            name.to_owned(),
            Sample::Files(paths.split(',').map(PathBuf::from).collect()),
        )),
        _ => anyhow::bail!("--category: expected NAME=PATH, found {option:?}"),
    }
}

/// `--inherit`: a number of merges, or the tokenizer that this one extends.
fn inherited(args: &Infer) -> anyhow::Result<Inherited> {
    let Some(text) = &args.inherit else {
        return Ok(Inherited::Recognised);
    };
    if let Ok(merges) = text.parse() {
        return Ok(Inherited::First(merges));
    }
    let base = NamedBytes::read(Path::new(text))
        .context("--inherit: expected a number of merges or a tokenizer file")?;
    Ok(Inherited::From(Box::new(read_tokenizer(
        &base,
        &Inherited::First(0),
    )?)))
}

fn pretokenizer(args: &Infer, tokenizer: &TokenizerFile) -> anyhow::Result<Pretokenizer> {
    match (&args.pretokenizer, &tokenizer.pretokenizer) {
        (Some(pattern), _) => Pretokenizer::from_pattern(pattern).context("--pretokenizer"),
        (None, Some(found)) => Ok(found.clone()),
        (None, None) => anyhow::bail!(
            "{}: the file does not state how text is split into words; name a pattern with \
             --pretokenizer gpt2|cl100k|o200k|REGEX",
            tokenizer.name
        ),
    }
}

fn text_of(found: &Inference, tokenizer: &TokenizerFile) -> String {
    let rows = found.categories.iter().map(|category| {
        vec![
            category.name.clone(),
            percent(category.bytes),
            format!(
                "{} … {}",
                percent(category.interval.0),
                percent(category.interval.1)
            ),
            percent(category.program),
            percent(category.isotonic),
            percent(category.pairs),
            format!("{:.2}", category.bytes_per_token),
            format!("{:.2}", category.tokens_per_word),
        ]
    });
    let head = [
        "category",
        "of bytes",
        "90 %",
        "program",
        "isotonic",
        "of pairs",
        "bytes/token",
        "tokens/word",
    ];
    let mut text = table(&head, rows);
    let missing = found.merges_missing;
    let _ = writeln!(
        text,
        "{}: {} of {} merges used, {missing} of them in no sample; violation {:.0} ppm (gap \
         {:.1}); misfit {:.1} (usually 1 to 5), {} of the merges unexplained",
        tokenizer.kind,
        found.merges_used,
        found.merges_total,
        found.violation_ppm,
        found.gap_ppm,
        found.misfit,
        percent(found.unexplained),
    );
    text
}

/// The estimates from encoding efficiency, by category.
struct Baselines(Vec<(String, f64)>);

impl Baselines {
    fn new(found: &Inference, efficiency: Vec<f64>) -> Self {
        Self(
            found
                .categories
                .iter()
                .map(|category| category.name.clone())
                .zip(efficiency)
                .collect(),
        )
    }

    fn with_together(self, name: &str, belongs: impl Fn(&str) -> bool) -> Self {
        let (together, mut rest): (Vec<_>, Vec<_>) =
            self.0.into_iter().partition(|(name, _)| belongs(name));
        if !together.is_empty() {
            rest.push((
                name.to_owned(),
                together.iter().map(|(_, share)| share).sum(),
            ));
        }
        Self(rest)
    }

    fn efficiency(&self) -> serde_json::Value {
        self.0
            .iter()
            .map(|(name, share)| (name.clone(), (*share).into()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// Both baselines next to the main estimate.
    fn table(&self, found: &Inference) -> String {
        let rows = found
            .categories
            .iter()
            .zip(&self.0)
            .map(|(category, (name, efficiency))| {
                vec![
                    name.clone(),
                    percent(category.bytes),
                    percent(category.token_classification),
                    percent(*efficiency),
                ]
            });
        table(
            &[
                "baselines",
                "of bytes",
                "token classification",
                "encoding efficiency",
            ],
            rows,
        )
    }
}

/// The shares of kinds of text over the built-in categories, as reported in papers.
fn kinds(found: &Inference) -> String {
    let of = |belongs: &dyn Fn(&BuiltIn) -> bool| {
        let categories = found
            .categories
            .iter()
            .filter(|category| BuiltIn::find(&category.name).is_some_and(belongs));
        percent(categories.fold(0.0, |sum, category| sum + category.pairs))
    };
    let english = of(&|built_in| built_in.kind == Kind::Natural && built_in.is_english());
    let others = of(&|built_in| built_in.kind == Kind::Natural && !built_in.is_english());
    let code = of(&|built_in| built_in.kind == Kind::Code);
    format!("totals, of pairs: English {english}, other natural languages {others}, code {code}\n")
}
