//! `mixlens demo`: the whole story on the embedded run table.

use crate::context::Context;

pub fn run(_context: &Context) -> anyhow::Result<()> {
    anyhow::bail!("the demo table is not embedded yet")
}
