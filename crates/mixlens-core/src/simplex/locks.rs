//! [`Locks`] and [`set_proportion`]: how a mixture changes when one slider is dragged.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::projection::{Bounds, clip, settle};
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
        Self {
            domains: Arc::clone(domains),
            locked: vec![false; domains.len()],
        }
    }

    /// Locks or unlocks the domain with index `domain`; an index beyond the domains is ignored.
    pub fn set(&mut self, domain: usize, is_locked: bool) {
        if let Some(locked) = self.locked.get_mut(domain) {
            *locked = is_locked;
        }
    }

    /// Locks the domain `name`.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`].
    pub fn lock(&mut self, name: &str) -> Result<(), CoreError> {
        self.set(self.domains.require(name)?, true);
        Ok(())
    }

    /// Whether the domain with index `domain` is locked.
    pub fn is_locked(&self, domain: usize) -> bool {
        self.locked.get(domain).copied().unwrap_or(false)
    }

    /// The domains that can be locked.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }
}

/// Which other domains change when one proportion changes, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Redistribution {
    /// The other unlocked domains keep their ratios to each other (equal ones if all are zero).
    #[default]
    Proportional,
    /// Every other unlocked domain gives or takes the same number of points, as far as its bounds
    /// allow.
    Even,
    /// One other domain gives or takes the difference. Nothing moves if that domain is locked, or
    /// is the one being dragged.
    Swap {
        /// Index of the other domain.
        with: usize,
    },
}

/// Sets the proportion of one domain to `to`; the unlocked others compensate.
///
/// `to` is clamped to the range that locks and constraints leave. Locked parts keep their bits. The
/// mixture does not change if `domain` is locked, or if all other domains are.
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
/// [`CoreError::WrongLength`] when locks or constraints are over other domains,
/// [`CoreError::BadWeight`] when `to` is not finite, [`CoreError::UnknownName`] for an index beyond
/// the domains, or [`CoreError::Infeasible`] when the locked domains leave the others no room
/// inside the constraints.
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
        return Err(CoreError::BadWeight {
            domain: name.clone(),
            found: to,
        });
    }
    for found in [
        locks.domains.len(),
        constraints.map_or(domains.len(), |bounds| bounds.domains().len()),
    ] {
        if found != domains.len() {
            return Err(CoreError::WrongLength {
                what: "domains",
                expected: domains.len(),
                found,
            });
        }
    }
    let free = Constraints::free(domains);
    let constraints = constraints.unwrap_or(&free);
    let drag = match redistribution {
        Redistribution::Swap { with } => Drag::new(mixture, domain, constraints, |other| {
            other != with || locks.is_locked(other)
        }),
        _ => Drag::new(mixture, domain, constraints, |other| locks.is_locked(other)),
    };
    if locks.is_locked(domain) || drag.others.is_empty() {
        return Ok(mixture.clone());
    }
    let to = drag.clamp(to)?;
    let others = match redistribution {
        Redistribution::Proportional => drag.proportional(to),
        // With one other domain, that one takes the whole difference.
        Redistribution::Even | Redistribution::Swap { .. } => drag.even(to),
    };
    let mut parts = mixture.parts().to_vec();
    for (index, part) in
        std::iter::once((domain, to)).chain(drag.others.iter().copied().zip(others))
    {
        if let Some(slot) = parts.get_mut(index) {
            *slot = part;
        }
    }
    Ok(Mixture::from_exact_parts(domains, parts))
}

/// One domain moves, other domains may follow, the rest are locked.
struct Drag {
    /// Sum of the proportions of the moving domain and the others.
    budget: f64,
    /// Bounds of the moving domain.
    moving: (f64, f64),
    /// Indices of the other free domains, with their parts and their bounds.
    others: Vec<usize>,
    parts: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl Drag {
    fn new(
        mixture: &Mixture,
        domain: usize,
        constraints: &Constraints,
        stays: impl Fn(usize) -> bool,
    ) -> Self {
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
            } else if stays(index) {
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
        let low = self.moving.0.max(self.budget - upper);
        let high = self.moving.1.min(self.budget - lower);
        if low > high + SUM_TOLERANCE {
            let clash = if self.budget < lower + self.moving.0 {
                format!(
                    "the lower bounds of the unlocked domains sum to {}",
                    lower + self.moving.0
                )
            } else {
                format!(
                    "the upper bounds and caps of the unlocked domains sum to {}",
                    upper + self.moving.1
                )
            };
            let clashes = vec![format!("locked domains leave {}; {clash}", self.budget)];
            return Err(CoreError::Infeasible { clashes });
        }
        Ok(to.max(low).min(high).max(0.0))
    }

    fn bounds(&self) -> Bounds<'_> {
        Bounds {
            lower: &self.lower,
            upper: &self.upper,
        }
    }

    fn proportional(&self, to: f64) -> Vec<f64> {
        water_fill(&self.parts, self.bounds(), (self.budget - to).max(0.0))
    }

    fn even(&self, to: f64) -> Vec<f64> {
        let mut parts: Vec<f64> = self
            .parts
            .iter()
            .zip(self.bounds().iter())
            .map(|(&part, (low, high))| clip(part, low, high))
            .collect();
        settle(
            &mut parts,
            self.bounds(),
            (self.budget - to).max(0.0),
            |_| 1.0,
            |_, _, _, _| true,
        );
        parts
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
        close(
            drag(&start, 0, 0.5, &Locks::none(start.domains())).parts(),
            &[0.5, 0.25, 0.25],
        );
    }

    #[test]
    fn an_even_drag_takes_the_same_from_everyone_who_has_it() {
        let start = mixture(&[0.2, 0.5, 0.2, 0.1]);
        let even = |to| {
            set_proportion(
                &start,
                0,
                to,
                &Locks::none(start.domains()),
                None,
                Redistribution::Even,
            )
            .unwrap()
        };
        close(even(0.5).parts(), &[0.5, 0.4, 0.1, 0.0]);
        close(even(0.05).parts(), &[0.05, 0.55, 0.25, 0.15]);
        close(even(0.9).parts(), &[0.9, 0.1, 0.0, 0.0]);
    }

    #[test]
    fn a_swap_moves_two_domains_and_stops_when_the_other_is_empty() {
        let start = mixture(&[0.2, 0.5, 0.2, 0.1]);
        let mut locks = Locks::none(start.domains());
        let swap = |to, with, locks: &Locks| {
            set_proportion(&start, 0, to, locks, None, Redistribution::Swap { with }).unwrap()
        };
        close(swap(0.3, 2, &locks).parts(), &[0.3, 0.5, 0.1, 0.1]);
        close(swap(0.9, 3, &locks).parts(), &[0.3, 0.5, 0.2, 0.0]);
        for with in [0, 9] {
            assert_eq!(swap(0.3, with, &locks), start);
        }
        locks.set(2, true);
        assert_eq!(swap(0.3, 2, &locks), start);
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
        let at = |domain, to| {
            set_proportion(
                &start,
                domain,
                to,
                &locks,
                Some(&caps),
                Redistribution::Proportional,
            )
            .unwrap()
        };
        close(
            at(1, 0.9).parts(),
            &[0.6 * 0.80 / 0.85, 0.4, 0.6 * 0.05 / 0.85],
        );
        // The web cannot fall further: code and wiki are at their caps.
        close(at(0, 0.0).parts(), &[0.52, 0.4, 0.08]);
    }

    #[test]
    fn locks_that_contradict_the_constraints_are_told() {
        let caps = toy();
        let (start, _) = Mixture::from_weights(caps.domains(), &[0.2, 0.4, 0.4]).unwrap();
        let mut locks = Locks::none(caps.domains());
        locks.lock("web").unwrap();
        let clash = set_proportion(
            &start,
            1,
            0.5,
            &locks,
            Some(&caps),
            Redistribution::Proportional,
        )
        .unwrap_err();
        let text = clash.to_string();
        assert!(
            text.contains("locked domains leave 0.8") && text.contains("sum to 0.48"),
            "{text}"
        );
    }

    #[test]
    fn bad_arguments_are_refused() {
        let start = mixture(&[0.5, 0.5]);
        let locks = Locks::none(start.domains());
        let set = |domain, to| {
            set_proportion(
                &start,
                domain,
                to,
                &locks,
                None,
                Redistribution::Proportional,
            )
        };
        assert!(matches!(set(5, 0.5), Err(CoreError::UnknownName { .. })));
        assert!(matches!(set(0, f64::NAN), Err(CoreError::BadWeight { .. })));
        let other = Locks::none(toy().domains());
        let wrong = set_proportion(&start, 0, 0.5, &other, None, Redistribution::Proportional);
        assert!(matches!(
            wrong,
            Err(CoreError::WrongLength {
                expected: 2,
                found: 3,
                ..
            })
        ));
    }

    proptest! {
        #[test]
        fn locked_parts_survive_any_drag(
            (constraints, target) in constrained(),
            is_locked in proptest::collection::vec(any::<bool>(), 12),
            drags in proptest::collection::vec((0..12_usize, -0.5..1.5_f64, 0..12_usize), 1..20),
        ) {
            let mut current = constraints.project(&target).unwrap();
            let mut locks = Locks::none(constraints.domains());
            for (index, &is_locked) in is_locked.iter().enumerate() {
                locks.set(index, is_locked);
            }
            let start = current.clone();
            for (domain, to, other) in drags {
                let domain = domain % target.len();
                let policy = match other % 3 {
                    0 => Redistribution::Proportional,
                    1 => Redistribution::Even,
                    _ => Redistribution::Swap { with: other % target.len() },
                };
                current =
                    set_proportion(&current, domain, to, &locks, Some(&constraints), policy)
                        .unwrap();
                prop_assert!((current.parts().iter().sum::<f64>() - 1.0).abs() <= SUM_TOLERANCE);
                prop_assert!(constraints.contains(current.parts(), SUM_TOLERANCE));
                for index in (0..target.len()).filter(|index| is_locked[*index]) {
                    let (found, expected) = (current.parts()[index], start.parts()[index]);
                    prop_assert_eq!(found.to_bits(), expected.to_bits());
                }
            }
        }

        #[test]
        fn a_free_drag_lands_where_it_was_released(
            weights in proptest::collection::vec(0.01..1.0_f64, 2..20),
            to in 0.0..1.0_f64,
        ) {
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
