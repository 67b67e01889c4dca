//! The body of an answer, which is a part of its call until all of it is sent.

use std::mem;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::Error;
use crate::server::call::Running;
use crate::server::stream::Stream;

/// What an answer contains.
pub(crate) enum Content {
    Whole(Bytes),
    #[cfg_attr(
        not(feature = "web"),
        expect(dead_code, reason = "only routers stream")
    )]
    Streamed(Stream),
}

/// Content on its way. Its call, if it belongs to one, runs until the connection has taken all of it.
pub(crate) struct Sending {
    content: Content,
    call: Option<Running>,
    failed: bool,
}

impl Sending {
    /// The answer of the server itself, which is no part of a call.
    pub(crate) fn own(content: Content) -> Self {
        Self {
            content,
            call: None,
            failed: false,
        }
    }

    /// The answer of a call, which has failed or not. Content that is never read, such as that of the
    /// answer to a `HEAD` request, has ended.
    pub(crate) fn of_call(content: Content, failed: bool, mut call: Running) -> Self {
        call.ended(failed);
        Self {
            content,
            call: Some(call),
            failed,
        }
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Self {
            content,
            call,
            failed,
        } = &mut *self;
        match (content, call) {
            (Content::Streamed(stream), Some(call)) => stream.poll(call, *failed, task),
            // Only calls stream.
            (Content::Streamed(_), None) => Poll::Ready(None),
            (Content::Whole(bytes), _) => {
                let bytes = mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Whole(bytes) => bytes.is_empty(),
            Content::Streamed(stream) => stream.is_end(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Streamed(stream) => stream.size_hint(),
        }
    }
}
