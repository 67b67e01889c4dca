use fc3::events::rocketmq::{Event, Message};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::samples::{read, sample};

fn message(properties: &Value) -> Message {
    let message = json!({"topic": "my-topic", "body": "TEST", "systemProperties": properties});
    serde_json::from_value(message).unwrap()
}

#[test]
fn properties_have_types_however_they_are_written() {
    let message = message(&json!({
        "MAX_OFFSET": "8",
        "CONSUME_START_TIME": 1_780_279_200_396_u64,
        "TRACE_ON": "true",
        "BORN_HOST": "192.0.2.10",
    }));
    let properties = &message.system_properties;
    assert_eq!(properties.max_offset, Some(8));
    assert_eq!(properties.consume_start_time, Some(1_780_279_200_396));
    assert_eq!(properties.others["TRACE_ON"], "true");
    assert_eq!(properties.others["BORN_HOST"], "192.0.2.10");
    assert_eq!(properties.others.len(), 2);
}

#[test]
fn the_id_of_the_server_goes_before_that_of_the_sender() {
    let mut message = message(&json!({"UNIQ_KEY": "of-sender"}));
    assert_eq!(message.id(), Some("of-sender"));
    message.msg_id = Some("of-server".to_owned());
    assert_eq!(message.id(), Some("of-server"));
}

#[test]
fn the_envelope_identifies_messages_without_an_id() {
    let event: Event = read(sample("rocketmq", "without-unique-key.json")).unwrap();
    let id = "00000000-0000-4000-8000-000000000201";
    assert_eq!(event.0[0].id().as_deref(), Some(id));
}

#[test]
fn an_error_in_the_body_has_its_path() {
    #[derive(Debug, Deserialize)]
    struct Order {
        number: u64,
    }

    let mut message = message(&Value::Null);
    assert_eq!(message.body, "TEST");
    message.body = r#"{"number": 42}"#.into();
    assert_eq!(message.body_as::<Order>().unwrap().number, 42);
    message.body = r#"{"number": "x"}"#.into();
    let error = message.body_as::<Order>().unwrap_err();
    assert_eq!(error.path(), Some("body.number"));
}
