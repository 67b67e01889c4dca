//! An event for a function, and what it returns: `POST /invoke`.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::Response;
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use tokio::task::spawn_blocking;

use super::Function;
use super::call::Call;
use super::client::{Broken, set, whole};
use super::failure::{CallFailure, ErrorType, Said};
use super::fleet::Lease;
use super::journal::{End, Invocation, Outcome, Trigger};
use super::session::Claim;
use crate::deployment::AsyncConfig;
use crate::emulator::ids;
use crate::emulator::logs::Line;
use crate::platform::{ANSWER_HEADER_LIMIT, LATEST, LOG_TAIL_LIMIT, STATUS_OK, header, marker};

/// The most that is read of a response, in bytes. The platform documents no limit; this one keeps a
/// function that never ends its response from filling the memory.
const RESPONSE_LIMIT: usize = 256 * 1024 * 1024;

/// How long the line that begins a call is waited for, which arrives on another way than the response.
const BEGIN_GRACE: Duration = Duration::from_millis(50);
/// How long the line that ends a call is waited for, if there is one that begins it.
const END_GRACE: Duration = Duration::from_secs(2);

/// An event on its way to a function.
#[derive(Debug, Clone)]
pub(crate) struct EventCall {
    pub(crate) request_id: String,
    pub(crate) trigger: Trigger,
    pub(crate) event: Bytes,
    /// The session that it belongs to.
    pub(crate) session: Claim,
    /// Headers that are passed through, such as the trace context.
    pub(crate) headers: HeaderMap,
    pub(crate) qualifier: String,
    /// The number of earlier attempts.
    pub(crate) retry_count: u32,
    /// Whether the caller wants the end of the log.
    pub(crate) wants_log: bool,
    /// What happens to it if it is asynchronous, if that is not what the function is deployed with.
    pub(crate) policy: Option<AsyncConfig>,
}

impl EventCall {
    pub(crate) fn new(trigger: Trigger, event: impl Into<Bytes>) -> Self {
        Self {
            request_id: ids::invocation(),
            trigger,
            event: event.into(),
            session: Claim::None,
            headers: HeaderMap::new(),
            qualifier: LATEST.to_owned(),
            retry_count: 0,
            wants_log: false,
            policy: None,
        }
    }
}

/// What came back from a call.
#[derive(Debug)]
pub(crate) struct Returned {
    /// The body of the response, or the platform's error.
    pub(crate) body: Result<Bytes, CallFailure>,
    /// Set if the function or the platform failed.
    pub(crate) error_type: Option<ErrorType>,
    /// The id of the instance, if there was one.
    pub(crate) instance: Option<String>,
    /// The end of the log, if it was asked for.
    pub(crate) log: Option<String>,
    /// What is told about the call.
    pub(crate) invocation: Invocation,
}

impl Function {
    /// Sends an event, and waits for what the function returns.
    pub(crate) async fn invoke(&self, call: EventCall) -> Returned {
        let mut ongoing = Call::begin(self, &call.request_id, call.trigger.clone());
        if let Err(failure) = ongoing.find_instance(self, &call.session).await {
            return failed(ongoing, None, failure);
        }
        let lease = ongoing.lease();
        let position = lease.running().logs().position();
        let sent = send(lease, &call).await;
        ongoing.stop_clock();
        let lease = ongoing.lease();
        let is_over = !matches!(sent, Err(CallFailure::TimedOut(_)));
        if !is_over {
            lease.retire(End::TimedOut);
        }
        let mut log = None;
        if call.wants_log {
            if is_over {
                await_log(lease, position, &call).await;
            }
            log = Some(log_tail(lease, position));
        }
        let (body, has_failed) = match sent {
            Ok(response) => response,
            Err(failure) => return failed(ongoing, log, failure),
        };
        let error_type = has_failed.then_some(ErrorType::Unhandled);
        let outcome =
            error_type.map_or(Outcome::Succeeded, |error_type| outcome(error_type, &body));
        Returned {
            error_type,
            instance: ongoing.instance(),
            log,
            invocation: ongoing.end(outcome),
            body: Ok(body),
        }
    }
}

/// Sends the event, and returns the body of the response and whether the function failed.
async fn send(lease: &Lease, call: &EventCall) -> Result<(Bytes, bool), CallFailure> {
    let running = lease.running();
    let mut request = running.client.event(&call.request_id);
    set(&mut request, header::QUALIFIER, &call.qualifier);
    let retry_count = call.retry_count.to_string();
    set(&mut request, header::RETRY_COUNT, &retry_count);
    for (name, value) in &call.headers {
        request.headers_mut().insert(name, value.clone());
    }
    let limit = running.definition().settings.call_limit();
    let exchange = async {
        let response = running.client.send(request, whole(call.event.clone()));
        let response = response.await.map_err(|error| Broken::new(&error))?;
        let is_ok = |status: &hyper::header::HeaderValue| status.as_bytes() == STATUS_OK.as_bytes();
        let status = response.headers().get(header::STATUS);
        let has_failed = status.is_some_and(|status| !is_ok(status));
        let too_large = headers_exceed(&response);
        let body = Limited::new(response.into_body(), RESPONSE_LIMIT);
        let body = body.collect().await;
        let body = body.map_err(|error| Broken::new(&*error))?.to_bytes();
        Ok::<_, Broken>((body, has_failed, too_large))
    };
    match tokio::time::timeout(limit, exchange).await {
        Err(_) => Err(CallFailure::TimedOut(limit)),
        Ok(Err(broken)) => Err(lease.failure(broken).await),
        Ok(Ok((_, _, true))) => Err(headers_too_large()),
        Ok(Ok((body, has_failed, false))) => Ok((body, has_failed)),
    }
}

/// Whether the headers of a response are larger than the platform lets through.
pub(super) fn headers_exceed(response: &Response<Incoming>) -> bool {
    let sizes = response.headers().iter();
    let sizes = sizes.map(|(name, value)| name.as_str().len() + value.len());
    sizes.sum::<usize>() > ANSWER_HEADER_LIMIT
}

pub(super) fn headers_too_large() -> CallFailure {
    CallFailure::BadResponse(format!(
        "the headers of the response are larger than {ANSWER_HEADER_LIMIT} bytes"
    ))
}

fn failed(ongoing: Call, log: Option<String>, failure: CallFailure) -> Returned {
    let outcome = failure.outcome();
    Returned {
        error_type: Some(failure.error_type()),
        body: Err(failure),
        instance: ongoing.instance(),
        log,
        invocation: ongoing.end(outcome),
    }
}

/// What the function says about its failure.
fn outcome(error_type: ErrorType, body: &[u8]) -> Outcome {
    let said = Said::by(body);
    Outcome::Failed {
        error_type: said
            .error_type
            .unwrap_or_else(|| error_type.as_str().to_owned()),
        message: said.message,
    }
}

/// Waits a moment for the line that ends the call in the log. Not every function prints one.
async fn await_log(lease: &Lease, position: usize, call: &EventCall) {
    let logs = lease.running().logs().clone();
    let id = call.request_id.clone();
    let waiting = move || {
        let is = |line: &Line, mark: &str| {
            let rest = line.text.strip_prefix(mark);
            rest.is_some_and(|rest| rest.starts_with(&id))
        };
        let is_begin = |line: &Line| is(line, marker::INVOKE_START);
        if logs.wait_from(position, BEGIN_GRACE, is_begin).is_some() {
            logs.wait_from(position, END_GRACE, |line| is(line, marker::INVOKE_END));
        }
    };
    // A panic in it is told where it happens.
    let _ = spawn_blocking(waiting).await;
}

/// The end of the log since a position.
fn log_tail(lease: &Lease, position: usize) -> String {
    let lines = lease.running().logs().since(position);
    let lines = lines.into_iter().map(|line| line.text + "\n");
    let log = lines.collect::<String>();
    let mut first = log.len().saturating_sub(LOG_TAIL_LIMIT);
    while !log.is_char_boundary(first) {
        first += 1;
    }
    log[first..].to_owned()
}
