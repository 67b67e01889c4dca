//! A streamed body, whose mistakes are logged as those of the call.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::Error;
use crate::failure::{Failure, Kind};
use crate::server::call::Running;

/// The body of a router's response.
pub(crate) struct Stream {
    body: Pin<Box<dyn Body<Data = Bytes, Error = Error> + Send>>,
    /// The number of bytes that are still to come, if the body has a length.
    left: Option<u64>,
}

impl Stream {
    #[cfg_attr(
        not(feature = "web"),
        expect(dead_code, reason = "only routers stream")
    )]
    pub(crate) fn new(body: impl Body<Data = Bytes, Error = Error> + Send + 'static) -> Self {
        Self {
            left: body.size_hint().exact(),
            body: Box::pin(body),
        }
    }

    pub(super) fn is_end(&self) -> bool {
        self.body.is_end_stream()
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }

    /// The next frame of a body that belongs to `call`, which has failed or not.
    ///
    /// Log lines of the body show the request id of the call.
    pub(super) fn poll(
        &mut self,
        call: &mut Running,
        failed: bool,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        call.goes_on();
        let polled = call.scope(|| {
            let poll = || self.body.as_mut().poll_frame(task);
            catch_unwind(AssertUnwindSafe(poll))
        });
        let frame = match polled {
            Ok(poll) => ready!(poll),
            Err(payload) => {
                // The panic hook has logged it.
                call.ended(true);
                let failure = Failure::panic(payload);
                return Poll::Ready(Some(Err(failure.to_string().into())));
            }
        };
        let frame = self.counted(frame);
        match &frame {
            Some(Err(error)) => {
                call.scope(|| Failure::error(Kind::ReplyError, error).log());
                call.ended(true);
            }
            Some(Ok(_)) if !self.is_end() => {}
            Some(Ok(_)) | None => call.ended(failed),
        }
        Poll::Ready(frame)
    }

    /// A body that is shorter or longer than its `size_hint` says is an error. The client has been told
    /// that length, so it would wait for the rest or lose it.
    fn counted(
        &mut self,
        frame: Option<Result<Frame<Bytes>, Error>>,
    ) -> Option<Result<Frame<Bytes>, Error>> {
        let Some(left) = &mut self.left else {
            return frame;
        };
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len) as u64,
            Some(Err(_)) => return frame,
            None if *left == 0 => return None,
            None => {
                let error = format!("the body ended {left} bytes before the end that it announced");
                *left = 0;
                return Some(Err(error.into()));
            }
        };
        match left.checked_sub(length) {
            Some(still) => {
                *left = still;
                frame
            }
            None => Some(Err("the body is longer than it announced".into())),
        }
    }
}
