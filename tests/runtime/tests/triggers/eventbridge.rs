use fc3::events::eventbridge::{Event, ObjectChange};
use fc3::{Batch, CloudEvent, Envelope};
use serde_json::{Value, json};

use crate::samples::{read, sample};

fn change(data: Value) -> ObjectChange {
    let envelope = Envelope::default();
    CloudEvent { envelope, data }.data_as().unwrap()
}

#[test]
fn a_batch_has_all_its_events() {
    let Batch(events) = read::<Event>(sample("eventbridge", "batch.json")).unwrap();
    assert_eq!(events.len(), 2);
}

#[test]
fn data_is_the_same_as_an_object_and_as_text() {
    let data = json!({"oss": {"object": {"key": "source/a.png", "size": 122_539}}});
    let text = change(data.to_string().into());
    assert_eq!(text.oss.object.key.as_deref(), Some("source/a.png"));
    assert_eq!(text, change(data));
}

#[test]
fn any_part_of_a_change_may_be_missing() {
    for data in [
        json!({}),
        json!({"oss": null}),
        json!({"oss": {"object": null}}),
    ] {
        assert_eq!(change(data.clone()), ObjectChange::default(), "{data}");
    }
}
