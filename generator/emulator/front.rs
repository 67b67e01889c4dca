//! The front doors: what answers on the port of a local Function Compute.

mod api;
mod guard;
mod http;
mod response;

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

pub(super) use guard::Guard;

use super::function::Body;
use super::functions::Functions;

/// What every connection needs.
pub(super) struct Front {
    pub(super) functions: Functions,
    pub(super) guard: Guard,
}

impl Front {
    /// Accepts connections until the runtime ends.
    pub(super) async fn serve(self: Arc<Self>, listener: TcpListener) {
        /// A machine without free descriptors gets some back in a while.
        const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(Arc::clone(&self).connection(stream));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream) {
        // Without it, a small response would wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request| {
            let front = Arc::clone(&self);
            async move { Ok::<_, Infallible>(front.answer(request).await) }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .half_close(true)
            .title_case_headers(true)
            .serve_connection(TokioIo::new(stream), service);
        // A client that goes away, or that speaks something else, is no event for anybody.
        let _ = connection.await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        if let Err(refusal) = self.guard.check(request.headers()) {
            return response::refused(&refusal);
        }
        let reader = self.guard.reader(request.headers()).cloned();
        let mut response = match request.uri().path().strip_prefix(api::PREFIX) {
            Some(path) => {
                let path = path.to_owned();
                api::answer(&self.functions, &path, request).await
            }
            None => http::answer(&self.functions, request).await,
        };
        self.guard.mark(response.headers_mut());
        if let Some(origin) = reader {
            http::let_read(response.headers_mut(), origin);
        }
        response
    }
}
