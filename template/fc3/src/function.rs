//! The trait of an event function, and how it is served.

use std::marker::PhantomData;
use std::process::ExitCode;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};

use crate::failure::{Failure, Kind};
use crate::server::answer;
use crate::server::instance::Served;
use crate::server::route::Route;
use crate::{Context, FromEvent, IntoReply, Result, event, server};

/// A function that is called with events.
///
/// The value that implements it is the state of one instance: [`init`](Function::init) makes it
/// once, every call shares it, and [`stop`](Function::stop) sees it last. Calls run at the same
/// time when `instanceConcurrency` in `s.yaml` is over 1.
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
pub trait Function: Sized + Send + Sync + 'static {
    /// What one call is given: [`Bytes`], `String`, [`Json`](crate::Json) or a trigger's type.
    type Event: FromEvent;

    /// What one call answers: `()`, [`Bytes`], `String` or [`Json`](crate::Json).
    type Reply: IntoReply;

    /// Makes the state of a new instance, before its first event.
    ///
    /// The server listens already, so slow work belongs here. The time limit is `initializer`
    /// in `s.yaml`.
    ///
    /// # Errors
    /// An error or a panic fails the call that ran it; the next call, or one that waited, tries
    /// again.
    fn init(cx: &Context) -> impl Future<Output = Result<Self>> + Send;

    /// Handles one event. It runs to its end, even when its caller has gone.
    ///
    /// Work that computes or blocks for long belongs in [`tokio::task::spawn_blocking`], since it
    /// holds up the other calls of the instance; `cx.in_scope` keeps the request id on its log lines.
    ///
    /// # Errors
    /// An error or a panic marks this call as failed and answers its message to the caller; the
    /// instance lives on.
    fn handle(
        &self,
        event: Self::Event,
        cx: &Context,
    ) -> impl Future<Output = Result<Self::Reply>> + Send;

    /// Lets go of what the state holds, once, before the instance ends.
    ///
    /// The time limit is `preStop` in `s.yaml`.
    fn stop(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Serves `F` until the platform ends the instance.
#[must_use]
pub fn run<F: Function>() -> ExitCode {
    server::run(Events::<F>(PhantomData))
}

/// An event function as the server sees it.
struct Events<F>(PhantomData<fn() -> F>);

impl<F: Function> Served for Events<F> {
    type State = F;
    type Body = Full<Bytes>;
    const WEB: bool = false;

    fn init(&self, cx: &Context) -> impl Future<Output = Result<F>> + Send {
        F::init(cx)
    }

    async fn call(
        &self,
        function: &F,
        _route: Route,
        request: Request<Incoming>,
        cx: &Context,
    ) -> Result<Response<Full<Bytes>>, Failure> {
        let event = event::read(request.into_body()).await?;
        reply(function, event, cx).await.map(answer::success)
    }

    fn stop(&self, function: &F) -> impl Future<Output = ()> + Send {
        function.stop()
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
