//! [`SampledMixtures`]: sampled mixtures with their predictions, to show what is possible.

use mixlens_core::compute::try_map_tasks;
use mixlens_core::fit::Surrogate;
use mixlens_core::simplex::{DomainSet, Prior, Sampler};
use serde::{Deserialize, Serialize};

use crate::{JobContext, JobError, Problem};

/// Mixtures predicted together.
const CHUNK: usize = 512;
/// The maximum number of mixtures: more lines than any plot can show.
const MAX_COUNT: usize = 100_000;

/// How many mixtures are sampled, and from where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SamplingSettings {
    /// How many.
    pub count: usize,
    /// The distribution that they are drawn from.
    pub prior: Prior,
}

impl Default for SamplingSettings {
    fn default() -> Self {
        Self {
            count: 2000,
            prior: Prior::regmix(),
        }
    }
}

/// Sampled mixtures with their predictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampledMixtures {
    /// Proportions, row after row.
    pub parts: Vec<f64>,
    /// The number of domains.
    pub width: usize,
    /// Name and predictions of each metric.
    pub metrics: Vec<(String, Vec<f64>)>,
}

impl SampledMixtures {
    /// How many mixtures there are.
    pub fn len(&self) -> usize {
        self.parts.len() / self.width.max(1)
    }

    /// Whether the mixtures are over as many domains.
    pub(crate) fn is_over(&self, domains: &DomainSet) -> bool {
        self.width == domains.len()
    }

    /// Whether there are no mixtures.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The predictions of a metric, one per mixture; missing ones for a metric that was not fitted.
    pub fn metric(&self, name: &str) -> Vec<Option<f64>> {
        let metric = self.metrics.iter().find(|(metric, _)| metric == name);
        metric.map_or_else(
            || vec![None; self.len()],
            |(_, values)| values.iter().copied().map(Some).collect(),
        )
    }
}

/// Samples the mixtures within the limits and predicts every metric.
pub(crate) fn sample_mixtures(
    problem: &Problem,
    settings: &SamplingSettings,
    context: &JobContext<'_>,
) -> Result<SampledMixtures, JobError> {
    let JobContext {
        control, executor, ..
    } = *context;
    let set = problem.set();
    let width = set.domains().len();
    let sampler = Sampler::new(
        &settings.prior,
        &set.centre().mixture,
        problem.constraints()?,
        problem.seed,
    )?;
    let count = settings.count.clamp(1, MAX_COUNT);
    let mut parts = vec![0.0; count * width];
    sampler.fill(0, &mut parts);
    let chunks: Vec<&[f64]> = parts.chunks(CHUNK * width).collect();
    let stage = control.stage(
        "predicting sampled mixtures",
        (chunks.len() * set.metrics().len()) as u64,
    );
    let mut metrics = Vec::with_capacity(set.metrics().len());
    for fitted in set.metrics() {
        let predicted = try_map_tasks(executor, chunks.len(), |task| {
            let rows = chunks.get(task).copied().unwrap_or_default();
            let mut out = vec![0.0; rows.len() / width];
            fitted.surrogate.predict_rows(rows, &mut out);
            stage.advance(1)?;
            Ok(out)
        })?;
        metrics.push((fitted.metric.name.clone(), predicted.concat()));
    }
    Ok(SampledMixtures {
        parts,
        width,
        metrics,
    })
}
