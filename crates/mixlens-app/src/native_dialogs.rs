//! The file dialogs of the system.

use mixlens_app::{Choose, Chosen, FileDialogs};
use rfd::AsyncFileDialog;

/// The file dialogs of the system, waited for on a thread.
pub struct NativeDialogs;

impl FileDialogs for NativeDialogs {
    fn choose(&self, what: Choose, chosen: Chosen) {
        let dialog = AsyncFileDialog::new();
        match what {
            Choose::Runs => {
                let files = dialog.set_title("Import runs").pick_files();
                std::thread::spawn(move || {
                    let files = pollster::block_on(files).unwrap_or_default();
                    chosen(files.iter().map(|file| file.path().to_owned()).collect());
                });
            }
            Choose::Study => {
                let file = dialog.set_title("Open study").add_filter("Mixlens study", &["json"]).pick_file();
                std::thread::spawn(move || finish_one(pollster::block_on(file), chosen));
            }
            Choose::Target(name) => {
                let file = dialog.set_title("Save").set_file_name(name).save_file();
                std::thread::spawn(move || finish_one(pollster::block_on(file), chosen));
            }
        }
    }
}

fn finish_one(file: Option<rfd::FileHandle>, chosen: Chosen) {
    chosen(file.map(|file| file.path().to_owned()).into_iter().collect());
}
