//! The function. This is the file to edit.

use fc3::events::sls::Event;
use fc3::{Context, Function, Result};

/// The state of one instance, which all calls share.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: create the HTTP client here. The keys for SLS are in
    /// `cx.credentials()`. They expire, so read them in every call.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every range of new logs. The logs are not in the event: call `PullLogs` of SLS from
    /// `begin_cursor` to `end_cursor`, with the keys of the function's role.
    ///
    /// SLS ignores the reply. After an error it sends the same range again, with the same `task_id`:
    /// TRIGGER.md.
    async fn handle(&self, event: Event, cx: &Context) -> Result<()> {
        let source = &event.source;
        if source.is_log_of(cx) {
            // Every call writes a log, so reading it here would cause the next call, without end.
            tracing::error!("skipped: the trigger watches this function's own log");
            return Ok(());
        }
        tracing::info!(
            task = event.task_id,
            logstore = source.logstore_name,
            shard = source.shard_id,
            "new logs from cursor {} to {}",
            source.begin_cursor,
            source.end_cursor
        );
        Ok(())
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
