//! [`Recent`]: files that were opened before.

use std::path::{Path, PathBuf};

use mixlens_formats::write_atomically;

/// The maximum length of the list.
const MAX_ENTRIES: usize = 10;

/// Files that were opened before, the latest first: each entry is a study or the files of a run
/// table.
#[derive(Default)]
pub(super) struct Recent {
    /// The file that stores the list, if any.
    file: Option<PathBuf>,
    entries: Vec<Vec<PathBuf>>,
    titles: Vec<String>,
}

impl Recent {
    /// The list stored in `folder`; an empty one where it cannot be read.
    pub fn open(folder: Option<&Path>) -> Self {
        let mut recent = Self {
            file: folder.map(|folder| folder.join("recent.json")),
            ..Self::default()
        };
        recent.read();
        recent.name_entries();
        recent
    }

    /// Reads the stored list, which another window may have extended.
    fn read(&mut self) {
        let text = self
            .file
            .as_ref()
            .and_then(|file| std::fs::read_to_string(file).ok());
        if let Some(entries) = text.and_then(|text| serde_json::from_str(&text).ok()) {
            self.entries = entries;
        }
    }

    /// Puts files on top and stores the list.
    pub fn add(&mut self, paths: &[PathBuf]) {
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let paths: Vec<PathBuf> = paths.iter().map(absolute).collect();
        self.read();
        self.entries.retain(|entry| *entry != paths);
        self.entries.insert(0, paths);
        self.entries.truncate(MAX_ENTRIES);
        self.name_entries();
        if let Some(file) = &self.file
            && let Ok(text) = serde_json::to_string(&self.entries)
        {
            // A list that cannot be stored is not worth a message.
            let _ = write_atomically(file, text.as_bytes());
        }
    }

    /// The title of each entry in a menu.
    pub fn titles(&self) -> &[String] {
        &self.titles
    }

    /// The files of an entry.
    pub fn get(&self, index: usize) -> Option<&[PathBuf]> {
        self.entries.get(index).map(Vec::as_slice)
    }

    fn name_entries(&mut self) {
        self.titles = self.entries.iter().map(|paths| title(paths)).collect();
    }
}

/// `runs.csv and losses.csv, in plans`.
fn title(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| {
        path.file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    let names = paths.iter().map(name).collect::<Vec<_>>().join(" and ");
    let folder = paths
        .first()
        .and_then(|path| path.parent())
        .and_then(Path::file_name);
    folder.map_or_else(
        || names.clone(),
        |folder| format!("{names}, in {}", folder.to_string_lossy()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_first_nothing_is_listed_twice_and_the_list_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut recent = Recent::open(Some(folder.path()));
        for number in 0..12 {
            recent.add(&[path(&format!("{number}.csv")), path("losses.csv")]);
        }
        recent.add(&[path("5.csv"), path("losses.csv")]);
        let again = Recent::open(Some(folder.path()));
        assert_eq!(again.titles(), recent.titles());
        assert_eq!(again.titles().len(), MAX_ENTRIES);
        assert!(
            again.titles()[0].starts_with("5.csv and losses.csv, in "),
            "{:?}",
            again.titles()
        );
        assert_eq!(again.get(0).unwrap(), [path("5.csv"), path("losses.csv")]);
        std::fs::write(folder.path().join("recent.json"), "[").unwrap();
        assert!(Recent::open(Some(folder.path())).titles().is_empty());
        assert!(Recent::open(None).titles().is_empty());
    }
}
