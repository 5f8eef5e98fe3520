//! Progress bars on stderr and the interrupt key.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use mixlens_core::compute::{Control, Progress};

/// A control that draws bars when `is_shown` and stderr is a terminal, and that the interrupt key cancels.
pub fn control(is_shown: bool) -> anyhow::Result<Control> {
    let control = if is_shown && std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        let bars = Bars(Mutex::new(None));
        Control::reporting_to(move |progress| bars.show(progress))
    } else {
        Control::default()
    };
    let handle = control.clone();
    ctrlc::set_handler(move || handle.cancel())?;
    Ok(control)
}

/// The bar of the stage that runs now.
struct Bars(Mutex<Option<(&'static str, ProgressBar)>>);

impl Bars {
    fn show(&self, progress: Progress) {
        let Ok(mut current) = self.0.lock() else { return };
        if current.as_ref().is_none_or(|(stage, _)| *stage != progress.stage) {
            let bar = ProgressBar::new(progress.total);
            if let Ok(style) = ProgressStyle::with_template("{msg:22} {bar:30} {percent:>3} %  {eta_precise} left") {
                bar.set_style(style);
            }
            bar.set_message(progress.stage);
            *current = Some((progress.stage, bar));
        }
        let Some((_, bar)) = current.as_ref() else { return };
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        if progress.done >= progress.total {
            bar.finish_and_clear();
            *current = None;
        }
    }
}
