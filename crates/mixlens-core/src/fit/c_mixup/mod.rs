//! C-Mixup: rows between runs that are alike, added to the runs that a flexible surrogate is fitted
//! to.

mod decide;
mod mixing;
#[cfg(test)]
mod tests;

pub(super) use decide::rows_between;
pub use decide::{Mixup, MixupGain, MixupReport};
pub use mixing::Mixing;
