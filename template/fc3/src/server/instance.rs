//! One instance, which is initialized once, called many times, and stopped once.

use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::{Request, Response, StatusCode};

use crate::failure::Failure;
use crate::server::call::{Calls, Running, catch_panic};
use crate::server::content::{Content, Sending};
use crate::server::hosted::{Arrived, Served};
use crate::server::lifecycle::Lifecycle;
use crate::server::peer::Peer;
use crate::server::route::Route;
use crate::server::{answer, rest};
use crate::{Context, credentials, log};

/// The longest time that an initializer may take:
/// <https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage>.
const INITIALIZER_LIMIT: Duration = Duration::from_secs(300);

/// The longest time that a pre-stop hook may take, from the same page.
pub(crate) const PRE_STOP_LIMIT: Duration = Duration::from_secs(90);

/// One instance of a function.
pub(crate) struct Instance {
    lifecycle: Lifecycle,
    is_web: bool,
    markers: bool,
    pub(crate) calls: Arc<Calls>,
}

/// An answer of the server itself or of the function.
pub(crate) type Answer = Response<Sending>;

impl Instance {
    pub(crate) fn new(served: &Served) -> Self {
        Self {
            lifecycle: Lifecycle::new(served.init),
            is_web: served.is_web,
            markers: log::markers(!served.is_web),
            calls: Arc::default(),
        }
    }

    /// Whether HTTP clients call it.
    pub(crate) fn is_web(&self) -> bool {
        self.is_web
    }

    /// Whether calls find the function initialized.
    pub(crate) fn is_initialized(&self) -> bool {
        self.lifecycle.is_initialized()
    }

    /// Answers a request of the platform or of a client.
    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Answer {
        let route = Route::of(&request);
        let mut request = request.map(Some);
        let headers = if self.is_web {
            credentials::hide(request.headers_mut());
            request.headers().clone()
        } else {
            mem::take(request.headers_mut())
        };
        let cx = Context::new(headers);
        let mut answer = match route {
            Route::Http if !self.is_web => own(answer::not_an_event(&request)),
            Route::Invoke | Route::Http => self.call(route, &mut request, &cx, peer).await,
            Route::Initialize => self.initialize(&cx, peer).await,
            Route::PreStop => self.pre_stop(&cx).await,
            Route::PreFreeze => own(answer::success("")),
        };
        if let Some(body) = request.into_body()
            && !body.is_end_stream()
            && !rest::read(body, cx.headers()).await
        {
            let close = HeaderValue::from_static("close");
            answer.headers_mut().insert(CONNECTION, close);
        }
        answer
    }

    async fn call(&self, route: Route, request: &mut Arrived, cx: &Context, peer: &Peer) -> Answer {
        let mut running = self.calls.begin(cx, None, self.marker("Invoke"));
        let outcome = run(cx, async {
            let function = self.lifecycle.function(cx, peer).await?;
            function.call(route, request, cx).await
        });
        match outcome.await {
            Ok(response) => {
                // Only a router answers a call that has failed.
                let failed = self.is_web && answer::is_failure(&response);
                response.map(|content| Sending::of_call(content, failed, running))
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

    async fn initialize(&self, cx: &Context, peer: &Peer) -> Answer {
        let limit = Some(cx.initialization_timeout().unwrap_or(INITIALIZER_LIMIT));
        let running = self.calls.begin(cx, limit, self.marker("Initialize"));
        let outcome = run(cx, async {
            self.lifecycle.function(cx, peer).await.map(drop)
        })
        .await;
        hook(running, outcome)
    }

    async fn pre_stop(&self, cx: &Context) -> Answer {
        let limit = Some(PRE_STOP_LIMIT);
        let running = self.calls.begin(cx, limit, self.marker("PreStop"));
        let outcome = run(cx, self.lifecycle.stop(cx)).await;
        hook(running, outcome)
    }

    /// Stops the function, if it is initialized.
    pub(crate) async fn stop(&self) -> Result<(), Failure> {
        self.lifecycle.stop(&Context::default()).await
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

fn hook(mut running: Running, outcome: Result<(), Failure>) -> Answer {
    running.ended(outcome.is_err());
    own(match outcome {
        Ok(()) => answer::success(""),
        Err(failure) => answer::failure(StatusCode::NOT_FOUND, &failure),
    })
}

fn own(response: Response<Content>) -> Answer {
    response.map(Sending::own)
}
