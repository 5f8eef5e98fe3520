//! Designs that cover the simplex by enumeration: lattices and centroids.

use std::sync::Arc;

use super::{DomainSet, Mixture};
use crate::CoreError;

/// Maximum mixtures of a design; a larger one is almost certainly a mistake in the number of
/// levels.
pub const DESIGN_LIMIT: usize = 100_000;

/// Maximum proportions of all mixtures of a design: each takes 8 bytes, and a few more as text.
pub const MAX_DESIGN_NUMBERS: usize = 5_000_000;

/// The simplex lattice {q, d}: every mixture whose proportions are multiples of 1/q.
///
/// ```text
/// C(q + d − 1, q) mixtures      q levels, d domains
/// ```
/// The order is from all of the first domain to all of the last one. Source: Scheffé 1958,
/// "Experiments with mixtures", section 2.
///
/// ```
/// use mixlens_core::simplex::{DomainSet, simplex_lattice};
/// let design = simplex_lattice(&DomainSet::new(["web", "code"])?, 2)?;
/// let parts: Vec<&[f64]> = design.iter().map(|mixture| mixture.parts()).collect();
/// assert_eq!(parts, [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
///
/// # Errors
/// [`CoreError::BadParameter`] for zero levels or more than [`DESIGN_LIMIT`] mixtures.
pub fn simplex_lattice(domains: &Arc<DomainSet>, levels: u32) -> Result<Vec<Mixture>, CoreError> {
    if levels == 0 {
        return Err(CoreError::BadParameter {
            name: "levels",
            expected: "at least 1",
            found: "0".to_owned(),
        });
    }
    let d = domains.len();
    let count = binomial(
        f64::from(levels) + d as f64 - 1.0,
        f64::from(levels).min(d as f64 - 1.0),
    );
    check_count("levels", count, d)?;
    let mut design = Vec::with_capacity(count as usize);
    let mut counts = vec![0_u32; d];
    if let Some(first) = counts.first_mut() {
        *first = levels;
    }
    loop {
        let parts = counts
            .iter()
            .map(|&count| f64::from(count) / f64::from(levels))
            .collect();
        design.push(Mixture::from_exact_parts(domains, parts));
        if !next_composition(&mut counts) {
            return Ok(design);
        }
    }
}

/// The simplex centroid design: equal proportions over every group of 1 to `largest` domains.
///
/// ```text
/// C(d, 1) + C(d, 2) + … + C(d, largest) mixtures
/// ```
/// `largest` = d gives the full design of 2ᵈ − 1 mixtures. Small groups come first.
/// Source: Scheffé 1963, "The simplex-centroid design for experiments with mixtures".
///
/// # Errors
/// [`CoreError::BadParameter`] for groups of zero domains or more than d, or more than
/// [`DESIGN_LIMIT`] mixtures.
pub fn simplex_centroid(
    domains: &Arc<DomainSet>,
    largest: usize,
) -> Result<Vec<Mixture>, CoreError> {
    let d = domains.len();
    if largest == 0 || largest > d {
        let found = largest.to_string();
        return Err(CoreError::BadParameter {
            name: "largest",
            expected: "1 up to the number of domains",
            found,
        });
    }
    let count: f64 = (1..=largest)
        .map(|size| binomial(d as f64, size.min(d - size) as f64))
        .sum();
    check_count("largest", count, d)?;
    let mut design = Vec::with_capacity(count as usize);
    for size in 1..=largest {
        let mut group: Vec<usize> = (0..size).collect();
        loop {
            let mut parts = vec![0.0; d];
            for &member in &group {
                if let Some(part) = parts.get_mut(member) {
                    *part = 1.0 / size as f64;
                }
            }
            design.push(Mixture::from_exact_parts(domains, parts));
            if !next_group(&mut group, d) {
                break;
            }
        }
    }
    Ok(design)
}

/// The binomial coefficient C(n, k) in floating point: exact up to the size of designs, very large
/// beyond.
fn binomial(n: f64, k: f64) -> f64 {
    let mut value = 1.0;
    let mut i = 1.0;
    while i <= k && value < 1e300 {
        value = (value * (n - k + i) / i).round();
        i += 1.0;
    }
    value
}

fn check_count(name: &'static str, count: f64, domains: usize) -> Result<(), CoreError> {
    if count <= DESIGN_LIMIT as f64 && count * domains as f64 <= MAX_DESIGN_NUMBERS as f64 {
        return Ok(());
    }
    let (expected, found) = (DESIGN_IN_WORDS, format!("one of {count:.3e} mixtures"));
    Err(CoreError::BadParameter {
        name,
        expected,
        found,
    })
}

/// The limits of a design, for messages.
const DESIGN_IN_WORDS: &str = "a design of at most 100000 mixtures, and 5 million proportions";

/// The next composition of the same total, in falling lexicographic order; false after the last
/// one.
fn next_composition(counts: &mut [u32]) -> bool {
    let Some((last, head)) = counts.split_last_mut() else {
        return false;
    };
    // Take one unit from the last non-zero count before the end. That unit and all of the end count
    // go to the position after it.
    let Some(taken) = head.iter().rposition(|&count| count > 0) else {
        return false;
    };
    let moved = *last + 1;
    *last = 0;
    if let Some(count) = head.get_mut(taken) {
        *count -= 1;
    }
    match head.get_mut(taken + 1) {
        Some(next) => *next = moved,
        None => *last = moved,
    }
    true
}

/// The next group of the same size out of `d`, in lexicographic order; false after the last one.
fn next_group(group: &mut [usize], d: usize) -> bool {
    let size = group.len();
    let movable = group
        .iter()
        .enumerate()
        .rposition(|(index, &member)| member + size < d + index);
    let Some(index) = movable else { return false };
    let start = group.get(index).map_or(0, |member| member + 1);
    for (offset, member) in group.iter_mut().skip(index).enumerate() {
        *member = start + offset;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn domains(count: usize) -> Arc<DomainSet> {
        DomainSet::new((0..count).map(|i| format!("d{i}"))).unwrap()
    }

    fn distinct(design: &[Mixture]) -> usize {
        design
            .iter()
            .map(|m| m.parts().iter().map(|p| p.to_bits()).collect::<Vec<_>>())
            .collect::<BTreeSet<_>>()
            .len()
    }

    #[test]
    fn the_lattice_of_three_levels_over_three_domains_has_its_ten_points() {
        let design = simplex_lattice(&domains(3), 3).unwrap();
        let thirds: Vec<Vec<i32>> = design
            .iter()
            .map(|m| m.parts().iter().map(|p| (p * 3.0).round() as i32).collect())
            .collect();
        let expected = [
            [3, 0, 0],
            [2, 1, 0],
            [2, 0, 1],
            [1, 2, 0],
            [1, 1, 1],
            [1, 0, 2],
            [0, 3, 0],
            [0, 2, 1],
            [0, 1, 2],
            [0, 0, 3],
        ];
        assert_eq!(thirds, expected);
    }

    #[test]
    fn designs_have_as_many_distinct_mixtures_as_the_formula_says() {
        for (d, levels, count) in [(1, 5, 1), (2, 10, 11), (5, 4, 70), (7, 2, 28), (17, 3, 969)] {
            let design = simplex_lattice(&domains(d), levels).unwrap();
            assert_eq!(
                (design.len(), distinct(&design)),
                (count, count),
                "{d} domains, {levels} levels"
            );
        }
        for (d, largest, count) in [(1, 1, 1), (3, 3, 7), (10, 10, 1023), (20, 2, 210)] {
            let design = simplex_centroid(&domains(d), largest).unwrap();
            assert_eq!(
                (design.len(), distinct(&design)),
                (count, count),
                "{d} domains, groups up to {largest}"
            );
        }
    }

    #[test]
    fn centroids_come_in_order_of_group_size() {
        let design = simplex_centroid(&domains(3), 2).unwrap();
        let parts: Vec<&[f64]> = design.iter().map(Mixture::parts).collect();
        let expected = [
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 0.0, 1.0],
            [0.5, 0.5, 0.0],
            [0.5, 0.0, 0.5],
            [0.0, 0.5, 0.5],
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_design_that_explodes_is_refused_with_its_size() {
        let error = simplex_lattice(&domains(17), 20).unwrap_err().to_string();
        assert!(error.contains("one of 7.308e9"), "{error}");
        assert!(simplex_centroid(&domains(1000), 500).is_err());
        assert!(simplex_lattice(&domains(3), 0).is_err());
        assert!(simplex_centroid(&domains(3), 4).is_err());
        assert!(simplex_lattice(&domains(3), u32::MAX).is_err());
    }
}
