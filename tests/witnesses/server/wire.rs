//! Requests out of the bytes of a connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cargo_fc3::platform::{EVENT_LIMIT, header};

use super::Server;
use super::answer::END_OF_CHUNKS;
use super::head::{self, Framing};
use super::request::Request;
use crate::faults::{self, Fault};

/// The longest head that is read.
const HEAD_LIMIT: usize = 64 * 1024;

/// A connection, and what came on it ahead of its time.
pub(super) struct Wire {
    pub(super) stream: TcpStream,
    ahead: Vec<u8>,
    /// When a request that has begun must be whole.
    due: Option<Instant>,
}

/// Why there is no request.
pub(super) enum Unread {
    /// The other side has hung up, or is cut off.
    Closed,
    /// The connection broke.
    Broken,
    /// It is no HTTP, or more than is taken: the status that says so.
    Refused(u16),
    /// It asks for HTTP/2.
    Http2,
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                Self::Closed
            }
            _ => Self::Broken,
        }
    }
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            ahead: Vec::new(),
            due: None,
        })
    }

    /// Waits until a request begins.
    pub(super) fn begins(&mut self, server: &Server) -> Result<(), Unread> {
        self.due = None;
        if server.has(Fault::ClosesIdleConnections) {
            self.due = Some(Instant::now() + faults::IMPATIENCE);
        }
        while self.ahead.is_empty() {
            self.fill()?;
        }
        self.due = None;
        if server.has(Fault::LimitsTheTimeOfHeads) {
            self.due = Some(Instant::now() + faults::IMPATIENCE);
        }
        Ok(())
    }

    /// Reads the head, and gives the request without its body and how that is framed.
    fn head(&mut self) -> Result<(Request, Framing), Unread> {
        const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        loop {
            if self.ahead.starts_with(PREFACE) {
                self.ahead.drain(..PREFACE.len());
                return Err(Unread::Http2);
            }
            // All that could still become the preface of HTTP/2 is waited for.
            let could_be = PREFACE.starts_with(&self.ahead);
            if !could_be && let Some((length, request, framing)) = head::parse(&self.ahead)? {
                self.ahead.drain(..length);
                return Ok((request, framing));
            }
            if self.ahead.len() > HEAD_LIMIT {
                return Err(Unread::Refused(431));
            }
            self.fill()?;
        }
    }

    /// Reads a whole request, and tells `head_read` once its body is waited for.
    pub(super) fn request(
        &mut self,
        server: &Server,
        head_read: impl FnOnce(),
    ) -> Result<Request, Unread> {
        let (mut request, framing) = self.head()?;
        head_read();
        self.due = None;
        if server.has(Fault::LimitsTheTimeOfBodies) {
            self.due = Some(Instant::now() + faults::IMPATIENCE);
        }
        if let Framing::Length(length) = framing
            && length > EVENT_LIMIT
            && !server.has(Fault::TrustsAnyLength)
        {
            return Err(Unread::Refused(413));
        }
        let expects = request.header(header::EXPECT);
        let expects = expects.is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
        if expects && !request.is_old && !server.has(Fault::NeverSaysContinue) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        request.body = match framing {
            Framing::Length(length) if server.has(Fault::ReservesWhatIsDeclared) => {
                self.exactly_into(vec![b' '; length])?
            }
            Framing::Length(length) => self.exactly(length)?,
            Framing::Chunks if server.has(Fault::ReadsNoChunks) => Vec::new(),
            Framing::Chunks => self.chunks(server)?,
        };
        if server.has(Fault::DropsWhatCameAhead) {
            self.ahead.clear();
        }
        Ok(request)
    }

    fn chunks(&mut self, server: &Server) -> Result<Vec<u8>, Unread> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| Unread::Refused(400))?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(body);
            }
            let whole = body.len().saturating_add(size);
            if whole > EVENT_LIMIT && !server.has(Fault::CountsNoChunks) {
                return Err(Unread::Refused(413));
            }
            body.append(&mut self.exactly(size)?);
            if !self.line()?.is_empty() {
                return Err(Unread::Refused(400));
            }
        }
    }

    fn line(&mut self) -> Result<String, Unread> {
        loop {
            if let Some(end) = self.ahead.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.ahead.drain(..end + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            if self.ahead.len() > HEAD_LIMIT {
                return Err(Unread::Refused(400));
            }
            self.fill()?;
        }
    }

    /// Reads so many bytes; memory grows with what comes.
    pub(super) fn exactly(&mut self, length: usize) -> Result<Vec<u8>, Unread> {
        while self.ahead.len() < length {
            self.fill()?;
        }
        let rest = self.ahead.split_off(length);
        Ok(std::mem::replace(&mut self.ahead, rest))
    }

    /// Reads as many bytes as there is room.
    fn exactly_into(&mut self, mut room: Vec<u8>) -> Result<Vec<u8>, Unread> {
        let read = self.exactly(room.len())?;
        room.copy_from_slice(&read);
        Ok(room)
    }

    /// Ends a chunked body.
    pub(super) fn end_chunks(&mut self) -> io::Result<()> {
        self.stream.write_all(END_OF_CHUNKS)
    }

    /// Whether the other side has closed its half, or all of it.
    pub(super) fn has_ended(&self) -> bool {
        let peeked = self.stream.set_nonblocking(true);
        let peeked = peeked.and_then(|()| self.stream.peek(&mut [0]));
        let blocks_again = self.stream.set_nonblocking(false);
        blocks_again.is_err() || matches!(peeked, Ok(0))
    }

    /// What came and was not read.
    pub(super) fn ahead(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.ahead)
    }

    /// Reads what has come, or waits for more.
    fn fill(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let now = Instant::now();
        let left = self.due.map(|due| due.saturating_duration_since(now));
        if left == Some(Duration::ZERO) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(left)?;
        match self.stream.read(&mut buffer) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.ahead.extend_from_slice(&buffer[..count]);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(error),
        }
    }
}
