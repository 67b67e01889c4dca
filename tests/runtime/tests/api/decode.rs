//! How values are read, and where their errors are.

use fc3::{EventError, decode, decode_json, decode_object, decode_text, decode_with};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
struct Order {
    number: u64,
}

#[test]
fn an_object_is_not_a_list_of_its_values() {
    let order: Order = decode_object(b" {\"number\": 42}").unwrap();
    assert_eq!(order.number, 42);
    let error = decode_object::<Order>(b"[42]").unwrap_err();
    assert_eq!(error.to_string(), "expected a JSON object");
    decode_object::<Order>(b"{\"number\": 42}}").unwrap_err();
    let error = decode_object::<Order>(b" \n").unwrap_err();
    assert_eq!(error.to_string(), "the event is empty");
}

#[test]
fn a_text_may_contain_json() {
    let text = json!("[1, 2]");
    assert_eq!(decode_text::<[u8; 2]>(&text).unwrap(), [1, 2]);
    assert_eq!(decode_text::<String>(&text).unwrap(), "[1, 2]");
    decode_text::<[u8; 2]>(&json!("1, 2")).unwrap_err();
    let error = decode_text::<Order>(&json!(r#"{"number": "x"}"#)).unwrap_err();
    assert_eq!(error.path(), Some("number"));
}

#[test]
fn the_path_of_the_whole_value_is_none() {
    assert_eq!(decode::<u64, _>(json!("x")).unwrap_err().path(), None);
    assert_eq!(decode_json::<u64>(b"x").unwrap_err().path(), None);
}

#[test]
fn an_error_may_be_described_in_other_words() {
    let wrong = json!({"number": "x"});
    let error = decode_with::<Order, _>(&wrong, |_| "expected the number of an order".to_owned());
    let expected = "expected the number of an order (at `number`)";
    assert_eq!(error.unwrap_err().to_string(), expected);
}

#[test]
fn an_error_gets_its_path_from_the_inside_out() {
    let error = EventError::new("expected a number")
        .at("price")
        .under("[2]")
        .under("orders");
    assert_eq!(error.path(), Some("orders[2].price"));
    let text = "expected a number (at `orders[2].price`)";
    assert_eq!(error.to_string(), text);
    let whole = EventError::new("the event is empty");
    assert_eq!(whole.to_string(), "the event is empty");
    assert_eq!(whole.under("body").path(), Some("body"));
}
