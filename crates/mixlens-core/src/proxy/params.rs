//! [`ProxyParams`]: how an n-gram proxy is trained and evaluated.

use serde::{Deserialize, Serialize};

use super::key::LONGEST_ORDER;
use crate::CoreError;

/// Parameters of n-gram proxies, unchecked.
///
/// ```
/// use mixlens_core::proxy::ProxyParams;
/// let params = ProxyParams { order: 4, ..ProxyParams::default() }.check()?;
/// assert_eq!(params.training_bytes(), 1_000_000);
/// assert!(ProxyParams { order: 7, ..ProxyParams::default() }.check().is_err());
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProxyParams {
    /// Bytes in the longest n-gram, 1 to 6: a byte is predicted from up to `order` − 1 preceding
    /// bytes. Default 6.
    pub order: u8,
    /// Bytes that one run trains on, over all domains and with repetition. Default 1,000,000.
    pub training_bytes: u64,
    /// About how many bytes of each domain are held out to measure its loss, in whole blocks of
    /// [`BLOCK_BYTES`](super::BLOCK_BYTES) and never more than a tenth of the text. Default 50,000.
    pub held_out_bytes: u64,
}

impl Default for ProxyParams {
    fn default() -> Self {
        Self {
            order: 6,
            training_bytes: 1_000_000,
            held_out_bytes: 50_000,
        }
    }
}

impl ProxyParams {
    /// Maximum training bytes of a run: four billion, so that counts fit in 32 bits.
    pub const MAX_TRAINING_BYTES: u64 = 4_000_000_000;

    /// Checks the ranges.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for the first parameter outside its range.
    pub fn check(self) -> Result<ProxyValidParams, CoreError> {
        let bad = |name, expected, found: u64| {
            Err(CoreError::BadParameter {
                name,
                expected,
                found: found.to_string(),
            })
        };
        if !(1..=LONGEST_ORDER).contains(&usize::from(self.order)) {
            return bad(
                "order",
                "a number of bytes from 1 to 6",
                u64::from(self.order),
            );
        }
        if !(1..=Self::MAX_TRAINING_BYTES).contains(&self.training_bytes) {
            return bad(
                "training_bytes",
                "a number of bytes from 1 to 4,000,000,000",
                self.training_bytes,
            );
        }
        if !(1..=Self::MAX_TRAINING_BYTES).contains(&self.held_out_bytes) {
            return bad(
                "held_out_bytes",
                "a number of bytes from 1 to 4,000,000,000",
                self.held_out_bytes,
            );
        }
        Ok(ProxyValidParams(self))
    }
}

/// [`ProxyParams`] whose ranges have been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyValidParams(ProxyParams);

impl ProxyValidParams {
    /// Bytes in the longest n-gram.
    pub fn order(&self) -> usize {
        usize::from(self.0.order)
    }

    /// Bytes that one run trains on.
    pub fn training_bytes(&self) -> u64 {
        self.0.training_bytes
    }

    /// Bytes held out of each domain, before rounding to blocks.
    pub fn held_out_bytes(&self) -> u64 {
        self.0.held_out_bytes
    }
}
