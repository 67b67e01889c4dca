use fc3::events::tablestore::{Event, Value};

use crate::samples::{read, sample};

fn event(file: &str) -> Event {
    read(sample("tablestore", file)).unwrap()
}

/// The path of the wrong value.
fn path(event: &[u8]) -> Option<String> {
    let error = read::<Event>(event.to_vec()).unwrap_err();
    error.path().map(str::to_owned)
}

#[test]
fn both_formats_give_the_same_event() {
    let event = event("put-row.cbor");
    assert_eq!(event, self::event("invoke.json"));
    let record = &event.records[0];
    let key = record.key("pk_0").and_then(Value::as_i64);
    assert_eq!(key, Some(1_780_279_200_881_590_900));
    let text = record.column("attr_0").and_then(Value::as_str);
    assert_eq!(text, Some("hello_table_store"));
}

#[test]
fn every_type_of_column_is_read() {
    let event = event("update-and-delete.cbor");
    let record = &event.records[0];
    let photo = Value::Blob(b"\x89PNG\r\n\x1a\n".as_slice().into());
    assert_eq!(record.column("photo"), Some(&photo));
    assert_eq!(record.column("price"), Some(&Value::Double(12.5)));
    assert_eq!(record.column("paid"), Some(&Value::Boolean(true)));
    assert_eq!(record.column("note"), None);
    assert_eq!(photo.as_i64(), None);
    assert_eq!(photo.as_str(), None);
}

#[test]
fn an_unreadable_event_has_its_path() {
    let mut cbor = sample("tablestore", "put-row.cbor").to_vec();
    let name = cbor.windows(5).position(|at| at == b"dpk_1").unwrap();
    // An integer instead of the name.
    cbor[name] = 0x01;
    let name = Some("Records[0].PrimaryKey[1].ColumnName");
    assert_eq!(path(&cbor).as_deref(), name);
    let json = br#"{"Records": [{"Type": "PutRow", "PrimaryKey": [{"ColumnName": 1}]}]}"#;
    let name = Some("Records[0].PrimaryKey[0].ColumnName");
    assert_eq!(path(json).as_deref(), name);
}

#[test]
fn an_event_is_neither_cut_nor_followed_by_more() {
    let cbor = sample("tablestore", "put-row.cbor");
    read::<Event>(cbor.slice(..cbor.len() - 1)).unwrap_err();
    read::<Event>([&cbor[..], b"\n"].concat()).unwrap_err();
}

#[test]
fn an_event_in_neither_format_is_rejected() {
    for event in [b"".as_slice(), b"[]", b"\x80", b" \xa1"] {
        let error = read::<Event>(event).unwrap_err().to_string();
        assert!(error.contains("CBOR") && error.contains("JSON"), "{error}");
    }
}
