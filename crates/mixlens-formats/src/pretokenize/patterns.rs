//! The patterns by which byte-level tokenizers split words, under their usual names.

/// GPT-2 and its relatives.
const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

/// GPT-3.5, GPT-4, Llama 3, Qwen with one digit at a time.
const CL100K: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|",
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// GPT-4o.
const O200K: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|",
    r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Patterns that can be chosen by name.
pub const NAMED_PATTERNS: [(&str, &str); 6] = [
    ("gpt2", GPT2),
    ("r50k", GPT2),
    ("p50k", GPT2),
    ("cl100k", CL100K),
    ("o200k", O200K),
    ("llama3", CL100K),
];

/// The expression with that name.
pub(crate) fn pattern_by_name(name: &str) -> Option<&'static str> {
    NAMED_PATTERNS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, pattern)| *pattern)
}

/// The possessive form of [`CL100K`] that newer files have.
const CL100K_POSSESSIVE: &str = concat!(
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|",
    r" ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
);

/// The same without possessive repetitions. The text after a repetition never begins with what it
/// repeats, so backtracking cannot find another match.
const CL100K_GREEDY: &str = concat!(
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|",
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s+$|\s*[\r\n]|\s+(?!\S)|\s",
);

/// An expression with the same matches that an automaton may read, where one is known.
pub(super) fn without_possessives(pattern: &str) -> &str {
    if pattern == CL100K_POSSESSIVE {
        CL100K_GREEDY
    } else {
        pattern
    }
}
