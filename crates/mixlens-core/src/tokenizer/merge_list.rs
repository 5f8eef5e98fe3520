//! [`MergeList`]: the merges of a BPE tokenizer in the order in which training found them.

use std::collections::HashMap;

/// Index of a token in [`MergeList::tokens`].
pub type TokenId = u32;

/// Units that words consist of before the first merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// Single bytes.
    Bytes,
    /// Characters of UTF-8.
    Chars,
}

/// A merge: two tokens that become one wherever they are neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The first of the pair.
    pub left: TokenId,
    /// The second of the pair.
    pub right: TokenId,
    /// The merged token; its bytes are those of both.
    pub product: TokenId,
}

/// The merges of a tokenizer, in order, over the spellings of its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeList {
    units: Units,
    tokens: Vec<Box<[u8]>>,
    merges: Vec<Merge>,
    inherited: usize,
}

impl MergeList {
    /// Merges given as spellings, in order. The first `inherited` of them come from another
    /// tokenizer that this one extends: they are applied, but are no evidence about the training
    /// text of this tokenizer.
    ///
    /// ```
    /// use mixlens_core::tokenizer::{MergeList, Units};
    /// let merges = MergeList::from_spellings(Units::Bytes, [("t", "h"), ("th", "e")], 0);
    /// let the = merges.merges()[1].product;
    /// assert_eq!(merges.spelling(the), b"the");
    /// ```
    pub fn from_spellings<S: AsRef<[u8]>>(
        units: Units,
        pairs: impl IntoIterator<Item = (S, S)>,
        inherited: usize,
    ) -> Self {
        let mut ids = HashMap::new();
        let mut tokens = Vec::new();
        let mut id_of = |spelling: Box<[u8]>| -> TokenId {
            *ids.entry(spelling).or_insert_with_key(|spelling| {
                tokens.push(spelling.clone());
                TokenId::try_from(tokens.len() - 1).expect("memory holds fewer tokens than 2^32")
            })
        };
        let merges: Vec<Merge> = pairs
            .into_iter()
            .map(|(left, right)| {
                let (left, right) = (left.as_ref(), right.as_ref());
                let product = id_of([left, right].concat().into());
                Merge {
                    left: id_of(left.into()),
                    right: id_of(right.into()),
                    product,
                }
            })
            .collect();
        let inherited = inherited.min(merges.len());
        Self {
            units,
            tokens,
            merges,
            inherited,
        }
    }

    /// The units that words consist of before the first merge.
    pub fn units(&self) -> Units {
        self.units
    }

    /// All merges in order, the inherited ones first.
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// Number of merges, at the start of the list, inherited from the tokenizer that this one
    /// extends.
    pub fn inherited(&self) -> usize {
        self.inherited
    }

    /// The spelling of every token that occurs in a merge, by its id.
    pub fn tokens(&self) -> &[Box<[u8]>] {
        &self.tokens
    }

    /// The bytes of a token; empty for an id of another list.
    pub fn spelling(&self, token: TokenId) -> &[u8] {
        self.tokens
            .get(token as usize)
            .map_or(&[], |spelling| spelling)
    }
}
