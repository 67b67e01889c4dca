//! The function. This is the file to edit.

use fc3::events::kafka::Event;
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

    /// Runs for every batch of records. If one of them fails, the whole batch is delivered again,
    /// including the records that succeeded. TRIGGER.md says how often.
    ///
    /// A second run must therefore do no harm: store the result under the record's id, for example.
    /// Return `Ok` for a record that can never succeed, since an error brings the whole batch back.
    async fn handle(&self, records: Event, cx: &Context) -> Result<()> {
        records
            .each(cx, async |record| {
                let record = record.data;
                let (id, key) = (record.id(), record.key.as_deref());
                if record.value.is_null() {
                    tracing::info!(id, key, "record deleted");
                } else {
                    tracing::info!(id, key, "record received: {}", record.value);
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
