//! Meshes: triangles of one colour each, small enough to hide the steps.

use std::fmt::Write;

use egui::{Color32, Mesh, Pos2};

use super::colour;
use super::outline::line;

/// A triangle whose corners differ by more than this in any channel (of 255) is split.
const STEP: u8 = 14;
/// Maximum number of times that a triangle is split.
const MAX_SPLITS: u32 = 2;

type Corner = (Pos2, Color32);

/// Appends the triangles; neighbours of one colour as one path, so that the background does not
/// show between them.
pub(super) fn write_mesh(mesh: &Mesh, out: &mut String) {
    let mut triangles = Vec::new();
    let corner = |index: u32| {
        mesh.vertices
            .get(index as usize)
            .map(|vertex| (vertex.pos, vertex.color))
    };
    for &[a, b, c] in mesh.indices.as_chunks::<3>().0 {
        if let (Some(a), Some(b), Some(c)) = (corner(a), corner(b), corner(c)) {
            split([a, b, c], MAX_SPLITS, &mut triangles);
        }
    }
    let _ = writeln!(out, "<g stroke-width=\"0.6\" stroke-linejoin=\"round\">");
    for group in triangles.chunk_by(|(_, a), (_, b)| a == b) {
        let Some(&(_, shade)) = group.first() else {
            continue;
        };
        let commands: String = group
            .iter()
            .map(|(corners, _)| line(&clockwise(*corners), true))
            .collect();
        // A hairline of the same colour closes the seam to neighbours. Translucent triangles have
        // none, because it would show.
        let seam = if shade.is_opaque() {
            colour("stroke", shade)
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "<path d=\"{commands}\"{}{seam}/>",
            colour("fill", shade)
        );
    }
    *out += "</g>\n";
}

/// Splits at the midpoints of the sides until a triangle is nearly of one colour.
fn split(corners: [Corner; 3], splits: u32, out: &mut Vec<([Pos2; 3], Color32)>) {
    let [a, b, c] = corners;
    let middle = |p: Corner, q: Corner| (p.0 + (q.0 - p.0) * 0.5, p.1.lerp_to_gamma(q.1, 0.5));
    let (ab, bc, ca) = (middle(a, b), middle(b, c), middle(c, a));
    let is_one_colour = [(a, b), (b, c), (c, a)].iter().all(|(p, q)| {
        p.1.to_array()
            .iter()
            .zip(q.1.to_array())
            .all(|(channel, other)| channel.abs_diff(other) <= STEP)
    });
    if splits == 0 || is_one_colour {
        return out.push(([a.0, b.0, c.0], ab.1.lerp_to_gamma(c.1, 1.0 / 3.0)));
    }
    for part in [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]] {
        split(part, splits - 1, out);
    }
}

/// Orders the corners clockwise, so that sides shared by two triangles of a path cancel out.
fn clockwise([a, b, c]: [Pos2; 3]) -> [Pos2; 3] {
    let (side, other) = (b - a, c - a);
    if side.x * other.y < side.y * other.x {
        [a, c, b]
    } else {
        [a, b, c]
    }
}
