//! [`TextSplit`]: the blocks of a text for training, in order, and those held out.

use std::ops::Range;

use crate::CoreError;
use crate::compute::CounterStream;

/// Texts are cut into blocks of this many bytes; no context crosses a block border.
pub const BLOCK_BYTES: usize = 4096;

/// One block in this many is held out, or fewer where those have enough bytes.
const BLOCKS_PER_HELD_OUT: usize = 10;

/// The seed of the training order. It is fixed, so that every run of every corpus reads a text in
/// the same order.
const ORDER_SEED: u64 = 0x6d69_786c_656e_7300;

/// The shortest text that can be split: ten blocks.
pub(super) const MIN_BYTES: usize = BLOCK_BYTES * BLOCKS_PER_HELD_OUT;

/// The blocks of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextSplit {
    /// Byte ranges to train on, in reading order.
    pub(super) training: Vec<Range<usize>>,
    /// Byte ranges to evaluate on, in text order.
    pub(super) held_out: Vec<Range<usize>>,
}

impl TextSplit {
    /// Splits a text of `length` bytes: whole held-out blocks spread evenly over it, the rest in a
    /// fixed random order.
    pub(super) fn new(domain: &str, length: usize, held_out_bytes: u64) -> Result<Self, CoreError> {
        if length < MIN_BYTES {
            return Err(CoreError::TooLittleText {
                domain: domain.to_owned(),
                needed: MIN_BYTES,
                found: length,
            });
        }
        let whole_blocks = length / BLOCK_BYTES;
        let wanted = usize::try_from(held_out_bytes)
            .unwrap_or(usize::MAX)
            .div_ceil(BLOCK_BYTES);
        let held = wanted.clamp(1, whole_blocks / BLOCKS_PER_HELD_OUT);
        let (mut training, mut held_out) = (Vec::new(), Vec::new());
        for start in (0..length).step_by(BLOCK_BYTES) {
            let block = start..(start + BLOCK_BYTES).min(length);
            // The middle of the i-th of `held` equal parts of the text is held out, so text order
            // stays covered.
            let middle = (2 * held_out.len() + 1) * whole_blocks / (2 * held);
            if held_out.len() < held && start / BLOCK_BYTES == middle {
                held_out.push(block);
            } else {
                training.push(block);
            }
        }
        CounterStream::new(ORDER_SEED, 0).shuffle(&mut training);
        Ok(Self { training, held_out })
    }

    /// Bytes available for training without repetition.
    pub(super) fn training_bytes(&self) -> usize {
        self.training.iter().map(ExactSizeIterator::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_on_one_side() {
        for length in [MIN_BYTES, MIN_BYTES + 1, 1_000_003, 12_345_678] {
            let split = TextSplit::new("web", length, 50_000).unwrap();
            let mut all: Vec<_> = split
                .training
                .iter()
                .chain(&split.held_out)
                .cloned()
                .collect();
            all.sort_by_key(|block| block.start);
            assert_eq!(all.first().unwrap().start, 0);
            assert_eq!(all.last().unwrap().end, length);
            assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
            let held: usize = split.held_out.iter().map(ExactSizeIterator::len).sum();
            assert_eq!(held + split.training_bytes(), length);
            assert_eq!(
                held,
                (13 * BLOCK_BYTES).min(length / 10 / BLOCK_BYTES * BLOCK_BYTES)
            );
        }
    }

    #[test]
    fn the_training_order_is_mixed_and_repeatable() {
        let split = TextSplit::new("web", 1_000_000, 50_000).unwrap();
        assert_eq!(split, TextSplit::new("web", 1_000_000, 50_000).unwrap());
        assert!(
            split
                .training
                .windows(2)
                .filter(|pair| pair[0].start > pair[1].start)
                .count()
                > 80
        );
    }

    #[test]
    fn a_short_text_is_named() {
        let problem = TextSplit::new("poems", 4095, 1).unwrap_err();
        assert!(problem.to_string().contains("\"poems\""));
    }
}
