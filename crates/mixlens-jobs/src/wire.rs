//! Text forms of surrogates and files inside requests and studies.

/// `Arc<SurrogateSet>` as the unchanged text of the surrogate file, with its version.
pub(crate) mod set {
    use std::sync::Arc;

    use mixlens_core::fit::SurrogateSet;
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::value::RawValue;

    pub fn serialize<S: Serializer>(
        set: &Arc<SurrogateSet>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        RawValue::from_string(set.to_json())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<SurrogateSet>, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        SurrogateSet::from_json(text.get())
            .map(Arc::new)
            .map_err(D::Error::custom)
    }
}

/// Files outside a text: the text holds their number, and
/// [`request_from_parts`](crate::request_from_parts) puts them back.
pub(crate) mod files {
    use std::sync::Arc;

    use mixlens_formats::NamedBytes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(
        files: &[Arc<NamedBytes>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(files.len() as u64)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Arc<NamedBytes>>, D::Error> {
        let count = usize::deserialize(deserializer)?;
        Ok(std::iter::repeat_with(|| Arc::new(NamedBytes::new("", [])))
            .take(count)
            .collect())
    }
}

/// One file outside a text.
pub(crate) mod file {
    use std::sync::Arc;

    use mixlens_formats::NamedBytes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(_: &Arc<NamedBytes>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<NamedBytes>, D::Error> {
        <()>::deserialize(deserializer)?;
        Ok(Arc::new(NamedBytes::new("", [])))
    }
}
