//! Rules of the source that no compiler checks: arrows between the folders of the core point down,
//! and libraries name no option of a command line.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the core, each of which uses only those before it.
const ORDER: [&str; 14] = [
    "compute",
    "optim",
    "simplex",
    "table",
    "stats",
    "fit",
    "search",
    "published",
    "supply",
    "law",
    "plan",
    "quality",
    "proxy",
    "tokenizer",
];

/// Crates whose messages every front end shows.
const LIBRARIES: [&str; 3] = ["mixlens-core", "mixlens-formats", "mixlens-jobs"];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates")
}

/// The source files of a folder at any depth, without files of tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !name.contains("tests") {
            found.push(path);
        }
    }
    found
}

/// The code of a file above its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..end].to_owned()
}

/// The lines of a text that are no comments.
fn without_comments(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_folders_of_the_core_are_ordered() {
    let core = crates().join("mixlens-core/src");
    let mut folders: Vec<String> = fs::read_dir(&core)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut known = ORDER.to_vec();
    known.sort_unstable();
    assert_eq!(folders, known, "a folder needs its position in the order");
    for (position, folder) in ORDER.iter().enumerate() {
        for path in sources(&core.join(folder)) {
            let text = without_comments(&code(&path));
            for above in &ORDER[position + 1..] {
                let uses = text.contains(&format!("crate::{above}::"))
                    || text.contains(&format!("crate::{{{above}"));
                assert!(!uses, "{} uses {above}, which is above it", path.display());
            }
        }
    }
}

/// The string literals of Rust code, as they are written.
fn literals(text: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find('"') {
        let body = &rest[start + 1..];
        let mut end = 0;
        while let Some(&byte) = body.as_bytes().get(end) {
            match byte {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        let end = end.min(body.len());
        found.push(&body[..end]);
        rest = body.get(end + 1..).unwrap_or("");
    }
    found
}

#[test]
fn messages_of_libraries_name_no_option_of_a_command_line() {
    let mut count = 0;
    for library in LIBRARIES {
        for path in sources(&crates().join(library).join("src")) {
            // The arguments of Megatron-LM are what such files hold, and no message.
            if path.ends_with("trainer/megatron.rs") {
                continue;
            }
            let text = without_comments(&code(&path));
            for literal in literals(&text) {
                count += 1;
                let names_option = literal.match_indices("--").any(|(at, _)| {
                    let next = literal[at + 2..].chars().next();
                    next.is_some_and(|next| next.is_ascii_lowercase())
                });
                assert!(!names_option, "{}: {literal:?}", path.display());
            }
        }
    }
    assert!(count > 1000, "only {count} texts were walked");
}
