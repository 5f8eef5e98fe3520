//! [`Mesh`]: which points of a front are neighbours, and where another may lie between them.

use std::collections::BTreeSet;

/// Points nearer to each other than this count as one (metrics' units): a tenth of the last digit
/// printed.
pub(super) const NEAR: f64 = 1e-5;
/// How much worse each of two neighbours must be under the other's weights, so that a point between
/// them can be lower than both: the gap up to which a minimum counts as optimal (unit of the
/// metrics).
const FLAT: f64 = 1e-9;

/// A point of the front: the minimum of a weighted sum.
#[derive(Clone, Debug)]
pub(super) struct Corner {
    pub weights: Vec<f64>,
    /// The metrics there, lower is better.
    pub values: Vec<f64>,
}

/// Segments (two metrics) or triangles (three) that fill the simplex of weights.
pub(super) struct Mesh {
    corners: Vec<Corner>,
    /// Indices of corners, in rising order.
    cells: Vec<Vec<usize>>,
    /// Faces that turned out to hold no other point.
    closed: BTreeSet<Vec<usize>>,
}

impl Mesh {
    /// One cell whose corners are the ends of the front.
    pub fn new(corners: Vec<Corner>) -> Self {
        Self {
            cells: vec![(0..corners.len()).collect()],
            corners,
            closed: BTreeSet::new(),
        }
    }

    /// The face whose corners are furthest apart, with the weights under which they are equally
    /// good: an edge, or where no edge is left a triangle.
    pub fn widest_open(&self) -> Option<(Vec<usize>, Vec<f64>)> {
        let edges = self.cells.iter().flat_map(|cell| {
            let pair = move |(index, &a): (usize, &usize)| {
                cell.iter().skip(index + 1).map(move |&b| vec![a, b])
            };
            cell.iter().enumerate().flat_map(pair)
        });
        let triangles = self.cells.iter().filter(|cell| cell.len() == 3).cloned();
        self.widest(edges).or_else(|| self.widest(triangles))
    }

    /// Puts a corner into a face and splits every cell that has the face. If the corner is not new,
    /// the face is closed instead. Returns whether the corner is new.
    pub fn insert(&mut self, face: &[usize], corner: Corner) -> bool {
        if self
            .corners
            .iter()
            .any(|other| distance(&other.values, &corner.values) <= NEAR)
        {
            self.closed.insert(face.to_vec());
            return false;
        }
        let new = self.corners.len();
        self.corners.push(corner);
        let (split, mut cells): (Vec<_>, Vec<_>) = std::mem::take(&mut self.cells)
            .into_iter()
            .partition(|cell| face.iter().all(|at| cell.contains(at)));
        for cell in split {
            // Indices rise, so the new corner goes last.
            let piece = |out: &usize| {
                cell.iter()
                    .filter(|at| *at != out)
                    .copied()
                    .chain([new])
                    .collect()
            };
            cells.extend(face.iter().map(piece));
        }
        self.cells = cells;
        true
    }

    fn widest(&self, faces: impl Iterator<Item = Vec<usize>>) -> Option<(Vec<usize>, Vec<f64>)> {
        let open = faces
            .filter(|face| !self.closed.contains(face))
            .filter_map(|face| {
                let corners: Vec<&Corner> =
                    face.iter().filter_map(|&at| self.corners.get(at)).collect();
                let (width, weights) = match corners.as_slice() {
                    [a, b] => (distance(&a.values, &b.values), chord(a, b)?),
                    [a, b, c] => {
                        let longer =
                            distance(&a.values, &b.values).max(distance(&b.values, &c.values));
                        (longer.max(distance(&a.values, &c.values)), plane(a, b, c)?)
                    }
                    _ => return None,
                };
                Some((width, face, weights))
            });
        open.max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, face, weights)| (face, weights))
    }
}

/// The weights between those of two corners under which both are equally good.
///
/// `None` where one corner is as good as the other under the other's weights: then the chord
/// between them belongs to the front.
fn chord(a: &Corner, b: &Corner) -> Option<Vec<f64>> {
    let worse = |weights: &[f64], there: &Corner, here: &Corner| -> f64 {
        weights
            .iter()
            .zip(there.values.iter().zip(&here.values))
            .map(|(w, (there, here))| w * (there - here))
            .sum()
    };
    let (for_a, for_b) = (worse(&a.weights, b, a), worse(&b.weights, a, b));
    // w = (1 − share) wₐ + share w_b solves w · (b − a) = 0, which is linear in the share.
    let share = for_a / (for_a + for_b);
    let between = a
        .weights
        .iter()
        .zip(&b.weights)
        .map(|(a, b)| (1.0 - share) * a + share * b);
    (for_a > FLAT && for_b > FLAT).then(|| between.collect())
}

/// The weights under which three corners are equally good: the normal of their plane. `None` unless
/// all are above zero.
fn plane(a: &Corner, b: &Corner, c: &Corner) -> Option<Vec<f64>> {
    let side = |to: &Corner| {
        to.values
            .iter()
            .zip(&a.values)
            .map(|(to, from)| to - from)
            .collect::<Vec<f64>>()
    };
    let (&[x, y, z], &[p, q, r]) = (side(b).first_chunk::<3>()?, side(c).first_chunk::<3>()?);
    // The cross product of the sides b − a and c − a.
    let normal = [y * r - z * q, z * p - x * r, x * q - y * p];
    let sum: f64 = normal.iter().sum();
    let weights = normal.map(|part| part / sum);
    weights
        .iter()
        .all(|weight| weight.is_finite() && *weight > 0.0)
        .then(|| weights.to_vec())
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b) * (a - b))
        .sum::<f64>()
        .sqrt()
}
