//! [`EnsembleParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use crate::fit::SurrogateParams;
use crate::fit::effective_data::EffectiveDataParams;
use crate::fit::gp::GpParams;
use crate::fit::range::check_range;
use crate::{CoreError, excerpt};

/// How much each member counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnsembleWeights {
    /// All the same.
    #[default]
    Equal,
    /// Those under which predictions of held-out runs have the least squared error; five times the
    /// time.
    CrossValidated,
}

/// The surrogates of an ensemble; in text, names with plus signs between: `effective-data+gp`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Vec<SurrogateParams>")]
pub struct Members(pub Vec<SurrogateParams>);

/// How members may be written.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Names(String),
    Full(Vec<SurrogateParams>),
}

impl TryFrom<Written> for Members {
    type Error = CoreError;

    fn try_from(written: Written) -> Result<Self, CoreError> {
        match written {
            Written::Full(members) => Ok(Self(members)),
            Written::Names(names) => {
                let members = names
                    .split('+')
                    .map(|name| SurrogateParams::named(name.trim(), &[]));
                members.collect::<Result<_, _>>().map(Self)
            }
        }
    }
}

impl From<Members> for Vec<SurrogateParams> {
    fn from(members: Members) -> Self {
        members.0
    }
}

/// Parameters of an ensemble, as the user gives them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnsembleParams {
    /// The surrogates; by default the effective-data law and a Gaussian process.
    pub members: Members,
    /// How much each counts.
    pub weights: EnsembleWeights,
    /// Folds of the cross-validation of weights, at least 2.
    pub folds: usize,
    /// Seed of the folds.
    pub seed: u64,
}

impl Default for EnsembleParams {
    fn default() -> Self {
        let law = SurrogateParams::EffectiveData(EffectiveDataParams::default());
        let members = Members(vec![law, SurrogateParams::Gp(GpParams::default())]);
        Self {
            members,
            weights: EnsembleWeights::Equal,
            folds: 5,
            seed: 0,
        }
    }
}

/// Checked parameters of an ensemble; only these can fit.
#[derive(Clone, Debug, PartialEq)]
pub struct EnsembleValidParams(pub(super) EnsembleParams);

impl EnsembleParams {
    /// The parameters, once known to be in range; those of the members are checked when they are
    /// fitted.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for no members, more than 20, an ensemble among them, or fewer
    /// than two folds.
    pub fn check(&self) -> Result<EnsembleValidParams, CoreError> {
        let names: Vec<&str> = self.members.0.iter().map(SurrogateParams::name).collect();
        let is_nested = self
            .members
            .0
            .iter()
            .any(|member| matches!(member, SurrogateParams::Ensemble(_)));
        if !(1..=20).contains(&names.len()) || is_nested {
            let expected = "one to twenty surrogates that are no ensembles";
            return Err(CoreError::BadParameter {
                name: "members",
                expected,
                found: excerpt(&names.join("+")).to_string(),
            });
        }
        check_range("folds", self.folds, self.folds >= 2, "at least 2")?;
        Ok(EnsembleValidParams(self.clone()))
    }
}
