//! The body of a request to a web function.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use http_body_util::{Either, Full, LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::{EVENT_LIMIT, Error};

/// The body of a request, which is read as it arrives.
///
/// Reading past [`EVENT_LIMIT`] bytes is an error. The client then receives status 413, no matter what
/// the router answers.
pub struct RequestBody {
    body: Limited<Either<Lent, Full<Bytes>>>,
    loan: Arc<Loan>,
}

/// What the server learns about a body that the router has received.
#[derive(Default)]
pub(super) struct Loan {
    too_large: AtomicBool,
    returned: Mutex<Option<Incoming>>,
}

impl Loan {
    /// Whether the router tried to read more than the limit.
    pub(super) fn is_too_large(&self) -> bool {
        self.too_large.load(Ordering::Relaxed)
    }

    /// The body, if the router has dropped it.
    pub(super) fn returned(&self) -> Option<Incoming> {
        self.slot().take()
    }

    fn slot(&self) -> MutexGuard<'_, Option<Incoming>> {
        self.returned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RequestBody {
    /// The body of a request that has just arrived.
    pub(super) fn lent(body: Option<Incoming>) -> Self {
        let loan = Arc::<Loan>::default();
        let lent = Lent {
            body,
            loan: Arc::clone(&loan),
        };
        Self::new(Either::Left(lent), loan)
    }

    fn new(body: Either<Lent, Full<Bytes>>, loan: Arc<Loan>) -> Self {
        Self {
            body: Limited::new(body, EVENT_LIMIT),
            loan,
        }
    }

    pub(super) fn loan(&self) -> Arc<Loan> {
        Arc::clone(&self.loan)
    }
}

/// A body in memory, for tests.
impl From<Bytes> for RequestBody {
    fn from(body: Bytes) -> Self {
        Self::new(Either::Right(Full::new(body)), Arc::default())
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(task);
        if let Poll::Ready(Some(Err(error))) = &polled
            && error.is::<LengthLimitError>()
        {
            self.loan.too_large.store(true, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that goes back to the server when the router drops it. The server reads what is left of it.
struct Lent {
    /// It is there until the drop.
    body: Option<Incoming>,
    loan: Arc<Loan>,
}

impl Body for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(task),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        *self.loan.slot() = self.body.take();
    }
}
