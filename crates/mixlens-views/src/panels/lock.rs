//! A drawn padlock, because the fonts have none.

use egui::{Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::Tokens;

/// The space for the padlock in a row, in points.
const SIZE: Vec2 = Vec2::new(20.0, 20.0);

/// A button that shows whether `name` is locked; a click toggles the lock.
pub(super) fn lock_ui(ui: &mut Ui, name: &str, is_locked: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(SIZE, Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::Switch,
            ui.is_enabled(),
            is_locked,
            format!("Lock {name}"),
        )
    });
    let tokens = Tokens::of(ui);
    let colour = match (is_locked, response.hovered() || response.has_focus()) {
        (true, _) => tokens.accent,
        (false, true) => tokens.text,
        (false, false) => tokens.tied,
    };
    let painter = ui.painter();
    let body = egui::Rect::from_center_size(rect.center() + vec2(0.0, 3.0), vec2(10.0, 8.0));
    if is_locked {
        painter.rect_filled(body, 1.5, colour);
    } else {
        painter.rect_stroke(body, 1.5, Stroke::new(1.3, colour), StrokeKind::Inside);
    }
    // The shackle: both feet in the body when locked, one out when not.
    let (left, right) = (-3.0, 3.0);
    let arc = (0..=8).map(|step| {
        let angle = std::f32::consts::PI * (1.0 - step as f32 / 8.0);
        pos2(
            rect.center().x + right * angle.cos(),
            rect.center().y - 3.0 - 3.5 * angle.sin(),
        )
    });
    let foot = |x: f32| pos2(rect.center().x + x, body.top());
    let mut shackle = vec![foot(left)];
    shackle.extend(arc);
    if is_locked {
        shackle.push(foot(right));
    }
    painter.add(Shape::line(shackle, Stroke::new(1.5, colour)));
    response.on_hover_text(if is_locked {
        "Unlock this proportion"
    } else {
        "Lock this proportion"
    })
}
