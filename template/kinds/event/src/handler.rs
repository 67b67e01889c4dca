//! The function. This is the file to edit.

use crate::fc::{Bytes, Context, Function, Result};

/// The state of one instance: every call shares it.
pub struct Handler;

impl Function for Handler {
    type Event = Bytes;
    type Reply = Bytes;

    /// Runs once in a new instance: connect to a database, load a model, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every event. What it returns goes back to the caller, byte for byte.
    async fn handle(&self, event: Bytes, cx: &Context) -> Result<Bytes> {
        tracing::debug!(bytes = event.len(), time_left = ?cx.remaining(), "an event");
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_event_comes_back() -> Result<()> {
        let event = Bytes::from_static(include_bytes!("../events/invoke.json"));
        let cx = Context::default();
        let handler = Handler::init(&cx).await?;
        assert_eq!(handler.handle(event.clone(), &cx).await?, event);
        Ok(())
    }
}
