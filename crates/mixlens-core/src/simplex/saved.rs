//! Mixtures in files: an object of proportions, in domain order and to the bit.

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DomainSet, Mixture, SUM_TOLERANCE};

impl Serialize for Mixture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.parts().len()))?;
        for (name, part) in self.iter() {
            map.serialize_entry(name, &part)?;
        }
        map.end()
    }
}

/// Proportions that sum to one within [`SUM_TOLERANCE`] are read back to the bit; any other object
/// is refused.
impl<'de> Deserialize<'de> for Mixture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Proportions)
    }
}

struct Proportions;

impl<'de> Visitor<'de> for Proportions {
    type Value = Mixture;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object with a proportion for each domain")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Mixture, A::Error> {
        let (mut names, mut parts) = (Vec::<String>::new(), Vec::<f64>::new());
        while let Some((name, part)) = map.next_entry()? {
            names.push(name);
            parts.push(part);
        }
        let domains = DomainSet::new(names).map_err(A::Error::custom)?;
        Mixture::from_proportions(&domains, &parts, SUM_TOLERANCE).map_err(A::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixture_is_an_object_that_loads_back_to_the_bit() {
        let domains = DomainSet::new(["web", "code", "a \"b\""]).unwrap();
        let (mixture, _) = Mixture::from_weights(&domains, &[0.7, 0.2, 1.0 / 3.0]).unwrap();
        let text = serde_json::to_string(&mixture).unwrap();
        assert!(text.starts_with(r#"{"web":0."#), "{text}");
        assert_eq!(serde_json::from_str::<Mixture>(&text).unwrap(), mixture);
    }

    #[test]
    fn what_is_no_mixture_is_refused() {
        for text in [
            "{}",
            r#"{"a":0.5}"#,
            r#"{"a":-1,"b":2}"#,
            r#"{"a":0.5,"a":0.5}"#,
            "[0.5,0.5]",
            r#"{"a":null}"#,
        ] {
            assert!(serde_json::from_str::<Mixture>(text).is_err(), "{text}");
        }
    }
}
