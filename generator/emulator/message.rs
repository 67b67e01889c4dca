//! HTTP messages as values: requests to a function, and its responses.

use super::headers::{Case, Headers, canonical};
use crate::platform::{STATUS_OK, header};
use crate::text::printable;

/// The body of a request and its framing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// No body and no declared length.
    Absent,
    /// A body with a declared length.
    Sized(Vec<u8>),
    /// A chunked body without a declared length.
    Chunked(Vec<u8>),
}

/// One HTTP/1.1 request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// The header fields. If one of them frames the body, it is sent instead of the correct one.
    pub headers: Headers,
    /// The body.
    pub body: Body,
}

impl Request {
    /// A request without headers or body.
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            target: target.into(),
            headers: Headers::default(),
            body: Body::Absent,
        }
    }

    /// The same request with a header set, which replaces those with the same name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.set(name, value);
        self
    }

    /// The same request without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// The same request with all header names in the given case.
    #[must_use]
    pub fn in_case(mut self, case: Case) -> Self {
        self.headers.recase(case);
        self
    }

    /// The same request with a different body and its declared length.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Sized(body.into());
        self
    }

    /// The same request with a chunked body.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        if let Body::Sized(body) = self.body {
            self.body = Body::Chunked(body);
        }
        self
    }

    /// The id in the request, or an empty text.
    #[must_use]
    pub fn id(&self) -> &str {
        self.headers.get(header::REQUEST_ID).unwrap_or_default()
    }

    /// The request line, the headers and the empty line, as they are sent.
    #[must_use]
    pub fn head(&self) -> String {
        let first = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let fields = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let framed = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
        let framing = match &self.body {
            _ if framed.iter().any(|name| self.headers.get(name).is_some()) => None,
            Body::Absent => None,
            Body::Sized(body) => Some((header::CONTENT_LENGTH, body.len().to_string())),
            Body::Chunked(_) => Some((header::TRANSFER_ENCODING, "chunked".to_owned())),
        };
        let framing = framing.map(|(name, value)| format!("{}: {value}\r\n", canonical(name)));
        std::iter::once(first)
            .chain(fields)
            .chain(framing)
            .chain(["\r\n".into()])
            .collect()
    }

    /// The whole request, as it is sent.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        const CHUNK: usize = 64 * 1024;
        let mut bytes = self.head().into_bytes();
        match &self.body {
            Body::Absent => {}
            Body::Sized(body) => bytes.extend_from_slice(body),
            Body::Chunked(body) => {
                for chunk in body.chunks(CHUNK) {
                    bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    bytes.extend_from_slice(chunk);
                    bytes.extend_from_slice(b"\r\n");
                }
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
        }
        bytes
    }
}

/// A response of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The header fields.
    pub headers: Headers,
    /// The body, decoded if it was chunked.
    pub body: Vec<u8>,
    /// Whether the response closes its connection: it says so, or it is HTTP/1.0 without
    /// keep-alive.
    pub closes: bool,
    /// The id of its request, or an empty text.
    pub request_id: String,
}

impl Answer {
    /// Whether the function marked the event as failed. The platform checks only this mark.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.headers
            .get(header::STATUS)
            .is_some_and(|status| status != STATUS_OK)
    }

    /// Whether the status reports success (2xx).
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as text, with U+FFFD instead of bytes that are not UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl std::fmt::Display for Answer {
    /// The status, the headers and the beginning of the body, on one line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 200;
        write!(f, "{}", self.status)?;
        for (name, value) in self.headers.iter() {
            write!(f, "; {name}: {value}")?;
        }
        write!(f, "; {} bytes", self.body.len())?;
        f.write_str(if self.body.is_empty() { "" } else { ": " })?;
        for part in self.body[..self.body.len().min(SHOWN)].utf8_chunks() {
            let text = printable(part.valid());
            write!(f, "{text}{}", part.invalid().escape_ascii())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_written_in_any_case() {
        let request = Request::new("GET", "/")
            .with(header::REQUEST_ID, "1")
            .in_case(Case::Upper);
        assert_eq!(
            request.head(),
            "GET / HTTP/1.1\r\nX-FC-REQUEST-ID: 1\r\n\r\n"
        );
        assert_eq!(request.id(), "1");
        let request = request.in_case(Case::Canonical);
        assert_eq!(
            request.head(),
            "GET / HTTP/1.1\r\nX-Fc-Request-Id: 1\r\n\r\n"
        );
    }

    #[test]
    fn a_body_is_framed_by_length_or_in_chunks() {
        let request = Request::new("POST", "/").body("ab");
        assert!(request.to_bytes().ends_with(b"Content-Length: 2\r\n\r\nab"));
        let request = request.chunked();
        assert!(
            request
                .to_bytes()
                .ends_with(b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")
        );
    }
}
