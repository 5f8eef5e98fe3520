//! The tables behind what Mixlens claims about its surrogates, made again from published run
//! tables.
//!
//! `make evidence` runs it; the arguments are the folder with the tables and, if not all are
//! wanted, the names of some.
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
    let wanted: Vec<String> = arguments.collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|own| own == name);
    let folder = Path::new(&folder);
    let executor = RayonExecutor::new(None)?;
    if is_wanted("regmix") {
        regmix::run(&folder.join("regmix"), &executor)?;
    }
    if is_wanted("mixinglaws") {
        mixing_laws::run(&folder.join("mixinglaws"), &executor)?;
    }
    if is_wanted("coverage") {
        coverage::run(folder, &executor)?;
    }
    Ok(())
}
