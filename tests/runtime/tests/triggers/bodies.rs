//! The bodies of messages behave alike, whatever their source.

use fc3::events::{kafka, mns_queue, mns_topic, rabbitmq, rocketmq};
use fc3::{Batch, Body, Bytes, EventError};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::samples::read;

#[derive(Debug, Deserialize)]
struct Order {
    number: u64,
}

/// What a message gives of its body.
struct Read {
    body: Body,
    order: Result<Order, EventError>,
    text: Result<String, EventError>,
    bytes: Result<Bytes, EventError>,
}

/// How a message with this body is read.
type Reader = fn(&Value) -> Read;

/// The field with the body, and its reader, in each source.
const SOURCES: [(&str, Reader); 5] = [
    ("value", |body| {
        let event = json!({"topic": "a", "partition": 0, "offset": 7, "value": body});
        let Batch(mut records) = read::<kafka::Event>(event.to_string()).unwrap();
        let record = records.remove(0).data;
        Read {
            order: record.value_as(),
            text: record.value_as(),
            bytes: record.value_bytes(),
            body: record.value,
        }
    }),
    ("body", |body| {
        let event = json!({"envelope": {"routingKey": "a"}, "body": body});
        let Batch(mut messages) = read::<rabbitmq::Event>(event.to_string()).unwrap();
        let message = messages.remove(0).data;
        Read {
            order: message.body_as(),
            text: message.body_as(),
            bytes: message.body_bytes(),
            body: message.body,
        }
    }),
    ("body", |body| {
        let event = json!({"topic": "a", "body": body});
        let Batch(mut messages) = read::<rocketmq::Event>(event.to_string()).unwrap();
        let message = messages.remove(0).data;
        Read {
            order: message.body_as(),
            text: message.body_as(),
            bytes: message.body_bytes(),
            body: message.body,
        }
    }),
    ("messageBody", |body| {
        let event = json!({"messageId": "1", "messageBody": body});
        let Batch(mut messages) = read::<mns_queue::Event>(event.to_string()).unwrap();
        let message = messages.remove(0).data;
        Read {
            order: message.body_as(),
            text: message.body_as(),
            bytes: message.body_bytes(),
            body: message.message_body,
        }
    }),
    ("Message", |body| {
        let event = json!({"TopicName": "a", "MessageId": "1", "Message": body});
        let event = read::<mns_topic::Event>(event.to_string()).unwrap();
        Read {
            order: event.message_as(),
            text: event.message_as(),
            bytes: event.message_bytes(),
            body: event.message,
        }
    }),
];

#[test]
fn a_body_may_be_json_or_a_text_that_contains_it() {
    let order = json!({"number": 42});
    for (field, read) in SOURCES {
        for body in [order.clone(), order.to_string().into()] {
            let read = read(&body);
            assert_eq!(read.order.unwrap().number, 42, "{field}: {body}");
            assert_eq!(read.body.to_string(), order.to_string(), "{field}: {body}");
            assert!(!read.body.is_empty(), "{field}: {body}");
        }
        let error = read(&json!({"number": "x"})).order.unwrap_err();
        let path = format!("{field}.number");
        assert_eq!(error.path(), Some(path.as_str()));
    }
}

#[test]
fn a_body_may_be_any_text() {
    for (field, read) in SOURCES {
        for text in ["hello", "42", "", "[1, 2]", "\u{feff}"] {
            let read = read(&text.into());
            assert_eq!(read.text.unwrap(), text, "{field}");
            assert_eq!(read.body, text, "{field}");
            assert_eq!(read.body.to_string(), text, "{field}");
            assert_eq!(read.body.is_empty(), text.is_empty(), "{field}");
            assert!(!read.body.is_null(), "{field}");
        }
        let error = read(&"hello".into()).order.unwrap_err();
        assert_eq!(error.path(), Some(field));
    }
}

#[test]
fn a_body_may_be_null() {
    for (field, read) in SOURCES {
        let body = read(&Value::Null).body;
        assert!(body.is_null() && body.is_empty(), "{field}");
    }
}

#[test]
fn a_base64_text_gives_its_bytes() {
    for (field, read) in SOURCES {
        assert_eq!(read(&"AGFiYw==".into()).bytes.unwrap(), "\0abc");
        for wrong in [json!("TEST!"), json!(1), json!(null)] {
            let error = read(&wrong).bytes.unwrap_err();
            assert_eq!(error.path(), Some(field), "{wrong}");
        }
    }
}
