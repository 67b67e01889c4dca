//! The decoders of all kinds, compiled from the template itself, and what must hold for any bytes
//! they are given: [`checks`] is what fuzzing runs and what the tests replay.

pub mod checks;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

#[path = "../../../template/src"]
mod template {
    pub mod fc;
}

// Where the kinds look for it.
pub use template::fc;

use fc::{EventError, FromEvent};

// The modules of the kinds, and `DECODERS`.
include!(concat!(env!("OUT_DIR"), "/kinds.rs"));

/// What reads the events of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Decoder {
    /// The kind.
    pub kind: &'static str,
    decode: fn(&[u8]) -> Result<Value, EventError>,
}

/// One decoder for each kind that has an event of its own.
#[must_use]
pub fn decoders() -> &'static [Decoder] {
    DECODERS
}

impl Decoder {
    const fn of<E: FromEvent + Serialize>(kind: &'static str) -> Self {
        Self {
            kind,
            decode: decode::<E>,
        }
    }

    /// Reads an event as the kind's function receives it, and writes it as JSON.
    ///
    /// # Errors
    /// Bytes that are no event of this kind.
    pub fn decode(&self, event: &[u8]) -> Result<Value, EventError> {
        (self.decode)(event)
    }
}

fn decode<E: FromEvent + Serialize>(event: &[u8]) -> Result<Value, EventError> {
    let event = E::from_event(Bytes::copy_from_slice(event))?;
    Ok(serde_json::to_value(event).expect("an event that was read can be written"))
}
