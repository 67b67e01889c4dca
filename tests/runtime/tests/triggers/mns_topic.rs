use fc3::events::mns_topic::Event;

use crate::samples::{changed, read, sample};

fn event(file: &str) -> Event {
    read(sample("mns-topic", file)).unwrap()
}

#[test]
fn every_format_has_the_message() {
    for file in [
        "invoke.json",
        "json-attributes.json",
        "json-tag.json",
        "stream-attributes.json",
        "stream.txt",
    ] {
        assert_eq!(event(file).message, "hello topic", "{file}");
    }
    let id = "00000000000000000000000000000001";
    assert_eq!(event("invoke.json").message_id.as_deref(), Some(id));
    assert_eq!(event("stream.txt").message_id, None);
}

#[test]
fn attributes_are_kept_in_both_formats() {
    let json = event("json-attributes.json");
    assert_eq!(json.attributes.len(), 1);
    assert_eq!(json.attributes["key"], "value");
    let stream = event("stream-attributes.json");
    assert_eq!(stream.attributes.len(), 1);
    assert_eq!(stream.attributes["Extend"], r#"{"key":"value"}"#);
}

#[test]
fn a_time_may_be_a_number_or_a_text() {
    let (number, text) = (event("invoke.json"), event("json-tag.json"));
    assert_eq!(number.publish_time, Some(1_780_279_200_040));
    assert_eq!(number.publish_time, text.publish_time);
}

#[test]
fn any_other_text_is_a_message() {
    for body in [
        r#"{"MessageId": "1", "Message": "one sign is not enough"}"#,
        r#"{"MessageId": "1", "TopicName": null}"#,
        r#"{"body": "hello", "attrs": {}, "more": 1}"#,
        r#"{"body": {"order": 42}, "attrs": {}}"#,
        "[1, 2]",
        "null",
        "\n",
    ] {
        let event: Event = read(body).unwrap();
        assert_eq!(event.message, body);
        assert_eq!((event.message_id, event.attributes.len()), (None, 0));
    }
}

#[test]
fn a_message_with_a_missing_part_is_rejected() {
    for part in ["Message", "MessageId"] {
        let quoted = format!("\"{part}\"");
        let event = changed("mns-topic", "invoke.json", &quoted, "\"other\"");
        let error = read::<Event>(event).unwrap_err();
        assert!(error.to_string().contains(&format!("`{part}`")), "{error}");
    }
    let event = r#"{"TopicName": "a", "Subscriber": "1", "Message": "b", "MessageTag": 1}"#;
    assert_eq!(read::<Event>(event).unwrap_err().path(), Some("MessageTag"));
    read::<Event>("").unwrap_err();
    read::<Event>(b"\xff".as_slice()).unwrap_err();
}

#[test]
fn the_message_may_be_json() {
    let event: Event = read(r#"{"number": "x"}"#).unwrap();
    let error = event.message_as::<std::collections::BTreeMap<String, u64>>();
    assert_eq!(error.unwrap_err().path(), Some("Message.number"));
}

#[test]
fn no_name_is_written_twice() {
    let event: Event =
        read(r#"{"body": "hello", "attrs": {"Message": "other", "key": "value"}}"#).unwrap();
    assert_eq!(event.attributes["Message"], "other");
    let written = serde_json::to_string(&event).unwrap();
    assert_eq!(written.matches(r#""Message":"#).count(), 1);
    assert!(written.contains(r#""Message":"hello""#), "{written}");
    assert!(written.contains(r#""key":"value""#), "{written}");
    let twice = r#"{"TopicName": "a", "Message": "b", "MessageId": "1", "TopicName": "c"}"#;
    let twice: Event = read(twice).unwrap();
    assert_eq!(twice.topic_name.as_deref(), Some("c"));
}
