//! The function. This is the file to edit.

use fc3::events::mns_topic::Event;
use fc3::{Context, Function, Result};
use serde::Deserialize;

/// The state of one instance, which all calls share.
pub struct Handler;

/// What publishers put into a message, such as `{"id": "42"}`.
#[derive(Deserialize)]
struct Order {
    id: String,
}

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every message of the topic, which ignores the reply. After an error the topic sends
    /// the same message again: TRIGGER.md says how often. Never publish to the same topic from here:
    /// that calls this function again, without end.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        let id = id_of(&event);
        tracing::info!(
            id,
            tag = event.message_tag,
            "message received: {}",
            event.message
        );
        Ok(())
    }
}

/// The id of a message. A message may be delivered again, so store the result under this id. The
/// format `STREAM` omits the id of the message, so the publisher has to put one into the message.
fn id_of(event: &Event) -> Option<String> {
    let own = || event.message_as::<Order>().ok().map(|order| order.id);
    event.message_id.clone().or_else(own)
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
    fn the_id_is_that_of_the_message_or_of_its_publisher() {
        let event = |id: Option<&str>, message: &str| Event {
            message_id: id.map(str::to_owned),
            message: message.into(),
            ..Event::default()
        };
        let own = r#"{"id": "42"}"#;
        assert_eq!(id_of(&event(Some("1"), own)).as_deref(), Some("1"));
        assert_eq!(id_of(&event(None, own)).as_deref(), Some("42"));
        assert_eq!(id_of(&event(None, "hello topic")), None);
    }
}
