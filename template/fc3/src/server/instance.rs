//! One instance, which is initialized once, called many times, and stopped once.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Incoming};
use hyper::{Request, Response, StatusCode};
use tokio::sync::OnceCell;

use crate::failure::{Failure, Kind};
use crate::server::answer;
use crate::server::call::{Calls, Running, catch_panic};
use crate::server::route::Route;
use crate::server::stream::Streamed;
use crate::{Context, Error, Result, credentials, log};

/// The longest time that an initializer may take:
/// <https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage>.
const INITIALIZER_LIMIT: Duration = Duration::from_secs(300);

/// The longest time that a pre-stop hook may take, from the same page.
pub(crate) const PRE_STOP_LIMIT: Duration = Duration::from_secs(90);

/// An event function or a web function, as the server sees it.
pub(crate) trait Served: Send + Sync + 'static {
    /// The state that `init` creates.
    type State: Send + Sync + 'static;
    /// The body of an answer.
    type Body: Body<Data = Bytes, Error: Into<Error>> + Send + Unpin + 'static;
    /// Whether HTTP clients call it.
    const WEB: bool;

    /// Creates the state of a new instance.
    fn init(&self, cx: &Context) -> impl Future<Output = Result<Self::State>> + Send;

    /// Answers an event or the request of a client.
    fn call(
        &self,
        state: &Self::State,
        route: Route,
        request: Request<Incoming>,
        cx: &Context,
    ) -> impl Future<Output = Result<Response<Self::Body>, Failure>> + Send;

    /// Releases the state.
    fn stop(&self, state: &Self::State) -> impl Future<Output = ()> + Send;
}

/// An answer of the server itself or of the function.
pub(crate) type Answer<B> = Response<Either<Full<Bytes>, Streamed<B>>>;

/// One instance of a function.
pub(crate) struct Instance<S: Served> {
    served: S,
    state: OnceCell<S::State>,
    stopped: OnceCell<Result<(), Failure>>,
    markers: bool,
    pub(crate) calls: Arc<Calls>,
}

impl<S: Served> Instance<S> {
    pub(crate) fn new(served: S) -> Self {
        Self {
            served,
            state: OnceCell::new(),
            stopped: OnceCell::new(),
            markers: log::markers(!S::WEB),
            calls: Arc::new(Calls::new()),
        }
    }

    /// Answers a request of the platform or of a client.
    pub(crate) async fn answer(&self, mut request: Request<Incoming>) -> Answer<S::Body> {
        let route = Route::of(&request);
        let headers = if S::WEB {
            credentials::hide(request.headers_mut());
            request.headers().clone()
        } else {
            std::mem::take(request.headers_mut())
        };
        let cx = Context::new(headers);
        match route {
            Route::Http if !S::WEB => own(answer::not_an_event(&request)),
            Route::Invoke | Route::Http => self.call(route, request, &cx).await,
            Route::Initialize => self.initialize(&cx).await,
            Route::PreStop => self.pre_stop(&cx).await,
            Route::PreFreeze => own(answer::success("")),
        }
    }

    async fn call(
        &self,
        route: Route,
        request: Request<Incoming>,
        cx: &Context,
    ) -> Answer<S::Body> {
        let mut running = self.calls.begin(cx, None, self.marker("Invoke"));
        let outcome = run(cx, async {
            let state = self.state(cx).await?;
            self.served.call(state, route, request, cx).await
        });
        match outcome.await {
            Ok(response) => {
                let failed = answer::is_failure(&response);
                response.map(|body| Either::Right(Streamed::new(body, failed, running)))
            }
            Err(failure) => {
                if !failure.is_canceled() {
                    running.ended(true);
                }
                let (status, failure) = match route {
                    Route::Http => failure.for_client(),
                    _ => (failure.status(), failure),
                };
                own(answer::failure(status, &failure))
            }
        }
    }

    async fn initialize(&self, cx: &Context) -> Answer<S::Body> {
        let limit = Some(INITIALIZER_LIMIT);
        let running = self.calls.begin(cx, limit, self.marker("Initialize"));
        let outcome = run(cx, async { self.state(cx).await.map(|_| ()) }).await;
        hook(running, outcome)
    }

    async fn pre_stop(&self, cx: &Context) -> Answer<S::Body> {
        let limit = Some(PRE_STOP_LIMIT);
        let running = self.calls.begin(cx, limit, self.marker("PreStop"));
        let outcome = run(cx, self.stop()).await;
        hook(running, outcome)
    }

    /// Stops the function once, if it was initialized.
    pub(crate) async fn stop(&self) -> Result<(), Failure> {
        let Some(state) = self.state.get() else {
            return Ok(());
        };
        let stop = async {
            self.served.stop(state).await;
            Ok(())
        };
        self.stopped.get_or_init(|| catch_panic(stop)).await.clone()
    }

    /// The state, which is created now if no `/initialize` has succeeded.
    async fn state(&self, cx: &Context) -> Result<&S::State, Failure> {
        let init = async || {
            let state = self.served.init(cx).await;
            state.map_err(|error| Failure::error(Kind::InitializationError, &error))
        };
        self.state.get_or_try_init(init).await
    }

    fn marker(&self, name: &'static str) -> Option<&'static str> {
        self.markers.then_some(name)
    }
}

/// Runs a part of a call: its log lines show the request id, and its error is logged.
async fn run<T>(
    cx: &Context,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    // Such a large future is costly to move. If it is dropped before its end, what it drops still logs
    // with the request id.
    let work = pin!(cx.scope(work));
    let outcome = catch_panic(work).await;
    outcome.inspect_err(|failure| cx.in_scope(|| failure.log()))
}

fn hook<B>(mut running: Running, outcome: Result<(), Failure>) -> Answer<B> {
    running.ended(outcome.is_err());
    own(match outcome {
        Ok(()) => answer::success(""),
        Err(failure) => answer::failure(StatusCode::NOT_FOUND, &failure),
    })
}

fn own<B>(response: Response<Full<Bytes>>) -> Answer<B> {
    response.map(Either::Left)
}
