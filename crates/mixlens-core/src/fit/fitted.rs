//! [`FittedSurrogate`]: any fitted surrogate as a value that can be saved.

use serde::{Deserialize, Serialize};

use super::Surrogate;
use super::ridge::Ridge;
use super::trees::Trees;

/// A fitted surrogate of any kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FittedSurrogate {
    /// Linear in the proportions.
    Ridge(Ridge),
    /// Gradient-boosted trees.
    Trees(Trees),
}

impl FittedSurrogate {
    /// The name of the kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ridge(_) => "ridge",
            Self::Trees(_) => "trees",
        }
    }

    fn inner(&self) -> &dyn Surrogate {
        match self {
            Self::Ridge(ridge) => ridge,
            Self::Trees(trees) => trees,
        }
    }
}

impl Surrogate for FittedSurrogate {
    fn width(&self) -> usize {
        self.inner().width()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        self.inner().predict_rows(rows, out);
    }
}
