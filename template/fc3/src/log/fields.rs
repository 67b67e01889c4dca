//! The fields of a record or of a span.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;
use tracing::field::{Field, Visit};

use crate::error::Chain;

/// A span around a record. The fields are shared, since each record in the span needs them.
pub(super) struct Span {
    pub(super) name: &'static str,
    pub(super) fields: Arc<Fields>,
}

/// The fields, in the order in which they were recorded.
#[derive(Clone, Default)]
pub(super) struct Fields(Vec<(&'static str, Recorded)>);

/// The value of a field.
#[derive(Clone)]
enum Recorded {
    /// A number, a flag or a string.
    Value(Value),
    /// Anything else, as its `Debug` or `Display` shows it.
    Shown(String),
}

impl Fields {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes a field, and returns it as text.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(match self.0.remove(at).1 {
            Recorded::Value(Value::String(text)) | Recorded::Shown(text) => text,
            Recorded::Value(value) => value.to_string(),
        })
    }

    /// Removes the fields whose names begin with `prefix`.
    pub(super) fn remove_all(&mut self, prefix: &str) {
        self.0.retain(|(name, _)| !name.starts_with(prefix));
    }

    /// Adds the fields of `newer`, which replace earlier values.
    pub(super) fn update(&mut self, newer: Self) {
        for (name, value) in newer.0 {
            self.set(name, value);
        }
    }

    fn set(&mut self, name: &'static str, value: Recorded) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    fn record(&mut self, field: &Field, value: Recorded) {
        let name = field.name();
        // A raw identifier is written without its prefix, as everywhere else.
        self.set(name.strip_prefix("r#").unwrap_or(name), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no numbers for infinity and NaN.
        let value = if value.is_finite() {
            Recorded::Value(value.into())
        } else {
            Recorded::Shown(value.to_string())
        };
        self.record(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.record(field, Recorded::Value(value.into()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.record(field, Recorded::Value(value.into()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.record(field, Recorded::Value(value.into()));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record(field, Recorded::Value(value.into()));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record(field, Recorded::Shown(Chain(value).to_string()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record(field, Recorded::Shown(format!("{value:?}")));
    }
}

/// `name=value`, with a space between two fields. A string is in quotes, so that its end is seen.
impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.0.iter().enumerate() {
            let space = if at > 0 { " " } else { "" };
            match value {
                Recorded::Value(Value::String(text)) => write!(f, "{space}{name}={text:?}")?,
                Recorded::Value(value) => write!(f, "{space}{name}={value}")?,
                Recorded::Shown(text) => write!(f, "{space}{name}={text}")?,
            }
        }
        Ok(())
    }
}

/// An object, whose numbers and flags keep their types.
impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Recorded {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(to),
            Self::Shown(text) => text.serialize(to),
        }
    }
}
