//! Which call of the platform a request is:
//! <https://www.alibabacloud.com/help/en/functioncompute/fc/context-and-log-format-1>.

use hyper::header::HeaderName;
use hyper::{Method, Request};

/// The path of an event.
pub(super) const INVOKE: &str = "/invoke";

/// Tells where a request belongs, where the platform sent it.
const CONTROL_PATH: HeaderName = HeaderName::from_static("x-fc-control-path");

/// Where a request belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// An event, from `InvokeFunction` or any trigger but HTTP.
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
    /// Tells by `x-fc-control-path`, which clients cannot send; without one, as in a local call,
    /// by method and path.
    pub(super) fn of<B>(request: &Request<B>) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: &str, path: &str, control: &str) -> Route {
        let request = Request::builder().method(method).uri(path);
        Route::of(
            &request
                .header("X-Fc-Control-Path", control)
                .body(())
                .unwrap(),
        )
    }

    #[test]
    fn the_control_path_decides_before_the_path() {
        assert_eq!(route("POST", "/invoke", "/http-invoke"), Route::Http);
        assert_eq!(route("GET", "/pre-stop", "/http-invoke"), Route::Http);
        assert_eq!(route("POST", "/", "/invoke"), Route::Invoke);
    }

    #[test]
    fn without_one_the_method_and_the_path_decide() {
        assert_eq!(route("POST", "/invoke", ""), Route::Invoke);
        assert_eq!(route("POST", "/initialize", ""), Route::Initialize);
        assert_eq!(route("GET", "/pre-stop", "?"), Route::PreStop);
        assert_eq!(route("GET", "/invoke", ""), Route::Http);
        assert_eq!(route("POST", "/invoke/", ""), Route::Http);
    }
}
