//! Which session a call belongs to: [`page::AFFINITY`](crate::platform::page::AFFINITY).

use hyper::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use hyper::http::request::Parts;
use hyper::{Method, Uri};

use crate::deployment::{SessionAffinity, SessionKey};
use crate::emulator::ids;
use crate::platform::{SESSION_COOKIE, SESSION_ID_LIMIT, header};

/// The session that a call belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Claim {
    /// None.
    #[default]
    None,
    /// This one, which begins with the call if there is none yet.
    Join(String),
    /// This one, which must have begun.
    Existing {
        /// Its id.
        id: String,
        /// Whether the call asks the function to end it.
        ends: bool,
    },
    /// One that the function may begin, and whose id it tells in its response.
    Begin(Told),
}

impl Claim {
    /// The id of the session, if the client tells it.
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Join(id) | Self::Existing { id, .. } => Some(id),
            Self::None | Self::Begin(_) => None,
        }
    }
}

/// Where a function tells the id of a session that it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// In the header of MCP over streamable HTTP.
    Header,
    /// In the first server-sent event. The session lasts as long as the events.
    Event,
}

/// A header that tells the client its session.
pub(crate) type Grant = Option<(HeaderName, HeaderValue)>;

/// The id of a session that the platform does not accept, with the name of its header.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the header `{0}` must have 1 to {SESSION_ID_LIMIT} letters, digits, `_` or `-`, and not begin \
     with `-`"
)]
pub(crate) struct BadSession(String);

/// Adds a header to those of a response.
pub(crate) fn grant(headers: &mut HeaderMap, grant: Grant) {
    if let Some((name, value)) = grant {
        headers.append(name, value);
    }
}

/// The session of a synchronous call, and what its response says of it. `is_http` is whether it comes
/// from a client of the HTTP trigger: only those can use MCP.
///
/// # Errors
/// The client has chosen an id that the platform does not accept.
pub(crate) fn claim(
    affinity: Option<&SessionAffinity>,
    request: &Parts,
    is_http: bool,
) -> Result<(Claim, Grant), BadSession> {
    let Some(affinity) = affinity else {
        return Ok((Claim::None, None));
    };
    match &affinity.key {
        SessionKey::Header(name) => by_header(name, &request.headers),
        SessionKey::Cookie => Ok(by_cookie(affinity, &request.headers)),
        SessionKey::McpStreamable if is_http => Ok((by_mcp_header(request), None)),
        SessionKey::McpSse { path } if is_http => Ok((by_query(path, request), None)),
        SessionKey::McpStreamable | SessionKey::McpSse { .. } => Ok((Claim::None, None)),
    }
}

fn by_header(name: &str, headers: &HeaderMap) -> Result<(Claim, Grant), BadSession> {
    // With a name that no header can have, the platform would not accept the configuration.
    let Ok(field) = HeaderName::from_bytes(name.as_bytes()) else {
        return Ok((Claim::None, None));
    };
    let Some(given) = headers.get(&field) else {
        let id = ids::session();
        let value = HeaderValue::from_str(&id).ok();
        return Ok((Claim::Join(id), value.map(|value| (field, value))));
    };
    let id = given.to_str().unwrap_or_default();
    if is_session_id(id) {
        Ok((Claim::Join(id.to_owned()), None))
    } else {
        Err(BadSession(name.to_owned()))
    }
}

fn is_session_id(id: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=SESSION_ID_LIMIT).contains(&id.len()) && !id.starts_with('-') && id.bytes().all(is_part)
}

/// An id that is not known, such as one of an earlier run, is used again, as an expired one is on the
/// platform.
fn by_cookie(affinity: &SessionAffinity, headers: &HeaderMap) -> (Claim, Grant) {
    let cookies = headers.get_all(COOKIE).into_iter();
    let mut cookies = cookies.filter_map(|value| value.to_str().ok());
    let id = cookies.find_map(|line| {
        let mut pairs = line
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='));
        pairs.find_map(|(name, value)| (name == SESSION_COOKIE).then_some(value))
    });
    if let Some(id) = id.filter(|id| is_session_id(id)) {
        return (Claim::Join(id.to_owned()), None);
    }
    let id = ids::session();
    let seconds = affinity.lifetime.as_secs();
    let cookie = format!("{SESSION_COOKIE}={id}; Max-Age={seconds}");
    let value = HeaderValue::from_str(&cookie).ok();
    (Claim::Join(id), value.map(|value| (SET_COOKIE, value)))
}

fn by_mcp_header(request: &Parts) -> Claim {
    let id = request.headers.get(header::MCP_SESSION_ID);
    match id.map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned()) {
        Some(id) => Claim::Existing {
            id,
            ends: request.method == Method::DELETE,
        },
        None if request.method == Method::POST => Claim::Begin(Told::Header),
        None => Claim::None,
    }
}

fn by_query(path: &str, request: &Parts) -> Claim {
    match id_in_query(&request.uri) {
        Some(id) => Claim::Existing { id, ends: false },
        None if request.method == Method::GET && request.uri.path() == path => {
            Claim::Begin(Told::Event)
        }
        None => Claim::None,
    }
}

fn id_in_query(uri: &Uri) -> Option<String> {
    id_in(uri.query()?)
}

/// The id in a query, whose field the servers of MCP name in two ways.
fn id_in(query: &str) -> Option<String> {
    let mut fields = query.split('&').filter_map(|field| field.split_once('='));
    let id = fields.find(|(name, _)| ["sessionId", "session_id"].contains(name))?;
    Some(id.1.to_owned()).filter(|id| !id.is_empty())
}

/// Reads the beginning of server-sent events, up to the one that tells the session.
#[derive(Debug, Default)]
pub(super) struct FirstEvent(Vec<u8>);

impl FirstEvent {
    /// The most that is read of an event, in bytes.
    const LIMIT: usize = 64 * 1024;

    /// Takes more bytes. Returns the id once it is there, or `Err` if there will be none.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<Option<String>, ()> {
        self.0.extend_from_slice(bytes);
        let text = String::from_utf8_lossy(&self.0).replace("\r\n", "\n");
        let mut events = text.split("\n\n").collect::<Vec<_>>();
        // The last one may go on.
        events.pop();
        for event in events {
            let field = |name: &str| {
                let mut lines = event.lines().filter_map(|line| line.split_once(':'));
                let value = lines.find_map(|(field, value)| (field == name).then_some(value))?;
                Some(value.trim_start())
            };
            if field("event") == Some("endpoint") {
                return field("data").and_then(id_in_data).map(Some).ok_or(());
            }
        }
        if self.0.len() > Self::LIMIT {
            return Err(());
        }
        Ok(None)
    }
}

/// The id in the data of the first event: an address with a query, or JSON.
fn id_in_data(data: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Json {
        session_id: String,
    }
    let json = serde_json::from_str(data).map(|json: Json| json.session_id);
    json.ok()
        .or_else(|| id_in(data.split_once('?')?.1))
        .filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_the_platform() {
        let longest = "a".repeat(64);
        for id in ["a", "_", "9-b_C", &longest] {
            assert!(is_session_id(id), "{id}");
        }
        for id in ["", "-a", "a b", "a.b", "é", &format!("{longest}a")] {
            assert!(!is_session_id(id), "{id}");
        }
    }

    #[test]
    fn the_first_event_tells_the_session() {
        for data in [
            "/message?sessionId=abc",
            "/messages/?x=1&session_id=abc",
            r#"{"sessionId": "abc", "version": "2025-06-18"}"#,
        ] {
            let events = format!(": hello\r\n\r\nevent: endpoint\r\ndata: {data}\r\n\r\n");
            let mut reader = FirstEvent::default();
            let (first, rest) = events.split_at(20);
            assert_eq!(reader.read(first.as_bytes()), Ok(None));
            let read = reader.read(rest.as_bytes());
            assert_eq!(read, Ok(Some("abc".to_owned())), "{data}");
        }
        let other = b"event: endpoint\ndata: /message\n\n";
        assert_eq!(FirstEvent::default().read(other), Err(()));
        let endless = vec![b'x'; 65 * 1024];
        assert_eq!(FirstEvent::default().read(&endless), Err(()));
    }
}
