//! A request of an HTTP client for a web function, whose response is passed on as it comes.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::header::{HOST, HeaderMap};
use tokio::time::{Instant, Sleep, sleep_until, timeout_at};

use super::Function;
use super::call::Call;
use super::client::{Body, BodyError, Broken};
use super::event_call::{headers_exceed, headers_too_large};
use super::failure::CallFailure;
use super::fleet::Lease;
use super::journal::{End, Outcome, Trigger};
use super::session::{Claim, FirstEvent, Told};
use super::upload::{Broke, Upload};
use crate::platform::{STATUS_OK, header};

/// A request on its way to a web function.
pub(crate) struct HttpCall {
    pub(crate) request_id: String,
    pub(crate) method: String,
    /// The path and the query, as the client sent them.
    pub(crate) target: String,
    /// The session that it belongs to.
    pub(crate) session: Claim,
    /// The headers of the client that the platform passes on.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Upload,
}

impl Function {
    /// Passes a request on, and returns the response, whose body may go on for long.
    pub(crate) async fn pass(&self, call: HttpCall) -> Result<Response<Body>, CallFailure> {
        let trigger = Trigger::Http {
            method: call.method.clone(),
            target: call.target.clone(),
        };
        let mut ongoing = Call::begin(self, &call.request_id, trigger);
        let session = call.session.clone();
        if let Err(failure) = ongoing.find_instance(self, &session).await {
            return Err(told(ongoing, failure));
        }
        let lease = ongoing.lease();
        let limit = lease.running().definition().settings.call_limit();
        let deadline = Instant::now() + limit;
        let upload = call.body.broke.clone();
        let exchange = send(lease, call);
        let response = match timeout_at(deadline, exchange).await {
            Ok(Ok(response)) if headers_exceed(&response) => {
                return Err(told(ongoing, headers_too_large()));
            }
            Ok(Ok(response)) => response,
            Ok(Err(broken)) => {
                let failure = match upload.failure() {
                    Some(failure) => failure,
                    None => lease.failure(broken).await,
                };
                return Err(told(ongoing, failure));
            }
            Err(_) => {
                lease.retire(End::TimedOut);
                return Err(told(ongoing, CallFailure::TimedOut(limit)));
            }
        };
        ongoing.lease_mut().answered(&session, &response);
        let failed = response.headers().get(header::STATUS);
        let failed = failed.is_some_and(|status| status.as_bytes() != STATUS_OK.as_bytes());
        let outcome = Outcome::Status(response.status().as_u16());
        Ok(response.map(|body| {
            let body = Passed {
                body,
                deadline: Box::pin(sleep_until(deadline)),
                call: Some(ongoing),
                upload,
                outcome,
                failed,
                first_event: (session == Claim::Begin(Told::Event)).then(FirstEvent::default),
            };
            body.boxed_unsync()
        }))
    }
}

async fn send(lease: &Lease, call: HttpCall) -> Result<Response<Incoming>, Broken> {
    let running = lease.running();
    let HttpCall {
        request_id,
        method,
        target,
        ..
    } = &call;
    let mut request = running.client.http(method, target, request_id);
    let headers = request.headers_mut();
    // The host is what the client asked for.
    headers.remove(HOST);
    for name in call.headers.keys() {
        // A client cannot say what the platform says.
        if !headers.contains_key(name) {
            for value in call.headers.get_all(name) {
                headers.append(name, value.clone());
            }
        }
    }
    let response = running.client.send(request, call.body.body).await;
    response.map_err(|error| Broken::new(&error))
}

fn told(ongoing: Call, failure: CallFailure) -> CallFailure {
    // One whose client has gone ends as such.
    if !matches!(failure, CallFailure::Gone) {
        ongoing.end(failure.outcome());
    }
    failure
}

/// The body of a response on its way to the client. The call ends with it.
struct Passed {
    body: Incoming,
    deadline: Pin<Box<Sleep>>,
    /// The call, until its end.
    call: Option<Call>,
    upload: Broke,
    outcome: Outcome,
    /// Whether the function says that it has failed.
    failed: bool,
    /// What is read of it, if it tells a session.
    first_event: Option<FirstEvent>,
}

impl Passed {
    fn end(&mut self, outcome: Outcome) {
        if let Some(call) = self.call.take() {
            call.end(outcome);
        }
    }

    fn fail(&mut self, failure: CallFailure) -> CallFailure {
        if let Some(call) = self.call.take() {
            return told(call, failure);
        }
        failure
    }

    /// Tells how the response broke off. The exit of the process becomes visible a moment later.
    fn break_off(&mut self, broken: Broken) {
        if let Some(failure) = self.upload.failure() {
            self.fail(failure);
        } else if let Some(call) = self.call.take() {
            tokio::spawn(async move {
                let failure = call.lease().failure(broken).await;
                told(call, failure);
            });
        }
    }

    /// Looks for the session that a function begins.
    fn look_at(&mut self, frame: &Frame<Bytes>) {
        let (Some(first), Some(data)) = (&mut self.first_event, frame.data_ref()) else {
            return;
        };
        match (first.read(data), &mut self.call) {
            (Ok(None), _) => return,
            (Ok(Some(id)), Some(call)) => call.lease_mut().begin_session(&id, true),
            (Ok(Some(_)), None) | (Err(()), _) => {}
        }
        self.first_event = None;
    }

    fn end_as_said(&mut self) {
        let outcome = match (&self.outcome, self.failed) {
            (Outcome::Status(status), true) => Outcome::Failed {
                error_type: super::ErrorType::Unhandled.as_str().to_owned(),
                message: format!("the function responded with {status} and says that it failed"),
            },
            (outcome, _) => outcome.clone(),
        };
        self.end(outcome);
    }
}

impl HttpBody for Passed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.deadline.as_mut().poll(cx).is_ready() {
            if let Some(call) = &self.call {
                let lease = call.lease();
                let limit = lease.running().definition().settings.call_limit();
                lease.retire(End::TimedOut);
                let failure = self.fail(CallFailure::TimedOut(limit));
                return Poll::Ready(Some(Err(failure.into())));
            }
            return Poll::Ready(None);
        }
        let frame = match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(frame) => frame,
        };
        if let Some(Ok(frame)) = &frame {
            self.look_at(frame);
        }
        match &frame {
            None => self.end_as_said(),
            // The last frame may be known as such, and then nobody asks for another.
            Some(Ok(_)) if self.body.is_end_stream() => self.end_as_said(),
            Some(Ok(_)) => {}
            Some(Err(error)) => self.break_off(Broken::new(error)),
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Passed {
    fn drop(&mut self) {
        // A body that is empty from the start is never asked for.
        if self.body.is_end_stream() {
            self.end_as_said();
        }
    }
}
