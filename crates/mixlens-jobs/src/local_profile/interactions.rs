//! [`Interactions`]: the joint effect of two domains, minus their separate effects.

use mixlens_core::search::along_cox;
use mixlens_core::simplex::Mixture;
use serde::{Deserialize, Serialize};

use super::Shown;

/// A step of one point.
const POINT: f64 = 0.01;

/// Interactions of pairs of domains: a symmetric matrix, domains × domains, row after row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interactions {
    /// The name of the metric, or of the objective.
    pub name: String,
    /// The second differences, in the unit of the metric.
    pub values: Vec<f64>,
    /// The largest absolute value off the diagonal, for a common colour scale.
    pub greatest: f64,
    /// The pair with that value; `None` with fewer than two domains.
    pub strongest: Option<(usize, usize)>,
}

impl Interactions {
    /// The value of a pair.
    pub fn value(&self, first: usize, second: usize, domains: usize) -> Option<f64> {
        self.values.get(first * domains + second).copied()
    }
}

/// Second differences of one point each around `at`.
///
/// ```text
/// I(a, b) = f(x + a + b) − f(x + a) − f(x + b) + f(x)
/// ```
/// f is the value shown, x the mixture `at`; `+ a` adds one point of domain a, while the others
/// keep their ratios.
pub(crate) fn interactions(shown: &Shown<'_>, name: &str, at: &Mixture) -> Interactions {
    let parts = at.parts();
    let width = parts.len();
    let more = |parts: &[f64], domain: usize| {
        let part = parts.get(domain).copied().unwrap_or(0.0);
        along_cox(
            parts,
            domain,
            if part + POINT <= 1.0 {
                part + POINT
            } else {
                part - POINT
            },
        )
    };
    let single: Vec<Vec<f64>> = (0..width).map(|domain| more(parts, domain)).collect();
    let pairs: Vec<(usize, usize)> = (0..width)
        .flat_map(|a| (a..width).map(move |b| (a, b)))
        .collect();
    let double = pairs
        .iter()
        .filter_map(|&(a, b)| Some(more(single.get(a)?, b)));
    let double = shown.values(&double.flatten().collect::<Vec<f64>>());
    let alone = shown.values(&single.concat());
    let here = shown.value(parts);
    let mut values = vec![0.0; width * width];
    let (mut greatest, mut strongest) = (0.0, None);
    for (&(a, b), both) in pairs.iter().zip(double) {
        let of = |domain: usize| alone.get(domain).copied().unwrap_or(f64::NAN);
        // f(x + a + b) − f(x + a) − f(x + b) + f(x), see above.
        let value = both - of(a) - of(b) + here;
        for cell in [a * width + b, b * width + a] {
            values
                .iter_mut()
                .skip(cell)
                .take(1)
                .for_each(|entry| *entry = value);
        }
        if a != b && (strongest.is_none() || value.abs() > greatest) {
            (greatest, strongest) = (value.abs(), Some((a, b)));
        }
    }
    Interactions {
        name: name.to_owned(),
        values,
        greatest,
        strongest,
    }
}
