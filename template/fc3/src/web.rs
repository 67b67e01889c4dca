//! Web functions, whose router receives HTTP requests as the client sent them.

mod body;
mod router;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::body::Incoming;
use hyper::{Method, Request, Response, Uri};

use crate::failure::Failure;
use crate::server::instance::Served;
use crate::server::route::{self, Route};
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
    /// An error or a panic fails the request that needed the state. The next request tries again.
    fn init(cx: &Context) -> impl Future<Output = Result<Self>> + Send;

    /// Builds the router, once, after [`init`](App::init).
    fn router(&self) -> Self::Router;

    /// Releases what the state holds, once, before the instance ends.
    ///
    /// The time limit is `preStop` in `s.yaml`.
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
    server::run(Web::<A>(std::marker::PhantomData))
}

/// A web function as the server sees it.
struct Web<A>(std::marker::PhantomData<fn() -> A>);

impl<A: App> Served for Web<A> {
    type State = (A, A::Router);
    type Body = <A::Router as Router>::Body;
    const WEB: bool = true;

    async fn init(&self, cx: &Context) -> Result<Self::State> {
        let app = A::init(cx).await?;
        let router = app.router();
        Ok((app, router))
    }

    async fn call(
        &self,
        (_, router): &Self::State,
        route: Route,
        request: Request<Incoming>,
        cx: &Context,
    ) -> Result<Response<Self::Body>, Failure> {
        event::check_length(request.body())?;
        let mut request = request.map(RequestBody::from);
        if route == Route::Invoke {
            *request.method_mut() = Method::POST;
            *request.uri_mut() = Uri::from_static(route::INVOKE);
        }
        let mut response = respond(router, request, cx).await?;
        if route == Route::Invoke {
            answer::mark(&mut response);
        }
        Ok(response)
    }

    fn stop(&self, (app, _): &Self::State) -> impl Future<Output = ()> + Send {
        app.stop()
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
    let too_large: Arc<AtomicBool> = request.body().too_large();
    let response = router.respond(request).await;
    if too_large.load(Ordering::Relaxed) {
        return Err(Failure::too_large());
    }
    Ok(response)
}
