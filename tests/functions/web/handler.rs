//! Routes whose answers say what only the server can know.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fc3::web::App;
use fc3::{Bytes, Context, Result};
use futures_util::stream;
use http_body::{Frame, SizeHint};

pub struct Handler;

impl App for Handler {
    type Router = Router;

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    fn router(&self) -> Router {
        let of_connection = [
            ("connection", "keep-alive, upgrade"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("trailer", "x-checksum"),
            ("proxy-authenticate", "Basic"),
        ];
        Router::new()
            .route("/chunked", hello([("transfer-encoding", "chunked")]))
            .route("/both", hello([("transfer-encoding", "chunked"), ("content-length", "6")]))
            .route("/long", hello([("content-length", "10")]))
            .route("/short", hello([("content-length", "3")]))
            .route("/stream", get(async || ([("content-length", "10")], streamed())))
            .route("/of-connection", hello(of_connection))
            .route("/close", hello([("connection", "x-other, Close")]))
            .route("/unchanged", get(async || (StatusCode::NOT_MODIFIED, [("content-length", "10")])))
            .route("/early", get(async || StatusCode::EARLY_HINTS))
            .route("/version", get(other_version))
            .route("/broken-promise", get(async || Body::new(Promise(Some("hello\n")))))
            .route("/headers", get(async |headers: HeaderMap| format!("{headers:?}")))
    }
}

/// A route that answers with these headers.
fn hello<const N: usize>(headers: [(&'static str, &'static str); N]) -> axum::routing::MethodRouter {
    get(async move || (headers, "hello\n"))
}

fn streamed() -> Body {
    Body::from_stream(stream::iter([Ok::<_, Infallible>("hello\n")]))
}

async fn other_version() -> Response {
    let mut response = "hello\n".into_response();
    *response.version_mut() = Version::HTTP_3;
    response
}

/// A body that is shorter than it says.
struct Promise(Option<&'static str>);

impl HttpBody for Promise {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|text| Ok(Frame::data(text.into()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(10)
    }
}
