//! The routers that a web function can have.

use std::convert::Infallible;
use std::future::poll_fn;

use bytes::Bytes;
use hyper::body::Body;
use hyper::{Request, Response};
use tower_service::Service;

use super::RequestBody;
use crate::Error;

/// A router: `axum::Router`, or any other [`tower_service::Service`] that answers HTTP requests and
/// never fails.
///
/// The trait is implemented for every such service. A response may be streamed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the router of a web function",
    label = "not a router",
    note = "use `axum::Router`, or a service of `Request<fc3::web::RequestBody>` whose error is `Infallible`"
)]
pub trait Router: Clone + Send + Sync + 'static {
    /// The body of a response.
    type Body: Body<Data = Bytes, Error: Into<Error>> + Send + Unpin + 'static;

    /// Answers one request.
    fn respond(
        &self,
        request: Request<RequestBody>,
    ) -> impl Future<Output = Response<Self::Body>> + Send;
}

impl<S, B> Router for S
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body<Data = Bytes, Error: Into<Error>> + Send + Unpin + 'static,
{
    type Body = B;

    async fn respond(&self, request: Request<RequestBody>) -> Response<B> {
        let mut router = self.clone();
        let Ok(()) = poll_fn(|task| router.poll_ready(task)).await;
        let Ok(response) = router.call(request).await;
        response
    }
}
