//! The function. This is the file to edit.

use fc3::{Bytes, Context, Function, Result};

/// The state of one instance, which all calls share.
pub struct Handler;

impl Function for Handler {
    type Event = Bytes;
    type Reply = Bytes;

    /// Runs once in a new instance: connect to a database, load a model, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every event. The caller receives exactly the bytes that it returns.
    async fn handle(&self, event: Bytes, cx: &Context) -> Result<Bytes> {
        tracing::debug!(bytes = event.len(), time_left = ?cx.remaining(), "event received");
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fc3::testing::{Instance, samples};

    #[tokio::test]
    async fn the_event_comes_back() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        for sample in samples()? {
            assert_eq!(function.invoke(sample.event.clone()).await?, sample.event);
        }
        Ok(())
    }
}
