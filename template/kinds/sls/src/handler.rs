//! The function. This is the file to edit.

use crate::event::{Event, Source};
use crate::fc::{Context, Function, Result};

/// The state of one instance: every call shares it.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: make the HTTP client here. The keys for SLS are those of
    /// `cx.credentials()`, which expire: take them anew in each call.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every range of new logs. They are not in the event: read them from `begin_cursor` up
    /// to `end_cursor` by `PullLogs` of SLS, with the keys of the function's role. SLS takes no
    /// reply. After an error the same range comes again, with the same `task_id`: TRIGGER.md.
    async fn handle(&self, event: Event, cx: &Context) -> Result<()> {
        let source = &event.source;
        if is_own_log(source, cx) {
            tracing::error!(logstore = source.logstore_name, "left alone: our own log");
            return Ok(());
        }
        tracing::info!(
            task = event.task_id,
            logstore = source.logstore_name,
            shard = source.shard_id,
            "new logs from {} to {}",
            source.begin_cursor,
            source.end_cursor
        );
        Ok(())
    }
}

/// Whether the function is called by what it logs: each call would cause the next, without end.
fn is_own_log(source: &Source, cx: &Context) -> bool {
    cx.log_project() == Some(&source.project_name) && cx.log_store() == Some(&source.logstore_name)
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

    #[test]
    fn its_own_log_is_known() -> Result<()> {
        let event = include_bytes!("../events/invoke.json");
        let Event { source, .. } = Event::from_event(event.as_slice().into())?;
        let mut headers = HeaderMap::new();
        headers.insert("x-fc-service-logproject", "my-project".parse()?);
        headers.insert("x-fc-service-logstore", "function-log".parse()?);
        assert!(!is_own_log(&source, &Context::new(headers.clone())));
        headers.insert("x-fc-service-logstore", "my-logstore".parse()?);
        assert!(is_own_log(&source, &Context::new(headers)));
        Ok(())
    }

    #[test]
    fn a_range_without_an_end_is_no_event() {
        let event = include_str!("../events/invoke.json").replace("endCursor", "end");
        let error = Event::from_event(event.into()).unwrap_err();
        assert_eq!(error.path(), Some("source"));
        assert!(error.to_string().contains("`endCursor`"), "{error}");
    }
}
