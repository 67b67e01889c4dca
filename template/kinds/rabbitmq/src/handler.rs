//! The function. This is the file to edit.

use fc3::events::rabbitmq::Event;
use fc3::{Context, Function, Result};

/// The state of one instance, which all calls share.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every batch of messages. If one of them fails, the whole batch is delivered again,
    /// including the messages that succeeded. TRIGGER.md says how often.
    ///
    /// A second run must therefore do no harm: store the result under the message's id, for example.
    /// Return `Ok` for a message that can never succeed, since an error brings the whole batch back.
    async fn handle(&self, messages: Event, cx: &Context) -> Result<()> {
        messages
            .each(cx, async |message| {
                let id = message.id();
                let (message, id) = (&message.data, id.as_deref());
                if message.body.is_empty() {
                    tracing::warn!(id, "skipped: the message has no body");
                } else {
                    let key = &message.envelope.routing_key;
                    tracing::info!(id, key, "message received: {}", message.body);
                }
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fc3::testing::{Instance, samples};

    #[tokio::test]
    async fn every_sample_is_handled() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        for sample in samples()? {
            function.invoke(sample.event).await?;
        }
        Ok(())
    }
}
