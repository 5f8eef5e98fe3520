//! Merges recovered from the order of tokens alone, for files that hold no merges.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::Units;
use super::chain::Chain;

/// A merge by the spellings of its two tokens.
pub type SpelledMerge = (Box<[u8]>, Box<[u8]>);

/// Result of [`merges_from_ranks`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecoveredMerges {
    /// A merge for each token that BPE could have learned, in order.
    pub merges: Vec<SpelledMerge>,
    /// Tokens of two units or more that no merge of earlier tokens produces: they were added by
    /// hand.
    pub without_merge: Vec<Box<[u8]>>,
}

/// The merges that made `tokens`, which are in the order in which training found them; single units
/// may occur anywhere.
///
/// A token that BPE learned is the merge of the two tokens that encode its text at that time. So
/// its units are merged by the earlier tokens only, always the pair whose product came first, until
/// two parts are left.
///
/// ```
/// use mixlens_core::tokenizer::{Units, merges_from_ranks};
/// let found = merges_from_ranks(Units::Bytes, &["t", "h", "e", "th", "the", "<s>"]);
/// assert_eq!(found.merges[1], (b"th"[..].into(), b"e"[..].into()));
/// assert_eq!(found.without_merge, [b"<s>"[..].into()]);
/// ```
pub fn merges_from_ranks<S: AsRef<[u8]>>(units: Units, tokens: &[S]) -> RecoveredMerges {
    let mut ranks = Ranks::default();
    let mut chain = Chain::default();
    let mut found = RecoveredMerges::default();
    for (rank, token) in tokens.iter().enumerate() {
        let token = token.as_ref();
        // A token that is listed twice is learned once.
        if ranks.of(token).is_some() {
            continue;
        }
        let ends = unit_ends(units, token);
        if ends.len() > 1 {
            chain.merge(ends.iter().map(|_| ()), 2, |neighbours| {
                let start = neighbours
                    .start
                    .checked_sub(1)
                    .and_then(|before| ends.get(before))
                    .copied()
                    .unwrap_or(0);
                let product = token.get(start..*ends.get(neighbours.end - 1)?)?;
                ranks.of(product).map(|rank| (rank, ()))
            });
            let borders: Vec<usize> = chain.parts().take(2).map(|(end, ())| end).collect();
            let border = match borders[..] {
                [first, last] if last == ends.len() => ends.get(first - 1).copied(),
                _ => None,
            };
            match border.and_then(|border| token.split_at_checked(border)) {
                Some((left, right)) => found.merges.push((left.into(), right.into())),
                None => found.without_merge.push(token.into()),
            }
        }
        ranks.insert(token, rank);
    }
    found
}

/// Where each unit of a token ends.
fn unit_ends(units: Units, token: &[u8]) -> Vec<usize> {
    match (units, std::str::from_utf8(token)) {
        (Units::Chars, Ok(text)) => text
            .char_indices()
            .map(|(start, unit)| start + unit.len_utf8())
            .collect(),
        _ => (1..=token.len()).collect(),
    }
}

/// Tokens so far by their spelling.
#[derive(Default)]
struct Ranks<'a> {
    by_token: FxHashMap<&'a [u8], usize>,
    /// Length of the longest token.
    longest: usize,
}

impl<'a> Ranks<'a> {
    fn of(&self, token: &[u8]) -> Option<usize> {
        if token.len() > self.longest {
            None
        } else {
            self.by_token.get(token).copied()
        }
    }

    fn insert(&mut self, token: &'a [u8], rank: usize) {
        self.longest = self.longest.max(token.len());
        self.by_token.insert(token, rank);
    }
}

/// A cleaned list of merges, with the number removed for each reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanedMerges {
    /// The merges that are left, in order.
    pub merges: Vec<SpelledMerge>,
    /// Other splits of a product that the list contains too.
    pub other_splits: usize,
    /// Merges of runs of one white-space character in a block, which trainers do not produce.
    pub white_space: usize,
    /// Merges of digits in a block, which trainers do not produce.
    pub digits: usize,
    /// The first product of such a block.
    pub first_by_hand: Option<Box<[u8]>>,
}

/// Minimum number of consecutive merges of white-space runs that counts as added by hand.
///
/// In the lists of trained tokenizers at most two are neighbours; lists that were extended by hand
/// have all runs up to a length in one block (24 in p50k, dozens in Gemma's).
const WHITE_SPACE_BLOCK: usize = 8;

/// The same for merges of digits, which can be consecutive by chance where numbers are not split (8
/// in Claude's list).
const DIGITS_BLOCK: usize = 50;

/// Removes merges from a list that training did not find.
///
/// Lists that were converted from SentencePiece have every split of a product into two tokens; the
/// one that earlier merges produce is kept, or the first if none does.
pub fn clean_merges(units: Units, merges: Vec<SpelledMerge>) -> CleanedMerges {
    let mut cleaned = CleanedMerges::default();
    let merges = one_merge_per_product(units, merges, &mut cleaned.other_splits);
    let sorts: Vec<Sort> = merges
        .iter()
        .map(|(left, right)| sort_of(left, right))
        .collect();
    let mut merges = merges.into_iter();
    for block in sorts.chunk_by(|a, b| a == b) {
        let merges_of_block = merges.by_ref().take(block.len());
        let removed = match block.first() {
            Some(Sort::WhiteSpace) if block.len() >= WHITE_SPACE_BLOCK => &mut cleaned.white_space,
            Some(Sort::Digits) if block.len() >= DIGITS_BLOCK => &mut cleaned.digits,
            _ => {
                cleaned.merges.extend(merges_of_block);
                continue;
            }
        };
        *removed += block.len();
        for (left, right) in merges_of_block {
            cleaned
                .first_by_hand
                .get_or_insert_with(|| [left, right].concat().into());
        }
    }
    cleaned
}

fn one_merge_per_product(
    units: Units,
    merges: Vec<SpelledMerge>,
    dropped: &mut usize,
) -> Vec<SpelledMerge> {
    let total = merges.len();
    let mut splits: HashMap<Box<[u8]>, Vec<SpelledMerge>> = HashMap::new();
    let mut products: Vec<Box<[u8]>> = Vec::new();
    for merge in &merges {
        let product: Box<[u8]> = [&*merge.0, &*merge.1].concat().into();
        splits.entry(product).or_insert_with_key(|product| {
            products.push(product.clone());
            Vec::new()
        });
    }
    if products.len() == total {
        return merges;
    }
    for merge in merges {
        if let Some(splits) = splits.get_mut(&*[&*merge.0, &*merge.1].concat()) {
            splits.push(merge);
        }
    }
    let recovered = merges_from_ranks(units, &products).merges;
    let recovered: HashMap<Box<[u8]>, SpelledMerge> = recovered
        .into_iter()
        .map(|merge| ([&*merge.0, &*merge.1].concat().into(), merge))
        .collect();
    *dropped = total - products.len();
    let kept = products.iter().filter_map(|product| {
        let listed = splits.get(product)?;
        recovered
            .get(product)
            .filter(|merge| listed.contains(merge))
            .or_else(|| listed.first())
            .cloned()
    });
    kept.collect()
}

/// Content of the product of a merge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    WhiteSpace,
    Digits,
    Other,
}

fn sort_of(left: &[u8], right: &[u8]) -> Sort {
    let (Ok(left), Ok(right)) = (std::str::from_utf8(left), std::str::from_utf8(right)) else {
        return Sort::Other;
    };
    let mut units = left.chars().chain(right.chars());
    let Some(first) = units.clone().next() else {
        return Sort::Other;
    };
    if (first.is_whitespace() || first == '\u{2581}') && units.clone().all(|unit| unit == first) {
        return Sort::WhiteSpace;
    }
    if units.all(char::is_numeric) {
        Sort::Digits
    } else {
        Sort::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(pairs: &[(&str, &str)]) -> Vec<SpelledMerge> {
        pairs
            .iter()
            .map(|(left, right)| (left.as_bytes().into(), right.as_bytes().into()))
            .collect()
    }

    #[test]
    fn the_split_is_the_one_that_earlier_tokens_make() {
        let tokens = ["a", "b", "c", "bc", "ab", "abc", "abcbc", "é", "éa"];
        let found = merges_from_ranks(Units::Chars, &tokens);
        let expected = [
            ("b", "c"),
            ("a", "b"),
            ("a", "bc"),
            ("abc", "bc"),
            ("é", "a"),
        ];
        assert_eq!(found.merges, spelled(&expected));
        assert!(found.without_merge.is_empty());
    }

    #[test]
    fn characters_of_several_bytes_are_merges_of_bytes_only() {
        assert_eq!(
            merges_from_ranks(Units::Bytes, &["é"]).merges,
            [(b"\xC3"[..].into(), b"\xA9"[..].into())]
        );
        assert_eq!(
            merges_from_ranks(Units::Chars, &["é"]),
            RecoveredMerges::default()
        );
    }

    #[test]
    fn tokens_that_nothing_makes_are_listed_once() {
        let found = merges_from_ranks(Units::Bytes, &["xyz", "ab", "xyz", "xyza"]);
        assert_eq!(found.without_merge, [b"xyz"[..].into(), b"xyza"[..].into()]);
        assert_eq!(found.merges, spelled(&[("a", "b")]));
    }

    #[test]
    fn the_real_split_of_a_converted_list_is_kept() {
        let listed = spelled(&[("a", "b"), ("b", "c"), ("ab", "c"), ("a", "bc")]);
        let cleaned = clean_merges(Units::Chars, listed);
        assert_eq!(
            cleaned.merges,
            spelled(&[("a", "b"), ("b", "c"), ("ab", "c")])
        );
        assert_eq!(cleaned.other_splits, 1);
        let mirrored = spelled(&[("b", "c"), ("a", "b"), ("ab", "c"), ("a", "bc")]);
        assert_eq!(
            clean_merges(Units::Chars, mirrored).merges,
            spelled(&[("b", "c"), ("a", "b"), ("a", "bc")])
        );
    }

    #[test]
    fn blocks_of_white_space_are_removed_and_learned_runs_stay() {
        let spaces = |n: usize| "\u{2581}".repeat(n);
        let learned = [
            (spaces(1), spaces(1)),
            (spaces(2), spaces(2)),
            ("a".to_owned(), "b".to_owned()),
        ];
        let block = (1..12).map(|n| ("\n".repeat(n), "\n".to_owned()));
        let listed = learned.iter().cloned().chain(block);
        let listed = listed
            .map(|(left, right)| (left.into_bytes().into(), right.into_bytes().into()))
            .collect();
        let cleaned = clean_merges(Units::Chars, listed);
        assert_eq!((cleaned.merges.len(), cleaned.white_space), (3, 11));
        assert_eq!(cleaned.first_by_hand.as_deref(), Some(&b"\n\n"[..]));
    }
}
