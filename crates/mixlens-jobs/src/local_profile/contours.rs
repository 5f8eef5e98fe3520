//! [`Contour`]: lines of equal value on a triangular grid.

use serde::{Deserialize, Serialize};

use super::TernaryPoint;
use super::ticks::ticks;

/// The approximate number of contours drawn.
const CONTOURS: usize = 8;

/// A line of equal value, in pieces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contour {
    /// The value.
    pub level: f64,
    /// The value as text.
    pub text: String,
    /// Straight pieces, each from one point to another, as shares of the three corners.
    pub pieces: Vec<[[f64; 3]; 2]>,
}

/// Contours at round values, from a grid in the order of [`Ternary::points`](super::Ternary).
///
/// Every small triangle is cut by the plane through its corners (marching triangles).
pub(crate) fn contours(points: &[TernaryPoint], steps: usize, range: (f64, f64)) -> Vec<Contour> {
    let triangles = triangles(points, steps);
    let contour = |(level, text): (f64, String)| {
        let pieces = triangles
            .iter()
            .filter_map(|triangle| cut(triangle, level))
            .collect();
        Contour {
            level,
            text,
            pieces,
        }
    };
    let all = ticks(range.0, range.1, CONTOURS).into_iter().map(contour);
    all.filter(|contour| !contour.pieces.is_empty()).collect()
}

/// The small triangles: row r of the grid has r + 1 points.
fn triangles(points: &[TernaryPoint], steps: usize) -> Vec<[&TernaryPoint; 3]> {
    let at = |row: usize, column: usize| points.get(row * (row + 1) / 2 + column);
    let mut triangles = Vec::with_capacity(steps * steps);
    for row in 0..steps {
        for column in 0..=row {
            let below = [
                at(row, column),
                at(row + 1, column),
                at(row + 1, column + 1),
            ];
            let above = [
                at(row, column),
                at(row, column + 1),
                at(row + 1, column + 1),
            ];
            let is_inside = column < row;
            triangles.extend(whole(below));
            triangles.extend(is_inside.then(|| whole(above)).flatten());
        }
    }
    triangles
}

fn whole([a, b, c]: [Option<&TernaryPoint>; 3]) -> Option<[&TernaryPoint; 3]> {
    Some([a?, b?, c?])
}

/// The segment where the plane through a triangle's corners has the value `level`.
fn cut(triangle: &[&TernaryPoint; 3], level: f64) -> Option<[[f64; 3]; 2]> {
    let [a, b, c] = triangle;
    let crossing = |from: &TernaryPoint, to: &TernaryPoint| {
        let (low, high) = (from.value - level, to.value - level);
        // Each corner counts as above or below, so that neighbours agree on which edges are
        // crossed.
        ((low < 0.0) != (high < 0.0)).then(|| {
            // Linear along the edge: s + t (e − s), t = l / (l − h), with s and e the shares at its
            // ends and l and h the values there, less the level.
            let way = low / (low - high);
            let share = |corner: usize| {
                let at = |shares: &[f64; 3]| shares.get(corner).copied().unwrap_or(0.0);
                at(&from.shares) + way * (at(&to.shares) - at(&from.shares))
            };
            [share(0), share(1), share(2)]
        })
    };
    let mut crossings = [crossing(a, b), crossing(b, c), crossing(c, a)]
        .into_iter()
        .flatten();
    Some([crossings.next()?, crossings.next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid of a plane over the triangle.
    fn plane(steps: usize) -> Vec<TernaryPoint> {
        let mut points = Vec::new();
        for row in 0..=steps {
            for column in 0..=row {
                let counts = [steps - row, row - column, column];
                let shares = counts.map(|count| count as f64 / steps as f64);
                points.push(TernaryPoint {
                    shares,
                    value: 2.0 * shares[0] + shares[1],
                    is_allowed: true,
                });
            }
        }
        points
    }

    #[test]
    fn contours_of_a_plane_lie_on_it() {
        let contours = contours(&plane(10), 10, (0.0, 2.0));
        assert!(contours.len() >= 4, "{}", contours.len());
        for contour in contours {
            for shares in contour.pieces.iter().flatten() {
                assert!((2.0 * shares[0] + shares[1] - contour.level).abs() < 1e-12);
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
            // A line through the triangle crosses at least one small triangle, at most 2 per step.
            assert!(
                (1..=20).contains(&contour.pieces.len()),
                "{}",
                contour.pieces.len()
            );
        }
    }

    #[test]
    fn the_small_triangles_cover_the_large_one() {
        assert_eq!(triangles(&plane(7), 7).len(), 49);
    }
}
