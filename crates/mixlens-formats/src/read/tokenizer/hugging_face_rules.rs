//! The normalizers and pre-tokenizers of `tokenizer.json`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mixlens_core::{brief, excerpt, shown};
use serde_json::Value;

use crate::Pretokenizer;
use crate::pretokenize::{Behavior, CharsMap, Matcher, Normalizer, Prefix, Stage, pattern_by_name};

/// A rule that is not supported, as words for a message.
pub(super) struct Unsupported(pub String);

/// Normalizers and pre-tokenizers that a tokenizer may have; known ones have up to eight.
const MAX_RULES: usize = 64;

/// Both kinds of rules as one.
pub(super) fn pretokenizer(
    normalizer: Option<&Value>,
    rules: Option<&Value>,
) -> Result<Pretokenizer, Unsupported> {
    let (mut normalizers, mut stages) = (Vec::new(), Vec::new());
    each(normalizer, "normalizers", &mut |rule, kind| {
        normalizers.extend(normalizer_of(rule, kind)?);
        Ok(())
    })?;
    each(rules, "pretokenizers", &mut |rule, kind| {
        stages.extend(stages_of(rule, kind)?);
        Ok(())
    })?;
    if normalizers.len() + stages.len() > MAX_RULES {
        return Err(Unsupported(format!("more than {MAX_RULES} of them")));
    }
    Ok(Pretokenizer::from_stages(normalizers, stages))
}

/// Whether a rule maps bytes to characters.
pub(super) fn mentions_byte_level(rules: Option<&Value>) -> bool {
    let mut found = false;
    for list in ["normalizers", "pretokenizers"] {
        // The visitor never fails, and what `each` itself rejects is reported when the rules are
        // read.
        let _ = each(rules, list, &mut |_, kind| {
            found |= kind == "ByteLevel";
            Ok(())
        });
    }
    found
}

/// Visits a rule, or each rule of a sequence.
fn each(
    rule: Option<&Value>,
    list: &str,
    visit: &mut dyn FnMut(&Value, &str) -> Result<(), Unsupported>,
) -> Result<(), Unsupported> {
    let Some(rule) = rule.filter(|rule| !rule.is_null()) else {
        return Ok(());
    };
    let kind = rule
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or("without a type");
    match rule.get(list).and_then(Value::as_array) {
        Some(rules) if kind == "Sequence" => rules
            .iter()
            .try_for_each(|rule| each(Some(rule), list, visit)),
        _ if kind == "Sequence" => Ok(()),
        _ => visit(rule, kind),
    }
}

fn normalizer_of(rule: &Value, kind: &str) -> Result<Option<Normalizer>, Unsupported> {
    let text = |key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default();
    Ok(Some(match kind {
        "NFC" => Normalizer::Nfc,
        "NFD" => Normalizer::Nfd,
        "NFKC" => Normalizer::Nfkc,
        "NFKD" => Normalizer::Nfkd,
        "Lowercase" => Normalizer::Lowercase,
        "StripAccents" => Normalizer::StripAccents,
        "Prepend" => Normalizer::Prepend(text("prepend").into()),
        "Replace" => Normalizer::Replace(matcher_of(rule)?, text("content").into()),
        "Precompiled" => {
            let bytes = BASE64_STANDARD
                .decode(text("precompiled_charsmap"))
                .unwrap_or_default();
            match CharsMap::from_bytes(&bytes) {
                Some(map) => Normalizer::CharsMap(map),
                None => return Err(Unsupported("a damaged `precompiled_charsmap`".to_owned())),
            }
        }
        // Words stay raw bytes here, so the mapping of bytes has nothing to do.
        "ByteLevel" => return Ok(None),
        _ => return Err(Unsupported(format!("the normalizer {}", shown(kind)))),
    }))
}

fn stages_of(rule: &Value, kind: &str) -> Result<Vec<Stage>, Unsupported> {
    let is = |key: &str, default: bool| rule.get(key).and_then(Value::as_bool).unwrap_or(default);
    let by_pattern = |pattern: &str, behavior, is_inverted| {
        let matcher = regex(pattern)?;
        Ok(Stage::split(matcher, behavior, is_inverted))
    };
    Ok(match kind {
        "Split" => vec![Stage::split(
            matcher_of(rule)?,
            behavior_of(rule)?,
            is("invert", false),
        )],
        "ByteLevel" => {
            let prefix = if is("add_prefix_space", true) {
                Prefix::Always
            } else {
                Prefix::Never
            };
            if is("use_regex", true) {
                let pattern = pattern_by_name("gpt2").unwrap_or_default();
                vec![Stage {
                    prefix,
                    ..by_pattern(pattern, Behavior::Isolated, false)?
                }]
            } else if prefix == Prefix::Always {
                vec![Stage {
                    space: ' ',
                    prefix,
                    split: None,
                }]
            } else {
                Vec::new()
            }
        }
        "Metaspace" => vec![metaspace(rule)?],
        "Digits" => {
            let behavior = if is("individual_digits", false) {
                Behavior::Isolated
            } else {
                Behavior::Contiguous
            };
            vec![by_pattern(r"\p{N}", behavior, false)?]
        }
        "Punctuation" => {
            let behavior = if rule.get("behavior").is_some() {
                behavior_of(rule)?
            } else {
                Behavior::Isolated
            };
            vec![by_pattern(r"[\p{P}!-/:-@\[-`{-~]", behavior, false)?]
        }
        "Whitespace" => vec![by_pattern(r"\w+|[^\w\s]+", Behavior::Removed, true)?],
        "WhitespaceSplit" => vec![by_pattern(r"\s", Behavior::Removed, false)?],
        "CharDelimiterSplit" => {
            let delimiter = rule
                .get("delimiter")
                .and_then(Value::as_str)
                .unwrap_or_default();
            vec![Stage::split(literal(delimiter)?, Behavior::Removed, false)]
        }
        _ => return Err(Unsupported(format!("the pre-tokenizer {}", shown(kind)))),
    })
}

fn metaspace(rule: &Value) -> Result<Stage, Unsupported> {
    let replacement = rule
        .get("replacement")
        .or_else(|| rule.get("str_rep"))
        .and_then(Value::as_str);
    let space = replacement
        .and_then(|text| text.chars().next())
        .unwrap_or('\u{2581}');
    let old = rule
        .get("add_prefix_space")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let prefix = match rule.get("prepend_scheme").and_then(Value::as_str) {
        Some("never") => Prefix::Never,
        Some("first") => Prefix::First,
        // Files of older versions have `add_prefix_space` alone.
        Some(_) | None if old => Prefix::Always,
        _ => Prefix::Never,
    };
    let is_split = rule.get("split").and_then(Value::as_bool).unwrap_or(true);
    let split = is_split
        .then(|| literal(space.encode_utf8(&mut [0; 4])))
        .transpose()?;
    let split =
        split.and_then(|matcher| Stage::split(matcher, Behavior::MergedWithNext, false).split);
    Ok(Stage {
        space,
        prefix,
        split,
    })
}

fn behavior_of(rule: &Value) -> Result<Behavior, Unsupported> {
    Ok(
        match rule
            .get("behavior")
            .and_then(Value::as_str)
            .unwrap_or_default()
        {
            "Removed" => Behavior::Removed,
            "Isolated" => Behavior::Isolated,
            "MergedWithPrevious" => Behavior::MergedWithPrevious,
            "MergedWithNext" => Behavior::MergedWithNext,
            "Contiguous" => Behavior::Contiguous,
            other => {
                return Err(Unsupported(format!(
                    "the split behavior {}",
                    excerpt(other)
                )));
            }
        },
    )
}

/// The `pattern` of a rule: a text or an expression.
fn matcher_of(rule: &Value) -> Result<Matcher, Unsupported> {
    let pattern = rule.get("pattern").unwrap_or(&Value::Null);
    if let Some(text) = pattern
        .get("String")
        .and_then(Value::as_str)
        .or_else(|| pattern.as_str())
    {
        return literal(text);
    }
    match pattern.get("Regex").and_then(Value::as_str) {
        Some(pattern) => regex(pattern),
        None => Err(Unsupported(format!(
            "the pattern {}",
            excerpt(&pattern.to_string())
        ))),
    }
}

fn regex(pattern: &str) -> Result<Matcher, Unsupported> {
    Matcher::from_regex(pattern).map_err(|problem| {
        Unsupported(format!(
            "the pattern {}: {}",
            excerpt(pattern),
            brief(&problem)
        ))
    })
}

fn literal(text: &str) -> Result<Matcher, Unsupported> {
    if text.is_empty() {
        Err(Unsupported("an empty pattern".to_owned()))
    } else {
        Ok(Matcher::literal(text))
    }
}
