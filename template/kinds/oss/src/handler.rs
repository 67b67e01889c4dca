//! The function. This is the file to edit.

use fc3::events::oss::{Event, Object};
use fc3::{Context, Function, Result};

/// Where results go. The trigger in s.yaml must not watch this prefix: each result would call this
/// function again, without end.
const RESULTS: &str = "results/";

/// The state of one instance, which all calls share.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: create the HTTP client here. The keys for OSS are in
    /// `cx.credentials()`. They expire, so read them in every call.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every change of an object. OSS ignores the reply. After an error it sends the same
    /// event again, up to three times: TRIGGER.md.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        for record in &event.events {
            let (bucket, key) = (&record.oss.bucket.name, &record.oss.object.key);
            let Some(result) = result_of(&record.oss.object) else {
                tracing::warn!(
                    bucket,
                    key,
                    "skipped: this object is one of our results; exclude {RESULTS} from the trigger prefix"
                );
                continue;
            };
            match record.event_name.as_str() {
                "ObjectCreated:PutObject"
                | "ObjectCreated:PostObject"
                | "ObjectCreated:CopyObject"
                | "ObjectCreated:AppendObject"
                | "ObjectCreated:CompleteMultipartUpload" => {
                    tracing::info!(bucket, key, "would write {result}");
                }
                "ObjectRemoved:DeleteObject" | "ObjectRemoved:DeleteObjects" => {
                    tracing::info!(bucket, key, "would delete {result}");
                }
                other => tracing::info!(bucket, key, "skipped: nothing to do for {other}"),
            }
        }
        Ok(())
    }
}

/// Where the result for an object goes: to the same place on every try, so that a second try does no
/// harm. `None` if the object is itself a result.
fn result_of(object: &Object) -> Option<String> {
    let ours = object.key.starts_with(RESULTS);
    (!ours).then(|| format!("{RESULTS}{}", object.key))
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
    fn a_result_has_no_result() {
        let object = |key: &str| Object {
            key: key.to_owned(),
            ..Object::default()
        };
        let result = result_of(&object("source/a.png"));
        assert_eq!(result.as_deref(), Some("results/source/a.png"));
        assert_eq!(result_of(&object("results/source/a.png")), None);
    }
}
