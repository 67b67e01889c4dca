//! HTTP/2 without TLS, with prior knowledge: just enough for one request.

use crate::conformance::calls::{After, fail, not_checked};
use crate::conformance::target::Target;
use crate::conformance::verdict::{NotPassed, Verdict};
use crate::emulator::{Connection, Instance};

/// The preface of a client and an empty SETTINGS frame. The server responds with SETTINGS too.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// A SETTINGS acknowledgement, then `GET /`, which ends stream 1. The fields `:method`, `:scheme`
/// and `:path` come from the static table; `:authority` has a literal value.
const GET: &[u8] = b"\0\0\0\x04\x01\0\0\0\0\0\0\x0d\x01\x05\0\0\0\x01\x82\x86\x84\x01\x08function";

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// The largest number of frames before the response.
const FRAMES: usize = 100;

/// The header of a frame.
struct Frame {
    kind: u8,
    stream: u32,
}

/// A function that responds to the preface with SETTINGS speaks HTTP/2 and must respond to a
/// request.
pub(super) fn answers(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let done = "sent the HTTP/2 preface";
    let mut connection = instance.connect().after(done)?;
    connection.send(PREFACE, limit).after(done)?;
    if !frame(&mut connection, &instance, done).is_ok_and(|frame| frame.kind == SETTINGS) {
        return not_checked("the function does not claim to support HTTP/2");
    }
    let done = "sent the HTTP/2 preface, got SETTINGS, and sent GET /";
    connection.send(GET, limit).after(done)?;
    for _ in 0..FRAMES {
        let frame = frame(&mut connection, &instance, done)?;
        match (frame.kind, frame.stream) {
            (HEADERS, 1) => return Ok(()),
            (RST_STREAM | GOAWAY, _) => {
                let came = format_args!("a frame of type {} instead of a response", frame.kind);
                return fail(done, came);
            }
            _ => {}
        }
    }
    fail(done, format_args!("{FRAMES} frames without a response"))
}

/// Reads a frame and discards its payload.
fn frame(connection: &mut Connection, instance: &Instance, done: &str) -> Result<Frame, NotPassed> {
    let limit = instance.patience();
    let head = connection.take(9, limit).after(done)?;
    let number = |bytes: &[u8]| {
        let bytes = bytes.iter().copied();
        bytes.fold(0, |number: u32, byte| number << 8 | u32::from(byte))
    };
    let length = usize::try_from(number(&head[..3])).unwrap_or(usize::MAX);
    connection.take(length, limit).after(done)?;
    Ok(Frame {
        kind: head[3],
        stream: number(&head[5..]),
    })
}
