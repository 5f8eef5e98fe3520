//! The state of a study as the fragment of a link: short, versioned, and safe to read from any
//! source.
//!
//! A fragment is a list of `key=value` pairs joined by `&`, after `v=1`. Numbers are packed five
//! characters each ([`pack`]). Unknown keys are ignored. A link does not contain data (runs, fits).
//!
//! | key | holds |
//! |---|---|
//! | `v` | version |
//! | `d` or `f` | names of the domains, or a fingerprint of each where names would be too long |
//! | `m` | proportions of the current mixture, in billionths |
//! | `b`, `bn` | the baseline and its name |
//! | `l` | locked domains, one bit each |
//! | `lo`, `hi` | bounds, in billionths |
//! | `u`, `t`, `e` | unique tokens, training tokens, maximum epochs, six significant digits each |
//! | `c` | linear constraints |
//! | `r` | redistribution |
//! | `w` | metrics with a weight: fingerprint, direction and weight, six significant digits |
//! | `a`, `mb` | scalarisation, bounds on metrics |
//! | `s` | seed |
//! | `p`, `x`, `tr`, `pa` | panels, shown metric, ternary corners, Pareto metrics |

mod pack;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::Linked;
pub use read::link_domains;
pub use write::study_link;

/// The newest version that this program reads, and the one it writes.
const VERSION: u64 = 1;
/// The maximum length of all domain names together; beyond, fingerprints are written instead.
const MAX_NAME_CHARS: usize = 600;
/// The maximum length of a link that is read.
const MAX_CHARS: usize = 100_000;
