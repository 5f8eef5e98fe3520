//! A counter-based generator: any number of the stream can be computed anywhere, without state.

use super::elementary::{cos_tau, ln};

/// Ten rounds of Philox 4×32: 128 random bits from a 128-bit counter and a 64-bit key.
///
/// Integer arithmetic only, so that CPU, WebAssembly and GPU agree to the bit. Source: Salmon,
/// Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 4.3.
#[inline(always)]
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let p0 = 0xD251_1F53_u64 * u64::from(c0);
        let p1 = 0xCD9E_8D57_u64 * u64::from(c2);
        let (hi0, lo0) = ((p0 >> 32) as u32, p0 as u32);
        let (hi1, lo1) = ((p1 >> 32) as u32, p1 as u32);
        (c0, c1, c2, c3) = (hi1 ^ c1 ^ k0, lo1, hi0 ^ c3 ^ k1, lo0);
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    [c0, c1, c2, c3]
}

/// The stream of random numbers that belongs to one (seed, index) pair.
///
/// ```
/// use mixlens_core::compute::CounterStream;
/// let mut a = CounterStream::new(7, 3);
/// let mut b = CounterStream::new(7, 3);
/// assert_eq!(a.next_u64(), b.next_u64());
/// assert!(a.next_unit() < 1.0);
/// ```
#[derive(Clone, Debug)]
pub struct CounterStream {
    key: [u32; 2],
    index: [u32; 2],
    block: u64,
    spare: Option<u64>,
}

impl CounterStream {
    /// The stream number `index` of `seed`.
    pub fn new(seed: u64, index: u64) -> Self {
        Self {
            key: halves(seed),
            index: halves(index),
            block: 0,
            spare: None,
        }
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        if let Some(word) = self.spare.take() {
            return word;
        }
        let [b0, b1] = halves(self.block);
        // The top bit separates these counters from those of the mixture samplers.
        let words = philox4x32(
            [self.index[0], self.index[1], b0, b1 | 0x8000_0000],
            self.key,
        );
        self.block += 1;
        self.spare = Some(u64::from(words[2]) | u64::from(words[3]) << 32);
        u64::from(words[0]) | u64::from(words[1]) << 32
    }

    /// A number in [0, 1), all 53 bits random.
    pub fn next_unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A standard normal number (Box and Muller 1958).
    pub fn next_normal(&mut self) -> f64 {
        let radius = (-2.0 * ln(1.0 - self.next_unit()).min(0.0)).sqrt();
        radius * cos_tau(self.next_unit())
    }

    /// A number below `bound` (which must be positive), unbiased to 2⁻⁶⁴ · bound.
    pub fn next_below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next_u64()) * bound as u128;
        (wide >> 64) as usize
    }

    /// Shuffles `items`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.next_below(last + 1));
        }
    }
}

/// A 64-bit number as two words, low word first.
pub(crate) fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers published with the Random123 library (kat_vectors, philox 4 32 10).
    #[test]
    fn known_answers() {
        assert_eq!(
            philox4x32([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox4x32([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<usize> = (0..100).collect();
        CounterStream::new(1, 0).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
