//! A web function in a test.

use http_body_util::BodyExt as _;
use hyper::{Request, Response};

use crate::failure::{Failure, Kind};
use crate::server::call::catch_panic;
use crate::testing::InvokeError;
use crate::web::{App, RequestBody, respond};
use crate::{Bytes, Context, Result};

/// One instance of a web function.
///
/// ```
/// use axum::http::Request;
/// use axum::routing::get;
/// use fc3::testing::Site;
/// use fc3::web::App;
/// use fc3::{Context, Result};
///
/// struct Hello;
///
/// impl App for Hello {
///     type Router = axum::Router;
///
///     async fn init(_cx: &Context) -> Result<Self> {
///         Ok(Self)
///     }
///
///     fn router(&self) -> axum::Router {
///         axum::Router::new().route("/", get(async || "Hello"))
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let site = Site::<Hello>::start().await?;
/// let response = site.send(Request::get("/").body("")?).await?;
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.body(), "Hello");
/// # Ok::<(), fc3::Error>(())
/// # }).unwrap();
/// ```
///
/// The router receives a request as it does from the server, with a [`Context`] in the extensions.
pub struct Site<A: App> {
    app: A,
    router: A::Router,
}

impl<A: App> Site<A> {
    /// Starts an instance: runs [`App::init`] and builds the router.
    ///
    /// # Errors
    /// `init` failed. The error is its own.
    pub async fn start() -> Result<Self> {
        let app = A::init(&Context::default()).await?;
        let router = app.router();
        Ok(Self { app, router })
    }

    /// Sends a request, and returns the response with its whole body.
    ///
    /// # Errors
    /// The request is larger than 32 MiB, the body of the response fails, or the router panics.
    pub async fn send<B: Into<Bytes>>(
        &self,
        request: Request<B>,
    ) -> Result<Response<Bytes>, InvokeError> {
        self.send_with(request, &Context::default()).await
    }

    /// Sends a request with a context, which [`context`](super::context()) builds.
    ///
    /// # Errors
    /// The request is larger than 32 MiB, the body of the response fails, or the router panics.
    pub async fn send_with<B: Into<Bytes>>(
        &self,
        request: Request<B>,
        cx: &Context,
    ) -> Result<Response<Bytes>, InvokeError> {
        let request = request.map(|body| RequestBody::from(body.into()));
        let call = async {
            let (head, body) = respond(&self.router, request, cx).await?.into_parts();
            let body = body.collect().await;
            let body = body.map_err(|error| Failure::error(Kind::ReplyError, &error.into()))?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        catch_panic(cx.scope(call)).await.map_err(InvokeError::new)
    }

    /// Stops the instance: runs [`App::stop`].
    pub async fn stop(self) {
        self.app.stop().await;
    }
}
