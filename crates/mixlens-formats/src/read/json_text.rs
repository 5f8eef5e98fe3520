//! [`JsonText`]: a JSON value as compact text, without a tree of values that would take many times
//! the room.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::limits::MAX_CELL_BYTES;

/// The text of a value that is read; an error when it grows beyond a cell.
#[derive(Default)]
pub(super) struct JsonText(pub String);

impl JsonText {
    /// Whether reading ended because the text is too long.
    pub fn is_full(&self) -> bool {
        self.0.len() as u64 > MAX_CELL_BYTES
    }

    fn push<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        if self.is_full() {
            Err(E::custom("too long for a cell"))
        } else {
            Ok(())
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut JsonText {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut JsonText {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.push(if value { "true" } else { "false" })
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.push(&value.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.push(&value.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.push(&Number::from_f64(value).map_or_else(String::new, |number| number.to_string()))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        let quoted = serde_json::to_string(value).map_err(E::custom)?;
        self.push(&quoted)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.push("null")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.push("[")?;
        let mut is_first = true;
        loop {
            let before = self.0.len();
            self.push(if is_first { "" } else { "," })?;
            if list.next_element_seed(&mut *self)?.is_none() {
                self.0.truncate(before);
                return self.push("]");
            }
            is_first = false;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        self.push("{")?;
        let mut is_first = true;
        loop {
            let before = self.0.len();
            self.push(if is_first { "" } else { "," })?;
            if object.next_key_seed(&mut *self)?.is_none() {
                self.0.truncate(before);
                return self.push("}");
            }
            self.push(":")?;
            object.next_value_seed(&mut *self)?;
            is_first = false;
        }
    }
}
