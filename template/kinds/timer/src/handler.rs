//! The function. This is the file to edit.

use serde::Deserialize;

use crate::event::Event;
use crate::fc::{Context, EventError, Function, Result};

/// The state of one instance: every call shares it.
pub struct Handler;

/// What to do, as the `payload` in s.yaml says it: so one function can serve several timers.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its name.
    job: String,
    /// Whether to tell only what would be done.
    #[serde(default)]
    dry_run: bool,
}

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs whenever the time has come. A timer takes no reply. After an error the same event comes
    /// again, up to three times: TRIGGER.md. So write what comes of it under the run's id, and a
    /// second try does no harm.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        let Job { job, dry_run } = job_of(&event)?;
        match job.as_str() {
            // A timer that says nothing has one job only.
            "" | "cleanup" => tracing::info!(run = event.id(), dry_run, "cleaning up"),
            other => tracing::warn!(run = event.id(), "there is no job {other:?}"),
        }
        Ok(())
    }
}

/// The job in JSON, as `{"job": "cleanup", "dryRun": false}`; any other text is a job's name.
fn job_of(event: &Event) -> Result<Job, EventError> {
    if event.payload.starts_with('{') {
        return event.payload_as();
    }
    Ok(Job {
        job: event.payload.clone(),
        dry_run: false,
    })
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
    fn a_job_is_json_or_a_name() -> Result<()> {
        let event = include_bytes!("../events/json-payload.json");
        let mut event = Event::from_event(event.as_slice().into())?;
        let job = |name: &str| Job {
            job: name.to_owned(),
            dry_run: false,
        };
        assert_eq!(job_of(&event)?, job("cleanup"));
        event.payload = "awesome-fc".to_owned();
        assert_eq!(job_of(&event)?, job("awesome-fc"));
        Ok(())
    }

    #[test]
    fn a_wrong_payload_is_told_with_its_path() -> Result<()> {
        let event = include_bytes!("../events/json-payload.json");
        let mut event = Event::from_event(event.as_slice().into())?;
        event.payload = r#"{"job": "cleanup", "dryRun": "no"}"#.to_owned();
        let error = job_of(&event).unwrap_err();
        assert_eq!(error.path(), Some("payload.dryRun"));
        Ok(())
    }
}
