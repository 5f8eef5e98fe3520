//! Colour scales for readers with colour blindness.

use egui::Color32;

/// Eight colours for categories. Source: Okabe and Ito 2008, "Color Universal Design".
pub const OKABE_ITO: [Color32; 8] = [
    Color32::from_rgb(0, 114, 178),
    Color32::from_rgb(230, 159, 0),
    Color32::from_rgb(0, 158, 115),
    Color32::from_rgb(204, 121, 167),
    Color32::from_rgb(86, 180, 233),
    Color32::from_rgb(213, 94, 0),
    Color32::from_rgb(240, 228, 66),
    Color32::from_rgb(120, 120, 120),
];

/// Nine anchors of viridis, evenly spaced. Source: van der Walt and Smith 2015, matplotlib's
/// default colour map.
const VIRIDIS: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];

/// Blue over a neutral middle to vermillion, both ends Okabe-Ito.
const DIVERGING: [[u8; 3]; 3] = [[0, 114, 178], [228, 228, 226], [213, 94, 0]];

/// The colour at `value` from 0 to 1, even in lightness.
pub fn viridis(value: f32) -> Color32 {
    between(&VIRIDIS, value)
}

/// The colour at `value` from −1 to 1, neutral at zero.
pub fn diverging(value: f32) -> Color32 {
    between(&DIVERGING, value.mul_add(0.5, 0.5))
}

fn between(anchors: &[[u8; 3]], value: f32) -> Color32 {
    let last = anchors.len().saturating_sub(1);
    let along = value.clamp(0.0, 1.0) * last as f32;
    let from = along.floor();
    let anchor = |at: f32| {
        let [r, g, b] = anchors
            .get((at as usize).min(last))
            .copied()
            .unwrap_or_default();
        Color32::from_rgb(r, g, b)
    };
    anchor(from).lerp_to_gamma(anchor(from + 1.0), along - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_meet_their_anchors() {
        assert_eq!(viridis(0.0), Color32::from_rgb(68, 1, 84));
        assert_eq!(viridis(1.0), Color32::from_rgb(253, 231, 37));
        assert_eq!(viridis(0.5), Color32::from_rgb(33, 144, 141));
        assert_eq!(diverging(0.0), Color32::from_rgb(228, 228, 226));
        assert_eq!(diverging(9.0), diverging(1.0));
    }
}
