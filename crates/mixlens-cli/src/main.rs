//! The mixlens command.
fn main() {}
