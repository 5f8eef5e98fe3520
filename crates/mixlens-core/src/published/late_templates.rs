//! [`LATE_TEMPLATES`]: published late phases.

/// A published mixture for the last part of training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LateTemplate {
    /// Name of the published model or phase.
    pub name: &'static str,
    /// Tokens of the phase, where known.
    pub training_tokens: Option<f64>,
    /// Kinds of data with their weights; `rest` stands for the mixture used before.
    pub weights: &'static [(&'static str, f64)],
}

/// Published late phases.
///
/// Sources: Grattafiori et al. 2024, "The Llama 3 herd of models" (data probes); OLMo Team 2025, "2
/// OLMo 2 Furious" (micro-anneals, Dolmino 50B); OLMo Team 2025, "Olmo 3" (Dolmino 100B).
pub const LATE_TEMPLATES: [LateTemplate; 4] = [
    LateTemplate {
        name: "Llama 3 data probe",
        training_tokens: Some(4e10),
        weights: &[("new data", 0.30), ("rest", 0.70)],
    },
    LateTemplate {
        name: "OLMo 2 micro-anneal",
        training_tokens: None,
        weights: &[("new data", 0.5), ("web", 0.5)],
    },
    LateTemplate {
        name: "OLMo 2 Dolmino 50B",
        training_tokens: Some(5e10),
        weights: &[
            ("web", 47.2),
            ("FLAN", 16.6),
            ("math", 20.8),
            ("wiki", 7.11),
            ("papers", 5.85),
            ("Q&A", 2.45),
        ],
    },
    LateTemplate {
        name: "OLMo 3 Dolmino 100B",
        training_tokens: Some(1e11),
        weights: &[
            ("web + PDF", 32.5),
            ("code", 20.0),
            ("math", 19.2),
            ("synthetic QA", 13.9),
            ("thinking traces", 8.34),
            ("instruction", 6.1),
        ],
    },
];
