//! The sample events: those of the kinds, and others for the forms that are documented.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cbor4ii::core::Value as Cbor;
use fuzz::{DECODERS, Decoder};
use serde_json::Value;

use crate::document::BYTES;

/// How an event is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wire {
    Json,
    Cbor,
    Text,
}

/// An event in a file.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    /// The name of its kind, or of another folder.
    pub(crate) kind: String,
    /// The name of the file.
    pub(crate) name: String,
    /// The bytes that the function receives.
    pub(crate) bytes: Arc<[u8]>,
    /// The same event as JSON. Text that is not JSON is a string.
    pub(crate) document: Value,
    wire: Wire,
}

impl Fixture {
    fn read(path: &Path, kind: &str) -> Self {
        let name = path.file_name().expect("a file").to_string_lossy();
        let bytes = fs::read(path).expect("a file that can be read");
        let (wire, document) = match path.extension().and_then(|end| end.to_str()) {
            Some("json") => (Wire::Json, serde_json::from_slice(&bytes).expect(&name)),
            Some("cbor") => (Wire::Cbor, from_cbor(&bytes)),
            _ => (
                Wire::Text,
                String::from_utf8(bytes.clone()).expect(&name).into(),
            ),
        };
        Self {
            kind: kind.to_owned(),
            name: name.into_owned(),
            bytes: bytes.into(),
            document,
            wire,
        }
    }

    /// Another document, in the format of this one.
    pub(crate) fn write(&self, document: &Value) -> Vec<u8> {
        match self.wire {
            Wire::Json => document.to_string().into_bytes(),
            Wire::Text => document.as_str().expect("a text").as_bytes().to_vec(),
            Wire::Cbor => {
                let written = cbor4ii::serde::to_vec(Vec::new(), &to_cbor(document));
                written.expect("memory")
            }
        }
    }

    /// Whether it is written in a format with fields.
    pub(crate) fn is_structured(&self) -> bool {
        self.wire != Wire::Text
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// Every event of a kind: those of its projects, then the others.
pub(crate) fn of(kind: &str) -> Vec<Fixture> {
    let theirs = root().join("template/kinds").join(kind).join("events");
    let ours = root().join("tests/events/fixtures").join(kind);
    let both = files(&theirs).into_iter().chain(files(&ours));
    both.map(|path| Fixture::read(&path, kind)).collect()
}

/// Every event of every folder, including kinds without a type of their own.
pub(crate) fn all() -> Vec<Fixture> {
    let folders = [
        root().join("template/kinds"),
        root().join("tests/events/fixtures"),
    ];
    let names = folders.iter().flat_map(|folder| files(folder));
    let names = names.map(|path| {
        path.file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned()
    });
    let names: std::collections::BTreeSet<_> = names.collect();
    names.iter().flat_map(|kind| of(kind)).collect()
}

/// The kinds that have a type of their own, and at least one event.
pub(crate) fn kinds() -> impl Iterator<Item = (&'static Decoder, Vec<Fixture>)> {
    DECODERS.iter().map(|decoder| {
        let fixtures = of(decoder.kind);
        assert!(!fixtures.is_empty(), "{} has no events", decoder.kind);
        (decoder, fixtures)
    })
}

fn from_cbor(cbor: &[u8]) -> Value {
    let read: Cbor = cbor4ii::serde::from_slice(cbor).expect("CBOR");
    json(read)
}

fn json(cbor: Cbor) -> Value {
    match cbor {
        Cbor::Null => Value::Null,
        Cbor::Bool(flag) => flag.into(),
        Cbor::Integer(number) => i64::try_from(number).expect("64 bits").into(),
        Cbor::Float(number) => number.into(),
        Cbor::Text(text) => text.into(),
        Cbor::Bytes(bytes) => serde_json::json!({BYTES: fc3::to_base64(&bytes)}),
        Cbor::Array(items) => items.into_iter().map(json).collect(),
        Cbor::Map(members) => {
            let named = members.into_iter().map(|(name, value)| match name {
                Cbor::Text(name) => (name, json(value)),
                other => panic!("{other:?} is not a name"),
            });
            Value::Object(named.collect())
        }
        other => panic!("{other:?} is not in any event"),
    }
}

fn to_cbor(document: &Value) -> Cbor {
    match document {
        Value::Null => Cbor::Null,
        Value::Bool(flag) => Cbor::Bool(*flag),
        Value::Number(number) => match number.as_i128() {
            Some(whole) => Cbor::Integer(whole),
            None => Cbor::Float(number.as_f64().expect("a number")),
        },
        Value::String(text) => Cbor::Text(text.clone()),
        Value::Array(items) => Cbor::Array(items.iter().map(to_cbor).collect()),
        Value::Object(members) => {
            if let Some(text) = members.get(BYTES).and_then(Value::as_str) {
                return Cbor::Bytes(fc3::from_base64(text).expect("Base64").into());
            }
            let members = members.iter();
            let named = members.map(|(name, value)| (Cbor::Text(name.clone()), to_cbor(value)));
            Cbor::Map(named.collect())
        }
    }
}
