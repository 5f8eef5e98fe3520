//! Writes the categories of `tables/index.json` as Rust code, so that nothing is parsed at run
//! time.

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
        return Err(format!(
            "tables/index.json: expected format 1, found {}",
            index.format
        )
        .into());
    }
    let has_tables = env::var_os("CARGO_FEATURE_TABLES").is_some();
    let mut code = "&[\n".to_owned();
    for category in &index.categories {
        let found = fs::metadata(tables.join(&category.file))?.len();
        if found != category.file_bytes {
            return Err(format!(
                "tables/{}: expected {} bytes as in the index, found {found}",
                category.file, category.file_bytes
            )
            .into());
        }
        write_category(&mut code, category, has_tables)?;
    }
    code.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("categories.rs"), code)?;
    Ok(())
}

fn write_category(
    code: &mut String,
    category: &Category,
    has_table: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    let kind = match category.kind.as_str() {
        "natural" => "Natural",
        "code" => "Code",
        other => {
            return Err(format!(
                "{}: expected kind natural or code, found {other}",
                category.name
            )
            .into());
        }
    };
    let Category {
        name,
        label,
        file,
        file_bytes,
        note,
        ..
    } = category;
    write!(
        code,
        "BuiltIn {{ name: {name:?}, label: {label:?}, kind: Kind::{kind}, \
         file: {file:?}, file_bytes: {file_bytes}, note: {note:?}, sources: &["
    )?;
    for Source {
        registry,
        package,
        version,
        licence,
    } in &category.sources
    {
        write!(
            code,
            "Source {{ registry: {registry:?}, package: {package:?}, version: {version:?}, \
             licence: {licence:?} }}, "
        )?;
    }
    code.push(']');
    if has_table {
        // The path of the crate is resolved when the list is compiled, so that a moved clone
        // builds.
        let path = format!("/tables/{file}");
        write!(
            code,
            ", table: include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))"
        )?;
    }
    code.push_str(" },\n");
    Ok(())
}
