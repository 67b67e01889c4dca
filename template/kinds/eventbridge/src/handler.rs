//! The function. This is the file to edit.

use fc3::events::eventbridge::{Event, ObjectChange};
use fc3::{CloudEvent, Context, Envelope, Function, Result};

/// The state of one instance, which all calls share.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every batch of events. If one of them fails, the whole batch is delivered again,
    /// including the events that succeeded. TRIGGER.md says how often.
    async fn handle(&self, events: Event, cx: &Context) -> Result<()> {
        events.each(cx, async |event| process(&event)).await
    }
}

/// Handles one event. Add `async` and `.await` when it has something to wait for.
///
/// A event may be delivered again, so a second run must do no harm: store the result under the
/// event's id, for example. Return `Ok` for a event that can never succeed, since an error brings
/// the whole batch back.
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
                tracing::warn!(id, source, "skipped: the event names no object");
                return Ok(());
            };
            tracing::info!(id, source, key, "object created");
        }
        // Sources add types over time. An error would only bring this event back.
        other => tracing::info!(id, source, "skipped: nothing to do for {other}"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fc3::testing::{Instance, sample, samples};

    #[tokio::test]
    async fn every_sample_is_handled() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        for sample in samples()? {
            function.invoke(sample.event).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn one_bad_event_fails_its_batch() -> Result<()> {
        let mut events: serde_json::Value = serde_json::from_slice(&sample("batch.json")?)?;
        events[1]["data"] = serde_json::Value::Null;
        let function = Instance::<Handler>::start().await?;
        let error = function.invoke(events.to_string()).await.unwrap_err();
        assert_eq!(error.message(), "1 of 2 items failed");
        Ok(())
    }
}
