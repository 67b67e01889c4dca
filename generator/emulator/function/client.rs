//! The platform's side of the connections to one instance.

use std::error::Error;
use std::iter::successors;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, Uri};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::emulator::message::Request;

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
    /// What is known about the connection, without what only tells who found it out.
    pub(super) fn new(error: &(dyn Error + 'static)) -> Self {
        let causes: Vec<_> = successors(Some(error), |&error| error.source()).collect();
        let first = causes.iter().position(|error| error.is::<hyper::Error>());
        let first = first.unwrap_or(0);
        let said: Vec<_> = causes[first..].iter().map(ToString::to_string).collect();
        let said = said.join(": ");
        let http = causes[first].downcast_ref::<hyper::Error>();
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
}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let connections = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(None)
            .set_host(false)
            // As the platform writes them.
            .http1_title_case_headers(true)
            .build(connector);
        Self {
            connections,
            address,
        }
    }

    /// Sends a request, and returns the head of the response.
    pub(super) async fn send(
        &self,
        request: &Request,
        body: Body,
    ) -> Result<Response<Incoming>, legacy::Error> {
        let mut sent = hyper::Request::new(body);
        *sent.method_mut() = request.method.parse().unwrap_or_default();
        let target = format!("http://{}{}", self.address, request.target);
        // A front door has parsed it before, so it parses again.
        *sent.uri_mut() = target.parse().unwrap_or_else(|_| Uri::default());
        for (name, value) in request.headers.iter() {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_bytes(value.as_bytes());
            if let (Ok(name), Ok(value)) = (name, value) {
                sent.headers_mut().append(name, value);
            }
        }
        self.connections.request(sent).await
    }
}
