//! [`PlanSheet`]: a plan and what is written beside it; [`write_plan`].

use std::fmt::Write as _;

use mixlens_core::plan::{Phase, Plan};
use mixlens_core::simplex::Mixture;
use mixlens_core::supply::{Unit, convert};

use super::{ExportError, TrainerFormat, check_names};
use crate::write::{decimals_that_sum_to_one, line_text};

/// Decimals of a proportion in a trainer's config: reading them back is right within 1e-9.
pub(super) const DIGITS: u32 = 10;

/// A plan and what is written beside it.
#[derive(Clone, Debug)]
pub struct PlanSheet<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The phase to write to a format that holds one mixture, counted from 0; needed where the plan
    /// has several.
    pub phase: Option<usize>,
    /// The baseline of the plan, with its name.
    pub baseline: Option<(&'a str, &'a Mixture)>,
    /// The origin of the mixture: files, surrogate, seed and the like, as pairs of a label and a
    /// value.
    pub provenance: &'a [(String, String)],
    /// The maximum epochs per domain, for formats that need them.
    pub max_epochs: &'a [f64],
    /// Mean tokens of a document per domain, for formats that count documents.
    pub tokens_per_document: Option<&'a [f64]>,
    /// Tokens of a batch, for formats whose phases begin at steps.
    pub batch_tokens: Option<f64>,
    /// Tokens of a sequence.
    pub sequence_tokens: Option<f64>,
    /// The path of a domain's data, with `{domain}` for its name.
    pub path: &'a str,
    /// Seed of the sampler, for formats that have one.
    pub seed: u64,
}

impl<'a> PlanSheet<'a> {
    /// A sheet with nothing beside the plan.
    pub fn new(plan: &'a Plan, max_epochs: &'a [f64]) -> Self {
        Self {
            plan,
            phase: None,
            baseline: None,
            provenance: &[],
            max_epochs,
            tokens_per_document: None,
            batch_tokens: None,
            sequence_tokens: None,
            path: "{domain}",
            seed: 0,
        }
    }

    /// The one phase of a format that holds one mixture, with its index.
    pub(super) fn only_phase(&self, format: TrainerFormat) -> Result<(usize, &Phase), ExportError> {
        let phases = self.plan.phases();
        let index = match (self.phase, phases.len()) {
            (Some(index), _) => index,
            (None, 1) => 0,
            (None, count) => return Err(ExportError::SeveralPhases { format, count }),
        };
        let phase = phases.get(index);
        phase
            .map(|phase| (index, phase))
            .ok_or(ExportError::NoSuchPhase {
                asked: index + 1,
                count: phases.len(),
            })
    }

    /// Proportions as decimals, by name; domains of proportion zero are there too.
    pub(super) fn decimals<'m>(&self, mixture: &'m Mixture) -> Vec<(&'m str, String)> {
        let decimals = decimals_that_sum_to_one(mixture, DIGITS);
        mixture
            .domains()
            .names()
            .iter()
            .map(String::as_str)
            .zip(decimals)
            .collect()
    }

    /// Proportions as decimals, by name, without the domains that come to zero.
    pub(super) fn positive_decimals<'m>(&self, mixture: &'m Mixture) -> Vec<(&'m str, String)> {
        let mut decimals = self.decimals(mixture);
        decimals
            .retain(|(_, decimals)| decimals.bytes().any(|digit| (b'1'..=b'9').contains(&digit)));
        decimals
    }

    /// The mixture as shares of documents, where the means are known.
    pub(super) fn document_shares(&self, mixture: &Mixture) -> Result<Mixture, ExportError> {
        Ok(convert(mixture, None, self.tokens_per_document)?)
    }

    /// The path of a domain's data.
    pub(super) fn path_of(&self, domain: &str) -> String {
        self.path.replace("{domain}", domain)
    }

    /// The first step of each phase, from 0, as a multiple of `aligned` steps.
    pub(super) fn starts(
        &self,
        format: TrainerFormat,
        aligned: u64,
    ) -> Result<Vec<u64>, ExportError> {
        let batch_tokens = match self.batch_tokens {
            Some(tokens) => tokens,
            None if self.plan.phases().len() == 1 => return Ok(vec![0]),
            None => return Err(ExportError::NoBatch { format }),
        };
        let mut before = 0.0;
        let mut starts = Vec::with_capacity(self.plan.phases().len());
        for phase in self.plan.phases() {
            let step = (before / batch_tokens / aligned as f64).round();
            starts.push(step as u64 * aligned);
            before += phase.training_tokens;
        }
        // Phases shorter than a step would vanish.
        match starts
            .windows(2)
            .position(|pair| matches!(pair, [a, b] if a >= b))
        {
            Some(index) => Err(ExportError::ShortPhase {
                format,
                phase: index + 1,
            }),
            None => Ok(starts),
        }
    }

    /// The comment at the head of a config: tool, meaning, epochs, baseline, provenance; a line
    /// each, without the mark.
    pub(super) fn header(&self, format: TrainerFormat, counts: Unit, meaning: &str) -> Vec<String> {
        let mut lines = vec![
            format!("mixlens {}: {format}", env!("CARGO_PKG_VERSION")),
            format!("meaning: {meaning}"),
        ];
        if counts == Unit::Documents {
            lines.push(match self.tokens_per_document {
                Some(_) => "converted from shares of tokens by mean tokens per document".to_owned(),
                None => "mean tokens per document are unknown, so these are shares of tokens; \
                        documents of unequal length \
                         realise another mixture"
                    .to_owned(),
            });
        }
        let phases = self.plan.phases();
        for (index, phase) in phases.iter().enumerate() {
            if phases.len() > 1 {
                let written = self.phase == Some(index);
                let mark = if written { " (this file)" } else { "" };
                lines.push(format!(
                    "phase {}: {} training tokens{mark}",
                    index + 1,
                    token_count_text(phase.training_tokens)
                ));
            } else {
                lines.push(format!(
                    "{} training tokens",
                    token_count_text(phase.training_tokens)
                ));
            }
        }
        lines.extend(self.epoch_lines());
        if let Some((name, baseline)) = self.baseline {
            let parts = self
                .decimals(baseline)
                .into_iter()
                .map(|(name, part)| format!("{name} {part}"));
            lines.push(format!(
                "baseline {name}: {}",
                parts.collect::<Vec<_>>().join(", ")
            ));
        }
        lines.extend(
            self.provenance
                .iter()
                .map(|(what, which)| format!("{what}: {which}")),
        );
        lines
            .iter()
            .map(|line| line_text(line).into_owned())
            .collect()
    }

    /// Epochs of each domain over the whole plan, and over the phase that is written where that is
    /// one of several.
    fn epoch_lines(&self) -> Vec<String> {
        let names = || self.plan.domains().names();
        let text = |epochs: &[Option<f64>]| {
            let known = names()
                .iter()
                .zip(epochs)
                .filter_map(|(name, epochs)| Some((name, (*epochs)?)));
            known
                .map(|(name, epochs)| format!("{name} {epochs:.3}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let all = text(&self.plan.epochs());
        if all.is_empty() {
            return vec!["epochs: unknown, since unique tokens are".to_owned()];
        }
        let mut lines = vec![format!("epochs: {all}")];
        if let (Some(index), true) = (self.phase, self.plan.phases().len() > 1) {
            lines.push(format!(
                "epochs in phase {}: {}",
                index + 1,
                text(&self.plan.phase_epochs(index))
            ));
        }
        lines
    }

    /// [`PlanSheet::header`] as comments.
    pub(super) fn comments(&self, format: TrainerFormat, counts: Unit, meaning: &str) -> String {
        self.header(format, counts, meaning)
            .into_iter()
            .fold(String::new(), |mut text, line| {
                let _ = writeln!(text, "# {line}");
                text
            })
    }
}

/// Writes a plan as a trainer reads it.
///
/// Proportions have 10 decimals that sum to exactly 1 (largest remainders). Domains of proportion
/// zero are left out where the trainer needs positive weights.
///
/// # Errors
/// [`ExportError`]: names that the format does not take as they are, phases that it cannot hold,
/// steps without a batch.
///
/// ```
/// use mixlens_core::plan::Plan;
/// use mixlens_core::simplex::{DomainSet, Mixture};
/// use mixlens_formats::{PlanSheet, TrainerFormat, write_plan};
/// let domains = DomainSet::new(["web", "code"])?;
/// let (mixture, _) = Mixture::from_weights(&domains, &[3.0, 1.0])?;
/// let plan = Plan::single(mixture, 1e12, vec![Some(2e12), Some(1e11)])?;
/// let text = write_plan(&PlanSheet::new(&plan, &[4.0, 4.0]), TrainerFormat::Olmix)?;
/// assert!(text.contains("epochs: web 0.375, code 2.500"));
/// assert!(text.contains("code:\n  weight: 0.2500000000\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_plan(sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError> {
    check_names(format, sheet.plan.domains().names(), sheet.path)?;
    format.file().write(sheet, format)
}

/// A number of tokens as text, with up to four decimals: `1.2T`, `300B`, `4096`.
pub fn token_count_text(count: f64) -> String {
    for (scale, suffix) in [(1e12, "T"), (1e9, "B"), (1e6, "M")] {
        if count >= scale {
            return format!("{}{suffix}", (count / scale * 1e4).round() / 1e4);
        }
    }
    count.to_string()
}
