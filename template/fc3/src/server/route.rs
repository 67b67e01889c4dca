//! The kinds of requests that the server receives:
//! <https://www.alibabacloud.com/help/en/functioncompute/fc/context-and-log-format-1>.

use hyper::header::HeaderName;
use hyper::{Method, Request};

/// The path of an event.
pub(crate) const INVOKE: &str = "/invoke";

/// The header by which the platform says which kind of request it sends.
const CONTROL_PATH: HeaderName = HeaderName::from_static("x-fc-control-path");

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// An event, from `InvokeFunction` or any trigger except HTTP.
    Invoke,
    /// A client's request, from an HTTP trigger or a custom domain.
    Http,
    /// The initializer of a new instance.
    Initialize,
    /// The last call before the instance ends.
    PreStop,
    /// The call before a freeze, which only Function Compute 2.0 makes.
    PreFreeze,
}

impl Route {
    /// The kind by `x-fc-control-path`, which clients cannot send. Without that header, as in a local
    /// call, method and path decide.
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let control = request.headers().get(CONTROL_PATH);
        match control.map_or(&b""[..], |path| path.as_bytes()) {
            b"/invoke" => Self::Invoke,
            b"/http-invoke" => Self::Http,
            b"/initialize" => Self::Initialize,
            b"/pre-stop" => Self::PreStop,
            b"/pre-freeze" => Self::PreFreeze,
            _ => match (request.method(), request.uri().path()) {
                (&Method::POST, INVOKE) => Self::Invoke,
                (&Method::POST, "/initialize") => Self::Initialize,
                (&Method::GET, "/pre-stop") => Self::PreStop,
                (&Method::GET, "/pre-freeze") => Self::PreFreeze,
                _ => Self::Http,
            },
        }
    }
}
