//! Serves a web function: HTTP requests reach a router as the client sent them.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use http_body_util::{LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::{Method, Request, Response, Uri};
use tower_service::Service;

use super::failure::Failure;
use super::instance::Served;
use super::route::Route;
use super::{Context, EVENT_LIMIT, Error, Result, answer, event, route, server};

/// A boxed future, as [`run`] takes it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Serves the router that `app` builds until the platform ends the instance.
///
/// `app` runs once in a new instance, as its initializer; `stop` runs once before it ends. The
/// router may be an `axum::Router` or any service like it. The [`Context`] of a request is among
/// its extensions. An event that comes by `InvokeFunction` instead of HTTP reaches the router as
/// `POST /invoke`.
#[must_use]
pub fn run<S, B>(
    app: fn(&Context) -> BoxFuture<'_, Result<S>>,
    stop: fn() -> BoxFuture<'static, ()>,
) -> ExitCode
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body<Data = Bytes, Error: Into<Error>> + Send + Unpin + 'static,
{
    server::run(Web { app, stop })
}

/// A web function as the server sees it.
struct Web<S> {
    app: fn(&Context) -> BoxFuture<'_, Result<S>>,
    stop: fn() -> BoxFuture<'static, ()>,
}

impl<S, B> Served for Web<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body<Data = Bytes, Error: Into<Error>> + Send + Unpin + 'static,
{
    type State = S;
    type Body = B;
    const WEB: bool = true;

    fn init(&self, cx: &Context) -> impl Future<Output = Result<S>> + Send {
        (self.app)(cx)
    }

    async fn call(
        &self,
        router: &S,
        route: Route,
        mut request: Request<Incoming>,
        cx: &Context,
    ) -> Result<Response<B>, Failure> {
        event::check_length(request.body())?;
        if route == Route::Invoke {
            *request.method_mut() = Method::POST;
            *request.uri_mut() = Uri::from_static(route::INVOKE);
        }
        request.extensions_mut().insert(cx.clone());
        let mut router = router.clone();
        let Ok(()) = poll_fn(|task| router.poll_ready(task)).await;
        let too_large = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| RequestBody {
            body: Limited::new(body, EVENT_LIMIT),
            too_large: Arc::clone(&too_large),
        });
        let Ok(mut response) = router.call(request).await;
        if too_large.load(Ordering::Relaxed) {
            return Err(Failure::too_large());
        }
        if route == Route::Invoke {
            answer::mark(&mut response);
        }
        Ok(response)
    }

    fn stop(&self, _router: &S) -> impl Future<Output = ()> + Send {
        (self.stop)()
    }
}

/// The body of a request. Reading past [`EVENT_LIMIT`] bytes is an error, which the answer tells
/// whatever the router makes of it.
pub struct RequestBody {
    body: Limited<Incoming>,
    too_large: Arc<AtomicBool>,
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(task);
        if let Poll::Ready(Some(Err(error))) = &polled
            && error.is::<LengthLimitError>()
        {
            self.too_large.store(true, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
