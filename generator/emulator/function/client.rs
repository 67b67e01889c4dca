//! The platform's side of the connections to one instance.

use std::error::Error;
use std::iter::successors;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Response, Uri};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::emulator::message::Request;
use crate::emulator::requests;
use crate::emulator::settings::Settings;
use crate::platform::{header, path};

/// A request without its body.
pub(super) type Head = hyper::Request<()>;

/// Why a body broke off.
pub(crate) type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request to an instance, or of a response to a caller.
pub(crate) type Body = UnsyncBoxBody<Bytes, BodyError>;

/// A body that is there as a whole.
pub(crate) fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// A connection that broke off, and how.
pub(super) struct Broken(pub(super) String);

impl Broken {
    /// What is known about the connection, without the layers of the HTTP library.
    pub(super) fn new(error: &(dyn Error + 'static)) -> Self {
        let causes: Vec<_> = successors(Some(error), |&error| error.source()).collect();
        let first = causes.iter().position(|error| error.is::<hyper::Error>());
        let first = first.unwrap_or(0);
        let said: Vec<_> = causes[first..].iter().map(ToString::to_string).collect();
        let said = said.join(": ");
        let http = causes[first].downcast_ref::<hyper::Error>();
        let is_connect = error.downcast_ref::<legacy::Error>();
        if is_connect.is_some_and(legacy::Error::is_connect) {
            let last = causes.last().map(ToString::to_string).unwrap_or_default();
            return Self(format!("cannot connect to the function: {last}"));
        }
        Self(match http {
            Some(error) if error.is_parse() => format!("the response is not HTTP: {said}"),
            Some(error) if error.is_incomplete_message() => {
                "the connection was closed before the response was complete".to_owned()
            }
            _ => said,
        })
    }
}

/// Connections to an instance, which are kept open between calls.
#[derive(Debug)]
pub(super) struct Client {
    connections: legacy::Client<HttpConnector, Body>,
    address: SocketAddr,
    /// What the requests of all events have in common. Building it takes longer than sending it.
    event: Head,
    /// The same for those of HTTP clients.
    http: Head,
}

impl Client {
    /// Connects to an instance with these settings, once there is a request.
    pub(super) fn new(address: SocketAddr, settings: &Settings) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let connections = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(None)
            .set_host(false)
            // As the platform writes them.
            .http1_title_case_headers(true)
            .build(connector);
        let mut event = Head::default();
        *event.method_mut() = Method::POST;
        *event.uri_mut() = uri(address, path::INVOKE);
        *event.headers_mut() = headers(&requests::invocation_with(settings, ""));
        let mut http = Head::default();
        *http.headers_mut() = headers(&requests::client_with(settings, "GET", "/", ""));
        Self {
            connections,
            address,
            event,
            http,
        }
    }

    /// The request of an event with this id.
    pub(super) fn event(&self, id: &str) -> Head {
        let mut head = self.event.clone();
        set(&mut head, header::REQUEST_ID, id);
        head
    }

    /// The request of an HTTP client with this id.
    pub(super) fn http(&self, method: &str, target: &str, id: &str) -> Head {
        let mut head = self.http.clone();
        *head.method_mut() = method.parse().unwrap_or_default();
        *head.uri_mut() = uri(self.address, target);
        set(&mut head, header::REQUEST_ID, id);
        set(&mut head, header::BASE_PATH, requests::base_path(target));
        head
    }

    /// Sends a request, and returns the head of the response.
    pub(super) async fn send(
        &self,
        head: Head,
        body: Body,
    ) -> Result<Response<Incoming>, legacy::Error> {
        self.connections.request(head.map(|()| body)).await
    }
}

/// Sets a header, or removes it if no header can have this value.
pub(super) fn set(head: &mut Head, name: &'static str, value: &str) {
    let name = HeaderName::from_static(name);
    match HeaderValue::from_bytes(value.as_bytes()) {
        Ok(value) => head.headers_mut().insert(name, value),
        Err(_) => head.headers_mut().remove(name),
    };
}

fn uri(address: SocketAddr, target: &str) -> Uri {
    // A front door has parsed it before, so it parses again.
    let uri = format!("http://{address}{target}").parse();
    uri.unwrap_or_else(|_| Uri::default())
}

fn headers(request: &Request) -> HeaderMap {
    let headers = request.headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    headers.collect()
}
