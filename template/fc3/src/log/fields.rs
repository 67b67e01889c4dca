//! The message and the fields of a record.

use std::error::Error;
use std::fmt;

use serde_json::Value;
use tracing::field::{Field, Visit};

use crate::error::Chain;

/// What `log` records carry besides their message: where they come from, which the entry has anyway.
const OF_LOG_CRATE: &str = "log.";

/// The message and the fields, in the order in which they were recorded.
#[derive(Clone, Default)]
pub(super) struct Fields {
    pub(super) message: String,
    pub(super) values: Vec<(&'static str, Recorded)>,
}

/// The value of a field.
#[derive(Clone)]
pub(super) enum Recorded {
    /// A number, a flag or a string.
    Value(Value),
    /// Anything else, as its `Debug` or `Display` shows it.
    Shown(String),
}

impl Fields {
    /// A record that has only a message.
    pub(super) fn message(text: &str) -> Self {
        Self {
            message: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// Adds a field, in place of an earlier value.
    fn set(&mut self, field: &Field, value: Recorded) {
        let name = field.name();
        if name.starts_with(OF_LOG_CRATE) {
            return;
        }
        if name == "message" {
            self.message = match value {
                Recorded::Value(Value::String(text)) | Recorded::Shown(text) => text,
                Recorded::Value(value) => value.to_string(),
            };
            return;
        }
        let name = name.strip_prefix("r#").unwrap_or(name);
        match self.values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.values.push((name, value)),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, Recorded::Value(value.into()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, Recorded::Value(value.into()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, Recorded::Value(value.into()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, Recorded::Value(value.into()));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, Recorded::Value(value.into()));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set(field, Recorded::Shown(Chain(value).to_string()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, Recorded::Shown(format!("{value:?}")));
    }
}
