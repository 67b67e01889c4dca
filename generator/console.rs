//! The console: a page that shows what happens to functions and sends events to them.
//!
//! It is served on the port of the functions, below a path that is reserved for it. The page calls
//! functions by the `InvokeFunction` API, as everybody does. What only the page may have, such as logs
//! and samples, needs the token of this run:
//!
//! - The address that `dev` prints has the token in its fragment, which browsers never send: it reaches
//!   neither the function on the same port nor the log of a proxy. One click opens the page.
//! - The page moves it from the address bar into the session storage of its tab, and sends it in a
//!   header. No other site can add that header. A page of the first web function is of the same origin,
//!   and does not know the token unless it goes out of its way, as by a service worker: it is the code of
//!   the author who opened the console, and links to functions open tabs of their own.
//! - A cookie would be sent to the function too, and to every other server on this machine, since
//!   cookies do not distinguish ports.
//!
//! Without a token, there are only the files of the page, which are the same for everybody. Foreign
//! hosts and pages are refused before any of this, as for functions.

mod feed;
mod files;
mod stream;
mod token;

use std::io;
use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde_json::{Value, json};

pub(crate) use feed::{Feed, Kind};
use files::FILES;
use stream::Streams;
use token::Token;

use crate::emulator::{Extension, Reply, ResponseBody, whole};

/// The beginning of all paths.
const PREFIX: &str = "/_fc3/";
/// The header with the token.
const TOKEN: HeaderName = HeaderName::from_static("fc3-token");
/// The number of the last message that the page has.
const LAST: HeaderName = HeaderName::from_static("last-event-id");

/// What a browser may do with the page: run its own files, and nothing that is written into it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

/// What the page shows beside the feed.
pub(crate) trait Source: Send + Sync {
    /// The functions, with their samples and timers.
    fn state(&self) -> Value;

    /// The content of a sample, by the path that the state has for it.
    fn sample(&self, path: &str) -> Option<Vec<u8>>;
}

/// The console of one run.
pub(crate) struct Console<S> {
    token: Token,
    feed: Arc<Feed>,
    source: S,
    streams: Streams,
}

impl<S: Source> Console<S> {
    /// A console with a new token.
    ///
    /// # Errors
    /// The system has no random bytes.
    pub(crate) fn new(feed: Arc<Feed>, source: S) -> io::Result<Self> {
        Ok(Self {
            token: Token::random()?,
            feed,
            source,
            streams: Streams::default(),
        })
    }

    /// What the page shows beside the feed.
    pub(crate) fn source(&self) -> &S {
        &self.source
    }

    /// The path of the page, with the token in the fragment.
    pub(crate) fn path(&self) -> String {
        format!("{PREFIX}#token={}", self.token.as_str())
    }

    /// What needs the token.
    fn private(&self, path: &str, request: &Parts) -> Option<Reply> {
        let reply = match path {
            "state" => typed("application/json", whole(self.source.state().to_string())),
            "events" => {
                let last = request
                    .headers
                    .get(LAST)
                    .and_then(|last| last.to_str().ok());
                let last = last.and_then(|last| last.parse().ok()).unwrap_or(0);
                let stream = self.streams.open(&self.feed, last);
                let body = stream.map_err(|never| match never {}).boxed_unsync();
                typed("text/event-stream", body)
            }
            _ => {
                if let Some(sample) = path.strip_prefix("samples/") {
                    let sample = self.source.sample(sample)?;
                    return Some(Reply::Response(typed(
                        "application/octet-stream",
                        whole(sample),
                    )));
                }
                let (function, _) = path.strip_prefix("http/")?.split_once('/')?;
                let target = request.uri.path_and_query()?.as_str();
                let target = &target[PREFIX.len() + "http/".len() + function.len()..];
                return Some(Reply::Call {
                    function: function.to_owned(),
                    target: target.to_owned(),
                    hides: TOKEN,
                });
            }
        };
        Some(Reply::Response(reply))
    }
}

impl<S: Source> Extension for Console<S> {
    fn prefix(&self) -> &str {
        PREFIX
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let token = headers.get(TOKEN);
        token.is_some_and(|token| self.token.is(token.as_bytes()))
    }

    fn answer(&self, request: &Parts) -> Reply {
        let path = request.uri.path();
        let path = path.strip_prefix(PREFIX).unwrap_or(path);
        let is_read = matches!(request.method, Method::GET | Method::HEAD);
        if let Some(file) = FILES.iter().find(|file| file.path == path && is_read) {
            return Reply::Response(typed(file.content_type, whole(file.content)));
        }
        if !self.admits(&request.headers) {
            let message = "the token is missing or is that of another run; \
                           open the address that was printed";
            return Reply::Response(refused(StatusCode::UNAUTHORIZED, message));
        }
        if !is_read && !path.starts_with("http/") {
            return Reply::Response(refused(StatusCode::METHOD_NOT_ALLOWED, "only read by GET"));
        }
        let reply = self.private(path, request);
        reply.unwrap_or_else(|| Reply::Response(refused(StatusCode::NOT_FOUND, "no such path")))
    }
}

fn refused(status: StatusCode, message: &str) -> Response<ResponseBody> {
    let body = json!({ "message": message }).to_string();
    let mut response = typed("application/json", whole(body));
    *response.status_mut() = status;
    response
}

/// A response with the headers that all have.
fn typed(content_type: &'static str, body: ResponseBody) -> Response<ResponseBody> {
    let mut response = Response::new(body);
    let headers = [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
