//! Panels and plots of Mixlens, drawn with egui.
//!
//! Views read a [`Study`](mixlens_study::Study) and push [`Command`](mixlens_study::Command)s into
//! a [`CommandQueue`]; they hold no mathematics, start no jobs and never block. [`Shell`] draws the
//! whole content of a window.

mod accessible_name;
mod cached_drawing;
mod command_queue;
mod dialogs;
mod drag_steps;
mod empty;
mod figure_page;
mod keys;
mod line_picture;
mod menu_bar;
mod output_medium;
mod palette;
mod panels;
mod plot;
mod shell;
mod status_bar;
mod support;
mod surroundings;
mod svg;
mod theme;
mod widgets;
mod workspace;

pub use command_queue::CommandQueue;
pub use dialogs::Question;
pub use figure_page::{FIGURE_PIXELS_PER_POINT, FigurePage};
pub use keys::usual_command;
pub use palette::{OKABE_ITO, diverging, viridis};
pub use shell::Shell;
pub use surroundings::{JobProgress, Surroundings};
pub use theme::{Tokens, enlarge_for_fingers, install_theme};
pub use workspace::PANELS;
