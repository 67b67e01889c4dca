//! The function. This is the file to edit.

use std::time::Duration;

use crate::event::{Event, Message};
use crate::fc::{Batch, Context, Delivery, Function, Result};

/// The time that a call keeps back: with less, the platform could end it in the midst of a message.
const RESERVE: Duration = Duration::from_secs(1);

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
    async fn handle(&self, Batch(deliveries): Event, cx: &Context) -> Result<()> {
        let mut failed = 0;
        for delivery in &deliveries {
            let id = id(delivery);
            if let Err(error) = process(id, &delivery.data, cx) {
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

/// What tells a message from all others. Where neither the servers nor the sender say anything, the
/// envelope does: its id is the same at each try of one delivery.
fn id(delivery: &Delivery<Message>) -> Option<&str> {
    delivery.data.id().or(delivery.envelope_id())
}

/// Deals with one message; it becomes `async` once it awaits something. A message may come again,
/// so doing this twice must be as good as once: write what comes of it under the message's id, say.
/// An error brings the whole batch again, so one that can never succeed is put aside with an `Ok`.
fn process(id: Option<&str>, message: &Message, cx: &Context) -> Result<()> {
    if cx.remaining().is_some_and(|left| left < RESERVE) {
        return Err("there is no time left for it".into());
    }
    if message.body.is_empty() {
        tracing::warn!(id, "put aside: it has no body");
    } else {
        let tags = &message.system_properties.tags;
        tracing::info!(id, tags, "{}", message.body);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fc::FromEvent;
    use hyper::HeaderMap;

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
    async fn what_there_is_no_time_for_fails_its_batch() -> Result<()> {
        let event = include_bytes!("../events/invoke.json");
        let event = Event::from_event(event.as_slice().into())?;
        let mut headers = HeaderMap::new();
        headers.insert("x-fc-function-timeout", "0".parse()?);
        let cx = Context::new(headers);
        let error = Handler.handle(event, &cx).await.unwrap_err();
        assert_eq!(error.to_string(), "2 of 2 messages failed");
        Ok(())
    }

    #[test]
    fn the_envelope_tells_messages_apart_that_have_no_key() -> Result<()> {
        let event = include_bytes!("../events/without-unique-key.json");
        let event = Event::from_event(event.as_slice().into())?;
        assert_eq!(
            id(&event.0[0]),
            Some("00000000-0000-4000-8000-000000000201")
        );
        Ok(())
    }
}
