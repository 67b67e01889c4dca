//! The differences that are allowed between an event as it was sent and as it is written after it was
//! read. Each is one function with a sentence. Every other difference is a loss.

use std::collections::{BTreeMap, BTreeSet};

use fc3::from_base64;
use serde_json::{Map, Value, json};

use crate::document::{BYTES, Place};

/// One allowed difference. `apply` returns the sent value as it should be read, if this conversion
/// applies.
struct Conversion {
    says: &'static str,
    apply: fn(sent: &Value, kept: &Value) -> Option<Value>,
}

const CONVERSIONS: [Conversion; 10] = [
    Conversion {
        says: "bytes become a list of numbers",
        apply: bytes_are_numbers,
    },
    Conversion {
        says: "text in no other format is the whole message",
        apply: all_is_the_message,
    },
    Conversion {
        says: "`body` becomes the message, and the members of `attrs` its attributes",
        apply: body_is_the_message,
    },
    Conversion {
        says: "a text that contains JSON becomes that JSON",
        apply: text_is_json,
    },
    Conversion {
        says: "a single item becomes a list",
        apply: one_is_a_list,
    },
    Conversion {
        says: "a number becomes its text",
        apply: number_is_text,
    },
    Conversion {
        says: "the text of a number becomes the number",
        apply: text_is_number,
    },
    Conversion {
        says: "the text of a flag becomes the flag",
        apply: text_is_flag,
    },
    Conversion {
        says: "an empty text becomes `null`",
        apply: empty_text_is_nothing,
    },
    Conversion {
        says: "`null` becomes an empty value",
        apply: nothing_is_empty,
    },
];

fn bytes_are_numbers(sent: &Value, kept: &Value) -> Option<Value> {
    let bytes = from_base64(sent.get(BYTES)?.as_str()?).ok()?;
    kept.is_array().then(|| bytes.iter().copied().collect())
}

fn all_is_the_message(sent: &Value, kept: &Value) -> Option<Value> {
    let message = kept.get("Message")?.as_str()?;
    let read = serde_json::from_str(message).ok();
    let is_all = sent == message || read.is_some_and(|read: Value| *sent == read);
    is_all.then(|| json!({"Message": message}))
}

fn body_is_the_message(sent: &Value, kept: &Value) -> Option<Value> {
    let (body, attributes) = (sent.get("body")?, sent.get("attrs")?);
    let is_spread = kept.get("body").is_none() && kept.get("Message") == Some(body);
    let mut meant = match attributes {
        Value::Null => Value::Object(Map::new()),
        attributes => attributes.clone(),
    };
    meant
        .as_object_mut()?
        .insert("Message".to_owned(), body.clone());
    is_spread.then_some(meant)
}

fn text_is_json(sent: &Value, kept: &Value) -> Option<Value> {
    let read: Value = serde_json::from_str(sent.as_str()?).ok()?;
    let held = read.is_array() || read.is_object();
    (held && !kept.is_string()).then_some(read)
}

fn one_is_a_list(sent: &Value, kept: &Value) -> Option<Value> {
    (sent.is_object() && kept.is_array()).then(|| json!([sent]))
}

fn number_is_text(sent: &Value, kept: &Value) -> Option<Value> {
    (sent.is_number() && kept.is_string()).then(|| sent.to_string().into())
}

fn text_is_number(sent: &Value, kept: &Value) -> Option<Value> {
    let number: i64 = sent.as_str()?.parse().ok()?;
    kept.is_number().then(|| number.into())
}

fn text_is_flag(sent: &Value, kept: &Value) -> Option<Value> {
    let flag: bool = sent.as_str()?.to_ascii_lowercase().parse().ok()?;
    kept.is_boolean().then(|| flag.into())
}

fn empty_text_is_nothing(sent: &Value, kept: &Value) -> Option<Value> {
    (sent == "" && kept.is_null()).then_some(Value::Null)
}

fn nothing_is_empty(sent: &Value, kept: &Value) -> Option<Value> {
    (sent.is_null() && is_empty(kept)).then(|| kept.clone())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The differences between an event that was sent and what was read.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    /// The places of each conversion.
    pub(crate) conversions: BTreeMap<&'static str, BTreeSet<String>>,
    /// The places whose value was lost.
    pub(crate) lost: Vec<Place>,
    /// The differences that no conversion explains.
    pub(crate) wrong: Vec<String>,
}

impl Difference {
    /// Compares an event that was sent with what was read.
    pub(crate) fn between(sent: &Value, kept: &Value) -> Self {
        let mut difference = Self::default();
        difference.compare(sent, kept, &Place::default());
        difference
    }

    fn compare(&mut self, sent: &Value, kept: &Value, at: &Place) {
        if sent == kept {
            return;
        }
        let mut conversions = CONVERSIONS.iter();
        let found = conversions.find_map(|one| Some((one.says, (one.apply)(sent, kept)?)));
        if let Some((says, meant)) = found {
            let places = self.conversions.entry(says).or_default();
            places.insert(at.to_string());
            return self.compare(&meant, kept, at);
        }
        match (sent, kept) {
            (Value::Array(sent), Value::Array(kept)) if sent.len() == kept.len() => {
                for (index, (sent, kept)) in sent.iter().zip(kept).enumerate() {
                    self.compare(sent, kept, &at.index(index));
                }
            }
            (Value::Object(sent), Value::Object(kept)) => {
                for (name, sent) in sent {
                    match kept.get(name) {
                        Some(kept) => self.compare(sent, kept, &at.key(name)),
                        None if sent.is_null() => (),
                        None => self.lost.push(at.key(name)),
                    }
                }
                for (name, kept) in kept {
                    if !sent.contains_key(name) {
                        self.compare(&Value::Null, kept, &at.key(name));
                    }
                }
            }
            _ => self
                .wrong
                .push(format!("{at}: {sent} was sent, {kept} was read")),
        }
    }
}
