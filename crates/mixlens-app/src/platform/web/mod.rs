//! The browser: workers, dropped and chosen files, downloads, and the browser's storage.

mod files;
mod fonts;
mod host;
mod recovery_store;
mod workers;

use std::path::PathBuf;

use egui::DroppedFileHandle;
use mixlens_formats::SaveOutcome;
use mixlens_study::{SavedStudy, parse_study};
use mixlens_views::{FIGURE_PIXELS_PER_POINT, FigurePage};
use wasm_bindgen_futures::spawn_local;

pub use fonts::{add_monospace_font, first_fonts};
pub use host::Host;
pub(crate) use recovery_store::RecoveryStore;
pub(crate) use workers::{Work, Workers};

use crate::files::{self as sorting, Inbox, Incoming, Left, Purpose, Save};
use crate::{AppError, Choose};
use host::problem_text;

/// The minimum time between two updates of the page's text, in seconds.
const UPDATE_INTERVAL: f64 = 1.0 / 30.0;

/// The page that an app runs in.
pub struct Platform {
    host: Host,
    /// The time and content of the last update of the page's text.
    followed: (f64, String),
}

impl Platform {
    /// A page is closed by the browser.
    pub(crate) const MAY_QUIT: bool = false;

    /// A page.
    pub fn new(host: Host) -> Self {
        Self {
            host,
            followed: (f64::NEG_INFINITY, String::new()),
        }
    }

    /// Opens dropped files.
    pub(crate) fn take(&self, dropped: &[DroppedFileHandle], purpose: Purpose, inbox: &Inbox) {
        if !dropped.is_empty() {
            let (dropped, inbox, max_bytes) =
                (dropped.to_vec(), inbox.clone(), self.host.max_file_bytes());
            spawn_local(
                async move { inbox.send(files::dropped(&dropped, purpose, max_bytes).await) },
            );
        }
    }

    /// Lets the user choose files to open.
    pub(crate) fn choose_to_load(&self, what: Choose, inbox: &Inbox) {
        let (host, inbox) = (self.host.clone(), inbox.clone());
        let purpose = what.purpose();
        let (accept, many) = match what {
            Choose::Runs | Choose::Samples(_) => ("", true),
            Choose::Tokenizer => ("", false),
            Choose::Study | Choose::Target(_) => (".json", false),
        };
        spawn_local(async move {
            match host.pick(accept, many).await {
                Ok(chosen) if chosen.length() == 0 => {}
                Ok(chosen) => {
                    inbox.send(files::chosen(&chosen, purpose, host.max_file_bytes()).await)
                }
                Err(problem) => inbox.send(Incoming::Told(problem_text(&problem))),
            }
        });
    }

    /// No dialog: the browser decides where downloads go.
    pub(crate) fn choose_target(&self, name: &str, inbox: &Inbox) {
        inbox.send(Incoming::SaveTo(Some(name.into())));
    }

    /// Saves a study as a download.
    pub(crate) fn save(&self, study: SavedStudy, path: PathBuf, number: u64, inbox: &Inbox) {
        self.host
            .download(&path.to_string_lossy(), study.to_text().as_bytes());
        let outcome = Ok(SaveOutcome::Saved {
            replaced: None,
            written: None,
        });
        inbox.send(Incoming::Saved(Save {
            path,
            number,
            edits: study.edits(),
            outcome,
        }));
    }

    /// Saves a file as a download.
    pub(crate) fn export(
        &self,
        name: String,
        content: impl FnOnce() -> Result<Vec<u8>, AppError>,
        inbox: &Inbox,
    ) {
        inbox.send(Incoming::Told(match content() {
            Ok(bytes) => {
                self.host.download(&name, &bytes);
                format!("saved {name}")
            }
            Err(problem) => problem.to_string(),
        }));
    }

    /// Saves a plot as a picture, which the browser draws.
    pub(crate) fn export_png(&self, name: String, paper: FigurePage, inbox: &Inbox) {
        let (host, inbox) = (self.host.clone(), inbox.clone());
        spawn_local(async move {
            inbox.send(Incoming::Told(
                match host
                    .download_png(&name, &paper.svg(), FIGURE_PIXELS_PER_POINT)
                    .await
                {
                    Ok(_) => format!("saved {name}"),
                    Err(problem) => problem_text(&problem),
                },
            ));
        });
    }

    /// Recovers the study stored in this browser.
    pub(crate) fn recover(&self, left: Left, inbox: &Inbox) {
        let (host, inbox) = (self.host.clone(), inbox.clone());
        spawn_local(async move {
            inbox.send(match host.kept().await {
                Ok(text) => sorting::recovered(
                    left,
                    None,
                    parse_study(&text.as_string().unwrap_or_default()),
                ),
                Err(problem) => Incoming::Told(problem_text(&problem)),
            });
        });
    }

    /// Nothing: a page cannot reopen a file that it read.
    pub(crate) fn open_saved(&self, _: PathBuf, _: &Inbox) {}

    /// Always empty: a page cannot reopen files.
    pub(crate) fn recent(&self) -> &[String] {
        &[]
    }

    /// Nothing: there are no recent files.
    pub(crate) fn reopen(&self, _: usize, _: &Inbox) {}

    /// Nothing: there are no recent files.
    pub(crate) fn remember(&mut self, _: &[PathBuf]) {}

    /// A link to a state: this page with the fragment.
    pub(crate) fn link(&self, fragment: String) -> String {
        format!("{}#{fragment}", self.host.address())
    }

    /// Updates the page's text with the window's content, often enough to follow a drag.
    pub(crate) fn follow(&mut self, plain: impl FnOnce() -> String, inbox: &Inbox) {
        let now = inbox.wake.input(|input| input.time);
        let wait = self.followed.0 + UPDATE_INTERVAL - now;
        if wait > 0.0 {
            return inbox
                .wake
                .request_repaint_after(std::time::Duration::from_secs_f64(wait));
        }
        let plain = plain();
        if plain != self.followed.1 {
            self.host.show(&plain);
            self.followed = (now, plain);
        }
    }
}
