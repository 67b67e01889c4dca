//! As much of HTTP/2 without TLS as a client needs to see that it is spoken: settings are agreed
//! upon, and every request is answered with 200 and no body.

use std::io::Write;

use super::Server;
use super::wire::{Unread, Wire};
use crate::faults::Fault;

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:status: 200`, from the table that every connection has.
const STATUS_200: u8 = 0x88;

/// Speaks HTTP/2 until the other side has had enough.
pub(super) fn serve(server: &Server, wire: &mut Wire) {
    // The end of the connection is the end of this, however it comes.
    let _ended = frames(server, wire);
}

fn frames(server: &Server, wire: &mut Wire) -> Result<(), Unread> {
    wire.stream.write_all(&frame(SETTINGS, 0, 0, &[]))?;
    loop {
        let head = wire.exactly(9)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let payload = wire.exactly(usize::try_from(length).unwrap_or(usize::MAX))?;
        let (kind, flags) = (head[3], head[4]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        match kind {
            SETTINGS if flags & ACK == 0 => {
                wire.stream.write_all(&frame(SETTINGS, ACK, 0, &[]))?;
            }
            PING if flags & ACK == 0 => wire.stream.write_all(&frame(PING, ACK, 0, &payload))?,
            HEADERS if !server.has(Fault::OnlyClaimsHttpTwo) => {
                let flags = END_STREAM | END_HEADERS;
                wire.stream
                    .write_all(&frame(HEADERS, flags, stream, &[STATUS_200]))?;
            }
            _ => {}
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or_default();
    let mut frame = length.to_be_bytes()[1..].to_vec();
    frame.extend_from_slice(&[kind, flags]);
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}
