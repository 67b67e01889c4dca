//! The function. This is the file to edit.

use fc3::events::cdn::{Event, Record};
use fc3::{Context, Function, Result};

/// The state of one instance, which all calls share.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: create the client that downloads log files here.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every event of a domain. CDN ignores the reply. It is not documented whether CDN
    /// sends an event again after an error, so be ready for both: TRIGGER.md.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        event.events.iter().try_for_each(process)
    }
}

/// Handles one event. Add `async` and `.await` when it has something to wait for.
///
/// A trigger sends events of one name only, but one function may have several triggers.
fn process(record: &Record) -> Result<()> {
    let (domain, parameter) = (&record.resource.domain, &record.event_parameter);
    match record.event_name.as_str() {
        "LogFileCreated" => {
            let url = parameter.file_path.as_deref();
            let file = unsigned(url.ok_or("the log file has no `filePath`")?);
            tracing::info!(
                domain,
                bytes = parameter.file_size,
                "log file created: {file}"
            );
        }
        "CachedObjectsRefreshed" | "CachedObjectsPushed" | "CachedObjectsBlocked" => {
            let task = parameter.task_id.as_deref();
            for path in &parameter.object_path {
                tracing::info!(domain, task, "{}: {path}", record.event_name);
            }
        }
        name => tracing::info!(domain, status = parameter.status, "{name}"),
    }
    Ok(())
}

/// A URL without its signature. Anybody who has the signature can read the file, so it must not get
/// into a log. The URL without it is the same on every try: store the result of a file under it.
fn unsigned(url: &str) -> &str {
    url.split_once('?').map_or(url, |(file, _)| file)
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

    #[test]
    fn a_signature_is_not_logged() {
        let url = "http://cdnlog.example.com/2026_06_01.gz?Expires=1&Signature=secret";
        assert_eq!(unsigned(url), "http://cdnlog.example.com/2026_06_01.gz");
    }
}
