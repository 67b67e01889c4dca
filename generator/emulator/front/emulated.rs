//! The doors of a Function Compute that clients deploy to: the control API, calls, uploads, and HTTP
//! triggers.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::json;
use tokio::task::spawn_blocking;

use super::guard::{Guard, without_port};
use super::objects;
use super::response::{json_response, set};
use super::{api, http, response};
use crate::emulator::access::Access;
use crate::emulator::api_error::ApiError;
use crate::emulator::control::{Control, Operation, Reply, Target};
use crate::emulator::function::{Body, whole};
use crate::emulator::ids;
use crate::emulator::tasks::Tasks;
use crate::platform::{API_LIMIT, header, path};
use crate::signature;

/// Tells that it runs.
const HEALTH: &str = "/_fc3/health";
/// Removes everything.
const RESET: &str = "/_fc3/reset";

/// What is deployed, and who may change it.
pub(in crate::emulator) struct Emulated {
    pub(in crate::emulator) control: Arc<Control>,
    pub(in crate::emulator) access: Access,
}

impl Emulated {
    /// Whether a path is its own, and none of the console.
    pub(super) fn owns(path: &str) -> bool {
        path == HEALTH || path == RESET
    }

    /// Answers a request. `guard` decides about hosts and pages. The page of the console may call
    /// functions without a signature.
    pub(super) async fn answer(
        &self,
        guard: &Guard,
        request: Request<Incoming>,
        client: IpAddr,
        is_console: bool,
    ) -> Response<Body> {
        let id = ids::invocation();
        if let Some(bucket) = objects::bucket(request.headers()) {
            let stored = objects::store(self, &bucket, request).await;
            return stored.unwrap_or_else(|error| objects::refused(&error, &id));
        }
        if let Err(refusal) = guard.check(request.headers()) {
            return response::refused(&refusal);
        }
        let answered = self.serve(request, client, is_console, &id).await;
        answered.unwrap_or_else(|error| error.response(&id))
    }

    async fn serve(
        &self,
        request: Request<Incoming>,
        client: IpAddr,
        is_console: bool,
        id: &str,
    ) -> Result<Response<Body>, ApiError> {
        if is_of_function(&request) {
            return self.trigger(request, client, id).await;
        }
        let path = request.uri().path();
        if path.starts_with(path::API) {
            return self.api(request, is_console, id).await;
        }
        if objects::is_download(path) {
            return objects::download(self, &request).await;
        }
        match (request.method(), path) {
            (&Method::GET, HEALTH) => {
                let health = json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") });
                Ok(json_response(StatusCode::OK, &health))
            }
            (&Method::POST, RESET) => {
                let _body = self.signed(request).await?;
                self.blocking(Control::reset).await?;
                Ok(json_response(StatusCode::OK, &json!({ "status": "ok" })))
            }
            (&Method::GET, path::UPLOAD_TOKEN) => {
                let _body = self.signed(request).await?;
                Ok(json_response(StatusCode::OK, &self.access.upload_token()?))
            }
            _ => {
                let path = path::API;
                let message = format!("nothing is served at this path; the API is below `{path}`");
                Err(ApiError::not_found("PathNotSupported", message))
            }
        }
    }

    /// Answers a request of the API.
    async fn api(
        &self,
        request: Request<Incoming>,
        is_console: bool,
        id: &str,
    ) -> Result<Response<Body>, ApiError> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().strip_prefix(path::API).unwrap_or_default();
        let (operation, mut asked) =
            Control::operation(&head.method, path, head.uri.query(), Bytes::new())?;
        let limit = if operation.invokes() {
            api::event_limit(&head.headers)?
        } else {
            API_LIMIT
        };
        // Nobody makes this machine read much without a signature.
        let signed = if is_console && operation.invokes() {
            None
        } else {
            match self.access.check(&target(&head)) {
                Ok(signed) => Some(signed),
                Err(error) => {
                    api::discard(body, API_LIMIT).await;
                    return Err(error);
                }
            }
        };
        let body = api::read(body, limit).await?;
        signed.iter().try_for_each(|signed| signed.check(&body))?;
        if operation.invokes() {
            return self.invoke(asked.function(), &head, body, id).await;
        }
        asked.body = body;
        let reply = self.run(operation, asked).await?;
        Ok(replied(&reply, id))
    }

    async fn run(
        &self,
        operation: &'static Operation,
        request: crate::emulator::control::Request,
    ) -> Result<Reply, ApiError> {
        self.blocking(move |control| control.run(operation, &request))
            .await
    }

    async fn invoke(
        &self,
        name: &str,
        head: &Parts,
        event: Bytes,
        id: &str,
    ) -> Result<Response<Body>, ApiError> {
        let qualifier = api::qualifier(head.uri.query());
        let target = if let Some(target) = self.control.known_target(name, &qualifier) {
            target
        } else {
            let name = name.to_owned();
            self.blocking(move |control| control.target(&name, &qualifier))
                .await?
        };
        let callee = api::Callee {
            function: target.function.clone(),
            qualifier: target.qualifier.clone(),
            version: target.version.clone(),
            checksum: Some(target.checksum.clone()),
            policy: Some(target.asynchronous.clone()),
            tasks: self.tasks(name, &target, &head.headers),
        };
        api::invoke(callee, head, event, id.to_owned()).await
    }

    /// Where asynchronous calls become tasks, if they do.
    fn tasks(&self, name: &str, target: &Target, headers: &HeaderMap) -> Option<(Tasks, String)> {
        let is_task = target.has_tasks || headers.contains_key(header::ASYNC_TASK_ID);
        let arn = || {
            self.control
                .account()
                .function_arn(name, Some(&target.qualifier))
        };
        is_task.then(|| (self.control.tasks().clone(), arn()))
    }

    /// Passes a request of an HTTP client on.
    async fn trigger(
        &self,
        request: Request<Incoming>,
        client: IpAddr,
        id: &str,
    ) -> Result<Response<Body>, ApiError> {
        let host = request.headers().get(header::HOST);
        let host = host
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let (target, trigger) = self.blocking(move |control| control.http(&host)).await?;
        self.access
            .check_trigger(&trigger, request.method(), request.uri(), request.headers())?;
        http::pass_to(&target.function, &trigger.methods, request, client, id).await
    }

    /// The body of a request, if the account has signed both.
    async fn signed(&self, request: Request<Incoming>) -> Result<Bytes, ApiError> {
        let (head, body) = request.into_parts();
        let signed = self.access.check(&target(&head))?;
        let body = api::read(body, API_LIMIT).await?;
        signed.check(&body)?;
        Ok(body)
    }

    /// Runs what may wait for a disk.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Control) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let control = Arc::clone(&self.control);
        let done = spawn_blocking(move || work(&control)).await;
        done.unwrap_or_else(|error| Err(ApiError::internal(error.to_string())))
    }
}

/// Whether a request is for a function, by its host.
fn is_of_function(request: &Request<Incoming>) -> bool {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    without_port(host)
        .to_ascii_lowercase()
        .ends_with(".localhost")
}

/// What is signed of a request.
pub(super) fn target(head: &Parts) -> signature::Target<'_> {
    signature::Target {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
    }
}

fn replied(reply: &Reply, id: &str) -> Response<Body> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let mut response = match &reply.body {
        Some(body) => json_response(status, body),
        None => Response::new(whole(Bytes::new())),
    };
    *response.status_mut() = status;
    set(&mut response, header::REQUEST_ID, id);
    response
}
