//! The rules for splitting words that models in GGUF name.

use crate::pretokenize::{Behavior, Matcher, Stage, pattern_by_name};
use crate::{ImportError, Pretokenizer};

/// As cl100k, digits one by one.
const QWEN2: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|",
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// As [`QWEN2`], letters with their marks.
const QWEN35: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}|",
    r" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// As o200k, digits one by one and no shortened words.
const TEKKEN: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|",
    r"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

const DEEPSEEK_V3: &str = concat!(
    r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"##,
    r" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// What `tokenizer.ggml.pre` names, with the patterns of the tokenizers that the names are taken
/// from; where there are several, each cuts what those before it left together.
const CUTS: [(&[&str], &[&str]); 10] = [
    (
        &["gpt-2", "phi-2", "roberta-bpe", "mpt", "olmo", "jais"],
        &["gpt2"],
    ),
    (
        &["starcoder", "refact", "command-r", "smollm", "codeshell"],
        &[r"\p{N}", "gpt2"],
    ),
    (
        &["falcon"],
        &[r"[\p{P}\$\+<=>\^~\|`]+", "gpt2", "[0-9][0-9][0-9]"],
    ),
    (
        &[
            "llama-bpe",
            "llama3",
            "llama-v3",
            "dbrx",
            "smaug-bpe",
            "chatglm-bpe",
            "glm4",
        ],
        &["cl100k"],
    ),
    (
        &["qwen2", "deepseek-r1-qwen", "stablelm2", "megrez"],
        &[QWEN2],
    ),
    (&["qwen35"], &[QWEN35]),
    (&["gpt-4o", "llama4"], &["o200k"]),
    (&["tekken", "pixtral"], &[TEKKEN]),
    (
        &["deepseek-coder"],
        &[
            r"[\r\n]",
            r"\s?\p{L}+",
            r"\s?\p{P}+",
            r"[\x{0800}-\x{9FA5}\x{AC00}-\x{D7FF}]+",
            r"\p{N}",
        ],
    ),
    (
        &["deepseek-v3"],
        &[
            r"\p{N}{1,3}",
            r"[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+",
            DEEPSEEK_V3,
        ],
    ),
];

/// The pre-tokenizer of that name; `None` where the name is not supported.
pub(super) fn pretokenizer(name: &str) -> Result<Option<Pretokenizer>, ImportError> {
    let Some((_, patterns)) = CUTS.iter().find(|(names, _)| names.contains(&name)) else {
        return Ok(None);
    };
    let stage = |pattern: &&str| {
        let matcher = Matcher::from_regex(pattern_by_name(pattern).unwrap_or(pattern));
        let matcher = matcher.map_err(|problem| ImportError::BadPattern {
            pattern: (*pattern).to_owned(),
            problem,
        })?;
        Ok(Stage::split(matcher, Behavior::Isolated, false))
    };
    let stages: Result<Vec<Stage>, ImportError> = patterns.iter().map(stage).collect();
    Ok(Some(Pretokenizer::from_stages(Vec::new(), stages?)))
}
