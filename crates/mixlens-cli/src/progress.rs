//! Progress bars on stderr and the interrupt key: once to stop at the next check, twice to end at
//! once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use mixlens_core::compute::{Control, Progress};

use crate::CANCELLED;

/// A control that draws bars when `is_shown` and stderr is a terminal, and that the interrupt key
/// cancels.
pub fn control(is_shown: bool) -> anyhow::Result<Control> {
    let control = if is_shown && std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        let bars = Bars(Mutex::new(None));
        Control::reporting_to(move |progress| bars.show(progress))
    } else {
        Control::default()
    };
    let (handle, interrupts) = (control.clone(), AtomicU32::new(0));
    ctrlc::set_handler(move || match interrupts.fetch_add(1, Ordering::Relaxed) {
        0 => handle.cancel(),
        // Work that does not check the control ends here. Files are written whole or not at all, so
        // nothing is lost. The handler stays free for the next interrupt, in case the exit hangs.
        1 => drop(std::thread::spawn(|| std::process::exit(CANCELLED.into()))),
        _ => std::process::abort(),
    })?;
    Ok(control)
}

/// The bar of the stage that runs now.
struct Bars(Mutex<Option<(&'static str, ProgressBar)>>);

impl Bars {
    fn show(&self, progress: Progress) {
        let Ok(mut current) = self.0.lock() else {
            return;
        };
        if current
            .as_ref()
            .is_none_or(|(stage, _)| *stage != progress.stage)
        {
            let bar = ProgressBar::new(progress.total);
            if let Ok(style) =
                ProgressStyle::with_template("{msg:22} {bar:30} {percent:>3} %  {eta_precise} left")
            {
                bar.set_style(style);
            }
            bar.set_message(progress.stage);
            *current = Some((progress.stage, bar));
        }
        let Some((_, bar)) = current.as_ref() else {
            return;
        };
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        if progress.done >= progress.total {
            bar.finish_and_clear();
            *current = None;
        }
    }
}
