//! From counts to probabilities and losses.

#![expect(
    clippy::indexing_slicing,
    reason = "every number was assigned by the index that sized the arrays"
)]

use super::index::{NO_SUFFIX, NgramIndex};
use crate::compute::ln;

/// Probability of every byte before anything is counted.
const UNIFORM: f64 = 1.0 / 256.0;

/// How one context mixes its counts with the shorter context's probabilities: p = scale · count +
/// escape · lower.
#[derive(Clone, Copy)]
struct Mix {
    /// 1 / (c(h) + t(h)), zero for a context never seen.
    scale: f64,
    /// t(h) / (c(h) + t(h)), one for a context never seen.
    escape: f64,
}

/// Adds the count of every n-gram to its suffix, longest first, so that `counts` holds c(hb) for
/// all of them.
pub(super) fn add_to_suffixes(index: &NgramIndex, counts: &mut [u32]) {
    for (gram, &suffix) in index.suffix.iter().enumerate().rev() {
        if suffix == NO_SUFFIX {
            break;
        }
        // Suffixes come first, so this count is complete.
        counts[suffix as usize] += counts[gram];
    }
}

/// The probability of every held-out n-gram's last byte after its context.
pub(super) fn probabilities(index: &NgramIndex, counts: &[u32]) -> Vec<f64> {
    let mixes: Vec<Mix> = index
        .context_ranges()
        .map(|grams| mix_of(&counts[grams]))
        .collect();
    let mut probabilities: Vec<f64> = Vec::with_capacity(index.held.len());
    for held in &index.held {
        let lower = if held.suffix == NO_SUFFIX {
            UNIFORM
        } else {
            probabilities[held.suffix as usize]
        };
        let mix = mixes[held.context as usize];
        // pₖ = c(hb) / (c(h) + t(h)) + t(h) / (c(h) + t(h)) · pₖ₋₁
        probabilities.push(mix.scale * f64::from(counts[held.gram as usize]) + mix.escape * lower);
    }
    probabilities
}

fn mix_of(counts: &[u32]) -> Mix {
    let (mut total, mut different) = (0_u64, 0_u64);
    for &count in counts {
        total += u64::from(count);
        different += u64::from(count > 0);
    }
    if total == 0 {
        return Mix {
            scale: 0.0,
            escape: 1.0,
        };
    }
    let scale = 1.0 / (total + different) as f64;
    Mix {
        scale,
        escape: different as f64 * scale,
    }
}

/// Every domain's mean loss over its held-out bytes, in nats per byte.
pub(super) fn losses_nats_per_byte(index: &NgramIndex, probabilities: &[f64]) -> Vec<f64> {
    let loss = |held_counts: &Vec<(u32, u32)>| {
        let (mut nats, mut bytes) = (0.0, 0_u64);
        for &(held, times) in held_counts {
            nats -= f64::from(times) * ln(probabilities[held as usize]);
            bytes += u64::from(times);
        }
        nats / bytes as f64
    };
    index.held_counts.iter().map(loss).collect()
}
