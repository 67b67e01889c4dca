use fc3::events::mns_queue::Message;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Order {
    order: u64,
}

fn message(body: &str) -> Message {
    Message {
        message_id: "1".to_owned(),
        message_body: body.into(),
        request_id: None,
    }
}

#[test]
fn a_body_may_be_json() {
    let body = message(r#"{"order": 42}"#);
    assert_eq!(body.body_as::<Order>().unwrap().order, 42);
    let wrong = message(r#"{"order": "x"}"#);
    let error = wrong.body_as::<Order>().unwrap_err();
    assert_eq!(error.path(), Some("messageBody.order"));
}

#[test]
fn a_body_in_base64_gives_its_bytes() {
    assert_eq!(message("VEVTVA==").body_bytes().unwrap(), "TEST");
    let error = message("TEST!").body_bytes().unwrap_err();
    assert_eq!(error.path(), Some("messageBody"));
}
