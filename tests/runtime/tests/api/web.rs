//! A web function in a test.

use std::pin::Pin;
use std::task::{Context as Task, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Extension};
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use fc3::testing::{InvokeError, Site, context};
use fc3::web::App;
use fc3::{Context, EVENT_LIMIT, Result};
use hyper::body::Frame;

/// Answers with what it receives.
struct Echo;

impl App for Echo {
    type Router = axum::Router;

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    fn router(&self) -> axum::Router {
        axum::Router::new()
            .route("/", post(async |body: Bytes| body))
            .route("/id", get(id))
            .route("/panic", get(async || -> String { panic!("as you wish") }))
            .route("/broken", get(async || Body::new(Broken)))
            .layer(DefaultBodyLimit::max(EVENT_LIMIT))
    }
}

async fn id(Extension(cx): Extension<Context>) -> String {
    cx.request_id().to_owned()
}

/// A body that fails before its end.
struct Broken;

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = String;

    fn poll_frame(
        self: Pin<&mut Self>,
        _task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, String>>> {
        Poll::Ready(Some(Err("no more data".to_owned())))
    }
}

async fn echo() -> Site<Echo> {
    Site::start().await.unwrap()
}

async fn failed(request: Request<Bytes>) -> InvokeError {
    echo().await.send(request).await.unwrap_err()
}

#[tokio::test]
async fn a_request_reaches_the_router() -> Result<()> {
    let response = echo().await.send(Request::post("/").body("hello")?).await?;
    assert_eq!(
        (response.status(), &response.body()[..]),
        (StatusCode::OK, &b"hello"[..])
    );
    let response = echo()
        .await
        .send(Request::get("/nowhere").body("")?)
        .await?;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn the_context_is_in_the_extensions() -> Result<()> {
    let cx = context().request_id("1-a").build();
    let request = Request::get("/id").body("")?;
    let response = echo().await.send_with(request, &cx).await?;
    assert_eq!(response.body(), "1-a");
    Ok(())
}

#[tokio::test]
async fn a_panic_is_an_error_of_its_request() -> Result<()> {
    let error = failed(Request::get("/panic").body(Bytes::new())?).await;
    assert_eq!(
        (&*error.error_type(), error.message()),
        ("Panic", "as you wish")
    );
    Ok(())
}

#[tokio::test]
async fn a_body_that_breaks_is_an_error_of_its_request() -> Result<()> {
    let error = failed(Request::get("/broken").body(Bytes::new())?).await;
    assert_eq!(
        (&*error.error_type(), error.message()),
        ("ReplyError", "no more data")
    );
    Ok(())
}

#[tokio::test]
async fn a_request_of_3_mb_is_accepted_and_one_over_the_limit_is_not() -> Result<()> {
    let body = Bytes::from(vec![b'a'; 3_000_000]);
    let response = echo()
        .await
        .send(Request::post("/").body(body.clone())?)
        .await?;
    assert_eq!(response.body(), &body);
    let body = Bytes::from(vec![b'a'; EVENT_LIMIT + 1]);
    let error = failed(Request::post("/").body(body)?).await;
    assert_eq!(error.error_type(), "EventTooLarge");
    Ok(())
}

#[tokio::test]
async fn an_error_of_init_is_that_of_start() {
    struct Broken;

    impl App for Broken {
        type Router = axum::Router;

        async fn init(_cx: &Context) -> Result<Self> {
            Err("no database".into())
        }

        fn router(&self) -> axum::Router {
            axum::Router::new()
        }
    }

    let error = Site::<Broken>::start().await.err().unwrap();
    assert_eq!(error.to_string(), "no database");
}
