//! The probe: a web function that does what the conformance rules ask of it.

mod protocol;

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::task::{self, Poll};

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Extension, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{Semaphore, mpsc};

use fc3::web::App;
use fc3::{Bytes, Context, EVENT_LIMIT, Result};

/// How many more chunks the streams may send.
type Allowed = Arc<Semaphore>;

fn main() -> ExitCode {
    fc3::web::run::<Probe>()
}

/// The probe has no state but its counts.
struct Probe;

impl App for Probe {
    type Router = Router;

    async fn init(_cx: &Context) -> Result<Self> {
        protocol::init().await?;
        Ok(Self)
    }

    fn router(&self) -> Router {
        Router::new()
        .route("/invoke", post(invoke))
        .route("/echo/{*rest}", any(echo))
        .route("/context", get(context))
        .route("/health", get(async || "healthy"))
        .route("/panic", get(panic))
        .route("/status/{code}", any(status))
        .route("/stream", get(stream))
        .route("/stream/next", post(stream_next))
        .route("/stream/panic", get(async || Body::new(Broken::Whole)))
        .route("/upgrade", get(upgrade))
        .fallback(async |uri: Uri| (StatusCode::NOT_FOUND, format!("no route: {uri}")))
        .with_state(Allowed::new(Semaphore::new(0)))
        .layer(DefaultBodyLimit::max(EVENT_LIMIT))
    }

    async fn stop(&self) {
        protocol::stop().await;
    }
}

async fn invoke(Extension(cx): Extension<Context>, event: Bytes) -> Response {
    match protocol::answer(event, &cx).await {
        Ok(reply) => reply.into_response(),
        Err(error) => {
            let told = json!({ "errorMessage": error.to_string(), "errorType": "ProbeError" });
            (StatusCode::NOT_FOUND, Json(told)).into_response()
        }
    }
}

async fn echo(method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Json<Value> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let pairs = headers
        .iter()
        .map(|(name, value)| json!([name.as_str(), text(value)]));
    let hex = body.iter().map(|byte| format!("{byte:02x}"));
    Json(json!({
        "method": method.as_str(),
        "path": uri.path(),
        "query": uri.query(),
        "headers": pairs.collect::<Vec<_>>(),
        "bodyHex": hex.collect::<String>(),
    }))
}

async fn context(Extension(cx): Extension<Context>) -> Json<Value> {
    Json(protocol::context(&cx))
}

async fn panic() -> StatusCode {
    panic!("probe panicked")
}

/// Answers any status, with a header and a body of its own where the status may have one.
async fn status(Path(code): Path<u16>) -> Response {
    let Ok(status) = StatusCode::from_u16(code) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let bodiless = matches!(code, 100..200 | 204 | 304);
    let body = if bodiless {
        String::new()
    } else {
        format!("status {code}")
    };
    (status, [("x-probe", "status")], body).into_response()
}

/// Sends `one` at once, `two` and `three` when `POST /stream/next` allows them.
async fn stream(State(allowed): State<Allowed>) -> Body {
    let (sender, chunks) = mpsc::channel(1);
    tokio::spawn(async move {
        for (at, chunk) in ["one\n", "two\n", "three\n"].into_iter().enumerate() {
            if at > 0 {
                let Ok(permit) = allowed.acquire().await else {
                    return;
                };
                permit.forget();
            }
            if sender.send(Bytes::from(chunk)).await.is_err() {
                return;
            }
        }
    });
    Body::new(Chunks(chunks))
}

async fn stream_next(State(allowed): State<Allowed>) -> StatusCode {
    allowed.add_permits(1);
    StatusCode::NO_CONTENT
}

/// A body of what is sent to it.
struct Chunks(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0
            .poll_recv(task)
            .map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// A body that panics once its first chunk is on its way.
enum Broken {
    Whole,
    Begun,
    Sent,
}

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match *self {
            Self::Whole => {
                *self = Self::Begun;
                Poll::Ready(Some(Ok(Frame::data("one\n".into()))))
            }
            Self::Begun => {
                // hyper writes what it holds when a body has nothing more for the moment.
                *self = Self::Sent;
                task.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Sent => {
                tracing::info!("probe streams");
                panic!("probe panicked in a stream");
            }
        }
    }
}

/// Leaves HTTP for a protocol that sends every byte back.
async fn upgrade(request: Request) -> Response {
    tokio::spawn(async move {
        let Ok(upgraded) = hyper::upgrade::on(request).await else {
            return;
        };
        // The other side has gone when an error ends this.
        let _ended = send_back(TokioIo::new(upgraded)).await;
    });
    let headers = [(header::CONNECTION, "upgrade"), (header::UPGRADE, "echo")];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

async fn send_back(mut raw: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let mut read = ReadBuf::new(&mut buffer);
        poll_fn(|task| Pin::new(&mut raw).poll_read(task, &mut read)).await?;
        let mut rest = read.filled();
        if rest.is_empty() {
            return Ok(());
        }
        while !rest.is_empty() {
            let count = poll_fn(|task| Pin::new(&mut raw).poll_write(task, rest)).await?;
            rest = &rest[count..];
        }
        poll_fn(|task| Pin::new(&mut raw).poll_flush(task)).await?;
    }
}
