//! Web functions, whose router receives HTTP requests as the client sent them.

mod body;
mod framing;
mod router;

use std::mem;
use std::process::ExitCode;
use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::{Method, Request, Response, Uri};

use crate::failure::Failure;
use crate::server::content::Content;
use crate::server::hosted::{Arrived, BoxFuture, Hosted, Served};
use crate::server::route::{self, Route};
use crate::server::stream::Stream;
use crate::server::{self, answer};
use crate::{Context, Result, event};

pub use body::RequestBody;
pub use router::Router;

/// A web function: a router and its state.
///
/// ```
/// use axum::extract::{DefaultBodyLimit, Extension};
/// use axum::routing::get;
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
///         axum::Router::new()
///             .route("/", get(hello))
///             .layer(DefaultBodyLimit::max(fc3::EVENT_LIMIT))
///     }
/// }
///
/// async fn hello(Extension(cx): Extension<Context>) -> String {
///     format!("Hello from request {}\n", cx.request_id())
/// }
/// ```
///
/// The value that implements the trait is the state of one instance. [`init`](App::init) creates it,
/// [`router`](App::router) shares it with the routes, and [`stop`](App::stop) is the last to use it.
///
/// The [`Context`] of a request is in the request's extensions. The router receives an event that is
/// sent by `InvokeFunction` instead of HTTP as `POST /invoke`.
///
/// The server decides how a response is sent. It drops headers that belong to one connection, such as
/// `transfer-encoding`, and writes the length that the body has. A router may therefore pass on the
/// response of another server.
///
/// axum rejects bodies over 2 MB by default. `DefaultBodyLimit` raises that limit to the platform's.
pub trait App: Sized + Send + Sync + 'static {
    /// The type of the router, such as `axum::Router`.
    type Router: Router;

    /// Creates the state of a new instance, before its first request.
    ///
    /// This is the place for slow work, such as connecting to a database. The time limit is
    /// `initializer` in `s.yaml`.
    ///
    /// # Errors
    /// An error or a panic fails all requests that wait for the state. The next request tries again.
    fn init(cx: &Context) -> impl Future<Output = Result<Self>> + Send;

    /// Builds the router, once, after [`init`](App::init).
    fn router(&self) -> Self::Router;

    /// Releases what the state holds, once, before the instance ends.
    ///
    /// The time limit is `preStop` in `s.yaml`. If a request still comes later, [`init`](App::init)
    /// creates a new state.
    fn stop(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Runs the server of a web function until the platform ends the instance.
///
/// ```no_run
/// # use fc3::{Context, Result, web::App};
/// # struct Handler;
/// # impl App for Handler {
/// #     type Router = axum::Router;
/// #     async fn init(_cx: &Context) -> Result<Self> { Ok(Self) }
/// #     fn router(&self) -> axum::Router { axum::Router::new() }
/// # }
/// fn main() -> std::process::ExitCode {
///     fc3::web::run::<Handler>()
/// }
/// ```
///
/// It also installs the log. The exit code is a failure if the server cannot start.
#[must_use]
pub fn run<A: App>() -> ExitCode {
    server::run(&Served {
        init: init::<A>,
        is_web: true,
    })
}

fn init<A: App>(cx: Context) -> BoxFuture<'static, Result<Arc<dyn Hosted>>> {
    Box::pin(async move {
        let app = A::init(&cx).await?;
        let router = app.router();
        let web: Arc<dyn Hosted> = Arc::new(Web { app, router });
        Ok(web)
    })
}

/// A web function as the server sees it.
struct Web<A: App> {
    app: A,
    router: A::Router,
}

impl<A: App> Hosted for Web<A> {
    fn call<'a>(
        &'a self,
        route: Route,
        arrived: &'a mut Arrived,
        cx: &'a Context,
    ) -> BoxFuture<'a, Result<Response<Content>, Failure>> {
        Box::pin(async move {
            event::check_length(arrived.body().as_ref())?;
            let mut request = mem::take(arrived).map(RequestBody::lent);
            if route == Route::Invoke {
                *request.method_mut() = Method::POST;
                *request.uri_mut() = Uri::from_static(route::INVOKE);
            }
            let (method, loan) = (request.method().clone(), request.body().loan());
            let response = respond(&self.router, request, cx).await?;
            *arrived.body_mut() = loan.returned();
            let stream = |body| Content::Streamed(Stream::new(BodyExt::map_err(body, Into::into)));
            let mut response = framing::correct(response.map(stream), &method)?;
            if route == Route::Invoke {
                answer::mark(&mut response);
            }
            Ok(response)
        })
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.app.stop())
    }
}

/// Sends a request to the router. A body over the limit fails the call, no matter what the router
/// answers.
pub(crate) async fn respond<R: Router>(
    router: &R,
    mut request: Request<RequestBody>,
    cx: &Context,
) -> Result<Response<R::Body>, Failure> {
    request.extensions_mut().insert(cx.clone());
    let loan = request.body().loan();
    let response = router.respond(request).await;
    if loan.is_too_large() {
        return Err(Failure::too_large());
    }
    Ok(response)
}
