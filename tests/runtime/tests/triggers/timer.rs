use fc3::events::timer::Event;
use serde::Deserialize;

use crate::samples::{read, sample};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    job: String,
    dry_run: bool,
}

#[test]
fn the_id_is_the_same_at_each_attempt() {
    let event: Event = read(sample("timer", "invoke.json")).unwrap();
    let expected = format!("{}-{}", event.trigger_name, event.trigger_time);
    assert_eq!(event.id(), expected);
}

#[test]
fn a_payload_may_be_json() {
    let mut event: Event = read(sample("timer", "json-payload.json")).unwrap();
    assert_eq!(event.payload_as::<Job>().unwrap().job, "cleanup");
    event.payload = r#"{"job": "cleanup", "dryRun": "no"}"#.to_owned();
    let error = event.payload_as::<Job>().unwrap_err();
    assert_eq!(error.path(), Some("payload.dryRun"));
}

#[test]
fn a_payload_may_be_missing() {
    for file in ["without-payload.json", "empty-payload.json"] {
        let event: Event = read(sample("timer", file)).unwrap();
        assert_eq!(event.payload, "", "{file}");
    }
}
