//! Fields that sources write in more than one way.

use std::collections::BTreeMap;

use fc3::lenient::{boolean, integer, not_empty, or_default, text, texts};
use serde_json::json;

#[test]
fn integers_are_exact() {
    assert_eq!(integer(json!(i64::MIN)).unwrap(), Some(i64::MIN));
    let largest = json!(i64::MAX.to_string());
    assert_eq!(integer(largest).unwrap(), Some(i64::MAX));
    assert_eq!(integer(json!("")).unwrap(), None);
    assert_eq!(integer(json!(null)).unwrap(), None);
    for wrong in [
        json!(u64::MAX),
        json!(1.5),
        json!("1.5"),
        json!([1]),
        json!(true),
    ] {
        integer(wrong).unwrap_err();
    }
}

#[test]
fn a_flag_may_be_text() {
    assert_eq!(boolean(json!("True")).unwrap(), Some(true));
    assert_eq!(boolean(json!("false")).unwrap(), Some(false));
    assert_eq!(boolean(json!(false)).unwrap(), Some(false));
    assert_eq!(boolean(json!(null)).unwrap(), None);
    assert_eq!(boolean(json!("")).unwrap(), None);
    boolean(json!("yes")).unwrap_err();
    boolean(json!(1)).unwrap_err();
}

#[test]
fn a_number_may_stand_for_its_text() {
    assert_eq!(text(json!(42)).unwrap().as_deref(), Some("42"));
    assert_eq!(text(json!("a")).unwrap().as_deref(), Some("a"));
    assert_eq!(text(json!(null)).unwrap(), None);
    text(json!({})).unwrap_err();
}

#[test]
fn a_list_may_not_be_empty() {
    assert_eq!(not_empty::<_, u8>(json!([1])).unwrap(), [1]);
    not_empty::<_, u8>(json!([])).unwrap_err();
    not_empty::<_, u8>(json!(null)).unwrap_err();
}

#[test]
fn null_gives_the_default() {
    assert_eq!(or_default::<_, String>(json!(null)).unwrap(), "");
    or_default::<_, String>(json!(1)).unwrap_err();
    let map = texts(json!({"a": "1", "b": null})).unwrap();
    assert_eq!(map, BTreeMap::from([("a".to_owned(), "1".to_owned())]));
    assert_eq!(texts(json!(null)).unwrap().len(), 0);
    texts(json!({"a": 1})).unwrap_err();
}

#[test]
fn an_error_names_what_was_found() {
    let wrong = [json!("1.5"), json!(1.5), json!([1]), json!({}), json!(true)];
    let found = [
        "string \"1.5\"",
        "floating point `1.5`",
        "sequence",
        "map",
        "boolean `true`",
    ];
    for (value, found) in wrong.into_iter().zip(found) {
        let expected = format!("invalid value: {found}, expected a 64-bit integer, or its text");
        assert_eq!(integer(value).unwrap_err().to_string(), expected);
    }
    let expected = "invalid value: integer `1`, expected true or false, or its text";
    assert_eq!(boolean(json!(1)).unwrap_err().to_string(), expected);
    let expected = "invalid value: map, expected a text or a number";
    assert_eq!(text(json!({})).unwrap_err().to_string(), expected);
}
