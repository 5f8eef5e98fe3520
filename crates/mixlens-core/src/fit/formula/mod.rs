//! [`Formula`]: what is fitted, as plain numbers that predict.
//!
//! Every fit ends in one of these forms, whatever the law behind it. Search, comparison, sliders,
//! the widget and the graphics processor work on forms alone, so a new law costs them nothing: its
//! fit writes the numbers of a form that exists. A form is also what a surrogate file holds.

mod bit_table;
pub(super) mod clip;
pub(super) mod covariance;
pub(super) mod effective_data;
mod exponential;
mod fields;
pub(super) mod forest;
pub(super) mod gp;
pub(super) mod line;
pub(super) mod log_quadratic;
pub(super) mod mean;
pub(super) mod polynomial;
pub(super) mod power_terms;
mod stack;
#[cfg(test)]
mod tests;
mod trees;

use serde::{Deserialize, Serialize};

use super::fitted::FittedSurrogate;
use super::saved_form::{Saved, SavedRef};
use super::{Fitted, Surrogate};

pub use covariance::Inputs;
pub use effective_data::EffectiveData;
pub use exponential::Exponential;
pub use forest::{Child, Node, TreeNodes};
pub use gp::Gp;
pub use line::{Line, LineTarget};
pub use log_quadratic::LogQuadratic;
pub use mean::Mean;
pub use polynomial::{Polynomial, PolynomialDegree};
pub use power_terms::PowerTerms;
pub use stack::Stack;
pub use trees::{Simd, Trees};

/// Makes the enum of all forms and everything that goes by form from one table.
///
/// The name of a form is its tag in surrogate files, and that of the kind that first had it.
macro_rules! forms {
    ($($(#[$doc:meta])* $name:literal => $form:ident,)*) => {
        /// What a fitted surrogate computes from proportions x, with its numbers.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Formula {
            $($(#[$doc])* $form($form),)*
        }

        impl Formula {
            /// The name of the form in surrogate files.
            pub fn form(&self) -> &'static str {
                match self {
                    $(Self::$form(_) => $name,)*
                }
            }
        }

        $(impl From<$form> for Formula {
            fn from(form: $form) -> Self {
                Self::$form(form)
            }
        })*

        // By `match`, not through `dyn Surrogate`: a program then holds only the methods that it
        // calls, and the widget no factorisation of covariances.
        impl Surrogate for Formula {
            fn width(&self) -> usize {
                match self {
                    $(Self::$form(form) => form.width(),)*
                }
            }

            fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
                match self {
                    $(Self::$form(form) => form.predict_rows(rows, out),)*
                }
            }

            fn predict_rows_below(&self, rows: &[f64], thresholds: &[f64], out: &mut [f64]) {
                match self {
                    $(Self::$form(form) => form.predict_rows_below(rows, thresholds, out),)*
                }
            }

            fn lower_bound(&self) -> Option<f64> {
                match self {
                    $(Self::$form(form) => form.lower_bound(),)*
                }
            }

            fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
                match self {
                    $(Self::$form(form) => form.gradient_into(parts, out),)*
                }
            }

            fn is_convex(&self) -> bool {
                match self {
                    $(Self::$form(form) => form.is_convex(),)*
                }
            }

            fn variance_at(&self, parts: &[f64]) -> Option<f64> {
                match self {
                    $(Self::$form(form) => form.variance_at(parts),)*
                }
            }
        }

        /// A surrogate as a file holds it: the name of its form, and the form's numbers.
        #[derive(Deserialize)]
        enum Tagged {
            $(#[serde(rename = $name)] $form(Saved<$form>),)*
        }

        /// The same, to be written.
        #[derive(Serialize)]
        enum TaggedRef<'a> {
            $(#[serde(rename = $name)] $form(SavedRef<'a, $form>),)*
        }

        impl From<Tagged> for FittedSurrogate {
            fn from(tagged: Tagged) -> Self {
                match tagged {
                    $(Tagged::$form(saved) => saved.into(),)*
                }
            }
        }

        impl<'a> From<&'a FittedSurrogate> for TaggedRef<'a> {
            fn from(surrogate: &'a FittedSurrogate) -> Self {
                match surrogate.formula() {
                    $(Formula::$form(form) => Self::$form(SavedRef::new(form, surrogate)),)*
                }
            }
        }
    };
}

forms! {
    /// b + w · x, or e to that.
    "ridge" => Line,
    /// A sum of one leaf value per tree.
    "trees" => Trees,
    /// c + (e + Σⱼ wⱼ xⱼ^aⱼ)^(−g).
    "effective-data" => EffectiveData,
    /// c + exp(b + t · x).
    "exponential" => Exponential,
    /// c + Σⱼ kⱼ (1 + xⱼ/aⱼ)^(−bⱼ).
    "power" => PowerTerms,
    /// Scheffé's polynomial.
    "scheffe" => Polynomial,
    /// b + Σⱼ βⱼ zⱼ + Σ_{j≤k} βⱼₖ zⱼ zₖ with zⱼ = (ln(xⱼ + offset) − centreⱼ) / spreadⱼ.
    "log-quadratic" => LogQuadratic,
    /// centre + unit · Σᵢ αᵢ k(rᵢ), or e to that, with Matérn's k of smoothness 5/2.
    "gp" => Gp,
    /// One surrogate, and another for what it leaves.
    "stack" => Stack,
    /// A weighted mean of surrogates.
    "ensemble" => Mean,
}

/// Operations that an exponential or a logarithm counts for in [`Formula::operations`].
const ELEMENTARY: u64 = 20;

impl Formula {
    /// The surrogates whose weighted sum it is, with their weights; none of a form that is no sum.
    pub fn parts(&self) -> Vec<(f64, &FittedSurrogate)> {
        match self {
            Self::Stack(stack) => stack.parts().map(|part| (1.0, part)).collect(),
            Self::Mean(mean) => mean.members().collect(),
            _ => Vec::new(),
        }
    }

    /// About how many additions and multiplications (comparisons, of trees) one prediction for
    /// `width` domains takes.
    pub fn operations(&self, width: usize) -> u64 {
        let d = width as u64;
        match self {
            Self::Line(line) => {
                let is_log = line.target() == LineTarget::LogLoss;
                2 * d + if is_log { ELEMENTARY } else { 0 }
            }
            Self::Exponential(_) => 2 * d + ELEMENTARY,
            Self::EffectiveData(_) => d * (3 + 2 * ELEMENTARY) + 2 * ELEMENTARY,
            Self::PowerTerms(_) => d * (5 + 2 * ELEMENTARY),
            Self::Polynomial(polynomial) => 2 * polynomial.coefficients().len() as u64 + d * d,
            Self::LogQuadratic(quadratic) => {
                2 * quadratic.coefficients().len() as u64 + d * (4 + ELEMENTARY)
            }
            Self::Gp(gp) => {
                gp.weights().len() as u64 * (3 * d + 8 + ELEMENTARY) + d * (1 + ELEMENTARY)
            }
            Self::Trees(trees) => trees
                .nodes()
                .iter()
                .map(|tree| u64::from(tree.values.len().max(1).ilog2()) + 1)
                .sum(),
            Self::Stack(_) | Self::Mean(_) => self
                .parts()
                .iter()
                .map(|(_, part)| part.formula().operations(width) + 2)
                .sum(),
        }
    }

    /// Whether a program that reads version 1 of the surrogate file alone can read its numbers.
    pub(super) fn is_of_version_1(&self) -> bool {
        match self {
            Self::PowerTerms(terms) => terms.is_of_version_1(),
            _ => self.parts().iter().all(|(_, part)| part.is_of_version_1()),
        }
    }
}

impl<'de> Deserialize<'de> for FittedSurrogate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Tagged::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for FittedSurrogate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        TaggedRef::from(self).serialize(serializer)
    }
}

impl<F> From<F> for Fitted<F> {
    fn from(formula: F) -> Self {
        Self {
            formula,
            report: None,
            mixup: None,
        }
    }
}
