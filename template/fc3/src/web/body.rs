//! The body of a request to a web function.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    body: Limited<Either<Incoming, Full<Bytes>>>,
    too_large: Arc<AtomicBool>,
}

impl RequestBody {
    fn new(body: Either<Incoming, Full<Bytes>>) -> Self {
        Self {
            body: Limited::new(body, EVENT_LIMIT),
            too_large: Arc::default(),
        }
    }

    /// Whether the router tried to read more than the limit.
    pub(super) fn too_large(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.too_large)
    }
}

impl From<Incoming> for RequestBody {
    fn from(body: Incoming) -> Self {
        Self::new(Either::Left(body))
    }
}

/// A body in memory, for tests.
impl From<Bytes> for RequestBody {
    fn from(body: Bytes) -> Self {
        Self::new(Either::Right(Full::new(body)))
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
            self.too_large.store(true, Ordering::Relaxed);
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
