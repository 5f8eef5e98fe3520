//! [`LineMesh`]: any number of lines of many points as one mesh.

use egui::{Color32, Mesh, Pos2, Vec2};

/// How much a sharp turn widens a line at most.
const MOST_MITRE: f32 = 3.0;

/// Lines as triangles, in the order they are added.
pub(crate) struct LineMesh {
    mesh: Mesh,
    is_smooth: bool,
}

impl LineMesh {
    /// Smooth lines fade out at their edges, which takes twice the triangles.
    pub fn new(is_smooth: bool) -> Self {
        Self { mesh: Mesh::default(), is_smooth }
    }

    /// Adds a line through `points`.
    pub fn add(&mut self, points: &[Pos2], width: f32, colour: Color32) {
        let half = 0.5 * width;
        let smooth = [(-half - 0.5, Color32::TRANSPARENT), (0.0, colour), (half + 0.5, Color32::TRANSPARENT)];
        let plain = [(-half, colour), (half, colour)];
        let across = if self.is_smooth { &smooth[..] } else { &plain[..] };
        let (first, sides) = (self.mesh.vertices.len() as u32, across.len() as u32);
        for (place, &at) in points.iter().enumerate() {
            let before = place.checked_sub(1).and_then(|before| points.get(before));
            let mitre = mitre(before.copied(), at, points.get(place + 1).copied());
            for &(side, colour) in across {
                self.mesh.colored_vertex(at + mitre * side, colour);
            }
        }
        for segment in 1..points.len() as u32 {
            for side in 1..sides {
                let to = first + segment * sides + side;
                let from = to - sides;
                self.mesh.add_triangle(from - 1, from, to - 1);
                self.mesh.add_triangle(from, to, to - 1);
            }
        }
    }

    /// Everything that was added.
    pub fn finish(self) -> Mesh {
        self.mesh
    }
}

/// The way across a line at a point, of a length that keeps the line's width where it turns.
fn mitre(before: Option<Pos2>, at: Pos2, after: Option<Pos2>) -> Vec2 {
    let (into, out) = (before.map(|before| (at - before).normalized()), after.map(|after| (after - at).normalized()));
    let Some(one) = into.or(out) else { return Vec2::ZERO };
    let across = (one + out.unwrap_or(one)).normalized().rot90();
    across * (1.0 / across.dot(one.rot90()).max(f32::EPSILON)).min(MOST_MITRE)
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn a_line_keeps_its_width_around_a_corner() {
        let mut lines = LineMesh::new(false);
        lines.add(&[pos2(0.0, 0.0), pos2(10.0, 0.0), pos2(10.0, 10.0)], 2.0, Color32::RED);
        let mesh = lines.finish();
        assert!(mesh.is_valid());
        let mut corners: Vec<(i32, i32)> =
            mesh.vertices.iter().map(|own| (own.pos.x.round() as i32, own.pos.y.round() as i32)).collect();
        corners.sort_unstable();
        assert_eq!(corners, [(0, -1), (0, 1), (9, 1), (9, 10), (11, -1), (11, 10)]);
        assert_eq!(mesh.indices.len(), 4 * 3);
    }

    #[test]
    fn smooth_lines_end_in_nothing_and_lone_points_draw_nothing() {
        let mut lines = LineMesh::new(true);
        lines.add(&[pos2(0.0, 0.0)], 1.0, Color32::RED);
        lines.add(&[pos2(0.0, 0.0), pos2(9.0, 0.0)], 1.0, Color32::RED);
        let mesh = lines.finish();
        assert!(mesh.is_valid() && mesh.indices.len() == 4 * 3);
        let edge = mesh.vertices.iter().filter(|own| own.pos.y.abs() > 0.5);
        assert!(edge.clone().count() == 4 && edge.into_iter().all(|own| own.color == Color32::TRANSPARENT));
    }
}
