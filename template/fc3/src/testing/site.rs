//! A web function that is called without a server.

use http_body_util::BodyExt as _;
use hyper::{Request, Response};

use crate::failure::{Failure, Kind};
use crate::server::call::catch_panic;
use crate::testing::InvokeError;
use crate::web::{App, RequestBody, respond};
use crate::{Bytes, Context, Result};

/// One instance of a web function.
///
/// A request reaches the router as the server passes it on, with a [`Context`] in its extensions.
pub struct Site<A: App> {
    app: A,
    router: A::Router,
}

impl<A: App> Site<A> {
    /// Starts an instance: runs [`App::init`] and builds the router.
    ///
    /// # Errors
    /// The error of `init`.
    pub async fn start() -> Result<Self> {
        let app = A::init(&Context::default()).await?;
        let router = app.router();
        Ok(Self { app, router })
    }

    /// Sends a request, and returns the response with its whole body.
    ///
    /// # Errors
    /// The request is over 32 MiB, or the router or the body of the response fails or panics.
    pub async fn send<B: Into<Bytes>>(
        &self,
        request: Request<B>,
    ) -> Result<Response<Bytes>, InvokeError> {
        self.send_with(request, &Context::default()).await
    }

    /// The same with a context, which [`context`](super::context()) builds.
    ///
    /// # Errors
    /// The request is over 32 MiB, or the router or the body of the response fails or panics.
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
        catch_panic(cx.scope(call)).await.map_err(InvokeError)
    }

    /// Stops the instance: runs [`App::stop`].
    pub async fn stop(self) {
        self.app.stop().await;
    }
}
