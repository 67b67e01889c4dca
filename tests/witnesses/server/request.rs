//! A request as it came, and what kind of call it is.

use std::time::{Duration, Instant};

use cargo_fc3::platform::{header, path};

use super::Server;
use crate::faults::Fault;

/// A request with its body.
pub(super) struct Request {
    pub(super) method: String,
    /// The path and the query.
    pub(super) target: String,
    /// Whether it came as HTTP/1.0.
    pub(super) is_old: bool,
    /// In order, with names as they came.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) came: Instant,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Event,
    Initialize,
    PreStop,
    PreFreeze,
    /// Of an HTTP client.
    Client,
}

impl Request {
    /// The first value of a header, in any case, or nothing where it is empty.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let same = |have: &&(String, String)| have.0.eq_ignore_ascii_case(name);
        let (_, value) = self.headers.iter().find(same)?;
        (!value.is_empty()).then_some(value)
    }

    /// The path and the query.
    pub(super) fn parts(&self) -> (&str, Option<&str>) {
        match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&self.target, None),
        }
    }

    /// The id of the call, one word without what could pass for more of a log line.
    pub(super) fn id(&self, server: &Server) -> String {
        const LONGEST: usize = 256;
        let sent = self.header(header::REQUEST_ID).unwrap_or("-");
        if server.has(Fault::LogsAnyRequestId) {
            return sent.to_owned();
        }
        let plain = |letter: &char| letter.is_ascii_graphic() && !matches!(letter, ',' | '[');
        let id: String = sent.chars().take_while(plain).take(LONGEST).collect();
        if id.is_empty() { "-".into() } else { id }
    }

    /// When the platform gives the call up.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let seconds = self.header(header::FUNCTION_TIMEOUT)?.parse().ok()?;
        self.came.checked_add(Duration::from_secs(seconds))
    }

    /// Whether the caller wants to send more on the connection.
    pub(super) fn keeps(&self, server: &Server) -> bool {
        if server.has(Fault::ClosesEachConnection) {
            return false;
        }
        let wish = self.header(header::CONNECTION).unwrap_or_default();
        if self.is_old && !server.has(Fault::KeepsOldConnections) {
            wish.eq_ignore_ascii_case("keep-alive")
        } else {
            !wish.eq_ignore_ascii_case("close")
        }
    }

    /// The control path decides; without one, method and path do.
    pub(super) fn call(&self, server: &Server) -> Call {
        let (own, _) = self.parts();
        let by_path = match (self.method.as_str(), own) {
            ("POST", path::INVOKE) => Call::Event,
            ("POST", path::INITIALIZE) => Call::Initialize,
            ("GET", path::PRE_STOP) => Call::PreStop,
            ("GET", path::PRE_FREEZE) => Call::PreFreeze,
            _ => Call::Client,
        };
        if server.has(Fault::TakesPreStopFromClients) && by_path == Call::PreStop {
            return by_path;
        }
        match self.header(header::CONTROL_PATH) {
            None if server.has(Fault::NeedsAControlPath) => Call::Client,
            None => by_path,
            Some(path::INVOKE) if server.has(Fault::KnowsEventsByPath) => by_path,
            Some(path::INVOKE) => Call::Event,
            Some(path::INITIALIZE) if server.has(Fault::KnowsTheInitializerByPath) => by_path,
            Some(path::INITIALIZE) => Call::Initialize,
            Some(path::PRE_STOP) => Call::PreStop,
            Some(path::PRE_FREEZE) => Call::PreFreeze,
            Some(path::HTTP_INVOKE) if self.is_taken_for_an_event(server) => Call::Event,
            Some(_) => Call::Client,
        }
    }

    fn is_taken_for_an_event(&self, server: &Server) -> bool {
        server.has(Fault::TakesClientsForEvents) && self.method == "POST"
    }
}
