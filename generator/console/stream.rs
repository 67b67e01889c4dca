//! A response that goes on: the messages of a feed as they come.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{sleep, timeout};

use super::feed::Feed;

/// The time between two parts, in which messages collect, so that a page does not draw each alone.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest silence. Only a write shows that the reader has gone.
const SILENCE: Duration = Duration::from_secs(20);
/// The number of pages at a time. The oldest stream ends for a new one, and is most likely one that
/// nobody reads any more; a page that does connects again.
const STREAMS: u64 = 16;

/// All streams so far.
#[derive(Debug, Default)]
pub(super) struct Streams(Arc<AtomicU64>);

/// The body of one response. It collects nothing by itself: a slow reader gets what the feed still
/// has when it reads on.
pub(super) struct Stream(Next);

type Next = Pin<Box<dyn Future<Output = Option<(Bytes, Reader)>> + Send>>;

/// One reader, and how far it has read.
struct Reader {
    feed: Arc<Feed>,
    after: u64,
    /// The number of this stream, and of all so far.
    number: u64,
    streams: Arc<AtomicU64>,
}

impl Streams {
    /// Opens a stream of what comes after a message.
    pub(super) fn open(&self, feed: &Arc<Feed>, after: u64) -> Stream {
        let reader = Reader {
            feed: Arc::clone(feed),
            after,
            number: self.0.fetch_add(1, Ordering::Relaxed) + 1,
            streams: Arc::clone(&self.0),
        };
        Stream(Box::pin(async {
            // So that the page knows at once that it is connected.
            Some((Bytes::from_static(b": connected\n\n"), reader))
        }))
    }
}

impl Reader {
    async fn next(mut self) -> Option<(Bytes, Self)> {
        sleep(PAUSE).await;
        let mut last = self.feed.watch();
        loop {
            if self.streams.load(Ordering::Relaxed) >= self.number + STREAMS {
                return None;
            }
            last.mark_unchanged();
            if let Some(batch) = self.feed.after(self.after) {
                self.after = batch.last;
                if !batch.text.is_empty() {
                    return Some((batch.text.into(), self));
                }
            }
            match timeout(SILENCE, last.changed()).await {
                Ok(changed) => changed.ok()?,
                Err(_) => return Some((Bytes::from_static(b":\n\n"), self)),
            }
        }
    }
}

impl Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = ready!(self.0.as_mut().poll(cx));
        Poll::Ready(next.map(|(bytes, reader)| {
            self.0 = Box::pin(reader.next());
            Ok(Frame::data(bytes))
        }))
    }
}
