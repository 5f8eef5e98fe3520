//! The tables behind the claims of Mixlens about its surrogates, computed from published run
//! tables.
//!
//! `make evidence` runs this example. The arguments are the folder with the tables and, optionally,
//! the names of some of them.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a report goes to stdout, and its tables have known shapes"
)]

mod coverage;
mod isotropic;
mod mixing_laws;
mod regmix;
mod tables;

use std::path::Path;

use mixlens_core::compute::RayonExecutor;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or_else(|| anyhow::anyhow!("expected the folder with regmix/ and mixinglaws/"))?;
    let selected: Vec<String> = arguments.collect();
    let is_selected =
        |name: &str| selected.is_empty() || selected.iter().any(|other| other == name);
    let folder = Path::new(&folder);
    let executor = RayonExecutor::new(None)?;
    if is_selected("regmix") {
        regmix::run(&folder.join("regmix"), &executor)?;
    }
    if is_selected("mixinglaws") {
        mixing_laws::run(&folder.join("mixinglaws"), &executor)?;
    }
    if is_selected("coverage") {
        coverage::run(folder, &executor)?;
    }
    Ok(())
}
