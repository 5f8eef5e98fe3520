//! [`Saved`] and [`SavedRef`]: one surrogate in a file.
//!
//! ```text
//! { "power": { "floor": 2.1, "exponent": 0.4, …, "report": { … } } }            kind "power"
//! { "power": { "kind": "d-cpt", "floor": 2.1, "exponent": [0.4, 0.7], … } }      another kind of that form
//! ```
//! The tag names the form. The object behind it holds the numbers of the form, and beside them what
//! else is known of the fit: `kind` where it has another name than the form, `report` and `mixup`
//! where there are any. So the files of version 1, which had one form a kind, and those of newer
//! kinds are read by the same code.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, forward_to_deserialize_any};

use super::fitted::{Fitted, FittedSurrogate};
use super::{FitReport, Formula, MixupReport};

/// The object behind the tag, as it is read.
pub(super) struct Saved<F> {
    form: F,
    notes: Notes,
}

/// What stands beside the numbers of a form.
#[derive(Default)]
struct Notes {
    kind: Option<String>,
    report: Option<FitReport>,
    mixup: Option<MixupReport>,
}

/// The object behind the tag, as it is written.
#[derive(Serialize)]
pub(super) struct SavedRef<'a, F> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(flatten)]
    form: &'a F,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a FitReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mixup: Option<&'a MixupReport>,
}

impl<'a, F> SavedRef<'a, F> {
    /// The `form` of `surrogate`, with what else is known of it.
    pub(super) fn new(form: &'a F, surrogate: &'a FittedSurrogate) -> Self {
        let kind = surrogate.name();
        Self {
            kind: (kind != surrogate.formula().form()).then_some(kind),
            form,
            report: surrogate.report(),
            mixup: surrogate.mixup(),
        }
    }
}

impl<F: Into<Formula>> From<Saved<F>> for FittedSurrogate {
    fn from(saved: Saved<F>) -> Self {
        let formula: Formula = saved.form.into();
        let Notes {
            kind,
            report,
            mixup,
        } = saved.notes;
        let kind = kind.map_or(Cow::Borrowed(formula.form()), Cow::Owned);
        Self::of_kind(
            kind,
            Fitted {
                formula,
                report,
                mixup,
            },
        )
    }
}

impl<'de, F: Deserialize<'de>> Deserialize<'de> for Saved<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut notes = Notes::default();
        let form = F::deserialize(Parted {
            inner: deserializer,
            notes: &mut notes,
        })?;
        Ok(Self { form, notes })
    }
}

/// An object whose notes are put aside, so that the form sees its numbers alone.
struct Parted<'a, T> {
    inner: T,
    notes: &'a mut Notes,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Parted<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_map(PartedVisitor {
            visitor,
            notes: self.notes,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct PartedVisitor<'a, V> {
    visitor: V,
    notes: &'a mut Notes,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for PartedVisitor<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Parted {
            inner: map,
            notes: self.notes,
        })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Parted<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.inner.next_key::<String>()? {
            match key.as_str() {
                "kind" => self.notes.kind = self.inner.next_value()?,
                "report" => self.notes.report = self.inner.next_value()?,
                "mixup" => self.notes.mixup = self.inner.next_value()?,
                _ => {
                    let key: StringDeserializer<A::Error> = key.into_deserializer();
                    return seed.deserialize(key).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(seed)
    }
}
