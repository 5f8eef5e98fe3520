//! One drag, one undo step: every draggable widget pushes its drag through [`push_drag`].

use egui::Response;
use mixlens_study::{Command, Session};

use crate::CommandQueue;

/// Pushes `changed` (the command of the widget, if any) between the begin and the end of a drag.
pub(crate) fn push_drag(response: &Response, changed: Option<Command>, out: &mut CommandQueue) {
    if response.drag_started() {
        out.push(Session::BeginDrag);
    }
    if let Some(command) = changed {
        out.push(command);
    }
    if response.drag_stopped() {
        out.push(Session::EndDrag);
    }
}
