//! The requests of the platform, with all their headers.

use super::headers::Case;
use super::message::{Body, Request};
use super::settings::Settings;
use super::{command, ids};
use crate::platform::{self, header, path};

/// The host name that the platform uses for an instance: an address in its own network.
const HOST: &str = "21.0.0.1";

/// A lifecycle hook of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hook {
    /// `POST /initialize`, before the first call.
    Initialize,
    /// `GET /pre-stop`, before the instance stops.
    PreStop,
    /// `GET /pre-freeze`, before each freeze; only version 2.0 sends it.
    PreFreeze,
}

/// The request of an event.
pub(super) fn invocation(settings: &Settings, event: &[u8]) -> Request {
    invocation_with(settings, &ids::invocation()).body(event)
}

/// The request of an event with this id, without its body.
pub(super) fn invocation_with(settings: &Settings, id: &str) -> Request {
    request(settings, "POST", path::INVOKE, path::INVOKE, id)
        .with(header::CONTENT_TYPE, platform::EVENT_TYPE)
        .in_case(Case::Canonical)
}

/// The request of an HTTP client.
pub(super) fn client(settings: &Settings, method: &str, target: &str) -> Request {
    client_with(settings, method, target, &ids::invocation())
}

/// The request of an HTTP client with this id.
pub(super) fn client_with(settings: &Settings, method: &str, target: &str, id: &str) -> Request {
    request(settings, method, target, path::HTTP_INVOKE, id)
}

/// The request of a hook.
pub(super) fn hook(settings: &Settings, hook: Hook) -> Request {
    let (method, path) = match hook {
        Hook::Initialize => ("POST", path::INITIALIZE),
        Hook::PreStop => ("GET", path::PRE_STOP),
        Hook::PreFreeze => ("GET", path::PRE_FREEZE),
    };
    let mut request = request(settings, method, path, path, &ids::hook());
    if hook == Hook::Initialize {
        request.body = Body::Sized(Vec::new());
    }
    request
}

/// The path of a target, as the platform tells it in a header.
pub(super) fn base_path(target: &str) -> &str {
    target.split('?').next().unwrap_or(target)
}

fn request(settings: &Settings, method: &str, target: &str, control: &str, id: &str) -> Request {
    let mut request = Request::new(method, target);
    let headers = &mut request.headers;
    headers.add(header::HOST, HOST);
    headers.add(header::REQUEST_ID, id);
    headers.add(header::CONTROL_PATH, control);
    headers.add(header::FUNCTION_NAME, &settings.function_name);
    headers.add(header::FUNCTION_HANDLER, command::HANDLER);
    headers.add(header::FUNCTION_MEMORY, settings.memory_mb.to_string());
    headers.add(
        header::FUNCTION_TIMEOUT,
        settings.timeout.as_secs().to_string(),
    );
    headers.add(header::REGION, &settings.region);
    headers.add(header::ACCOUNT_ID, &settings.account_id);
    headers.add(header::QUALIFIER, platform::LATEST);
    headers.add(header::RETRY_COUNT, "0");
    headers.add(header::BASE_PATH, base_path(target));
    headers.add(header::VERSION_ID, &settings.version_id);
    headers.add(header::SERVICE_NAME, "");
    headers.add(header::LOG_PROJECT, "");
    headers.add(header::LOG_STORE, "");
    for name in header::SENT_EMPTY {
        headers.add(name, "");
    }
    let (id, secret, token) = settings.credentials.as_ref().map_or(("", "", ""), |role| {
        (
            &*role.access_key_id,
            &*role.access_key_secret,
            &*role.security_token,
        )
    });
    headers.add(header::ACCESS_KEY_ID, id);
    headers.add(header::ACCESS_KEY_SECRET, secret);
    headers.add(header::SECURITY_TOKEN, token);
    request.in_case(Case::Canonical)
}
