//! An answer, and its bytes.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use cargo_fc3::platform::{EVENT_TYPE, STATUS_FAILED, STATUS_OK, header};
use serde_json::json;

use super::Server;
use super::request::Request;
use super::wire::Wire;
use crate::faults::Fault;

/// Sends a chunk on its way.
pub(super) type Sink<'a> = &'a mut dyn FnMut(&str) -> io::Result<()>;

/// Makes a body, for the call of this id.
pub(super) type Maker = fn(&Server, &str, Sink) -> io::Result<()>;

/// What a body consists of.
pub(super) enum Content {
    Whole(Vec<u8>),
    /// Made while it is sent; it may panic.
    Stream(Maker),
    /// No HTTP any more: every byte is sent back.
    Echo,
}

/// What a call is answered with.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) content: Content,
}

impl Answer {
    pub(super) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content: Content::Whole(body.into()),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// An event's result.
    pub(super) fn result(server: &Server, body: Vec<u8>) -> Self {
        let mut answer = Self::new(200, body).with(header::CONTENT_TYPE, EVENT_TYPE);
        if !server.has(Fault::LeavesSuccessUnmarked) {
            answer = answer.with(header::STATUS, STATUS_OK);
        }
        if server.has(Fault::NamesItself) {
            answer = answer.with("Server", "witness/1.0");
        }
        if server.has(Fault::SendsLongHeaders) {
            answer = answer.with("X-Trace", "0123456789abcdef".repeat(600));
        }
        answer
    }

    /// A failure, as the platform and the caller are told.
    pub(super) fn failure(status: u16, kind: &str, message: &str) -> Self {
        let told = json!({ "errorMessage": message, "errorType": kind });
        Self::new(status, told.to_string())
            .with(header::CONTENT_TYPE, "application/json")
            .with(header::STATUS, STATUS_FAILED)
    }

    /// The bytes of the last answer on a connection, to a request that was not read.
    pub(super) fn closing(self) -> Vec<u8> {
        let mut bytes = self.head(&["Connection: close"], &self.length());
        if let Content::Whole(body) = self.content {
            bytes.extend_from_slice(&body);
        }
        bytes
    }

    fn length(&self) -> String {
        match &self.content {
            Content::Whole(body) => format!("Content-Length: {}", body.len()),
            Content::Stream(_) => "Transfer-Encoding: chunked".into(),
            Content::Echo => String::new(),
        }
    }

    fn head(&self, more: &[&str], framing: &str) -> Vec<u8> {
        let own = self.headers.iter();
        let own = own.map(|(name, value)| format!("{name}: {value}"));
        let more = more.iter().copied().chain([framing]);
        let more = more.filter(|line| !line.is_empty()).map(str::to_owned);
        let first = format!("HTTP/1.1 {} {}", self.status, reason(self.status));
        let lines = [first].into_iter().chain(own).chain(more);
        lines
            .chain([String::new()])
            .flat_map(|line| [line, "\r\n".to_owned()])
            .collect::<String>()
            .into_bytes()
    }

    /// Sends it, whole or bit by bit, and says whether the connection can be used again.
    pub(super) fn send(
        mut self,
        server: &Server,
        wire: &mut Wire,
        request: &Request,
        id: &str,
    ) -> io::Result<bool> {
        if let Content::Stream(make) = self.content
            && server.has(Fault::SendsAStreamAtItsEnd)
        {
            let mut whole = String::new();
            make(server, id, &mut |chunk| {
                whole.push_str(chunk);
                Ok(())
            })?;
            self.content = Content::Whole(whole.into_bytes());
        }
        let is_stream = matches!(self.content, Content::Stream(_));
        let is_echo = matches!(self.content, Content::Echo);
        let keep = request.keeps(server) && !(is_stream && request.is_old) && !is_echo;
        let connection = match (keep, request.is_old) {
            (true, true) => "Connection: keep-alive",
            (false, false) if !is_echo => "Connection: close",
            _ => "",
        };
        let has_no_body = matches!(self.status, 101 | 204 | 304);
        let framing = if has_no_body || (is_stream && request.is_old) {
            String::new()
        } else {
            self.length()
        };
        let mut bytes = self.head(&[connection], &framing);
        let sends_none =
            has_no_body && !(server.has(Fault::SendsABodyWithNotModified) && self.status == 304);
        if let Content::Whole(body) = &self.content
            && !sends_none
            && (request.method != "HEAD" || server.has(Fault::SendsABodyToHead))
        {
            bytes.extend_from_slice(body);
        }
        wire.stream.write_all(&bytes)?;
        match self.content {
            Content::Stream(make) if request.method != "HEAD" => {
                send_chunks(server, &wire.stream, request.is_old, id, make)?;
            }
            Content::Echo => send_back(server, wire)?,
            Content::Stream(_) | Content::Whole(_) => {}
        }
        Ok(keep)
    }
}

fn send_chunks(
    server: &Server,
    mut stream: &TcpStream,
    is_old: bool,
    id: &str,
    make: Maker,
) -> io::Result<()> {
    make(server, id, &mut |chunk| {
        let framed = if is_old {
            chunk.to_owned()
        } else {
            format!("{:x}\r\n{chunk}\r\n", chunk.len())
        };
        stream.write_all(framed.as_bytes())
    })?;
    if is_old {
        return Ok(());
    }
    stream.write_all(END_OF_CHUNKS)
}

fn send_back(server: &Server, wire: &mut Wire) -> io::Result<()> {
    let ahead = wire.ahead();
    wire.stream.write_all(&ahead)?;
    let mut buffer = [0; 1024];
    loop {
        match wire.stream.read(&mut buffer)? {
            0 => return Ok(()),
            count if server.has(Fault::TakesUpgradedBytesForText) => {
                let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
                wire.stream.write_all(text.as_bytes())?;
            }
            count => wire.stream.write_all(&buffer[..count])?,
        }
    }
}

/// The last chunk, which is empty.
pub(super) const END_OF_CHUNKS: &[u8] = b"0\r\n\r\n";

fn reason(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        404 => "Not Found",
        413 => "Content Too Large",
        500 => "Internal Server Error",
        _ => "Status",
    }
}
