//! The function. This is the file to edit.

use serde::Deserialize;

use crate::event::Event;
use crate::fc::{Context, Function, Result};

/// The state of one instance: every call shares it.
pub struct Handler;

/// What publishers put into a message, as `{"id": "42"}`.
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

    /// Runs for every message of the topic, which takes no reply. After an error the same message
    /// comes again: TRIGGER.md tells how often. Publish nothing to the same topic from here: it would
    /// call this function again, without end.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        let id = id_of(&event);
        tracing::info!(id, tag = event.message_tag, "{}", event.message);
        Ok(())
    }
}

/// What tells a message from all others. It may come again, so write what comes of it under this, and
/// a second time does no harm. The format `STREAM` leaves the id of the message out; then it takes one
/// of the publisher's own.
fn id_of(event: &Event) -> Option<String> {
    let own = || event.message_as::<Order>().ok().map(|order| order.id);
    event.message_id.clone().or_else(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fc::{EventError, FromEvent};

    fn read(event: &str) -> Result<Event, EventError> {
        Event::from_event(event.to_owned().into())
    }

    #[tokio::test]
    async fn every_sample_is_handled() -> Result<()> {
        let cx = Context::default();
        let handler = Handler::init(&cx).await?;
        for file in std::fs::read_dir("events")? {
            let event = Event::from_event(std::fs::read(file?.path())?.into())?;
            assert_eq!(event.message, "hello topic");
            handler.handle(event, &cx).await?;
        }
        Ok(())
    }

    #[test]
    fn the_id_is_that_of_the_message_or_of_its_publisher() -> Result<()> {
        let event = read(include_str!("../events/invoke.json"))?;
        let id = "00000000000000000000000000000001";
        assert_eq!(id_of(&event).as_deref(), Some(id));
        assert_eq!(id_of(&read(r#"{"id": "42"}"#)?).as_deref(), Some("42"));
        assert_eq!(id_of(&read("hello topic")?), None);
        Ok(())
    }

    #[test]
    fn attributes_are_kept_in_both_formats() -> Result<()> {
        let json = read(include_str!("../events/json-attributes.json"))?;
        assert_eq!(json.attributes.len(), 1);
        assert_eq!(json.attributes["key"], "value");
        let stream = read(include_str!("../events/stream-attributes.json"))?;
        assert_eq!(stream.attributes.len(), 1);
        assert_eq!(stream.attributes["Extend"], r#"{"key":"value"}"#);
        Ok(())
    }

    #[test]
    fn a_time_may_be_a_number_or_a_text() -> Result<()> {
        let number = read(include_str!("../events/invoke.json"))?;
        let text = read(include_str!("../events/json-tag.json"))?;
        assert_eq!(number.publish_time, Some(1_780_279_200_040));
        assert_eq!(number.publish_time, text.publish_time);
        Ok(())
    }

    #[test]
    fn any_other_text_is_a_body() -> Result<()> {
        for body in [
            r#"{"MessageId": "1", "Message": "one sign is none"}"#,
            r#"{"MessageId": "1", "TopicName": null}"#,
            r#"{"body": "hello", "attrs": {}, "more": 1}"#,
            r#"{"body": {"order": 42}, "attrs": {}}"#,
            "[1, 2]",
            "null",
            "\n",
        ] {
            let event = read(body)?;
            assert_eq!(event.message, body);
            assert_eq!((event.message_id, event.attributes.len()), (None, 0));
        }
        Ok(())
    }

    #[test]
    fn a_message_that_lacks_a_part_is_no_body() {
        for part in ["Message", "MessageId"] {
            let quoted = format!("\"{part}\"");
            let event = include_str!("../events/invoke.json").replace(&quoted, "\"other\"");
            let error = read(&event).unwrap_err();
            assert!(error.to_string().contains(&format!("`{part}`")), "{error}");
        }
        let error = read(r#"{"TopicName": "a", "Subscriber": "1", "Message": 1}"#).unwrap_err();
        assert_eq!(error.path(), Some("Message"));
        read("").unwrap_err();
        Event::from_event(b"\xff".as_slice().into()).unwrap_err();
    }

    #[test]
    fn no_name_is_written_twice() -> Result<()> {
        let clash = r#"{"body": "hello", "attrs": {"Message": "other", "key": "value"}}"#;
        let event = read(clash)?;
        assert_eq!(event.attributes["Message"], "other");
        let written = serde_json::to_string(&event)?;
        assert_eq!(written.matches(r#""Message":"#).count(), 1);
        assert!(written.contains(r#""Message":"hello""#), "{written}");
        assert!(written.contains(r#""key":"value""#), "{written}");
        let twice = r#"{"TopicName": "a", "Message": "b", "MessageId": "1", "TopicName": "c"}"#;
        assert_eq!(read(twice)?.topic_name.as_deref(), Some("c"));
        Ok(())
    }
}
