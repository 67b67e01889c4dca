//! The trait of an event function, and its server.

use std::process::ExitCode;
use std::sync::Arc;

use bytes::Bytes;
use hyper::Response;

use crate::failure::{Failure, Kind};
use crate::server::answer;
use crate::server::content::Content;
use crate::server::hosted::{Arrived, BoxFuture, Hosted, Served};
use crate::server::route::Route;
use crate::{Context, FromEvent, IntoReply, Result, event, server};

/// A function that is called with events.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use fc3::{Context, Function, Json, Result};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Order {
///     id: String,
/// }
///
/// struct Counter(AtomicU64);
///
/// impl Function for Counter {
///     type Event = Json<Order>;
///     type Reply = String;
///
///     async fn init(_cx: &Context) -> Result<Self> {
///         Ok(Self(AtomicU64::new(0)))
///     }
///
///     async fn handle(&self, Json(order): Json<Order>, _cx: &Context) -> Result<String> {
///         let count = self.0.fetch_add(1, Ordering::Relaxed);
///         Ok(format!("order {} is number {count}", order.id))
///     }
/// }
/// ```
///
/// The value that implements the trait is the state of one instance. [`init`](Function::init) creates
/// it, all calls share it, and [`stop`](Function::stop) is the last to use it. Calls run at the same
/// time if `instanceConcurrency` in `s.yaml` is greater than 1.
pub trait Function: Sized + Send + Sync + 'static {
    /// The event of one call: [`Bytes`], `String`, [`Json`](crate::Json), the type of a trigger in
    /// [`events`](crate::events), or any type that implements [`FromEvent`].
    type Event: FromEvent;

    /// The reply of one call: `()`, [`Bytes`], `String`, [`Json`](crate::Json), or any type that
    /// implements [`IntoReply`].
    type Reply: IntoReply;

    /// Creates the state of a new instance, before its first event.
    ///
    /// This is the place for slow work, such as connecting to a database. The time limit is
    /// `initializer` in `s.yaml`.
    ///
    /// # Errors
    /// An error or a panic fails all calls that wait for the state. The next call tries again.
    fn init(cx: &Context) -> impl Future<Output = Result<Self>> + Send;

    /// Handles one event.
    ///
    /// Code that computes or blocks for long delays the other calls of the instance, so run it in
    /// [`tokio::task::spawn_blocking`]. [`Context::in_scope`] keeps the request id on its log lines.
    ///
    /// # Errors
    /// An error or a panic fails this call, and its caller receives the message, up to 2 KB. The
    /// instance continues with other calls.
    fn handle(
        &self,
        event: Self::Event,
        cx: &Context,
    ) -> impl Future<Output = Result<Self::Reply>> + Send;

    /// Releases what the state holds, once, before the instance ends.
    ///
    /// The time limit is `preStop` in `s.yaml`. If an event still comes later, [`init`](Function::init)
    /// creates a new state.
    fn stop(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Runs the server of an event function until the platform ends the instance.
///
/// ```no_run
/// # use fc3::{Bytes, Context, Function, Result};
/// # struct Handler;
/// # impl Function for Handler {
/// #     type Event = Bytes;
/// #     type Reply = Bytes;
/// #     async fn init(_cx: &Context) -> Result<Self> { Ok(Self) }
/// #     async fn handle(&self, event: Bytes, _cx: &Context) -> Result<Bytes> { Ok(event) }
/// # }
/// fn main() -> std::process::ExitCode {
///     fc3::run::<Handler>()
/// }
/// ```
///
/// It also installs the log. The exit code is a failure if the server cannot start.
#[must_use]
pub fn run<F: Function>() -> ExitCode {
    server::run(&Served {
        init: init::<F>,
        is_web: false,
    })
}

fn init<F: Function>(cx: Context) -> BoxFuture<'static, Result<Arc<dyn Hosted>>> {
    Box::pin(async move {
        let function: Arc<dyn Hosted> = Arc::new(Events(F::init(&cx).await?));
        Ok(function)
    })
}

/// An event function as the server sees it.
struct Events<F>(F);

impl<F: Function> Hosted for Events<F> {
    fn call<'a>(
        &'a self,
        _route: Route,
        request: &'a mut Arrived,
        cx: &'a Context,
    ) -> BoxFuture<'a, Result<Response<Content>, Failure>> {
        Box::pin(async move {
            let event = event::read(request.body_mut()).await?;
            reply(&self.0, event, cx).await.map(answer::success)
        })
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.0.stop())
    }
}

/// Reads an event, handles it, and writes the reply.
pub(crate) async fn reply<F: Function>(
    function: &F,
    event: Bytes,
    cx: &Context,
) -> Result<Bytes, Failure> {
    let event = F::Event::from_event(event)?;
    let reply = function.handle(event, cx).await;
    let reply = reply.map_err(|error| Failure::error(Kind::HandlerError, &error))?;
    let reply = reply.into_reply();
    reply.map_err(|error| Failure::error(Kind::ReplyError, &error))
}
