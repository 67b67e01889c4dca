//! The function. This is the file to edit.

use crate::event::{Event, Object};
use crate::fc::{Context, Function, Result};

/// Where results go: never below the prefix that the trigger in s.yaml watches, since each of them
/// would call this function again, without end.
const RESULTS: &str = "results/";

/// The state of one instance: every call shares it.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: make the HTTP client here. The keys for OSS are those of
    /// `cx.credentials()`, which expire: take them anew in each call.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every change of an object. OSS takes no reply. After an error the same event comes
    /// again, up to three times: TRIGGER.md.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        for record in &event.events {
            let (bucket, key) = (&record.oss.bucket.name, &record.oss.object.key);
            let Some(result) = result_of(&record.oss.object) else {
                tracing::warn!(bucket, key, "a result itself: does s.yaml watch {RESULTS}?");
                continue;
            };
            match record.event_name.as_str() {
                "ObjectCreated:PutObject"
                | "ObjectCreated:PostObject"
                | "ObjectCreated:CopyObject"
                | "ObjectCreated:AppendObject"
                | "ObjectCreated:CompleteMultipartUpload" => {
                    tracing::info!(bucket, key, "to {result}");
                }
                "ObjectRemoved:DeleteObject" | "ObjectRemoved:DeleteObjects" => {
                    tracing::info!(bucket, key, "without {result}");
                }
                other => tracing::info!(bucket, key, "nothing to do for {other}"),
            }
        }
        Ok(())
    }
}

/// Where the result for an object goes: to the same place at each try, so that a second one does no
/// harm; nowhere if the object is a result itself.
fn result_of(object: &Object) -> Option<String> {
    let ours = object.key.starts_with(RESULTS);
    (!ours).then(|| format!("{RESULTS}{}", object.key))
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
    fn a_result_has_no_result() -> Result<()> {
        let event = include_bytes!("../events/invoke.json");
        let mut event = Event::from_event(event.as_slice().into())?;
        let object = &mut event.events[0].oss.object;
        let result = result_of(object).expect("it is no result");
        assert_eq!(result, "results/source/a.png");
        object.key = result;
        assert_eq!(result_of(object), None);
        Ok(())
    }
}
