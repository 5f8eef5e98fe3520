//! The window as a user meets it: driven through its accessibility tree, drawn off-screen.

mod driver;
mod journey;
mod pictures;
