//! Parses HTTP/1.1 responses from the bytes of a connection.

use super::deadline::Deadline;
use super::error::CallError;
use super::headers::Headers;
use super::wire::{LONGEST, Wire};
use crate::platform::header;

/// The head of a response.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) headers: Headers,
    /// Whether the function closes the connection after this response.
    pub(super) closes: bool,
    /// The number of its bytes.
    pub(super) length: usize,
}

/// Reads a head, including interim ones (1xx).
pub(super) fn head(wire: &mut Wire, deadline: Deadline) -> Result<Head, CallError> {
    loop {
        if let Some((length, head)) = parse(wire.ahead())? {
            wire.split_off(length);
            return Ok(head);
        }
        wire.fill(deadline)?;
    }
}

/// Reads the body that follows a head.
pub(super) fn body(
    wire: &mut Wire,
    headers: &Headers,
    deadline: Deadline,
) -> Result<Vec<u8>, CallError> {
    let coding = headers.get(header::TRANSFER_ENCODING).unwrap_or_default();
    let last = coding.rsplit(',').next().unwrap_or_default();
    if last.trim().eq_ignore_ascii_case("chunked") {
        let mut body = Vec::new();
        loop {
            let chunk = chunk(wire, deadline)?;
            if chunk.is_empty() {
                return Ok(body);
            }
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Err(CallError::TooLong { limit: LONGEST });
            }
        }
    }
    let Some(length) = headers.get(header::CONTENT_LENGTH) else {
        return wire.until_closed(deadline);
    };
    let length = length.trim().parse();
    let length = length.map_err(|_| not_http("a content length that is not a number", &[]))?;
    wire.exactly(length, deadline)
}

/// Reads one chunk; the last one is empty.
pub(super) fn chunk(wire: &mut Wire, deadline: Deadline) -> Result<Vec<u8>, CallError> {
    let line = wire.line(deadline)?;
    let size = line.split(';').next().unwrap_or_default().trim();
    let size = usize::from_str_radix(size, 16)
        .map_err(|_| not_http("a chunk without a size", line.as_bytes()))?;
    if size == 0 {
        while !wire.line(deadline)?.is_empty() {}
        return Ok(Vec::new());
    }
    let chunk = wire.exactly(size, deadline)?;
    match wire.line(deadline)?.as_str() {
        "" => Ok(chunk),
        rest => Err(not_http("a chunk longer than its size", rest.as_bytes())),
    }
}

/// A head and its length, if it is complete.
fn parse(bytes: &[u8]) -> Result<Option<(usize, Head)>, CallError> {
    let mut fields = [httparse::EMPTY_HEADER; 256];
    let mut head = httparse::Response::new(&mut fields);
    let parsed = head
        .parse(bytes)
        .map_err(|error| not_http(&error.to_string(), bytes))?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let mut headers = Headers::default();
    for field in head.headers.iter() {
        headers.add(field.name, String::from_utf8_lossy(field.value));
    }
    let status = head.code.ok_or_else(|| not_http("no status", bytes))?;
    let says = |wish: &str| {
        let said = headers.get(header::CONNECTION).unwrap_or_default();
        said.split(',')
            .any(|said| said.trim().eq_ignore_ascii_case(wish))
    };
    let closes = says("close") || (head.version == Some(0) && !says("keep-alive"));
    let head = Head {
        status,
        headers,
        closes,
        length,
    };
    Ok(Some((length, head)))
}

fn not_http(problem: &str, received: &[u8]) -> CallError {
    const SHOWN: usize = 200;
    let received = &received[..received.len().min(SHOWN)];
    CallError::NotHttp {
        problem: problem.into(),
        received: received.escape_ascii().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let bytes = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nrest";
        for length in 0..bytes.len() - "rest".len() {
            assert!(parse(&bytes[..length]).expect("HTTP so far").is_none());
        }
        let (length, head) = parse(bytes).expect("HTTP").expect("a whole head");
        assert_eq!(&bytes[length..], b"rest");
        assert_eq!((head.status, head.headers.get("a")), (200, Some("b")));
        assert!(matches!(parse(b"SSH-2.0"), Err(CallError::NotHttp { .. })));
    }

    #[test]
    fn an_old_answer_closes_unless_it_says_otherwise() {
        let closes = |text: &str| {
            parse(text.as_bytes())
                .expect("HTTP")
                .expect("a head")
                .1
                .closes
        };
        assert!(!closes("HTTP/1.1 200 OK\r\n\r\n"));
        assert!(closes(
            "HTTP/1.1 200 OK\r\nConnection: Keep-Alive, Close\r\n\r\n"
        ));
        assert!(closes("HTTP/1.0 200 OK\r\n\r\n"));
        assert!(!closes("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n"));
    }
}
