//! [`Constraints`]: bounds on each domain's proportion, and linear constraints across domains.

use std::sync::Arc;

use super::feasibility::{UpperLimit, clashes};
use super::linear::{LinearConstraint, linear_clash};
use super::{DomainSet, ProjectionScratch};
use crate::CoreError;
use crate::optim::{MAX_WIDTH, Relation, Row};

/// Maximum linear constraints: when they clash, each is left out in turn to find the ones that do.
const MAX_LINEAR: usize = 200;

/// The supply of tokens: unique tokens per domain, training tokens and maximum epochs.
///
/// ```text
/// pᵢ ≤ k · Uᵢ / D      Uᵢ unique tokens of domain i, D training tokens, k maximum epochs
/// ```
/// A domain without a count (`None`) has no cap.
#[derive(Clone, Debug, PartialEq)]
pub struct Supply {
    /// Unique tokens per domain, in domain order; `None` where they are unknown or unlimited.
    pub unique_tokens: Vec<Option<f64>>,
    /// Tokens that the target run will see.
    pub training_tokens: f64,
    /// Maximum epochs over any domain.
    pub max_epochs: f64,
}

/// Lower and upper bounds per domain and linear constraints, which at least one mixture satisfies.
///
/// ```text
/// { p : lowerᵢ ≤ pᵢ ≤ upperᵢ, Σᵢ pᵢ = 1, aᵣ·p ≤ bᵣ }
/// ```
/// Supply caps are part of the upper bounds. Bounds that are not set are 0 and 1.
///
/// ```
/// use mixlens_core::simplex::{Constraints, DomainSet, Supply};
/// let domains = DomainSet::new(["web", "code", "wiki"])?;
/// let supply = Supply {
///     unique_tokens: vec![Some(2e12), Some(1e11), Some(2e10)],
///     training_tokens: 1e12,
///     max_epochs: 4.0,
/// };
/// let constraints = Constraints::builder(&domains).lower("code", 0.1)?.supply(&supply)?.build()?;
/// assert_eq!(constraints.upper(), [1.0, 0.4, 0.08]);
/// let nearest = constraints.project(&[0.5, 0.3, 0.2])?;
/// assert!((nearest.parts()[0] - 0.56).abs() < 1e-12);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Constraints {
    domains: Arc<DomainSet>,
    lower: Box<[f64]>,
    upper: Box<[f64]>,
    linear: Arc<[LinearConstraint]>,
    rows: Arc<[Row]>,
    /// A mixture inside the linear constraints, with the largest possible margin; empty without
    /// them.
    inside: Arc<[f64]>,
}

impl Constraints {
    /// No constraint: every mixture is allowed.
    pub fn free(domains: &Arc<DomainSet>) -> Self {
        let (lower, upper) = (
            vec![0.0; domains.len()].into(),
            vec![1.0; domains.len()].into(),
        );
        let (linear, rows, inside) = (Arc::new([]), Arc::new([]), Arc::new([]));
        Self {
            domains: Arc::clone(domains),
            lower,
            upper,
            linear,
            rows,
            inside,
        }
    }

    /// Starts from no constraint; bounds are added by name.
    pub fn builder(domains: &Arc<DomainSet>) -> ConstraintsBuilder {
        ConstraintsBuilder {
            domains: Arc::clone(domains),
            lower: vec![0.0; domains.len()],
            upper: vec![UpperLimit::bound(1.0); domains.len()],
            linear: Vec::new(),
        }
    }

    /// The domains that the bounds apply to.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }

    /// The minimum proportion per domain.
    pub fn lower(&self) -> &[f64] {
        &self.lower
    }

    /// The maximum proportion per domain: the tightest of upper bound, cap and 1.
    pub fn upper(&self) -> &[f64] {
        &self.upper
    }

    /// The linear constraints.
    pub fn linear(&self) -> &[LinearConstraint] {
        &self.linear
    }

    /// The linear constraints as rows of a program.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whether every linear constraint holds within `tolerance`.
    pub fn keeps_rows(&self, parts: &[f64], tolerance: f64) -> bool {
        self.rows.iter().all(|row| {
            let excess = row.excess(parts);
            if row.relation == Relation::Equal {
                excess.abs() <= tolerance
            } else {
                excess <= tolerance
            }
        })
    }

    /// A mixture inside the linear constraints, with the largest possible margin; `None` without
    /// linear constraints.
    pub fn inside(&self) -> Option<&[f64]> {
        (!self.inside.is_empty()).then_some(&*self.inside)
    }

    /// Removes the rounding of a solver: bounds to the bit, the sum within
    /// [`SUM_TOLERANCE`](super::SUM_TOLERANCE).
    pub(crate) fn settled(&self, parts: &[f64]) -> Vec<f64> {
        let mut parts = parts.to_vec();
        self.project_onto_bounds(&mut parts, &mut ProjectionScratch::default());
        parts
    }

    /// Whether every mixture is allowed.
    pub fn is_free(&self) -> bool {
        self.rows.is_empty()
            && self.lower.iter().all(|&low| low <= 0.0)
            && self.upper.iter().all(|&high| high >= 1.0)
    }

    /// Whether `parts` keeps every bound and linear constraint and sums to one, each within
    /// `tolerance`.
    ///
    /// False for the wrong number of parts.
    pub fn contains(&self, parts: &[f64], tolerance: f64) -> bool {
        parts.len() == self.domains.len()
            && (parts.iter().sum::<f64>() - 1.0).abs() <= tolerance
            && parts
                .iter()
                .zip(self.lower.iter().zip(&self.upper))
                .all(|(&part, (&low, &high))| part >= low - tolerance && part <= high + tolerance)
            && self.keeps_rows(parts, tolerance)
    }
}

/// Collects bounds by name; made by [`Constraints::builder`].
#[derive(Clone, Debug)]
pub struct ConstraintsBuilder {
    domains: Arc<DomainSet>,
    lower: Vec<f64>,
    upper: Vec<UpperLimit>,
    linear: Vec<LinearConstraint>,
}

impl ConstraintsBuilder {
    /// Sets the lower bound of `domain`; a later call for the same domain replaces it.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`], or [`CoreError::BadBound`] outside [0, 1].
    pub fn lower(mut self, domain: &str, proportion: f64) -> Result<Self, CoreError> {
        let index = self.checked("lower bound", domain, proportion)?;
        if let Some(low) = self.lower.get_mut(index) {
            *low = proportion + 0.0; // −0 becomes 0
        }
        Ok(self)
    }

    /// Sets the upper bound of `domain`; a later call for the same domain replaces it.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`], or [`CoreError::BadBound`] outside [0, 1].
    pub fn upper(mut self, domain: &str, proportion: f64) -> Result<Self, CoreError> {
        let index = self.checked("upper bound", domain, proportion)?;
        if let Some(high) = self.upper.get_mut(index) {
            high.bound = proportion + 0.0;
        }
        Ok(self)
    }

    /// Caps the domains by their supply of tokens; replaces an earlier supply.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::BadParameter`] for training tokens or epochs that
    /// are not positive and finite, or [`CoreError::BadTokenCount`] for unique tokens that are
    /// negative or not finite.
    pub fn supply(mut self, supply: &Supply) -> Result<Self, CoreError> {
        let (expected, found) = (self.domains.len(), supply.unique_tokens.len());
        if found != expected {
            return Err(CoreError::WrongLength {
                what: "unique token counts",
                expected,
                found,
            });
        }
        positive("training-tokens", supply.training_tokens)?;
        positive("max-epochs", supply.max_epochs)?;
        let named = self.domains.names().iter().zip(&mut self.upper);
        for ((name, high), &unique) in named.zip(&supply.unique_tokens) {
            if let Some(found) = unique.filter(|unique| !(unique.is_finite() && *unique >= 0.0)) {
                return Err(CoreError::BadTokenCount {
                    domain: name.clone(),
                    found,
                });
            }
            high.set_cap(unique, supply.training_tokens, supply.max_epochs);
        }
        Ok(self)
    }

    /// Adds a linear constraint.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`] when the constraint is over another number of domains;
    /// [`CoreError::BadParameter`] for more than 200 constraints, or more than [`MAX_WIDTH`]
    /// domains.
    pub fn linear(mut self, constraint: LinearConstraint) -> Result<Self, CoreError> {
        let (expected, found) = (self.domains.len(), constraint.row().coefficients.len());
        if found != expected {
            return Err(CoreError::WrongLength {
                what: "coefficients of a linear constraint",
                expected,
                found,
            });
        }
        let bad = |expected, found: usize| CoreError::BadParameter {
            name: "constraints",
            expected,
            found: found.to_string(),
        };
        if found > MAX_WIDTH {
            return Err(bad(
                "no linear constraints for more than 1000 domains",
                found,
            ));
        }
        if self.linear.len() >= MAX_LINEAR {
            return Err(bad("at most 200 linear constraints", self.linear.len() + 1));
        }
        self.linear.push(constraint);
        Ok(self)
    }

    /// The constraints, checked to leave at least one mixture.
    ///
    /// Bounds that miss by no more than [`SUM_TOLERANCE`](super::SUM_TOLERANCE) (ten lower bounds
    /// of 0.1, say) count as met.
    ///
    /// # Errors
    /// [`CoreError::Infeasible`], which names the constraints that clash.
    pub fn build(self) -> Result<Constraints, CoreError> {
        let clashes = clashes(self.domains.names(), &self.lower, &self.upper);
        if !clashes.is_empty() {
            return Err(CoreError::Infeasible { clashes });
        }
        // A cap that is below its lower bound by rounding is raised to the lower bound.
        let upper = self
            .upper
            .iter()
            .zip(&self.lower)
            .map(|(high, &low)| high.value().max(low))
            .collect();
        let upper: Box<[f64]> = upper;
        let rows: Arc<[Row]> = self
            .linear
            .iter()
            .map(|constraint| constraint.row().clone())
            .collect();
        let inside = match self.linear.as_slice() {
            [] => Vec::new(),
            linear => linear_clash(self.domains.names(), &self.lower, &upper, linear).map_err(
                |clash| CoreError::Infeasible {
                    clashes: vec![clash],
                },
            )?,
        };
        let (linear, inside) = (self.linear.into(), inside.into());
        let built = Constraints {
            domains: self.domains,
            lower: self.lower.into(),
            upper,
            linear,
            rows,
            inside,
        };
        Ok(built)
    }

    fn checked(
        &self,
        what: &'static str,
        domain: &str,
        proportion: f64,
    ) -> Result<usize, CoreError> {
        let index = self.domains.require(domain)?;
        if (0.0..=1.0).contains(&proportion) {
            Ok(index)
        } else {
            Err(CoreError::BadBound {
                domain: domain.to_owned(),
                what,
                found: proportion,
            })
        }
    }
}

fn positive(name: &'static str, value: f64) -> Result<(), CoreError> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(CoreError::BadParameter {
            name,
            expected: "a finite number above zero",
            found: value.to_string(),
        })
    }
}
