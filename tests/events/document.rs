//! Places in a document, and changes at them.

use std::fmt;

use serde_json::{Map, Value};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Index(usize),
}

/// A place in a document, such as `events[].oss.bucket`: all items of a list are written alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(Vec<Step>);

impl Place {
    /// A member of the object here.
    pub(crate) fn key(&self, name: &str) -> Self {
        self.and(Step::Key(name.to_owned()))
    }

    /// An item of the list here.
    pub(crate) fn index(&self, at: usize) -> Self {
        self.and(Step::Index(at))
    }

    /// Whether this place is inside another.
    pub(crate) fn is_below(&self, other: &Self) -> bool {
        self.0.len() > other.0.len() && self.0.starts_with(&other.0)
    }

    fn and(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// The name of the field at the end.
    pub(crate) fn name(&self) -> &str {
        let keys = self.0.iter().rev().find_map(|step| match step {
            Step::Key(name) => Some(name.as_str()),
            Step::Index(_) => None,
        });
        keys.unwrap_or_default()
    }

    /// Whether this place is a field with this name, or inside one.
    pub(crate) fn is_in(&self, field: &str) -> bool {
        let is_it = |step: &Step| matches!(step, Step::Key(name) if name == field);
        self.0.iter().any(is_it)
    }

    /// The value here, if the document still has this place.
    pub(crate) fn of<'a>(&self, document: &'a mut Value) -> Option<&'a mut Value> {
        self.0.iter().try_fold(document, |value, step| match step {
            Step::Key(name) => value.get_mut(name),
            Step::Index(at) => value.get_mut(at),
        })
    }

    /// Puts `value` here, if the document still has this place.
    pub(crate) fn put(&self, document: &mut Value, value: Value) {
        if let Some(place) = self.of(document) {
            *place = value;
        }
    }

    /// Removes the member here, if the document still has it.
    pub(crate) fn drop(&self, document: &mut Value) {
        let Some((Step::Key(name), object)) = self.0.split_last() else {
            return;
        };
        if let Some(Value::Object(members)) = Self(object.to_vec()).of(document) {
            members.remove(name);
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the event");
        }
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(name) if at == 0 => f.write_str(name)?,
                Step::Key(name) => write!(f, ".{name}")?,
                Step::Index(_) => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

/// Every place of a document with its value, the whole document first.
pub(crate) fn places(document: &Value) -> Vec<(Place, Value)> {
    let mut found = Vec::new();
    collect(document, &Place::default(), &mut found);
    found
}

/// The only member of an object that represents bytes, since JSON has none.
pub(crate) const BYTES: &str = "bytes in Base64";

/// Whether a value represents bytes.
pub(crate) fn is_bytes(value: &Value) -> bool {
    value.get(BYTES).is_some()
}

fn collect(value: &Value, at: &Place, found: &mut Vec<(Place, Value)>) {
    found.push((at.clone(), value.clone()));
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &at.index(index), found);
            }
        }
        Value::Object(members) if !is_bytes(value) => {
            for (name, member) in members {
                collect(member, &at.key(name), found);
            }
        }
        _ => (),
    }
}

/// Every member of every object in a document.
pub(crate) fn fields(document: &Value) -> Vec<(Place, Value)> {
    let mut places = places(document);
    places.retain(|(at, _)| matches!(at.0.last(), Some(Step::Key(_))));
    places
}

/// Every object in a document.
pub(crate) fn objects(document: &Value) -> Vec<Place> {
    let places = places(document).into_iter();
    let objects = places.filter(|(_, value)| value.is_object() && !is_bytes(value));
    objects.map(|(at, _)| at).collect()
}

/// The other type in which a source may write a value, with its name.
pub(crate) fn retyped(value: &Value) -> Option<(&'static str, Value)> {
    match value {
        Value::Number(number) => Some(("a number as its text", number.to_string().into())),
        Value::Bool(flag) => Some(("a flag as its text", flag.to_string().into())),
        Value::String(text) if text == "true" || text == "false" => Some((
            "the text of a flag as the flag",
            Value::from(text == "true"),
        )),
        Value::String(text) => {
            let number: i64 = text.parse().ok()?;
            let exact = number.to_string() == *text;
            exact.then(|| ("the text of a number as the number", number.into()))
        }
        _ => None,
    }
}

/// The empty list or object; `None` for other values and for those that are already empty.
pub(crate) fn emptied(value: &Value) -> Option<Value> {
    match value {
        Value::Array(items) if !items.is_empty() => Some(Value::Array(Vec::new())),
        Value::Object(members) if !members.is_empty() && !is_bytes(value) => {
            Some(Value::Object(Map::new()))
        }
        _ => None,
    }
}
