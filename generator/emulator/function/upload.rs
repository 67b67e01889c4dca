//! The body of a client's request on its way to an instance, and how it broke off.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{LengthLimitError, Limited};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::client::BodyError;
use super::failure::CallFailure;

/// Why an upload broke off, which is not the function's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is larger than the platform lets through.
    TooLarge,
    /// The client has gone away.
    Gone,
}

/// What is known of an upload. Clones know the same.
#[derive(Debug, Clone)]
pub(super) struct UploadState {
    fault: Arc<OnceLock<Fault>>,
    /// The most that may be sent, in bytes.
    limit: usize,
}

impl UploadState {
    /// The failure of a call whose upload broke off.
    pub(super) fn failure(&self) -> Option<CallFailure> {
        Some(match self.fault.get()? {
            Fault::TooLarge => CallFailure::TooLarge(self.limit),
            Fault::Gone => CallFailure::Gone,
        })
    }
}

/// A body that notes how it broke off.
pub(crate) struct Upload {
    body: Limited<Incoming>,
    state: UploadState,
}

impl Upload {
    /// The body of a client, of which no more than a limit is read.
    pub(crate) fn new(body: Incoming, limit: usize) -> Self {
        Self {
            body: Limited::new(body, limit),
            state: UploadState {
                fault: Arc::default(),
                limit,
            },
        }
    }

    pub(super) fn state(&self) -> UploadState {
        self.state.clone()
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Err(error))) = &frame {
            let fault = if error.is::<LengthLimitError>() {
                Fault::TooLarge
            } else {
                Fault::Gone
            };
            self.state.fault.get_or_init(|| fault);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
