//! One drag, one step of undo: every draggable widget reports its drag through here.

use egui::Response;
use mixlens_study::{Command, Session};

use crate::CommandQueue;

/// Pushes `changed` (what the widget asks for, if anything) framed by begin and end of a drag.
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
