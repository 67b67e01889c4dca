//! The function. This is the file to edit.

use fc3::events::timer::Event;
use fc3::{Context, EventError, Function, Result};
use serde::Deserialize;

/// The state of one instance, which all calls share.
pub struct Handler;

/// The job to do, from the `payload` in s.yaml. One function can so serve several timers.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The name of the job.
    job: String,
    /// Whether to log what would be done, and do nothing.
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

    /// Runs at every scheduled time. A timer ignores the reply. After an error it sends the same
    /// event again, up to three times: TRIGGER.md. Store results under the id of the run, so that a
    /// second try does no harm.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        let Job { job, dry_run } = job_of(&event)?;
        match job.as_str() {
            // A timer without a payload has only one job.
            "" | "cleanup" => tracing::info!(run = event.id(), dry_run, "cleaning up"),
            other => tracing::warn!(run = event.id(), "skipped: unknown job {other:?}"),
        }
        Ok(())
    }
}

/// The job as JSON, such as `{"job": "cleanup", "dryRun": false}`; any other text is the name of a job.
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
    fn a_job_is_json_or_a_name() -> Result<()> {
        let job = |payload: &str| {
            job_of(&Event {
                payload: payload.to_owned(),
                ..Event::default()
            })
        };
        let cleanup = Job {
            job: "cleanup".to_owned(),
            dry_run: false,
        };
        assert_eq!(job("cleanup")?, cleanup);
        assert_eq!(job(r#"{"job": "cleanup"}"#)?, cleanup);
        let error = job(r#"{"job": "cleanup", "dryRun": "no"}"#).unwrap_err();
        assert_eq!(error.path(), Some("payload.dryRun"));
        Ok(())
    }
}
