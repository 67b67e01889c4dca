//! Events of Tablestore about rows that changed in a table:
//! <https://www.alibabacloud.com/help/en/functioncompute/fc/tablestore-triggers>.
//!
//! Tablestore sends CBOR. A test in the console sends JSON, which is accepted too.

mod value;

use std::fmt;

use cbor4ii::core::dec::{Error as CborError, Read as _};
use cbor4ii::core::utils::SliceReader;
use cbor4ii::serde::DecodeError;
use serde::{Deserialize, Serialize};

use crate::encoding::without_mark;
use crate::excerpt::of_json;
use crate::{Bytes, EventError, FromEvent, decode_object, decode_with, lenient};

pub use value::Value;

/// The event: a list of changes that is never empty.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::tablestore::{Event, Operation, Value};
///
/// let event = r#"{"Records": [{
///     "Type": "PutRow",
///     "PrimaryKey": [{"ColumnName": "order", "Value": 42}],
///     "Columns": [{"Type": "Put", "ColumnName": "status", "Value": "paid", "Timestamp": 1780279200000}]
/// }]}"#;
/// for record in Event::from_event(event.into())?.records {
///     assert_eq!(record.operation, Operation::PutRow);
///     assert_eq!(record.key("order").and_then(Value::as_i64), Some(42));
///     assert_eq!(record.column("status").and_then(Value::as_str), Some("paid"));
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    /// The version of the format, `Sync-v1`.
    pub version: Option<String>,
    /// The changes.
    #[serde(deserialize_with = "lenient::not_empty")]
    pub records: Vec<Record>,
}

/// One change of one row.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Record {
    /// The operation on the row.
    #[serde(rename = "Type")]
    pub operation: Operation,
    /// The time of the change.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub info: Info,
    /// The columns of the primary key, at least one.
    #[serde(deserialize_with = "lenient::not_empty")]
    pub primary_key: Vec<KeyColumn>,
    /// The attribute columns that changed, with one entry for each version.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub columns: Vec<Column>,
}

impl Record {
    /// The value of a column of the primary key.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&Value> {
        let column = self.primary_key.iter().find(|key| key.column_name == name);
        column?.value.as_ref()
    }

    /// The newest value that the change wrote to an attribute column; `None` if it wrote none.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Value> {
        let versions = self.columns.iter().filter(|one| one.column_name == name);
        let put = versions.filter(|one| one.value.is_some());
        put.max_by_key(|one| one.timestamp)?.value.as_ref()
    }
}

/// An operation on a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(expecting = "expected the name of an operation")]
pub enum Operation {
    /// The row is written. It replaces an earlier row with the same primary key.
    PutRow,
    /// Some columns of the row are written or deleted.
    UpdateRow,
    /// The row is deleted.
    DeleteRow,
    /// An operation that is not documented.
    #[serde(untagged)]
    Other(String),
}

/// The time of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Info {
    /// The time, in microseconds since 1970.
    pub timestamp: Option<i64>,
}

/// A column of a primary key.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyColumn {
    /// The name of the column.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub column_name: String,
    /// The value: an integer, a string or a blob.
    pub value: Option<Value>,
}

/// A change of one version of an attribute column.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Column {
    /// The change of the column.
    #[serde(rename = "Type")]
    pub change: Option<Change>,
    /// The name of the column.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub column_name: String,
    /// The value that was written; `None` if it was deleted.
    pub value: Option<Value>,
    /// The version, in milliseconds since 1970. It may be missing after a deletion.
    pub timestamp: Option<i64>,
}

/// A change of an attribute column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(expecting = "expected the name of a change")]
pub enum Change {
    /// One version is written.
    Put,
    /// One version is deleted.
    DeleteOneVersion,
    /// All versions are deleted.
    DeleteAllVersions,
    /// A change that is not documented.
    #[serde(untagged)]
    Other(String),
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        // A CBOR map starts with one of these bytes.
        if let Some(0xa0..=0xbf) = event.first() {
            return from_cbor(&event);
        }
        let json = without_mark(&event)?;
        match json.trim_ascii_start().first() {
            Some(b'{') => decode_object(json),
            _ => Err(EventError::new(format!(
                "expected a CBOR map, as Tablestore sends it, or a JSON object, found {}",
                of_json(json)
            ))),
        }
    }
}

/// Reads an event in CBOR, and rejects bytes after it.
fn from_cbor(event: &[u8]) -> Result<Event, EventError> {
    let mut cbor = SliceReader::new(event);
    let mut from = cbor4ii::serde::Deserializer::new(&mut cbor);
    let read = decode_with(&mut from, describe)?;
    match cbor.fill(1) {
        Ok(rest) if rest.as_ref().is_empty() => Ok(read),
        _ => Err(EventError::new("more bytes follow the event")),
    }
}

/// The text of an error, whose own is written for Rust programmers.
fn describe<E: fmt::Debug>(error: DecodeError<E>) -> String {
    match error {
        DecodeError::Custom(message) => message.into(),
        DecodeError::Core(CborError::Mismatch { name, found }) => {
            format!("expected {name} in CBOR, found the byte {found:#04x}")
        }
        DecodeError::Core(CborError::Eof { .. }) => "the CBOR ends too early".to_owned(),
        DecodeError::Core(error) => format!("invalid CBOR: {error}"),
    }
}
