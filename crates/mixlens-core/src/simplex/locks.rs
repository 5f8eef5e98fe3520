//! [`Locks`] and [`set_proportion`]: what happens to a mixture when one slider is dragged.

use std::sync::Arc;

use super::projection::Bounds;
use super::water_fill::water_fill;
use super::{Constraints, DomainSet, Mixture, SUM_TOLERANCE};
use crate::CoreError;

/// The domains whose proportions must not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locks {
    domains: Arc<DomainSet>,
    locked: Vec<bool>,
}

impl Locks {
    /// Nothing is locked.
    pub fn none(domains: &Arc<DomainSet>) -> Self {
        Self { domains: Arc::clone(domains), locked: vec![false; domains.len()] }
    }

    /// Locks or unlocks the domain at `domain`; positions beyond the domains are ignored.
    pub fn set(&mut self, domain: usize, is_locked: bool) {
        if let Some(locked) = self.locked.get_mut(domain) {
            *locked = is_locked;
        }
    }

    /// Locks the domain called `name`.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`].
    pub fn lock(&mut self, name: &str) -> Result<(), CoreError> {
        self.set(self.domains.require(name)?, true);
        Ok(())
    }

    /// Whether the domain at `domain` is locked.
    pub fn is_locked(&self, domain: usize) -> bool {
        self.locked.get(domain).copied().unwrap_or(false)
    }

    /// The domains that can be locked.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }
}

/// Who gives and takes when one proportion changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Redistribution {
    /// The other unlocked domains keep their ratios to each other (equal ones if all are zero).
    #[default]
    Proportional,
}

/// Sets the proportion of one domain to `to`; the unlocked others make up for it.
///
/// `to` is clamped to what locks and constraints leave. Locked parts keep their bits. A locked `domain`, or one whose
/// others are all locked, does not move.
///
/// ```
/// use mixlens_core::simplex::{DomainSet, Locks, Mixture, Redistribution, set_proportion};
/// let domains = DomainSet::new(["web", "code", "wiki", "law"])?;
/// let (mixture, _) = Mixture::from_weights(&domains, &[0.25, 0.125, 0.125, 0.5])?;
/// let mut locks = Locks::none(&domains);
/// locks.lock("law")?;
/// let moved = set_proportion(&mixture, 0, 0.375, &locks, None, Redistribution::Proportional)?;
/// assert_eq!(moved.parts(), [0.375, 0.0625, 0.0625, 0.5]);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
///
/// # Errors
/// [`CoreError::WrongLength`] when locks or constraints are over other domains, [`CoreError::BadWeight`] when `to` is
/// not finite, [`CoreError::UnknownName`] for a position beyond the domains, or [`CoreError::Infeasible`] when what is
/// locked leaves the others no room inside the constraints.
pub fn set_proportion(
    mixture: &Mixture,
    domain: usize,
    to: f64,
    locks: &Locks,
    constraints: Option<&Constraints>,
    redistribution: Redistribution,
) -> Result<Mixture, CoreError> {
    let domains = mixture.domains();
    let Some(name) = domains.names().get(domain) else {
        domains.require(&format!("number {domain}"))?;
        return Ok(mixture.clone());
    };
    if !to.is_finite() {
        return Err(CoreError::BadWeight { domain: name.clone(), found: to });
    }
    for found in [locks.domains.len(), constraints.map_or(domains.len(), |bounds| bounds.domains().len())] {
        if found != domains.len() {
            return Err(CoreError::WrongLength { what: "domains", expected: domains.len(), found });
        }
    }
    let free = Constraints::free(domains);
    let drag = Drag::new(mixture, domain, locks, constraints.unwrap_or(&free));
    if locks.is_locked(domain) || drag.others.is_empty() {
        return Ok(mixture.clone());
    }
    let to = drag.clamp(to)?;
    let others = match redistribution {
        Redistribution::Proportional => drag.proportional(to),
    };
    let mut parts = mixture.parts().to_vec();
    for (index, part) in std::iter::once((domain, to)).chain(others) {
        if let Some(slot) = parts.get_mut(index) {
            *slot = part;
        }
    }
    Ok(Mixture::from_exact_parts(domains, parts))
}

/// One domain moves, others are free to follow, the rest is locked.
struct Drag {
    /// What the moving domain and the others share.
    budget: f64,
    /// Bounds of the moving domain.
    moving: (f64, f64),
    /// Positions of the free others, their parts and their bounds.
    others: Vec<usize>,
    parts: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl Drag {
    fn new(mixture: &Mixture, domain: usize, locks: &Locks, constraints: &Constraints) -> Self {
        let mut drag = Self {
            budget: 1.0,
            moving: (0.0, 1.0),
            others: Vec::new(),
            parts: Vec::new(),
            lower: Vec::new(),
            upper: Vec::new(),
        };
        let bounds = constraints.lower().iter().zip(constraints.upper());
        let mut locked_sum = 0.0;
        for (index, (&part, (&low, &high))) in mixture.parts().iter().zip(bounds).enumerate() {
            if index == domain {
                drag.moving = (low, high);
            } else if locks.is_locked(index) {
                locked_sum += part;
            } else {
                drag.others.push(index);
                drag.parts.push(part);
                drag.lower.push(low);
                drag.upper.push(high);
            }
        }
        drag.budget = (1.0 - locked_sum).max(0.0);
        drag
    }

    /// The value nearest to `to` that leaves the others room inside their bounds.
    fn clamp(&self, to: f64) -> Result<f64, CoreError> {
        let (lower, upper): (f64, f64) = (self.lower.iter().sum(), self.upper.iter().sum());
        let least = self.moving.0.max(self.budget - upper);
        let most = self.moving.1.min(self.budget - lower);
        if least > most + SUM_TOLERANCE {
            let clash = if self.budget < lower + self.moving.0 {
                format!("the lower bounds of the unlocked domains sum to {}", lower + self.moving.0)
            } else {
                format!("the upper bounds and caps of the unlocked domains sum to {}", upper + self.moving.1)
            };
            let clashes = vec![format!("locked domains leave {}; {clash}", self.budget)];
            return Err(CoreError::Infeasible { clashes });
        }
        Ok(to.max(least).min(most).max(0.0))
    }

    fn proportional(&self, to: f64) -> impl Iterator<Item = (usize, f64)> {
        let bounds = Bounds { lower: &self.lower, upper: &self.upper };
        let filled = water_fill(&self.parts, bounds, (self.budget - to).max(0.0));
        self.others.iter().copied().zip(filled)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::projection::tests::{close, constrained, toy};
    use super::*;

    fn mixture(weights: &[f64]) -> Mixture {
        let domains = DomainSet::new((0..weights.len()).map(|i| format!("d{i}"))).unwrap();
        Mixture::from_weights(&domains, weights).unwrap().0
    }

    fn drag(mixture: &Mixture, domain: usize, to: f64, locks: &Locks) -> Mixture {
        set_proportion(mixture, domain, to, locks, None, Redistribution::default()).unwrap()
    }

    #[test]
    fn a_drag_stops_where_the_locks_say() {
        let start = mixture(&[0.5, 0.3, 0.2]);
        let mut locks = Locks::none(start.domains());
        locks.set(2, true);
        close(drag(&start, 0, 2.0, &locks).parts(), &[0.8, 0.0, 0.2]);
        close(drag(&start, 0, -1.0, &locks).parts(), &[0.0, 0.8, 0.2]);
    }

    #[test]
    fn others_that_are_all_zero_share_equally() {
        let start = mixture(&[1.0, 0.0, 0.0]);
        close(drag(&start, 0, 0.5, &Locks::none(start.domains())).parts(), &[0.5, 0.25, 0.25]);
    }

    #[test]
    fn a_locked_or_lonely_domain_does_not_move() {
        let start = mixture(&[0.5, 0.3, 0.2]);
        let mut locks = Locks::none(start.domains());
        locks.set(0, true);
        assert_eq!(drag(&start, 0, 0.9, &locks), start);
        locks.set(2, true);
        assert_eq!(drag(&start, 1, 0.9, &locks), start);
    }

    #[test]
    fn caps_hold_during_a_drag() {
        let caps = toy();
        let (start, _) = Mixture::from_weights(caps.domains(), &[0.80, 0.15, 0.05]).unwrap();
        let locks = Locks::none(caps.domains());
        let at =
            |domain, to| set_proportion(&start, domain, to, &locks, Some(&caps), Redistribution::Proportional).unwrap();
        close(at(1, 0.9).parts(), &[0.6 * 0.80 / 0.85, 0.4, 0.6 * 0.05 / 0.85]);
        // The web cannot fall below what code and wiki can take.
        close(at(0, 0.0).parts(), &[0.52, 0.4, 0.08]);
    }

    #[test]
    fn locks_that_contradict_the_constraints_are_told() {
        let caps = toy();
        let (start, _) = Mixture::from_weights(caps.domains(), &[0.2, 0.4, 0.4]).unwrap();
        let mut locks = Locks::none(caps.domains());
        locks.lock("web").unwrap();
        let clash = set_proportion(&start, 1, 0.5, &locks, Some(&caps), Redistribution::Proportional).unwrap_err();
        let text = clash.to_string();
        assert!(text.contains("locked domains leave 0.8") && text.contains("sum to 0.48"), "{text}");
    }

    #[test]
    fn bad_arguments_are_refused() {
        let start = mixture(&[0.5, 0.5]);
        let locks = Locks::none(start.domains());
        let set = |domain, to| set_proportion(&start, domain, to, &locks, None, Redistribution::Proportional);
        assert!(matches!(set(5, 0.5), Err(CoreError::UnknownName { .. })));
        assert!(matches!(set(0, f64::NAN), Err(CoreError::BadWeight { .. })));
        let other = Locks::none(toy().domains());
        let wrong = set_proportion(&start, 0, 0.5, &other, None, Redistribution::Proportional);
        assert!(matches!(wrong, Err(CoreError::WrongLength { expected: 2, found: 3, .. })));
    }

    proptest! {
        #[test]
        fn locked_parts_survive_any_drag(
            (constraints, wish) in constrained(),
            is_locked in proptest::collection::vec(any::<bool>(), 12),
            drags in proptest::collection::vec((0..12_usize, -0.5..1.5_f64), 1..20),
        ) {
            let mut current = constraints.project(&wish).unwrap();
            let mut locks = Locks::none(constraints.domains());
            for (index, &is_locked) in is_locked.iter().enumerate() {
                locks.set(index, is_locked);
            }
            let start = current.clone();
            for (domain, to) in drags {
                let domain = domain % wish.len();
                let policy = Redistribution::Proportional;
                current = set_proportion(&current, domain, to, &locks, Some(&constraints), policy).unwrap();
                prop_assert!((current.parts().iter().sum::<f64>() - 1.0).abs() <= SUM_TOLERANCE);
                prop_assert!(constraints.contains(current.parts(), SUM_TOLERANCE));
                for index in (0..wish.len()).filter(|index| is_locked[*index]) {
                    prop_assert_eq!(current.parts()[index].to_bits(), start.parts()[index].to_bits());
                }
            }
        }

        #[test]
        fn a_free_drag_lands_where_it_was_let_go(weights in proptest::collection::vec(0.01..1.0_f64, 2..20), to in 0.0..1.0_f64) {
            let start = mixture(&weights);
            let moved = drag(&start, 0, to, &Locks::none(start.domains()));
            prop_assert!((moved.parts()[0] - to).abs() < 1e-15);
            let scale = (1.0 - to) / (1.0 - start.parts()[0]);
            for (after, before) in moved.parts().iter().zip(start.parts()).skip(1) {
                prop_assert!((after - before * scale).abs() < 1e-12);
            }
        }
    }
}
