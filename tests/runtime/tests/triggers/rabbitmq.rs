use fc3::events::rabbitmq::{Event, Message};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::samples::{read, sample};

#[derive(Debug, Deserialize)]
struct Order {
    number: u64,
}

fn message(body: &Value) -> Message {
    let message = json!({"envelope": {"routingKey": "my-queue"}, "body": body});
    serde_json::from_value(message).unwrap()
}

#[test]
fn a_body_is_the_same_as_json_and_as_text() {
    let body = json!({"number": 42});
    for body in [body.to_string().into(), body] {
        let order: Order = message(&body).body_as().unwrap();
        assert_eq!(order.number, 42, "{body}");
    }
    let error = message(&json!({"number": "x"})).body_as::<Order>();
    assert_eq!(error.unwrap_err().path(), Some("body.number"));
}

#[test]
fn a_body_may_be_null_but_not_missing() {
    assert!(message(&Value::Null).body.is_null());
    let missing = json!({"envelope": {"routingKey": "my-queue"}});
    let error = serde_json::from_value::<Message>(missing).unwrap_err();
    assert!(error.to_string().contains("`body`"), "{error}");
}

#[test]
fn the_envelope_identifies_messages_without_an_id() {
    let mut event: Event = read(sample("rabbitmq", "single.json")).unwrap();
    let delivery = &mut event.0[0];
    let id = "00000000-0000-4000-8000-000000000311";
    assert_eq!(delivery.id().as_deref(), Some(id));
    delivery.data.props.message_id = None;
    let id = "00000000-0000-4000-8000-000000000301";
    assert_eq!(delivery.id().as_deref(), Some(id));
}
