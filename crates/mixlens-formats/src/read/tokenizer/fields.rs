//! JSON of tokenizers, read without holding more of it than is wanted: lists and maps are visited
//! entry by entry.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::ImportError;

/// The fields of the formats, each as it stands in the file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields<'a> {
    /// Hugging Face.
    #[serde(borrow)]
    pub model: Option<&'a RawValue>,
    #[serde(borrow)]
    pub normalizer: Option<&'a RawValue>,
    #[serde(borrow)]
    pub pre_tokenizer: Option<&'a RawValue>,
    /// js-tiktoken.
    #[serde(borrow)]
    pub bpe_ranks: Option<&'a RawValue>,
    #[serde(borrow)]
    pub pat_str: Option<&'a RawValue>,
    /// Tekken.
    #[serde(borrow)]
    pub config: Option<&'a RawValue>,
    #[serde(borrow)]
    pub vocab: Option<&'a RawValue>,
}

/// A text of JSON; none for any other value.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// The text of a field, where it is one.
pub(super) fn text<'a>(field: Option<&'a RawValue>) -> Option<Cow<'a, str>> {
    serde_json::from_str::<Text<'a>>(field?.get())
        .ok()
        .map(|text| text.0)
}

/// Whether a field begins as an object (`{`) or a list (`[`) does.
pub(super) fn begins_with(field: Option<&RawValue>, bracket: char) -> bool {
    field.is_some_and(|field| field.get().starts_with(bracket))
}

/// Calls `visit` with each entry of a list until it fails.
///
/// # Errors
/// What `visit` fails with, and `None` for what is no list.
pub(super) fn each_entry<'a>(
    list: &'a RawValue,
    visit: impl FnMut(&'a RawValue) -> Result<(), ImportError>,
) -> Result<(), Option<ImportError>> {
    let mut failed = None;
    let entries = Entries {
        visit,
        failed: &mut failed,
    };
    match entries.deserialize(&mut serde_json::Deserializer::from_str(list.get())) {
        Ok(()) => Ok(()),
        Err(_) => Err(failed),
    }
}

struct Entries<'f, F> {
    visit: F,
    failed: &'f mut Option<ImportError>,
}

impl<'a, F: FnMut(&'a RawValue) -> Result<(), ImportError>> DeserializeSeed<'a> for Entries<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a, F: FnMut(&'a RawValue) -> Result<(), ImportError>> Visitor<'a> for Entries<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some(entry) = entries.next_element()? {
            if let Err(error) = (self.visit)(entry) {
                *self.failed = Some(error);
                return Err(A::Error::custom("an entry was refused"));
            }
        }
        Ok(())
    }
}

/// The keys of an object, up to so many; none for what is no object, or has more.
pub(super) fn keys<'a>(object: &'a RawValue, max: usize) -> Option<Vec<Cow<'a, str>>> {
    let mut json = serde_json::Deserializer::from_str(object.get());
    json.deserialize_map(Keys { max }).ok()
}

struct Keys {
    max: usize,
}

impl<'a> Visitor<'a> for Keys {
    type Value = Vec<Cow<'a, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of at most {} entries", self.max)
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, _)) = map.next_entry::<Text<'a>, IgnoredAny>()? {
            if keys.len() == self.max {
                return Err(A::Error::custom("too many entries"));
            }
            keys.push(key.0);
        }
        Ok(keys)
    }
}

/// Whether JSON is an object of whole numbers, as a vocabulary is.
pub(super) fn is_vocabulary(json: &[u8]) -> bool {
    let mut json = serde_json::Deserializer::from_slice(json);
    json.deserialize_map(Numbers)
        .is_ok_and(|entries| entries > 0)
}

struct Numbers;

impl<'a> Visitor<'a> for Numbers {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of whole numbers")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<usize, A::Error> {
        let mut entries = 0;
        while map.next_entry::<IgnoredAny, u64>()?.is_some() {
            entries += 1;
        }
        Ok(entries)
    }
}
