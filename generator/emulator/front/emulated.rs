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
use crate::emulator::control::{Control, Reply, Target};
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

    /// Passes a request of the console's page on, which may call functions without a signature.
    pub(super) async fn pass(&self, request: Request<Incoming>, client: IpAddr) -> Response<Body> {
        let id = ids::invocation();
        let passed = self.trigger(request, client, true, &id).await;
        passed.unwrap_or_else(|error| error.response(&id))
    }

    async fn serve(
        &self,
        request: Request<Incoming>,
        client: IpAddr,
        is_console: bool,
        id: &str,
    ) -> Result<Response<Body>, ApiError> {
        if function_host(request.headers()).is_some() {
            return self.trigger(request, client, false, id).await;
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
                self.check(request).await?;
                self.blocking(Control::reset).await?;
                Ok(json_response(StatusCode::OK, &json!({ "status": "ok" })))
            }
            (&Method::GET, path::UPLOAD_TOKEN) => {
                self.check(request).await?;
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
        let uri = request.uri();
        let path = uri.path().strip_prefix(path::API).unwrap_or_default();
        let (operation, mut asked) =
            Control::operation(request.method(), path, uri.query(), Bytes::new())?;
        let limit = if operation.invokes() {
            api::event_limit(request.headers())?
        } else {
            API_LIMIT
        };
        // Nobody makes this machine keep much without a signature.
        let signed = if is_console && operation.invokes() {
            Ok(None)
        } else {
            self.access.check(&signed_part(&request)).map(Some)
        };
        let (head, body) = request.into_parts();
        let signed = match signed {
            Ok(signed) => signed,
            Err(error) => {
                api::discard(body, API_LIMIT).await;
                return Err(error);
            }
        };
        let body = api::read(body, limit).await?;
        signed.iter().try_for_each(|signed| signed.check(&body))?;
        if operation.invokes() {
            return self.invoke(asked.function(), &head, body, id).await;
        }
        asked.body = body;
        let reply = self.blocking(move |control| control.run(operation, &asked));
        Ok(replied(&reply.await?, id))
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
        is_console: bool,
        id: &str,
    ) -> Result<Response<Body>, ApiError> {
        let host = function_host(request.headers()).unwrap_or_default();
        let (target, trigger) = self.blocking(move |control| control.http(&host)).await?;
        if !is_console {
            self.access
                .check_trigger(&trigger, &signed_part(&request))?;
        }
        http::pass_to(&target.function, &trigger.methods, request, client, id).await
    }

    /// Refuses a request that the account has not signed with its body.
    async fn check(&self, request: Request<Incoming>) -> Result<(), ApiError> {
        let signed = self.access.check(&signed_part(&request))?;
        let body = api::read(request.into_body(), API_LIMIT).await?;
        signed.check(&body)
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

/// What a host names before `.localhost`: a function, or a qualifier of it.
fn function_host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let host = without_port(host).to_ascii_lowercase();
    host.strip_suffix(".localhost").map(str::to_owned)
}

/// What is signed of a request.
pub(super) fn signed_part<B>(request: &Request<B>) -> signature::Target<'_> {
    signature::Target {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
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
