//! How values are read, and where their errors are.

use std::collections::BTreeMap;

use fc3::{EventError, decode, decode_json, decode_object, decode_text, decode_with};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
struct Order {
    number: u64,
}

/// A type that knows all names of its fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    #[expect(dead_code, reason = "only its name is needed")]
    number: u64,
}

#[test]
fn an_object_is_not_a_list_of_its_values() {
    let order: Order = decode_object(b" {\"number\": 42}").unwrap();
    assert_eq!(order.number, 42);
    let error = decode_object::<Order>(b"[42]").unwrap_err();
    let expected = "expected a JSON object, found a list: `[42]`";
    assert_eq!(error.to_string(), expected);
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

#[test]
fn an_error_names_the_kind_and_the_beginning_of_what_was_found() {
    for (event, found) in [
        ("\"42\"", "a text: `\"42\"`"),
        (" 42", "a number: `42`"),
        ("true", "a boolean: `true`"),
        ("null", "null: `null`"),
        ("number=42", "no JSON: `number=42`"),
    ] {
        let error = decode_object::<Order>(event.as_bytes()).unwrap_err();
        let expected = format!("expected a JSON object, found {found}");
        assert_eq!(error.to_string(), expected);
    }
    let long = "ß".repeat(1000);
    let error = decode_object::<Order>(format!("\"{long}\"").as_bytes()).unwrap_err();
    let shown = "ß".repeat(199);
    let expected = format!("expected a JSON object, found a text: `\"{shown}…`");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_wrong_value_is_cut_and_what_was_expected_is_kept() {
    let shown = "ß".repeat(200);
    let long = "ß".repeat(1000);
    let error = decode::<Order, _>(json!({"number": long})).unwrap_err();
    let expected = format!("invalid type: string \"{shown}…\", expected u64 (at `number`)");
    assert_eq!(error.to_string(), expected);

    for odd in [
        "`, expected ",
        "string \"a\", expected ",
        "variant `b`, expected ",
    ] {
        let odd = format!("{odd}{long}");
        let error = decode::<Closed, _>(json!({ (odd.as_str()): 1 })).unwrap_err();
        let (message, path) = (error.to_string(), error.path().unwrap().to_owned());
        let message = message.replace(&path, "");
        assert!(message.starts_with("unknown field `"), "{message}");
        assert!(message.contains("ß…`, expected `number`"), "{message}");
        assert!(message.matches('ß').count() < 200, "{message}");
    }
    let short = "an author's own message, `a`, expected `b`";
    assert_eq!(EventError::new(short).to_string(), short);
}

#[test]
fn a_long_path_loses_its_middle() {
    let long = "ß".repeat(1000);
    let wrong = json!({ (long.as_str()): {"price": "x"} });
    let error = decode::<BTreeMap<String, BTreeMap<String, u64>>, _>(wrong).unwrap_err();
    let path = error.under("orders").path().unwrap().to_owned();
    assert!(path.len() <= 200, "{path}");
    assert!(
        path.starts_with("orders.ß") && path.ends_with("ß.price"),
        "{path}"
    );
}
