//! Temperatures that published models were trained with.

/// Temperatures that published models were trained with.
///
/// Source: as listed by Li et al., "Upsample or Upweight? Balanced training on heavily imbalanced
/// datasets", arXiv 2410.04579.
pub const PUBLISHED_TEMPERATURES: [(&str, f64); 5] = [
    ("mBERT", 1.43),
    ("XLM", 2.0),
    ("XLM-R", 3.33),
    ("mT5", 3.33),
    ("XLM-E", 1.43),
];
