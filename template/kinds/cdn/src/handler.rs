//! The function. This is the file to edit.

use crate::event::{Event, Record};
use crate::fc::{Context, Function, Result};

/// The state of one instance: every call shares it.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: make the client that fetches log files here.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every event of a domain. CDN takes no reply. Whether an event comes again after an
    /// error is not documented, so be ready for both: TRIGGER.md.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        event.events.iter().try_for_each(process)
    }
}

/// Deals with one event; it becomes `async` once it awaits something. A trigger sends one name only,
/// but one function may have several triggers.
fn process(record: &Record) -> Result<()> {
    let (domain, parameter) = (&record.resource.domain, &record.event_parameter);
    match record.event_name.as_str() {
        "LogFileCreated" => {
            let url = parameter.file_path.as_deref();
            let file = unsigned(url.ok_or("the log file has no `filePath`")?);
            tracing::info!(domain, bytes = parameter.file_size, "{file}");
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

/// A URL without its signature, which lets anybody read the file: that belongs into no log. It is also
/// the same at each try, so write what comes of a file under it.
fn unsigned(url: &str) -> &str {
    url.split_once('?').map_or(url, |(file, _)| file)
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

    #[test]
    fn a_log_file_is_named_without_its_signature() {
        let url = "http://cdnlog.example.com/2026_06_01.gz?Expires=1&Signature=secret";
        assert_eq!(unsigned(url), "http://cdnlog.example.com/2026_06_01.gz");
    }

    #[test]
    fn a_number_may_be_text_and_a_task_a_number() -> Result<()> {
        let numbers = include_bytes!("../events/invoke.json");
        let texts = include_bytes!("../events/log-file-created-as-texts.json");
        let numbers = Event::from_event(numbers.as_slice().into())?;
        assert_eq!(numbers, Event::from_event(texts.as_slice().into())?);
        assert_eq!(numbers.events[0].event_parameter.file_size, Some(1_788_115));
        let event = include_bytes!("../events/objects-pushed.json");
        let event = Event::from_event(event.as_slice().into())?;
        let task = event.events[0].event_parameter.task_id.as_deref();
        assert_eq!(task, Some("2089687230"));
        Ok(())
    }

    #[test]
    fn an_event_without_parameters_is_refused() {
        let event = include_str!("../events/domain-added.json").replace("eventParameter", "other");
        let error = Event::from_event(event.into()).unwrap_err();
        assert_eq!(error.path(), Some("events[0]"));
        assert!(error.to_string().contains("`eventParameter`"), "{error}");
        Event::from_event(r#"{"events": []}"#.into()).unwrap_err();
    }
}
