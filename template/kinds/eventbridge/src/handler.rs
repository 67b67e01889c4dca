//! The function. This is the file to edit.

use crate::event::{Event, ObjectChange};
use crate::fc::{Batch, CloudEvent, Context, Envelope, Function, Result};

/// The state of one instance: every call shares it.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every event, or for a batch of them if the trigger says `event-streaming`. After an
    /// error all that came comes again: TRIGGER.md.
    async fn handle(&self, Batch(events): Event, _cx: &Context) -> Result<()> {
        let mut failed = 0;
        for event in &events {
            if let Err(error) = process(event) {
                let Envelope { id, source, .. } = &event.envelope;
                tracing::error!(id, source, "{error}");
                failed += 1;
            }
        }
        if failed > 0 {
            return Err(format!("{failed} of {} events failed", events.len()).into());
        }
        Ok(())
    }
}

/// Deals with one event; it becomes `async` once it awaits something. An event may come again, with
/// the same source and id, so doing this twice must be as good as once. An error brings all that came
/// again, so one that can never succeed is put aside with an `Ok`.
fn process(event: &CloudEvent) -> Result<()> {
    let Envelope { id, source, ty, .. } = &event.envelope;
    match ty.as_str() {
        "oss:ObjectCreated:PutObject"
        | "oss:ObjectCreated:PostObject"
        | "oss:ObjectCreated:CopyObject"
        | "oss:ObjectCreated:AppendObject"
        | "oss:ObjectCreated:CompleteMultipartUpload" => {
            let change: ObjectChange = event.data_as()?;
            let Some(key) = change.oss.object.key else {
                // It would name none at the next try either.
                tracing::warn!(id, source, "put aside: it names no object");
                return Ok(());
            };
            tracing::info!(id, source, key, "an object was created");
        }
        // A source gets new types with time. An error would only bring this one again.
        other => tracing::info!(id, source, "nothing to do for {other}"),
    }
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
    async fn one_bad_event_fails_its_batch() -> Result<()> {
        let event = include_bytes!("../events/batch.json");
        let mut event = Event::from_event(event.as_slice().into())?;
        event.0[1].data = serde_json::Value::Null;
        let error = Handler
            .handle(event, &Context::default())
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "1 of 2 events failed");
        Ok(())
    }
}
