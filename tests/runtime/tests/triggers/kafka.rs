use fc3::Batch;
use fc3::events::kafka::{Event, Record};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::samples::{read, sample};

#[derive(Debug, Deserialize)]
struct Order {
    number: u64,
}

fn record(value: &Value) -> Record {
    let record = json!({"topic": "orders", "partition": 3, "offset": 7, "value": value});
    serde_json::from_value(record).unwrap()
}

#[test]
fn the_id_is_that_of_the_record() {
    assert_eq!(record(&Value::Null).id(), "orders-3-7");
    let Batch(records) = read::<Event>(sample("kafka", "invoke.json")).unwrap();
    for delivery in records {
        let id = delivery.data.id();
        assert_eq!(delivery.id().as_deref(), Some(id.as_str()));
    }
}

#[test]
fn a_value_is_the_same_as_json_and_as_text() {
    let value = json!({"number": 42});
    for value in [value.to_string().into(), value] {
        let order: Order = record(&value).value_as().unwrap();
        assert_eq!(order.number, 42, "{value}");
    }
    let error = record(&json!({"number": "x"})).value_as::<Order>();
    assert_eq!(error.unwrap_err().path(), Some("value.number"));
}

#[test]
fn a_binary_value_gives_its_bytes() {
    assert_eq!(record(&json!("VEVTVA==")).value_bytes().unwrap(), "TEST");
    for value in [json!("TEST!"), json!(1), json!(null)] {
        let error = record(&value).value_bytes().unwrap_err();
        assert_eq!(error.path(), Some("value"), "{value}");
    }
}
