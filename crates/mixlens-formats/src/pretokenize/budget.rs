//! [`WorkBudget`]: the amount of work that a text may take, and cancellation of the work.

use mixlens_core::compute::Control;

/// Steps that each byte of a text pays for. The rules of known tokenizers take 2 to 40.
const STEPS_PER_BYTE: u64 = 200;

/// Steps that are there before any text, for patterns to be set up and for short texts.
const RESERVE: u64 = 20_000_000;

/// Steps between two checks for cancellation, a millisecond or so.
const UNCHECKED: u64 = 1 << 16;

/// Why work on a text ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Cancelled,
    /// The budget is used up.
    Exhausted,
}

/// Counts the steps of cutting a text, so that no rules take longer than in proportion to the text.
///
/// A step is a byte that an automaton reads, an instruction of a backtracking program, or a byte
/// that is written.
pub(crate) struct WorkBudget<'a> {
    control: &'a Control,
    left: u64,
    unchecked: u64,
}

impl<'a> WorkBudget<'a> {
    pub fn new(control: &'a Control) -> Self {
        Self {
            control,
            left: RESERVE,
            unchecked: 0,
        }
    }

    /// Adds what a text of so many bytes may take.
    pub fn earn(&mut self, bytes: usize) {
        self.left = self
            .left
            .saturating_add(STEPS_PER_BYTE.saturating_mul(bytes as u64));
    }

    /// # Errors
    /// [`Stop`], at the latest after [`UNCHECKED`] steps.
    pub fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        let steps = steps as u64;
        self.left = self.left.checked_sub(steps).ok_or(Stop::Exhausted)?;
        self.unchecked += steps;
        if self.unchecked < UNCHECKED {
            return Ok(());
        }
        self.unchecked = 0;
        if self.control.is_cancelled() {
            Err(Stop::Cancelled)
        } else {
            Ok(())
        }
    }
}
