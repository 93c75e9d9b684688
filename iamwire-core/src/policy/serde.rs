//! Trust policies in serde's data model: members, order and meaning.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::TrustPolicy;
use crate::json::{Kind, Value, quoted};

/// A map with the members in their order. A number that no `i64`, `u64` or `f64` gives back becomes a
/// string of its digits, which IAM compares alike.
impl Serialize for TrustPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Node(self.json().root()).serialize(serializer)
    }
}

struct Node<'a>(Value<'a>);

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.kind() {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool => serializer.serialize_bool(self.0.text() == "true"),
            Kind::Number => serialize_number(self.0.text(), serializer),
            Kind::String => serializer.serialize_str(&self.0.as_str().unwrap_or_default()),
            Kind::Array => {
                let mut list = serializer.serialize_seq(Some(self.0.elements().count()))?;
                self.0.elements().try_for_each(|v| list.serialize_element(&Node(v)))?;
                list.end()
            }
            Kind::Object => {
                let mut map = serializer.serialize_map(Some(self.0.members().count()))?;
                self.0
                    .members()
                    .try_for_each(|m| map.serialize_entry(&m.name(), &Node(m.value)))?;
                map.end()
            }
        }
    }
}

fn serialize_number<S: Serializer>(digits: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let same = |number: &serde_json::Number| number.to_string() == digits;
    if let Some(n) = digits.parse::<u64>().ok().filter(|n| n.to_string() == digits) {
        serializer.serialize_u64(n)
    } else if let Some(n) = digits.parse::<i64>().ok().filter(|n| n.to_string() == digits) {
        serializer.serialize_i64(n)
    } else if let Some(n) = digits
        .parse::<f64>()
        .ok()
        .filter(|n| serde_json::Number::from_f64(*n).as_ref().is_some_and(same))
    {
        serializer.serialize_f64(n)
    } else {
        serializer.serialize_str(digits)
    }
}

/// A map; what it holds must be a trust policy, as its text would have to be.
impl<'de> Deserialize<'de> for TrustPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::new();
        deserializer.deserialize_any(Writer(&mut text))?;
        Self::parse(&text)
            .map_err(|error| D::Error::custom(format_args!("{error}: {}", error.help())))
    }
}

/// Writes what it is given as JSON text.
struct Writer<'a>(&'a mut String);

impl Writer<'_> {
    #[expect(clippy::unnecessary_wraps, reason = "the visitor's result")]
    fn put<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a trust policy")
    }

    fn visit_bool<E>(self, v: bool) -> Result<(), E> {
        self.put(&v.to_string())
    }

    fn visit_i64<E>(self, v: i64) -> Result<(), E> {
        self.put(&v.to_string())
    }

    fn visit_u64<E>(self, v: u64) -> Result<(), E> {
        self.put(&v.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<(), E> {
        match serde_json::Number::from_f64(v) {
            Some(number) => self.put(&number.to_string()),
            None => Err(E::custom(format_args!("{v} is no number in JSON"))),
        }
    }

    fn visit_str<E>(self, v: &str) -> Result<(), E> {
        self.put(&quoted(v))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.put("null")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.put("null")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.push('[');
        let mut length = self.0.len();
        while seq.next_element_seed(Writer(self.0))?.is_some() {
            length = self.0.len();
            self.0.push(',');
        }
        self.0.truncate(length);
        self.0.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.push('{');
        let mut length = self.0.len();
        while let Some(key) = map.next_key::<String>()? {
            self.0.push_str(&quoted(&key));
            self.0.push(':');
            map.next_value_seed(Writer(self.0))?;
            length = self.0.len();
            self.0.push(',');
        }
        self.0.truncate(length);
        self.0.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_order_and_meaning_survive() {
        let text = r#"{"Statement":[{"Z":[1,-2,1.5,1e0,123456789012345678901234567890,true,null],"Action":"a","Principal":{"AWS":"*"}}],"Version":"2012-10-17"}"#;
        let policy: TrustPolicy = text.parse().unwrap();
        let written = serde_json::to_string(&policy).unwrap();
        assert_eq!(
            written,
            r#"{"Statement":[{"Z":[1,-2,1.5,"1e0","123456789012345678901234567890",true,null],"Action":"a","Principal":{"AWS":"*"}}],"Version":"2012-10-17"}"#
        );
        assert_eq!(serde_json::from_str::<TrustPolicy>(&written).unwrap().as_str(), written);
    }

    #[test]
    fn no_invalid_document_comes_in() {
        for text in [r#"{"Statement":[],"Statement":[]}"#, "[]", "{}", "\"{}\""] {
            assert!(serde_json::from_str::<TrustPolicy>(text).is_err(), "{text}");
        }
    }
}
