//! `mixlens open`: the desktop app on these files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::args::Open;

pub fn run(args: &Open) -> anyhow::Result<()> {
    for file in &args.files {
        std::fs::File::open(file)
            .with_context(|| format!("expected a file to open, found \"{}\"", file.display()))?;
    }
    let app = app();
    let status = match Command::new(&app)
        .args(args.files.iter().map(|file| as_file(file)))
        .status()
    {
        Ok(status) => status,
        Err(problem) if problem.kind() == ErrorKind::NotFound => bail!(
            "the desktop app `mixlens-app` is neither in the folder of `mixlens` nor on the search \
             path; install it with `cargo install mixlens-app`, or run `make app` in the source \
             tree"
        ),
        Err(problem) => return Err(problem).context(format!("cannot start \"{}\"", app.display())),
    };
    if !status.success() {
        bail!("the desktop app ended with {status}");
    }
    Ok(())
}

/// A path that is not read as an option.
fn as_file(path: &Path) -> PathBuf {
    if path.as_os_str().as_encoded_bytes().starts_with(b"-") {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    }
}

/// The app in the folder of this program, where it is installed; else the one on the search path.
fn app() -> PathBuf {
    let name = format!("mixlens-app{}", std::env::consts::EXE_SUFFIX);
    let installed = std::env::current_exe()
        .ok()
        .map(|program| program.with_file_name(&name));
    installed
        .filter(|path| path.is_file())
        .unwrap_or_else(|| name.into())
}
