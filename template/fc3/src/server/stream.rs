//! The body of an answer, which is a part of its call until all of it is sent.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::Error;
use crate::failure::{Failure, Kind};
use crate::server::call::Running;

/// A body whose log lines show the request id and whose errors are logged. Its call runs until the
/// connection has taken all of it.
pub(crate) struct Streamed<B> {
    body: B,
    failed: bool,
    running: Running,
}

impl<B> Streamed<B> {
    /// The body of a call, which has failed or not. A body that is never read, such as that of the
    /// answer to a `HEAD` request, has ended.
    pub(crate) fn new(body: B, failed: bool, mut running: Running) -> Self {
        running.ended(failed);
        Self {
            body,
            failed,
            running,
        }
    }
}

impl<B: Body<Data = Bytes, Error: Into<Error>> + Unpin> Body for Streamed<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Self {
            body,
            failed,
            running,
        } = &mut *self;
        running.goes_on();
        let polled = running.scope(|| {
            let poll = || Pin::new(&mut *body).poll_frame(task);
            catch_unwind(AssertUnwindSafe(poll))
        });
        let frame = match polled {
            Ok(poll) => ready!(poll),
            Err(payload) => {
                running.ended(true);
                let failure = Failure::panic(payload);
                return Poll::Ready(Some(Err(failure.to_string().into())));
            }
        };
        let frame = frame.map(|frame| {
            frame.map_err(|error| {
                let error = error.into();
                running.scope(|| Failure::error(Kind::ReplyError, &error).log());
                error
            })
        });
        match &frame {
            Some(Err(_)) => running.ended(true),
            Some(Ok(_)) if !body.is_end_stream() => {}
            Some(Ok(_)) | None => running.ended(*failed),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
