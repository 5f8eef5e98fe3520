//! [`StackParams`]: what a user sets.

use serde::{Deserialize, Deserializer, Serialize};

use crate::CoreError;
use crate::fit::SurrogateParams;
use crate::fit::effective_data::EffectiveDataParams;
use crate::fit::gp::{GpOutput, GpParams};
use crate::fit::range::check_range;

/// When what the law leaves is modelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StackWhen {
    /// When that lowers the squared error on held-out runs; six times the time.
    #[default]
    Better,
    /// In any case.
    Always,
}

/// Parameters of a stack, as the user gives them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StackParams {
    /// What is fitted to the metric; by default the effective-data law. In text, a name.
    #[serde(deserialize_with = "by_name_or_in_full")]
    pub law: Box<SurrogateParams>,
    /// What is fitted to what the law leaves; by default a Gaussian process. In text, a name.
    #[serde(deserialize_with = "by_name_or_in_full")]
    pub residual: Box<SurrogateParams>,
    /// When the second is used.
    pub when: StackWhen,
    /// Folds of the cross-validation, at least 2.
    pub folds: usize,
    /// Seed of the folds.
    pub seed: u64,
}

impl Default for StackParams {
    fn default() -> Self {
        let process = GpParams {
            output: GpOutput::Plain,
            ..GpParams::default()
        };
        Self {
            law: Box::new(SurrogateParams::EffectiveData(
                EffectiveDataParams::default(),
            )),
            residual: Box::new(SurrogateParams::Gp(process)),
            when: StackWhen::Better,
            folds: 5,
            seed: 0,
        }
    }
}

/// Checked parameters of a stack; only these can fit.
#[derive(Clone, Debug, PartialEq)]
pub struct StackValidParams(pub(super) StackParams);

impl StackParams {
    /// The parameters, once known to be in range; those of the two parts are checked when they are
    /// fitted.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for a stack of stacks, or fewer than two folds.
    pub fn check(&self) -> Result<StackValidParams, CoreError> {
        let is_stack = |params: &SurrogateParams| matches!(params, SurrogateParams::Stack(_));
        if is_stack(&self.law) || is_stack(&self.residual) {
            let (expected, found) = ("surrogates that are no stacks", "a stack".to_owned());
            return Err(CoreError::BadParameter {
                name: "law",
                expected,
                found,
            });
        }
        check_range("folds", self.folds, self.folds >= 2, "at least 2")?;
        Ok(StackValidParams(self.clone()))
    }
}

fn by_name_or_in_full<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Box<SurrogateParams>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Full(Box<SurrogateParams>),
        Name(String),
    }
    match Written::deserialize(deserializer)? {
        Written::Full(params) => Ok(params),
        Written::Name(name) => SurrogateParams::named(&name, &[])
            .map(Box::new)
            .map_err(serde::de::Error::custom),
    }
}
