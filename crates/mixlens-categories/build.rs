//! Writes the list of categories out of `tables/index.json` as Rust, so that nothing is parsed when the program runs.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde::Deserialize;

#[derive(Deserialize)]
struct Index {
    format: u32,
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Category {
    name: String,
    label: String,
    kind: String,
    file: String,
    file_bytes: u64,
    note: String,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    registry: String,
    package: String,
    version: String,
    licence: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=tables");
    let tables = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("tables");
    let index: Index = serde_json::from_slice(&fs::read(tables.join("index.json"))?)?;
    if index.format != 1 {
        return Err(format!("tables/index.json: expected format 1, found {}", index.format).into());
    }
    let has_tables = env::var_os("CARGO_FEATURE_TABLES").is_some();
    let mut code = "&[\n".to_owned();
    for own in &index.categories {
        let found = fs::metadata(tables.join(&own.file))?.len();
        if found != own.file_bytes {
            return Err(format!("tables/{}: the index says {} bytes, found {found}", own.file, own.file_bytes).into());
        }
        write_category(&mut code, own, has_tables.then(|| tables.join(&own.file)).as_deref())?;
    }
    code.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("categories.rs"), code)?;
    Ok(())
}

fn write_category(code: &mut String, own: &Category, table: Option<&Path>) -> Result<(), Box<dyn std::error::Error>> {
    let kind = match own.kind.as_str() {
        "natural" => "Natural",
        "code" => "Code",
        other => return Err(format!("{}: expected kind natural or code, found {other}", own.name).into()),
    };
    let Category { name, label, file, file_bytes, note, .. } = own;
    write!(
        code,
        "BuiltIn {{ name: {name:?}, label: {label:?}, kind: Kind::{kind}, file: {file:?}, file_bytes: {file_bytes}, \
         note: {note:?}, sources: &["
    )?;
    for Source { registry, package, version, licence } in &own.sources {
        write!(
            code,
            "Source {{ registry: {registry:?}, package: {package:?}, version: {version:?}, licence: {licence:?} }}, "
        )?;
    }
    code.push(']');
    if let Some(path) = table {
        write!(code, ", table: include_bytes!({path:?})")?;
    }
    code.push_str(" },\n");
    Ok(())
}
