//! The request that the platform sends for an event, with all its headers, and that of a client of the
//! platform's API.

use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The length of a role's token, in bytes.
const TOKEN: usize = 960;

/// Sixteen headers of an event. With the token, the id and the length there are nineteen.
const HEADERS: &str = "Host: 21.0.0.1\r\n\
    Content-Type: application/octet-stream\r\n\
    X-Fc-Control-Path: /invoke\r\n\
    X-Fc-Function-Name: hello\r\n\
    X-Fc-Function-Handler: index.handler\r\n\
    X-Fc-Function-Memory: 512\r\n\
    X-Fc-Function-Timeout: 60\r\n\
    X-Fc-Region: cn-hangzhou\r\n\
    X-Fc-Account-Id: 1234567890123456\r\n\
    X-Fc-Qualifier: LATEST\r\n\
    X-Fc-Version-Id: 7\r\n\
    X-Fc-Retry-Count: 0\r\n\
    X-Fc-Base-Path: /invoke\r\n\
    X-Fc-Service-Logproject: functions\r\n\
    X-Fc-Access-Key-Id: STS.aaaaaaaaaaaaaaaaaaaaaaaaa\r\n\
    X-Fc-Access-Key-Secret: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n";

/// The counter that makes every id unique.
static NUMBER: AtomicU64 = AtomicU64::new(1);

/// A request and its event. The answer must equal the event.
pub(crate) struct Request {
    pub(crate) bytes: Vec<u8>,
    event: usize,
}

/// The beginning of a request: all but the id and the length.
#[derive(Clone)]
pub(crate) struct Head(Rc<str>);

impl Head {
    /// The platform's own.
    pub(crate) fn of_platform() -> Self {
        let token = "c".repeat(TOKEN);
        let head = format!("POST /invoke HTTP/1.1\r\n{HEADERS}X-Fc-Security-Token: {token}\r\n");
        Self(head.into())
    }

    /// That of a client of the API on this machine.
    pub(crate) fn of_client(port: u16, path: &str) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
             Content-Type: application/octet-stream\r\n"
        );
        Self(head.into())
    }
}

impl Request {
    /// The usual request: an event of 78 bytes with a unique number.
    pub(crate) fn invoke(head: &Head) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let event = format!(
            r#"{{"order":"{number:012x}","item":"a box of paper","count":3,"price":"12.50 CNY"}}"#
        );
        Self::of(head, number, event.as_bytes())
    }

    /// A request with any event.
    pub(crate) fn with(head: &Head, event: &[u8]) -> Self {
        Self::of(head, NUMBER.fetch_add(1, Ordering::Relaxed), event)
    }

    fn of(Head(head): &Head, number: u64, event: &[u8]) -> Self {
        let head = format!(
            "{head}X-Fc-Request-Id: 1-665a8d20-4f2a9c11-{number:012x}\r\nContent-Length: {}\r\n\r\n",
            event.len(),
        );
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(event);
        Self {
            event: bytes.len() - event.len(),
            bytes,
        }
    }

    /// The event.
    pub(crate) fn event(&self) -> &[u8] {
        &self.bytes[self.event..]
    }
}
