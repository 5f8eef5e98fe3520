//! The file dialogs of the system.

use mixlens_app::{Choose, Chosen, FileDialogs};
use mixlens_study::SampleFrom;
use rfd::AsyncFileDialog;

/// The file dialogs of the system, waited for on a thread.
pub struct NativeDialogs;

impl FileDialogs for NativeDialogs {
    fn choose(&self, what: Choose, chosen: Chosen) {
        let dialog = AsyncFileDialog::new();
        match what {
            Choose::Runs => {
                let files = dialog.set_title("Import runs").pick_files();
                std::thread::spawn(move || finish_all(pollster::block_on(files), chosen));
            }
            Choose::Tokenizer => {
                let file = dialog.set_title("Open tokenizer").pick_file();
                std::thread::spawn(move || finish_one(pollster::block_on(file), chosen));
            }
            Choose::Samples(SampleFrom::Files) => {
                let files = dialog
                    .set_title("Add samples: a category for each file")
                    .pick_files();
                std::thread::spawn(move || finish_all(pollster::block_on(files), chosen));
            }
            Choose::Samples(SampleFrom::Folder) => {
                let folders = dialog
                    .set_title("Add samples: a category for each folder")
                    .pick_folders();
                std::thread::spawn(move || finish_all(pollster::block_on(folders), chosen));
            }
            Choose::Study => {
                let file = dialog
                    .set_title("Open study")
                    .add_filter("Mixlens study", &["json"])
                    .pick_file();
                std::thread::spawn(move || finish_one(pollster::block_on(file), chosen));
            }
            Choose::Target(name) => {
                let file = dialog.set_title("Save").set_file_name(name).save_file();
                std::thread::spawn(move || finish_one(pollster::block_on(file), chosen));
            }
        }
    }
}

fn finish_all(files: Option<Vec<rfd::FileHandle>>, chosen: Chosen) {
    chosen(
        files
            .unwrap_or_default()
            .iter()
            .map(|file| file.path().to_owned())
            .collect(),
    );
}

fn finish_one(file: Option<rfd::FileHandle>, chosen: Chosen) {
    chosen(
        file.map(|file| file.path().to_owned())
            .into_iter()
            .collect(),
    );
}
