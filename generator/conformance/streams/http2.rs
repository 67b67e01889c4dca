//! HTTP/2 without TLS, by prior knowledge: as much of it as one request needs.

use crate::conformance::calls::{After, fail, not_checked};
use crate::conformance::target::Target;
use crate::conformance::verdict::{NotPassed, Verdict};
use crate::emulator::{Connection, Instance};

/// What a client begins with, and an empty frame of settings, which is also how it is answered.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// That the settings of the other side are known, then `GET /` on stream 1, which ends with it. The
/// fields are `:method`, `:scheme` and `:path` from the table that every connection has, and
/// `:authority` with a value of its own.
const GET: &[u8] = b"\0\0\0\x04\x01\0\0\0\0\0\0\x0d\x01\x05\0\0\0\x01\x82\x86\x84\x01\x08function";

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// How many frames may come before the answer.
const FRAMES: usize = 100;

/// The head of a frame.
struct Frame {
    kind: u8,
    stream: u32,
}

/// A function that answers the preface with settings speaks HTTP/2, and is to answer a request.
pub(super) fn answers(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let done = "sent the preface of HTTP/2";
    let mut connection = instance.connect().after(done)?;
    connection.send(PREFACE, limit).after(done)?;
    if !frame(&mut connection, &instance, done).is_ok_and(|frame| frame.kind == SETTINGS) {
        return not_checked("it does not claim HTTP/2");
    }
    let done = "sent the preface of HTTP/2, which was answered with settings, and GET /";
    connection.send(GET, limit).after(done)?;
    for _ in 0..FRAMES {
        let frame = frame(&mut connection, &instance, done)?;
        match (frame.kind, frame.stream) {
            (HEADERS, 1) => return Ok(()),
            (RST_STREAM | GOAWAY, _) => {
                let came = format_args!("a frame of type {} and no answer", frame.kind);
                return fail(done, came);
            }
            _ => {}
        }
    }
    fail(
        done,
        format_args!("{FRAMES} frames, none of them an answer"),
    )
}

/// Reads a frame, and leaves out what it carries.
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
