//! [`SurrogateParams`]: every kind of surrogate, in one table.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::effective_data::EffectiveDataParams;
use super::ensemble::EnsembleParams;
use super::exponential::ExponentialParams;
use super::formula::{EffectiveData, Exponential, Gp, LogQuadratic, Mean, Polynomial, PowerTerms};
use super::formula::{Stack, Trees};
use super::gp::GpParams;
use super::log_quadratic::LogQuadraticParams;
use super::power::PowerParams;
use super::ridge::RidgeParams;
use super::scheffe::ScheffeParams;
use super::stack::StackParams;
use super::trees::TreesParams;
use super::{Estimator, Fitted, FittedSurrogate};
use crate::compute::Control;
use crate::{CoreError, brief};

/// Makes the enum of parameters and everything that goes by kind from one table: the name of a
/// kind and its parameters.
macro_rules! surrogate_kinds {
    ($($(#[$doc:meta])* $name:literal => $kind:ident($params:ty),)*) => {
        /// A kind of surrogate with its parameters.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum SurrogateParams {
            $($(#[$doc])* #[serde(rename = $name)] $kind($params),)*
        }

        impl SurrogateParams {
            /// The names accepted by [`SurrogateParams::named`].
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The surrogate called `name` with the default parameters, changed by `name = value`
            /// pairs as a user types them.
            ///
            /// ```
            /// use mixlens_core::fit::SurrogateParams;
            /// let pairs = [("iterations".to_owned(), "500".to_owned())];
            /// assert_eq!(SurrogateParams::named("trees", &pairs)?.name(), "trees");
            /// # Ok::<(), mixlens_core::CoreError>(())
            /// ```
            ///
            /// # Errors
            /// [`CoreError::UnknownName`] for the surrogate, [`CoreError::BadParameters`] for a
            /// parameter that it does not have or a value that is not of its type.
            pub fn named(name: &str, pairs: &[(String, String)]) -> Result<Self, CoreError> {
                match name {
                    $($name => Ok(Self::$kind(from_pairs(name, pairs)?)),)*
                    _ => Err(CoreError::UnknownName {
                        what: "surrogate",
                        name: name.to_owned(),
                        known: Self::NAMES.join(", "),
                    }),
                }
            }

            /// The name of the kind.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $name,)*
                }
            }

            /// The same parameters with another seed, where the fit draws anything at random.
            #[must_use]
            pub fn seeded(mut self, seed: u64) -> Self {
                match &mut self {
                    $(Self::$kind(params) => params.set_seed(seed),)*
                }
                self
            }

            /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values`
            /// the metric of each run.
            ///
            /// # Errors
            /// Those of the estimator; [`CoreError::BadParameter`] for parameters out of range.
            pub fn fit(
                &self,
                metric: &str,
                rows: &[f64],
                values: &[f64],
                control: &Control,
            ) -> Result<FittedSurrogate, CoreError> {
                match self {
                    $(Self::$kind(params) => {
                        let fitted = params.fit_metric(metric, rows, values, control)?;
                        Ok(FittedSurrogate::of_kind($name, fitted))
                    })*
                }
            }
        }

        $(#[cfg(feature = "linfa")]
        super::linfa_bridge::linfa_estimator!($params);)*
    };
}

surrogate_kinds! {
    /// Linear in the proportions, with an L2 penalty.
    "ridge" => Ridge(RidgeParams),
    /// Gradient-boosted trees.
    "trees" => Trees(TreesParams),
    /// The effective-data law.
    "effective-data" => EffectiveData(EffectiveDataParams),
    /// The exponential mixing law.
    "exponential" => Exponential(ExponentialParams),
    /// The additive power law.
    "power" => Power(PowerParams),
    /// Scheffé's mixture polynomials.
    "scheffe" => Scheffe(ScheffeParams),
    /// A quadratic in log proportions.
    "log-quadratic" => LogQuadratic(LogQuadraticParams),
    /// A Gaussian process.
    "gp" => Gp(GpParams),
    /// A law, and another surrogate for what the law leaves.
    "stack" => Stack(StackParams),
    /// A weighted mean of surrogates.
    "ensemble" => Ensemble(EnsembleParams),
}

impl SurrogateParams {
    /// Every kind with its default parameters, but for the stack, which costs as much as all others
    /// together: what a comparison shows and
    /// [`SurrogateSet::fit_auto`](super::SurrogateSet::fit_auto) chooses from when nothing else is
    /// said.
    pub fn candidates() -> Vec<Self> {
        let named =
            |name: &&str| Self::named(name, &[]).expect("every kind has default parameters");
        Self::NAMES
            .iter()
            .filter(|name| **name != "stack")
            .map(named)
            .collect()
    }
}

/// Makes parameters whose checked form fits with `fit(metric, rows, values, control)` an
/// [`Estimator`]; `seed` where they have one.
macro_rules! estimators {
    ($($params:ty => $form:ty { $($seed:ident)? })*) => {$(
        impl Estimator for $params {
            type Fitted = Fitted<$form>;

            $(fn set_seed(&mut self, seed: u64) {
                self.$seed = seed;
            })?

            fn fit_metric(
                &self,
                metric: &str,
                rows: &[f64],
                values: &[f64],
                control: &Control,
            ) -> Result<Fitted<$form>, CoreError> {
                self.check()?.fit(metric, rows, values, control)
            }
        }
    )*};
}

estimators! {
    TreesParams => Trees { seed }
    EffectiveDataParams => EffectiveData { seed }
    ExponentialParams => Exponential {}
    PowerParams => PowerTerms {}
    ScheffeParams => Polynomial { seed }
    LogQuadraticParams => LogQuadratic { seed }
    GpParams => Gp { seed }
    StackParams => Stack { seed }
    EnsembleParams => Mean { seed }
}

#[cfg(feature = "linfa")]
super::linfa_bridge::linfa_estimator!(SurrogateParams);

/// Reads a parameter struct from typed pairs: numbers and booleans as such, the rest as text.
fn from_pairs<P: DeserializeOwned>(
    surrogate: &str,
    pairs: &[(String, String)],
) -> Result<P, CoreError> {
    let value = |text: &str| match serde_json::from_str(text) {
        Ok(value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => value,
        _ => serde_json::Value::String(text.to_owned()),
    };
    let object = pairs
        .iter()
        .map(|(name, text)| (name.clone(), value(text)))
        .collect();
    serde_json::from_value(serde_json::Value::Object(object)).map_err(|problem| {
        CoreError::BadParameters {
            problem: format!("surrogate `{surrogate}`: {}", brief(problem)),
        }
    })
}

impl Estimator for SurrogateParams {
    type Fitted = FittedSurrogate;

    fn fit_metric(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<FittedSurrogate, CoreError> {
        self.fit(metric, rows, values, control)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::CounterStream;
    use crate::fit::Surrogate;

    #[test]
    fn every_kind_fits_predicts_and_loads_back_to_the_same_bits() {
        let mut stream = CounterStream::new(1, 0);
        let mut rows: Vec<f64> = (0..60 * 3).map(|_| stream.next_unit()).collect();
        for row in rows.chunks_exact_mut(3) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|part| *part /= sum);
        }
        let values: Vec<f64> = rows
            .chunks_exact(3)
            .map(|x| 3.0 - x[0] + 0.2 * x[1] * x[2])
            .collect();
        for &name in SurrogateParams::NAMES {
            let params = SurrogateParams::named(name, &[]).unwrap();
            let written = serde_json::to_string(&params).unwrap();
            assert_eq!(
                serde_json::from_str::<SurrogateParams>(&written).unwrap(),
                params
            );
            let fitted = params
                .fit("loss", &rows, &values, &Control::default())
                .unwrap();
            assert_eq!(
                (params.name(), fitted.name(), fitted.width()),
                (name, name, 3)
            );
            let of_parts = match name {
                "ridge" | "trees" | "gp" => &[][..],
                "ensemble" | "stack" => &["effective-data"],
                law => &[law],
            };
            assert_eq!(
                fitted
                    .reports()
                    .iter()
                    .map(|(name, _)| *name)
                    .collect::<Vec<_>>(),
                of_parts
            );
            assert!(fitted.reports().iter().all(|(_, report)| report.runs == 60));
            let text = serde_json::to_string(&fitted).unwrap();
            let loaded: FittedSurrogate = serde_json::from_str(&text).unwrap();
            let at = [0.2, 0.3, 0.5];
            assert_eq!(
                loaded.predict_one(&at).to_bits(),
                fitted.predict_one(&at).to_bits(),
                "{name}"
            );
            let mut gradient = [0.0; 3];
            assert_eq!(
                fitted.gradient_into(&at, &mut gradient).is_some(),
                name != "trees",
                "{name}"
            );
            let (mut low, mut high) = (at, at);
            (low[0], low[1], high[0], high[1]) = (0.2 - 1e-5, 0.3 + 1e-5, 0.2 + 1e-5, 0.3 - 1e-5);
            let difference = (fitted.predict_one(&high) - fitted.predict_one(&low)) / 2e-5;
            assert!(
                name == "trees" || (gradient[0] - gradient[1] - difference).abs() < 1e-5,
                "{name}"
            );
        }
    }
}
