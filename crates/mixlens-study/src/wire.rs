//! How surrogates travel inside other files: as the surrogate file itself, version and all.

/// `Arc<SurrogateSet>` as the surrogate file.
pub(crate) mod set {
    use std::sync::Arc;

    use mixlens_core::fit::SurrogateSet;
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    pub fn serialize<S: Serializer>(set: &Arc<SurrogateSet>, serializer: S) -> Result<S::Ok, S::Error> {
        let value: Value = serde_json::from_str(&set.to_json()).map_err(S::Error::custom)?;
        value.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<SurrogateSet>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        SurrogateSet::from_json(&value.to_string()).map(Arc::new).map_err(D::Error::custom)
    }
}
