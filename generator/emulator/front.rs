//! The front doors: what answers on the port of a local Function Compute.

mod api;
mod emulated;
mod extension;
mod guard;
mod http;
mod objects;
mod response;

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

pub(super) use api::invoked;
pub(super) use emulated::Emulated;
pub(crate) use extension::{Extension, Reply};
pub(super) use guard::{Guard, without_port};

use super::function::Body;
use super::functions::Functions;
use crate::platform::path;

/// The address by which this machine reaches a server that listens on `address`.
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// The URL at which a function is called: by HTTP clients, or else by the API.
pub(super) fn url(functions: &Functions, name: &str, address: SocketAddr) -> Option<String> {
    let address = reachable(address);
    let function = functions.get(name)?;
    Some(if function.definition().http.is_some() {
        http::url(functions, name, address)
    } else {
        format!("http://{address}{}", path::invocations(name))
    })
}

/// What every connection needs.
pub(super) struct Front {
    pub(super) door: Door,
    pub(super) guard: Guard,
    pub(super) extension: Option<Arc<dyn Extension>>,
}

/// What is behind it.
pub(super) enum Door {
    /// Functions of projects on this machine.
    Local(Functions),
    /// Functions that clients deploy.
    Emulated(Box<Emulated>),
}

impl Door {
    /// Whether a path is its own, although it lies below that of an extension.
    fn owns(&self, path: &str) -> bool {
        matches!(self, Self::Emulated(_)) && Emulated::owns(path)
    }
}

impl Front {
    /// Accepts connections until the runtime ends.
    pub(super) async fn serve(self: Arc<Self>, listener: TcpListener) {
        /// A machine without free descriptors gets some back in a while.
        const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    tokio::spawn(Arc::clone(&self).connection(stream, peer.ip()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream, client: IpAddr) {
        // Without it, a small response would wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request| {
            let front = Arc::clone(&self);
            async move { Ok::<_, Infallible>(front.answer(request, client).await) }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .title_case_headers(true)
            .serve_connection(TokioIo::new(stream), service);
        // A client that goes away, or that speaks something else, is no event for anybody.
        let _ = connection.await;
    }

    async fn answer(&self, request: Request<Incoming>, client: IpAddr) -> Response<Body> {
        if let Some(extension) = &self.extension
            && !self.door.owns(request.uri().path())
            && request.uri().path().starts_with(extension.prefix())
        {
            return self.extended(&**extension, request, client).await;
        }
        let functions = match &self.door {
            Door::Local(functions) => functions,
            Door::Emulated(emulated) => {
                let extension = self.extension.as_ref();
                let is_console = extension.is_some_and(|it| it.admits(request.headers()));
                return emulated
                    .answer(&self.guard, request, client, is_console)
                    .await;
            }
        };
        if let Err(refusal) = self.guard.check(request.headers()) {
            return response::refused(&refusal);
        }
        let reader = self.guard.reader(request.headers()).cloned();
        let mut response = match request.uri().path().strip_prefix(path::API) {
            Some(_) if reader.is_some() && request.method() == Method::OPTIONS => {
                api::allow(request.headers())
            }
            Some(path) => {
                let path = path.to_owned();
                api::answer(functions, &path, request).await
            }
            None => http::answer(functions, request, client).await,
        };
        self.guard.mark(response.headers_mut());
        if let Some(origin) = reader {
            http::let_read(response.headers_mut(), origin);
        }
        response
    }

    /// Answers a request for an extension, which serves only its own pages.
    async fn extended(
        &self,
        extension: &dyn Extension,
        request: Request<Incoming>,
        client: IpAddr,
    ) -> Response<Body> {
        if let Err(refusal) = self.guard.check_own(request.headers()) {
            return response::refused(&refusal);
        }
        let (head, body) = request.into_parts();
        match extension.answer(&head) {
            Reply::Response(response) => response,
            Reply::Call {
                function,
                target,
                hides,
            } => {
                let mut request = Request::from_parts(head, body);
                if extension::address(&mut request, &function, &target, hides).is_none() {
                    return response::no_such_path();
                }
                match &self.door {
                    Door::Local(functions) if functions.get(&function).is_none() => {
                        response::no_such_path()
                    }
                    Door::Local(functions) => {
                        extension::wrap(http::answer(functions, request, client).await)
                    }
                    Door::Emulated(emulated) => {
                        extension::wrap(emulated.pass(request, client).await)
                    }
                }
            }
        }
    }
}
