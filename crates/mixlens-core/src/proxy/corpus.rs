//! [`ProxyCorpus`]: the texts of all domains, indexed for any number of proxy runs.

use std::sync::Arc;

use super::blocks::TextSplit;
use super::index::{Blocks, NgramIndex};
use super::{ProxyValidParams, witten_bell};
use crate::CoreError;
use crate::compute::{Control, Executor, Stage};
use crate::simplex::{DomainSet, Mixture, apportion};

/// Training bytes counted between two checks of the control: a few milliseconds.
const BYTES_PER_CHECK: usize = 1 << 18;

/// Results of one proxy run.
#[derive(Clone, Debug, PartialEq)]
pub struct ProxyRun {
    /// Loss on every domain's held-out text, in nats per byte.
    pub losses_nats_per_byte: Vec<f64>,
    /// Epochs over every domain's training text.
    pub epochs: Vec<f64>,
}

/// The texts of all domains, split and indexed for n-gram proxy runs.
///
/// ```
/// use mixlens_core::compute::{Control, Sequential};
/// use mixlens_core::proxy::{ProxyCorpus, ProxyParams};
/// use mixlens_core::simplex::{DomainSet, Mixture};
/// let domains = DomainSet::new(["counting", "shouting"])?;
/// let counting: String = (0..9999).map(|i| format!("{i} and then ")).collect();
/// let shouting = "HEY! HO! ".repeat(9999);
/// let params = ProxyParams { training_bytes: 50_000, ..ProxyParams::default() }.check()?;
/// let texts = vec![counting.into_bytes(), shouting.into_bytes()];
/// let corpus = ProxyCorpus::new(&domains, texts, &params, &Control::default(), &Sequential)?;
///
/// let all_counting = Mixture::from_weights(&domains, &[1.0, 0.0])?.0;
/// let run = corpus.run(&all_counting, &Control::default())?;
/// let half = corpus.run(&Mixture::uniform(&domains), &Control::default())?;
/// assert!(run.losses_nats_per_byte[0] < half.losses_nats_per_byte[0]);
/// assert!(run.losses_nats_per_byte[1] > half.losses_nats_per_byte[1]);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Debug)]
pub struct ProxyCorpus {
    domains: Arc<DomainSet>,
    params: ProxyValidParams,
    available_bytes: Vec<u64>,
    index: NgramIndex,
}

impl ProxyCorpus {
    /// Splits every text (one per domain, in domain order) into training and held-out blocks, and
    /// indexes them.
    ///
    /// The split depends only on the text's length and the parameters. A text longer than a run can
    /// read is cut to a sample of its blocks; all of it still counts as available.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::TooLittleText`] for the first text shorter than ten
    /// blocks, [`CoreError::Cancelled`], or [`CoreError::BadParameter`] when there are more than 4
    /// billion n-grams.
    pub fn new(
        domains: &Arc<DomainSet>,
        texts: Vec<Vec<u8>>,
        params: &ProxyValidParams,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Self, CoreError> {
        if texts.len() != domains.len() {
            return Err(CoreError::WrongLength {
                what: "texts",
                expected: domains.len(),
                found: texts.len(),
            });
        }
        let (mut training, mut held_out, mut available_bytes) =
            (Vec::new(), Vec::new(), Vec::new());
        for (name, text) in domains.names().iter().zip(&texts) {
            let split = TextSplit::new(name, text.len(), params.held_out_bytes())?;
            let blocks: Blocks<'_> = split
                .training
                .iter()
                .filter_map(|block| text.get(block.clone()))
                .collect();
            available_bytes.push(split.training_bytes() as u64);
            training.push(first_bytes(blocks, params.training_bytes()));
            held_out.push(
                split
                    .held_out
                    .iter()
                    .filter_map(|block| text.get(block.clone()))
                    .collect::<Blocks<'_>>(),
            );
        }
        let reachable: u64 = training
            .iter()
            .flatten()
            .map(|block| block.len() as u64)
            .sum();
        let stage = control.stage("indexing text", reachable);
        let index = NgramIndex::new(&training, &held_out, params.order(), &stage, executor)?;
        Ok(Self {
            domains: Arc::clone(domains),
            params: params.clone(),
            available_bytes,
            index,
        })
    }

    /// The domains.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }

    /// The parameters.
    pub fn params(&self) -> &ProxyValidParams {
        &self.params
    }

    /// Bytes of every domain available for training without repetition: the unique text without the
    /// held-out blocks.
    pub fn available_bytes(&self) -> &[u64] {
        &self.available_bytes
    }

    /// The natural mixture: every domain in proportion to its available bytes.
    ///
    /// # Errors
    /// None for a corpus that could be built; the type is that of [`Mixture::from_weights`].
    pub fn natural(&self) -> Result<Mixture, CoreError> {
        let weights: Vec<f64> = self
            .available_bytes
            .iter()
            .map(|&bytes| bytes as f64)
            .collect();
        Mixture::from_weights(&self.domains, &weights).map(|(natural, _)| natural)
    }

    /// Trains one proxy on `mixture` and measures its losses.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`] for a mixture over another number of domains, or
    /// [`CoreError::Cancelled`].
    pub fn run(&self, mixture: &Mixture, control: &Control) -> Result<ProxyRun, CoreError> {
        self.run_in_stage(
            mixture,
            &control.stage("training a proxy", self.params.training_bytes()),
        )
    }

    /// The index, for tests.
    #[cfg(test)]
    pub(super) fn index(&self) -> &NgramIndex {
        &self.index
    }

    /// Like [`ProxyCorpus::run`], with training bytes counted on a stage that other runs may share.
    pub(super) fn run_in_stage(
        &self,
        mixture: &Mixture,
        stage: &Stage<'_>,
    ) -> Result<ProxyRun, CoreError> {
        let (expected, found) = (self.domains.len(), mixture.parts().len());
        if found != expected {
            return Err(CoreError::WrongLength {
                what: "proportions",
                expected,
                found,
            });
        }
        let budgets = apportion(mixture.parts(), self.params.training_bytes());
        let mut counts = vec![0_u32; self.index.suffix.len()];
        for (grams, &budget) in self.index.training.iter().zip(&budgets) {
            count_grams(grams, budget, &mut counts, stage)?;
        }
        witten_bell::add_to_suffixes(&self.index, &mut counts);
        let probabilities = witten_bell::probabilities(&self.index, &counts);
        let epochs = budgets
            .iter()
            .zip(&self.available_bytes)
            .map(|(&read, &there)| read as f64 / there as f64);
        Ok(ProxyRun {
            losses_nats_per_byte: witten_bell::losses_nats_per_byte(&self.index, &probabilities),
            epochs: epochs.collect(),
        })
    }
}

/// The first `bytes` bytes of `blocks`; the last block may be cut.
fn first_bytes(blocks: Blocks<'_>, bytes: u64) -> Blocks<'_> {
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut first = Vec::new();
    for block in blocks {
        let kept = block.get(..left).unwrap_or(block);
        left -= kept.len();
        if kept.is_empty() {
            break;
        }
        first.push(kept);
    }
    first
}

/// Counts the first `budget` of `grams`, starting over whenever they run out.
fn count_grams(
    grams: &[u32],
    budget: u64,
    counts: &mut [u32],
    stage: &Stage<'_>,
) -> Result<(), CoreError> {
    let mut left = budget;
    while left > 0 {
        for chunk in grams.chunks(BYTES_PER_CHECK) {
            let chunk = usize::try_from(left)
                .ok()
                .and_then(|left| chunk.get(..left))
                .unwrap_or(chunk);
            for &gram in chunk {
                if let Some(count) = counts.get_mut(gram as usize) {
                    *count += 1;
                }
            }
            left -= chunk.len() as u64;
            stage.advance(chunk.len() as u64)?;
            if left == 0 {
                break;
            }
        }
    }
    Ok(())
}
