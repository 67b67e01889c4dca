//! The decoders of all events, and the properties that hold for any bytes.

pub mod checks;

use fc3::{Bytes, EventError, FromEvent, events};
use serde::Serialize;
use serde_json::Value;

/// One decoder for each source, by the name of its kind of project.
pub const DECODERS: [Decoder; 12] = [
    Decoder::new::<events::api_gateway::Event>("api-gateway"),
    Decoder::new::<events::cdn::Event>("cdn"),
    Decoder::new::<events::eventbridge::Event>("eventbridge"),
    Decoder::new::<events::kafka::Event>("kafka"),
    Decoder::new::<events::mns_queue::Event>("mns-queue"),
    Decoder::new::<events::mns_topic::Event>("mns-topic"),
    Decoder::new::<events::oss::Event>("oss"),
    Decoder::new::<events::rabbitmq::Event>("rabbitmq"),
    Decoder::new::<events::rocketmq::Event>("rocketmq"),
    Decoder::new::<events::sls::Event>("sls"),
    Decoder::new::<events::tablestore::Event>("tablestore"),
    Decoder::new::<events::timer::Event>("timer"),
];

/// Reads the events of one source.
#[derive(Clone, Copy, Debug)]
pub struct Decoder {
    /// The kind of project.
    pub kind: &'static str,
    decode: fn(&[u8]) -> Result<Value, EventError>,
}

impl Decoder {
    const fn new<E: FromEvent + Serialize>(kind: &'static str) -> Self {
        let decode = decode::<E>;
        Self { kind, decode }
    }

    /// Reads an event as the function receives it, and writes it as JSON.
    ///
    /// # Errors
    /// The bytes are not an event of this source.
    pub fn decode(&self, event: &[u8]) -> Result<Value, EventError> {
        (self.decode)(event)
    }
}

fn decode<E: FromEvent + Serialize>(event: &[u8]) -> Result<Value, EventError> {
    let event = E::from_event(Bytes::copy_from_slice(event))?;
    Ok(serde_json::to_value(event).expect("an event that was read can be written"))
}
