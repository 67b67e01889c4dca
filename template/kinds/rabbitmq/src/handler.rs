//! The function. This is the file to edit.

use crate::event::{Event, Message};
use crate::fc::{Batch, Context, Delivery, Function, Result};

/// The state of one instance: every call shares it.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every batch of messages. A batch fails as a whole: after an error all of it comes
    /// again, also the messages that went well. TRIGGER.md tells how often.
    async fn handle(&self, Batch(deliveries): Event, _cx: &Context) -> Result<()> {
        let mut failed = 0;
        for delivery in &deliveries {
            let id = id(delivery);
            if let Err(error) = process(id, &delivery.data) {
                tracing::error!(id, "{error}");
                failed += 1;
            }
        }
        if failed > 0 {
            return Err(format!("{failed} of {} messages failed", deliveries.len()).into());
        }
        Ok(())
    }
}

/// What tells a message from all others. Where its sender says nothing, the envelope does: its id is
/// the same at each try of one delivery.
fn id(delivery: &Delivery<Message>) -> Option<&str> {
    let envelope = delivery.envelope.as_ref();
    let of_envelope = envelope.map(|envelope| envelope.id.as_str());
    delivery.data.id().or(of_envelope)
}

/// Deals with one message; it becomes `async` once it awaits something. A message may come again,
/// so doing this twice must be as good as once: write what comes of it under the message's id, say.
fn process(id: Option<&str>, message: &Message) -> Result<()> {
    if message.body.is_null() {
        return Err("it has no body".into());
    }
    tracing::info!(id, key = message.envelope.routing_key, "{}", message.body);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fc::FromEvent;

    #[tokio::test]
    async fn every_sample_is_handled() -> Result<()> {
        let cx = Context::default();
        let handler = Handler::init(&cx).await?;
        for file in std::fs::read_dir("events")? {
            let event = Event::from_event(std::fs::read(file?.path())?.into())?;
            handler.handle(event, &cx).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn one_bad_message_fails_its_batch() -> Result<()> {
        let event = include_bytes!("../events/invoke.json");
        let mut event = Event::from_event(event.as_slice().into())?;
        event.0[1].data.body = serde_json::Value::Null;
        let error = Handler
            .handle(event, &Context::default())
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "1 of 2 messages failed");
        Ok(())
    }

    #[test]
    fn the_envelope_tells_messages_apart_that_have_no_id() -> Result<()> {
        let event = include_bytes!("../events/single.json");
        let mut event = Event::from_event(event.as_slice().into())?;
        let delivery = &mut event.0[0];
        assert_eq!(id(delivery), Some("00000000-0000-4000-8000-000000000311"));
        delivery.data.props.message_id = None;
        assert_eq!(id(delivery), Some("00000000-0000-4000-8000-000000000301"));
        Ok(())
    }
}
