//! Events of the general types: JSON, text, bytes, and one of two.

use fc3::{Batch, Bytes, Delivery, Either, FromEvent, IntoReply, Json};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
struct Order {
    items: Vec<u32>,
}

#[test]
fn an_unreadable_event_has_its_path() {
    let event = Bytes::from_static(br#"{"items": [1, "two"]}"#);
    let error = Json::<Order>::from_event(event).unwrap_err();
    assert_eq!(error.path(), Some("items[1]"));
}

#[test]
fn a_missing_field_is_named_by_the_message() {
    let error = Json::<Order>::from_event(Bytes::from_static(b"{}")).unwrap_err();
    assert!(error.to_string().contains("`items`"), "{error}");
    assert_eq!(error.path(), None);
}

#[test]
fn nothing_may_follow_the_event() {
    let event = Bytes::from_static(br#"{"items": []} {}"#);
    Json::<Order>::from_event(event).unwrap_err();
    let Json(order) = Json::<Order>::from_event(r#" {"items": [1]} "#.into()).unwrap();
    assert_eq!(order.items, [1]);
}

#[test]
fn text_must_be_utf_8() {
    assert_eq!(String::from_event(Bytes::from_static(b"hi")).unwrap(), "hi");
    String::from_event(Bytes::from_static(b"\xff")).unwrap_err();
}

#[test]
fn a_byte_order_mark_before_json_is_skipped() {
    let event = Bytes::from_static(b"\xef\xbb\xbf[1, 2]");
    assert_eq!(Json::from_event(event).unwrap(), Json([1, 2]));
    let batch = Bytes::from_static(b"\xef\xbb\xbf[{}]");
    let Batch(items) = Batch::<Delivery<Value>>::from_event(batch).unwrap();
    assert_eq!(items.len(), 1);
    // A text is what the caller sent.
    let event = Bytes::from_static(b"\xef\xbb\xbfhi");
    assert_eq!(String::from_event(event).unwrap(), "\u{feff}hi");
}

#[test]
fn another_encoding_is_named() {
    let expected = "expected a text in UTF-8, found UTF-16";
    for event in [
        &b"\xff\xfe[\0]\0"[..],
        b"\xfe\xff\0[\0]",
        b"[\0]\0",
        b"\0[\0]",
    ] {
        let error = Json::<Value>::from_event(Bytes::from_static(event)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let error = String::from_event(Bytes::from_static(b"\xff\xfeh\0")).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn bytes_are_any() {
    let event = Bytes::from_static(b"\xff\0");
    assert_eq!(Bytes::from_event(event.clone()).unwrap(), event);
}

/// All pairs of triggers are in tests/events.
#[test]
fn the_left_type_is_tried_first() {
    type Event = Either<Json<u8>, Either<Json<String>, Json<bool>>>;
    let read = |event: &'static str| Event::from_event(event.into());
    assert_eq!(read("1"), Ok(Either::Left(Json(1))));
    assert_eq!(read("true"), Ok(Either::Right(Either::Right(Json(true)))));
    let text = Json("a".to_owned());
    assert_eq!(read(r#""a""#), Ok(Either::Right(Either::Left(text))));
    let error = read("null").unwrap_err().to_string();
    for expected in ["u8", "a string", "a boolean"] {
        assert!(error.contains(&format!("expected {expected}")), "{error}");
    }
}

#[test]
fn a_reply_is_its_bytes() {
    assert_eq!(().into_reply().unwrap(), "");
    assert_eq!("hi".to_owned().into_reply().unwrap(), "hi");
    assert_eq!(
        Bytes::from_static(b"\xff").into_reply().unwrap(),
        &b"\xff"[..]
    );
    assert_eq!(Json([1, 2]).into_reply().unwrap(), "[1,2]");
    // The keys of a JSON object are texts.
    let map = std::collections::BTreeMap::from([((1, 2), 3)]);
    Json(map).into_reply().unwrap_err();
}
