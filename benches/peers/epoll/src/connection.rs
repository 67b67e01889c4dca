//! One connection: it reads bytes, answers complete requests, and keeps what the socket does not accept.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use memchr::memchr;
use rustix::event::epoll::EventFlags;
use rustix::stdio::stdout;

/// A connection and its buffers.
pub(crate) struct Connection {
    /// Its non-blocking socket.
    pub(crate) stream: TcpStream,
    /// The events that epoll reports.
    pub(crate) interest: EventFlags,
    received: Vec<u8>,
    filled: usize,
    unsent: Vec<u8>,
    line: Vec<u8>,
}

/// The positions of the parts of a request.
struct Request {
    id: std::ops::Range<usize>,
    body: std::ops::Range<usize>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            interest: EventFlags::IN,
            received: vec![0; 8 * 1024],
            filled: 0,
            unsent: Vec::new(),
            line: Vec::new(),
        }
    }

    /// Reads and writes without waiting, and returns the events to wait for. An error ends the connection.
    pub(crate) fn turn(&mut self) -> io::Result<EventFlags> {
        if self.unsent.is_empty() {
            self.read()?;
            while let Some(request) = parse(&self.received[..self.filled]) {
                self.answer(&request)?;
            }
        }
        self.send()?;
        Ok(if self.unsent.is_empty() {
            EventFlags::IN
        } else {
            EventFlags::OUT
        })
    }

    fn read(&mut self) -> io::Result<()> {
        if self.filled == self.received.len() {
            self.received.resize(self.filled * 2, 0);
        }
        match self.stream.read(&mut self.received[self.filled..]) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.filled += count;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn answer(&mut self, request: &Request) -> io::Result<()> {
        let id = &self.received[request.id.clone()];
        let body = &self.received[request.body.clone()];
        for point in ["Start", "End"] {
            self.line.clear();
            for part in [b"FC Invoke ", point.as_bytes(), b" RequestId: ", id, b"\n"] {
                self.line.extend_from_slice(part);
            }
            rustix::io::write(stdout(), &self.line)?;
        }
        write!(
            self.unsent,
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )?;
        self.unsent.extend_from_slice(body);
        self.received.copy_within(request.body.end..self.filled, 0);
        self.filled -= request.body.end;
        Ok(())
    }

    fn send(&mut self) -> io::Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The first request in `bytes`, once it is complete.
fn parse(bytes: &[u8]) -> Option<Request> {
    let mut id = 0..0;
    let mut length = 0;
    let mut from = 0;
    loop {
        let to = from + memchr(b'\n', &bytes[from..])?;
        let line = bytes[from..to].trim_ascii_end();
        let at = from;
        from = to + 1;
        if line.is_empty() {
            break;
        }
        let Some(colon) = memchr(b':', line) else {
            continue;
        };
        let value = line[colon + 1..].trim_ascii();
        match &line[..colon] {
            name if name.eq_ignore_ascii_case(b"content-length") => {
                length = std::str::from_utf8(value).ok()?.parse().ok()?;
            }
            name if name.eq_ignore_ascii_case(b"x-fc-request-id") => {
                let end = at + line.len();
                id = end - value.len()..end;
            }
            _ => {}
        }
    }
    let body = from..from + length;
    (body.end <= bytes.len()).then_some(Request { id, body })
}
