//! `mixlens count`: a table of words, or of segments, from text.

use std::path::Path;

use anyhow::Context as _;
use mixlens_formats::{
    Inherited, NamedBytes, Pretokenizer, SEGMENTS, SampleOptions, WordColumn, read_category,
    read_tokenizer, sample_files, word_table_to_bytes,
};
use serde_json::json;

use crate::args::Count;
use crate::context::Context;
use crate::output::check;

pub fn run(args: &Count, context: &Context) -> anyhow::Result<()> {
    let files = sample_files(&args.paths)?;
    check(
        &args.output,
        files
            .iter()
            .map(AsRef::as_ref)
            .chain(args.tokenizer.as_deref()),
    )?;
    let name = args.output.display().to_string();
    let column = if args.segments {
        WordColumn::Segment
    } else {
        WordColumn::Word
    };
    // An unknown output format is refused before hours of counting.
    word_table_to_bytes(
        &mixlens_core::tokenizer::Category::default(),
        column,
        1,
        &name,
    )
    .context("--output")?;
    let pretokenizer = pretokenizer(args, context)?;
    let options = SampleOptions {
        text_field: args.text_field.clone(),
        groups: args.groups,
    };
    let category = read_category(&name, &files, &pretokenizer, &options, &context.control)?;
    context.write(
        &args.output,
        word_table_to_bytes(&category, column, args.min_count, &name)?,
    )?;
    let (bytes, different) = (
        category.words.bytes().iter().sum::<u64>(),
        category.words.len(),
    );
    let total: u64 = category.words.totals().map(|(_, count)| count).sum();
    let text = format!(
        "counted {total} {}s ({different} different) in {bytes} bytes of text, saved to {:?}\n",
        column.name(),
        args.output
    );
    context.finish(&text, || {
        json!({
            "version": 1,
            "column": column.name(),
            "count": total,
            "different": different,
            "bytes": bytes,
            "files": files.len(),
            "output": args.output,
        })
    })
}

/// How text is split, by the options.
fn pretokenizer(args: &Count, context: &Context) -> anyhow::Result<Pretokenizer> {
    match (&args.tokenizer, &args.pretokenizer) {
        (Some(path), _) => of_tokenizer(path, context),
        (None, Some(pattern)) => Pretokenizer::from_pattern(pattern).context("--pretokenizer"),
        (None, None) => Ok(Pretokenizer::from_pattern(SEGMENTS)?),
    }
}

fn of_tokenizer(path: &Path, context: &Context) -> anyhow::Result<Pretokenizer> {
    let tokenizer = read_tokenizer(&NamedBytes::read(path)?, &Inherited::default())?;
    tokenizer
        .notices
        .iter()
        .for_each(|notice| context.notice(notice));
    tokenizer.pretokenizer.with_context(|| {
        format!(
            "{path:?} does not state how text is split into words; name a pattern with \
             --pretokenizer instead of --tokenizer"
        )
    })
}
