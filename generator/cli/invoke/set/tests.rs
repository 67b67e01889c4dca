use proptest::prelude::*;
use serde_json::{Value, json};

use super::document;
use super::path::Path;
use super::{Override, apply};

const EVENT: &str = r#"{ "events": [ {"oss": { "object": {"key": "source\/a.png", "size": 1.50,
 "big": 12345678901234567890123, "meta": null, "a.b": true, "tags": {}}}} ], "text": "[1]" }"#;

fn set(event: &str, arguments: &[&str]) -> Result<String, String> {
    let overrides: Result<Vec<Override>, _> = arguments.iter().map(|text| text.parse()).collect();
    let event = event.as_bytes().to_vec();
    let changed = apply(event, &overrides.expect("valid arguments"), "`x.json`");
    let changed = changed.map(|event| String::from_utf8(event).expect("text"));
    changed.map_err(|failure| failure.to_string())
}

#[test]
fn one_field_changes_and_the_rest_stays_as_it_is_written() {
    for (argument, old, new) in [
        (
            "events[0].oss.object.key=b.png",
            r#""source\/a.png""#,
            r#""b.png""#,
        ),
        ("events[0].oss.object.key=5", r#""source\/a.png""#, r#""5""#),
        (
            "events[0].oss.object.key=\"5\"",
            r#""source\/a.png""#,
            r#""5""#,
        ),
        (
            "events[0].oss.object.key=null",
            r#""source\/a.png""#,
            r#""null""#,
        ),
        ("events[0].oss.object.key=", r#""source\/a.png""#, r#""""#),
        ("events[0].oss.object.key=source/a.png", "", ""),
        ("events[0].oss.object.size= 2e400 ", "1.50", "2e400"),
        ("events[0].oss.object.meta=2", "null", "2"),
        ("events[0].oss.object.meta=two", "null", "\"two\""),
        (r#"events[0].oss.object["a.b"]=false"#, "true", "false"),
        (r#"events[0].oss.object.tags={"a": 1}"#, "{}", r#"{"a": 1}"#),
        (
            "text=a \"quoted\" one\n",
            r#""[1]""#,
            r#""a \"quoted\" one\n""#,
        ),
    ] {
        assert_eq!(
            set(EVENT, &[argument]),
            Ok(EVENT.replacen(old, new, 1)),
            "{argument}"
        );
    }
    let both = set(EVENT, &["events=[0, 1]", "events[1]=2"]).expect("both paths exist");
    assert!(both.starts_with(r#"{ "events": [0, 2], "text""#), "{both}");
}

#[test]
fn a_value_of_another_type_is_refused() {
    for (argument, error) in [
        (
            "events[0].oss.object.size=\"2\"",
            "`events[0].oss.object.size` is a number, but `\"2\"` is not",
        ),
        ("events=5", "`events` is an array, but `5` is not"),
        (
            "events[0].oss.object.tags=a",
            "`events[0].oss.object.tags` is an object, but `a` is not",
        ),
        (
            r#"events[0].oss.object["a.b"]=1"#,
            r#"`events[0].oss.object["a.b"]` is a boolean, but `1` is not"#,
        ),
    ] {
        assert_eq!(set(EVENT, &[argument]), Err(error.to_owned()));
    }
}

#[test]
fn the_nearest_path_is_named() {
    let root = document::root(EVENT).expect("JSON");
    for (argument, near) in [
        ("events[0].oss.object.Key=1", "events[0].oss.object.key"),
        ("events[0].oss.objct.key=1", "events[0].oss.object.key"),
        ("events[7].oss.object.key=1", "events[0].oss.object.key"),
        ("object.size=1", "events[0].oss.object.size"),
        ("size=1", "events[0].oss.object.size"),
        ("tekst=1", "text"),
    ] {
        let change: Override = argument.parse().expect("an argument");
        assert_eq!(change.nearest(root).as_deref(), Some(near), "{argument}");
        assert!(set(EVENT, &[argument]).is_err(), "{argument}");
    }
    let change: Override = "a=1".parse().expect("an argument");
    assert_eq!(change.nearest(document::root("{}").expect("JSON")), None);
}

#[test]
fn only_a_json_event_has_fields() {
    let refused = Err("`x.json` is not JSON, so `--set` cannot change a field of it".to_owned());
    for event in ["", "a", "{} {}"] {
        assert_eq!(set(event, &["a=1"]), refused);
        assert_eq!(set(event, &[]), Ok(event.to_owned()));
    }
    assert!(
        apply(
            vec![0xff],
            &["a=1".parse().expect("an argument")],
            "`x.cbor`"
        )
        .is_err()
    );
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The path of each field with its value, found in another way than by the code under test.
fn fields(value: &Value, path: &str, all: &mut Vec<(String, Value)>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}[{index}]");
                all.push((path.clone(), item.clone()));
                fields(item, &path, all);
            }
        }
        Value::Object(of) => {
            for (name, field) in of {
                let path = format!("{path}[{}]", json!(name));
                all.push((path.clone(), field.clone()));
                fields(field, &path, all);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn setting_what_is_there_changes_nothing(value in json()) {
        let text = serde_json::to_string_pretty(&value).expect("JSON");
        let mut all = Vec::new();
        fields(&value, "", &mut all);
        for (path, field) in all {
            let compact = format!("{path}={field}");
            let same = set(&text, &[&compact]).expect("a value of the same type");
            let same_value: Value = serde_json::from_str(&same).expect("JSON");
            prop_assert_eq!(same_value, value.clone());
            // The spaces in an array or an object are those of the new value.
            let text = value.to_string();
            prop_assert_eq!(set(&text, &[&compact]), Ok(text));
        }
    }

    #[test]
    fn each_field_is_found_and_a_text_in_its_place_is_read_again(value in json(), new in ".*") {
        let text = value.to_string();
        let mut all = Vec::new();
        fields(&value, "", &mut all);
        let root = document::root(&text).expect("JSON");
        let mut paths = Vec::new();
        for path in document::paths(root) {
            let again = format!("{path}=");
            prop_assert_eq!(Path::split(&again), Ok((path.clone(), "")));
            paths.push(path);
        }
        prop_assert_eq!(paths.len(), all.len());
        for (path, field) in all {
            let argument = format!("{path}=");
            let (parsed, _) = Path::split(&argument).expect("a path");
            prop_assert!(paths.contains(&parsed));
            if field.is_string() {
                let quoted = json!(new);
                let changed = set(&text, &[&format!("{path}={quoted}")]).expect("a string");
                let changed = document::root(&changed).expect("JSON").to_owned();
                let found = document::find(&changed, &parsed).ok().expect("it is still there");
                prop_assert_eq!(serde_json::from_str::<String>(found.get()).expect("a string"), new.clone());
            }
        }
    }

    #[test]
    fn nothing_makes_it_panic(event in ".*", value in json(), argument in r#"[\[\]\."=0ab\\]*"#) {
        for event in [event, value.to_string()] {
            if let Ok(change) = argument.parse::<Override>() {
                let _ = apply(event.into_bytes(), &[change], "`x`");
            }
        }
    }
}
