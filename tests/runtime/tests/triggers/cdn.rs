use fc3::events::cdn::Event;

use crate::samples::{changed, read, sample};

#[test]
fn a_number_may_be_text_and_a_task_a_number() {
    let event = |file| read::<Event>(sample("cdn", file)).unwrap();
    let numbers = event("invoke.json");
    assert_eq!(numbers, event("log-file-created-as-texts.json"));
    assert_eq!(numbers.events[0].event_parameter.file_size, Some(1_788_115));
    let pushed = event("objects-pushed.json");
    let task = pushed.events[0].event_parameter.task_id.as_deref();
    assert_eq!(task, Some("2089687230"));
}

#[test]
fn an_event_without_parameters_is_rejected() {
    let event = changed("cdn", "domain-added.json", "eventParameter", "other");
    let error = read::<Event>(event).unwrap_err();
    assert_eq!(error.path(), Some("events[0]"));
    assert!(error.to_string().contains("`eventParameter`"), "{error}");
}

#[test]
fn an_event_without_records_is_rejected() {
    let error = read::<Event>(r#"{"events": []}"#).unwrap_err();
    assert_eq!(error.path(), Some("events"));
    assert!(
        error.to_string().starts_with("the list is empty"),
        "{error}"
    );
}
