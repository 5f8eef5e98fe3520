//! [`Stack`]: a surrogate, and another for what it leaves.

use serde::{Deserialize, Serialize};

use super::fields::checked_fields;
use crate::CoreError;
use crate::fit::{FittedSurrogate, Surrogate};

/// A fitted law with a surrogate for what it leaves, of one metric.
///
/// ```text
/// ŷ(x) = law(x) + rest(x)        without the rest where it does not help
/// ```
/// The law says what happens far from the runs, the rest what the law has not seen near them: also
/// harm, which the effective-data law cannot express.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Stack(Fields);

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    law: Box<FittedSurrogate>,
    rest: Option<Box<FittedSurrogate>>,
}

checked_fields!(
    Stack,
    "the stack",
    "a stack has parts over different numbers of domains"
);

impl Stack {
    pub(in crate::fit) fn new(
        law: FittedSurrogate,
        rest: Option<FittedSurrogate>,
    ) -> Result<Self, CoreError> {
        Self::from_fields(Fields {
            law: Box::new(law),
            rest: rest.map(Box::new),
        })
    }

    /// The law, and the rest where there is one.
    pub fn parts(&self) -> impl Iterator<Item = &FittedSurrogate> {
        [Some(self.law()), self.rest()].into_iter().flatten()
    }

    /// What was fitted to the metric.
    pub fn law(&self) -> &FittedSurrogate {
        &self.0.law
    }

    /// What was fitted to what the law leaves; `None` where that does not help.
    pub fn rest(&self) -> Option<&FittedSurrogate> {
        self.0.rest.as_deref()
    }
}

impl Surrogate for Stack {
    fn width(&self) -> usize {
        self.0.law.width()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        self.0.law.predict_rows(rows, out);
        if let Some(rest) = &self.0.rest {
            let mut left = vec![0.0; out.len()];
            rest.predict_rows(rows, &mut left);
            out.iter_mut()
                .zip(left)
                .for_each(|(out, left)| *out += left);
        }
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        let mut left = vec![0.0; out.len()];
        let of_rest = match &self.0.rest {
            Some(rest) => rest.gradient_into(parts, &mut left)?,
            None => 0.0,
        };
        let value = self.0.law.gradient_into(parts, out)?;
        out.iter_mut()
            .zip(left)
            .for_each(|(out, left)| *out += left);
        Some(value + of_rest)
    }

    fn is_convex(&self) -> bool {
        self.0.law.is_convex() && self.0.rest.as_ref().is_none_or(|rest| rest.is_convex())
    }

    /// That of the rest: the law is taken as given.
    fn variance_at(&self, parts: &[f64]) -> Option<f64> {
        self.0.rest.as_ref()?.variance_at(parts)
    }
}

impl Fields {
    fn is_valid(&self) -> bool {
        self.rest
            .as_ref()
            .is_none_or(|rest| rest.width() == self.law.width())
    }
}
