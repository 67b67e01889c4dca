//! A function as the server sees it, whatever its type.
//!
//! Nothing else in the server depends on the type of the function. It is compiled once, with this crate,
//! and not again after each edit of a handler.

use std::pin::Pin;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Request, Response};

use crate::failure::Failure;
use crate::server::content::Content;
use crate::server::route::Route;
use crate::{Context, Result};

/// A future on the heap.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A request, whose body stays here unless it is taken. The server reads what the function has left.
pub(crate) type Arrived = Request<Option<Incoming>>;

/// A function that has been initialized.
pub(crate) trait Hosted: Send + Sync + 'static {
    /// Answers an event or the request of a client.
    fn call<'a>(
        &'a self,
        route: Route,
        request: &'a mut Arrived,
        cx: &'a Context,
    ) -> BoxFuture<'a, Result<Response<Content>, Failure>>;

    /// Releases the state.
    fn stop(&self) -> BoxFuture<'_, ()>;
}

/// Initializes a function.
pub(crate) type Init = fn(Context) -> BoxFuture<'static, Result<Arc<dyn Hosted>>>;

/// A function that has not been initialized.
pub(crate) struct Served {
    pub(crate) init: Init,
    /// Whether HTTP clients call it.
    pub(crate) is_web: bool,
}
