//! The sample events of the kinds of projects.

#![allow(dead_code, reason = "no trigger needs all of it")]

use fc3::{Bytes, EventError, FromEvent};

/// A sample event of a kind of project.
pub(crate) fn sample(kind: &str, file: &str) -> Bytes {
    let kinds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template/kinds");
    let path = format!("{kinds}/{kind}/events/{file}");
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{path}: {error}"))
        .into()
}

/// A sample event of a kind, in which one text is replaced.
pub(crate) fn changed(kind: &str, file: &str, from: &str, to: &str) -> Bytes {
    let event = String::from_utf8(sample(kind, file).into()).expect("a text");
    assert!(event.contains(from), "{file} has no {from}");
    event.replace(from, to).into()
}

/// Reads an event.
pub(crate) fn read<E: FromEvent>(event: impl Into<Bytes>) -> Result<E, EventError> {
    E::from_event(event.into())
}
