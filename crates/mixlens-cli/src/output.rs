//! Outputs, checked before anything is computed.

use std::path::Path;

use mixlens_formats::check_writable;

/// Refuses, before anything is computed, an output that could not be written or would replace an
/// input.
pub fn check<'a>(output: &Path, inputs: impl IntoIterator<Item = &'a Path>) -> anyhow::Result<()> {
    check_writable(output)?;
    let Ok(target) = output.canonicalize() else {
        return Ok(());
    };
    let is_same =
        |input: &Path| target.is_file() && input.canonicalize().is_ok_and(|input| input == target);
    match inputs.into_iter().find(|input| is_same(input)) {
        Some(_) => Err(anyhow::anyhow!(
            "the output would replace an input, {output:?}; choose another output"
        )),
        None => Ok(()),
    }
}
