//! What Tablestore sends when rows of a table change:
//! <https://www.alibabacloud.com/help/en/functioncompute/fc/tablestore-triggers>.
//!
//! It sends CBOR. A test in the console sends JSON, which is read as well.

mod value;

use std::fmt;

use cbor4ii::core::dec::{Error as CborError, Read as _};
use cbor4ii::core::utils::SliceReader;
use cbor4ii::serde::DecodeError;
use serde::{Deserialize, Serialize};

use crate::{Bytes, EventError, FromEvent, decode_object, decode_with, lenient};

pub use value::Value;

/// Changes of rows; the list is never empty.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    /// The version of this form, `Sync-v1`.
    pub version: Option<String>,
    /// The changes.
    #[serde(deserialize_with = "lenient::not_empty")]
    pub records: Vec<Record>,
}

/// One change of one row.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Record {
    /// What happened to the row.
    #[serde(rename = "Type")]
    pub operation: Operation,
    /// When it happened.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub info: Info,
    /// The columns that tell the row from all others of the table, at least one.
    #[serde(deserialize_with = "lenient::not_empty")]
    pub primary_key: Vec<KeyColumn>,
    /// The attribute columns that changed, one for each version of each.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub columns: Vec<Column>,
}

impl Record {
    /// The value of the column `name` of the primary key.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&Value> {
        let column = self.primary_key.iter().find(|key| key.column_name == name);
        column?.value.as_ref()
    }

    /// The newest value that was put into the attribute column `name`; `None` if the change put
    /// none there.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Value> {
        let versions = self.columns.iter().filter(|one| one.column_name == name);
        let put = versions.filter(|one| one.value.is_some());
        put.max_by_key(|one| one.timestamp)?.value.as_ref()
    }
}

/// What happens to a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(expecting = "expected the name of an operation")]
pub enum Operation {
    /// It is written, in place of one that may have been there.
    PutRow,
    /// Some of its columns are written or deleted.
    UpdateRow,
    /// It is deleted.
    DeleteRow,
    /// Something that is not documented.
    #[serde(untagged)]
    Other(String),
}

/// What is known of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Info {
    /// When it happened, in microseconds since 1970.
    pub timestamp: Option<i64>,
}

/// A column of a primary key.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyColumn {
    /// Its name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub column_name: String,
    /// Its value: an integer, a string or a blob.
    pub value: Option<Value>,
}

/// A change of one version of an attribute column.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Column {
    /// What happened to it.
    #[serde(rename = "Type")]
    pub change: Option<Change>,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub column_name: String,
    /// What was put into it; nothing if it was deleted.
    pub value: Option<Value>,
    /// The version, in milliseconds since 1970; it may be absent where something was deleted.
    pub timestamp: Option<i64>,
}

/// What happens to an attribute column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(expecting = "expected the name of a change")]
pub enum Change {
    /// A version is written.
    Put,
    /// A version is deleted.
    DeleteOneVersion,
    /// All of it is deleted.
    DeleteAllVersions,
    /// Something that is not documented.
    #[serde(untagged)]
    Other(String),
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        match (event.first(), event.trim_ascii_start().first()) {
            // A map, which is an event's outermost value.
            (Some(0xa0..=0xbf), _) => from_cbor(&event),
            (_, Some(b'{')) => decode_object(&event),
            _ => Err(EventError::new(
                "expected a map in CBOR, as Tablestore sends it, or an object in JSON",
            )),
        }
    }
}

/// Reads an event in CBOR, which nothing may follow.
fn from_cbor(event: &[u8]) -> Result<Event, EventError> {
    let mut cbor = SliceReader::new(event);
    let mut from = cbor4ii::serde::Deserializer::new(&mut cbor);
    let read = decode_with(&mut from, told)?;
    match cbor.fill(1) {
        Ok(rest) if rest.as_ref().is_empty() => Ok(read),
        _ => Err(EventError::new("something follows the event")),
    }
}

/// An error in words, which prints itself as Rust.
fn told<E: fmt::Debug>(error: DecodeError<E>) -> String {
    match error {
        DecodeError::Custom(message) => message.into(),
        DecodeError::Core(CborError::Mismatch { name, found }) => {
            format!("no {name} in CBOR begins with the byte {found:#04x}")
        }
        DecodeError::Core(CborError::Eof { .. }) => "the CBOR breaks off".to_owned(),
        DecodeError::Core(error) => format!("invalid CBOR: {error}"),
    }
}
