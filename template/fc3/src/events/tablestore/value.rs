//! The value of a column. An integer is never converted to a double.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};
use serde::{Serialize, Serializer};

use crate::Bytes;

/// The value of a column.
///
/// ```
/// use fc3::events::tablestore::Value;
///
/// let value: Value = serde_json::from_str("9007199254740993")?;
/// assert_eq!(value.as_i64(), Some(9_007_199_254_740_993));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An integer of 64 bits, which is always exact.
    Integer(i64),
    /// True or false. A primary key never has this type.
    Boolean(bool),
    /// A floating-point number. A primary key never has this type.
    Double(f64),
    /// A text.
    String(String),
    /// Bytes. In JSON they are a list of numbers.
    Blob(Bytes),
}

impl Value {
    /// The integer, if it is one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(integer) => to.serialize_i64(*integer),
            Self::Boolean(flag) => to.serialize_bool(*flag),
            Self::Double(double) => to.serialize_f64(*double),
            Self::String(text) => to.serialize_str(text),
            Self::Blob(bytes) => to.serialize_bytes(bytes),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer of 64 bits, a boolean, a double, a string or a blob")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Boolean(flag))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Value, E> {
        Ok(Value::Integer(integer))
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<Value, E> {
        let unexpected = Unexpected::Unsigned(integer);
        let integer = i64::try_from(integer).map_err(|_| E::invalid_value(unexpected, &self))?;
        Ok(Value::Integer(integer))
    }

    fn visit_f64<E>(self, double: f64) -> Result<Value, E> {
        Ok(Value::Double(double))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Blob(Bytes::copy_from_slice(bytes)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = list.next_element()? {
            bytes.push(byte);
        }
        Ok(Value::Blob(bytes.into()))
    }
}
