//! Cloud events and deliveries, with an envelope and without one.

use std::borrow::Cow;

use fc3::{Batch, CloudEvent, Delivery, Either, EventError, FromEvent, Json, Payload};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Order {
    number: u64,
}

impl Payload for Order {}

/// A message with an id of its own.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Numbered {
    number: String,
}

impl Payload for Numbered {
    fn id(&self) -> Option<Cow<'_, str>> {
        Some(self.number.as_str().into())
    }
}

fn enveloped(data: &Value) -> Value {
    json!({"id": "1", "source": "acs.shop", "type": "shop:Order", "aliyunnew": 1, "data": data})
}

fn deliver<T: Payload>(event: &Value) -> Result<Vec<Delivery<T>>, EventError> {
    Ok(Batch::from_event(event.to_string().into())?.0)
}

#[test]
fn data_is_the_same_with_and_without_an_envelope() {
    let bare = json!({"number": 42});
    let [with, without] = [json!([enveloped(&bare)]), json!([bare])]
        .map(|event| deliver::<Order>(&event).unwrap().remove(0));
    assert_eq!(with.data, without.data);
    assert_eq!(without.envelope, None);
    let envelope = with.envelope.unwrap();
    assert_eq!((&*envelope.id, &*envelope.ty), ("1", "shop:Order"));
    assert_eq!(envelope.extensions["aliyunnew"], 1);
}

#[test]
fn a_delivery_is_written_as_it_came() {
    let bare = json!({"number": 42});
    for item in [enveloped(&bare), bare] {
        let [delivery] = deliver::<Order>(&item).unwrap().try_into().unwrap();
        let written = serde_json::to_value(&delivery).unwrap();
        assert_eq!(deliver(&written).unwrap(), [delivery]);
    }
}

#[test]
fn the_id_of_the_message_goes_before_that_of_the_envelope() {
    let id = |event: &Value| {
        let delivery = deliver::<Numbered>(event).unwrap().remove(0);
        delivery.id().map(Cow::into_owned)
    };
    let numbered = json!({"number": "a"});
    assert_eq!(id(&enveloped(&numbered)).as_deref(), Some("a"));
    assert_eq!(id(&numbered).as_deref(), Some("a"));
    let order = json!({"number": 42});
    let [with, without] = [enveloped(&order), order].map(|event| deliver::<Order>(&event).unwrap());
    assert_eq!(with[0].id().as_deref(), Some("1"));
    assert_eq!(without[0].id(), None);
}

#[test]
fn data_may_be_a_text_that_contains_json() {
    let event = enveloped(&json!(r#"{"number": 42}"#));
    assert_eq!(
        deliver::<Order>(&event).unwrap()[0].data,
        Order { number: 42 }
    );
    let Batch(events) = Batch::<CloudEvent>::from_event(event.to_string().into()).unwrap();
    assert!(events[0].data.is_string());
    assert_eq!(events[0].data_as::<Order>().unwrap(), Order { number: 42 });
}

#[test]
fn data_may_be_any_json() {
    let event = enveloped(&json!({"number": 42}));
    assert_eq!(deliver::<Value>(&event).unwrap()[0].data["number"], 42);
}

#[test]
fn an_error_has_the_path_in_the_event() {
    let wrong = json!([
        enveloped(&json!({"number": 1})),
        enveloped(&json!({"number": "x"}))
    ]);
    let path = |event: &Value| {
        let error = deliver::<Order>(event).unwrap_err();
        error.path().map(str::to_owned)
    };
    assert_eq!(path(&wrong).as_deref(), Some("[1].data.number"));
    assert_eq!(path(&json!([[1]])).as_deref(), Some("[0]"));
    let event = enveloped(&json!({"number": "x"})).to_string();
    let Batch(events) = Batch::<CloudEvent>::from_event(event.into()).unwrap();
    let error = events[0].data_as::<Order>().unwrap_err();
    assert_eq!(error.path(), Some("data.number"));
}

#[test]
fn an_incomplete_envelope_is_not_read_as_a_message() {
    let mut nameless = enveloped(&json!({"number": 1}));
    nameless.as_object_mut().unwrap().remove("id");
    let error = deliver::<Order>(&json!([nameless])).unwrap_err();
    assert_eq!(error.path(), Some("[0]"));
    assert!(error.to_string().contains("`id`"), "{error}");
}

/// What a rule sends instead of an event: a part of it, a constant, or a template.
fn transformed<T: DeserializeOwned + Send>(event: &str) -> Result<Vec<T>, EventError> {
    let Batch(items) = Batch::<Json<T>>::from_event(event.to_owned().into())?;
    Ok(items.into_iter().map(|Json(item)| item).collect())
}

#[test]
fn what_a_rule_sends_instead_of_an_event_is_read_by_its_own_type() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Document {
        #[serde(rename = "type")]
        kind: String,
        data: u64,
    }

    let document = r#"{"type": "order", "data": 42}"#;
    for event in [
        document.to_owned(),
        format!("[{document}]"),
        json!(document).to_string(),
        json!([document]).to_string(),
    ] {
        let kind = "order".to_owned();
        let expected = [Document { kind, data: 42 }];
        assert_eq!(
            transformed::<Document>(&event).unwrap(),
            expected,
            "{event}"
        );
    }
    assert_eq!(transformed::<u64>(r#"[42, "42"]"#).unwrap(), [42, 42]);
    assert_eq!(transformed::<String>(r#""a part""#).unwrap(), ["a part"]);
    let error = transformed::<Document>(r#"[{"type": "order", "data": "x"}]"#).unwrap_err();
    assert_eq!(error.path(), Some("[0].data"));
}

#[test]
fn an_event_that_is_no_cloud_event_names_the_type_that_reads_it() {
    let read = |event: &str| Batch::<CloudEvent>::from_event(event.to_owned().into());
    let end = "(an event that a rule transforms is no cloud event: use `Batch<Json<T>>`)";
    for (event, start) in [
        (r#"{"number": 42}"#, "missing field `id`"),
        (r#"{"id": "1", "type": "a"}"#, "missing field `source`"),
        ("42", "invalid type: integer `42`, expected a cloud event"),
        (r#""a part""#, "invalid type: string \"a part\", expected"),
    ] {
        let error = read(event).unwrap_err().to_string();
        assert!(error.starts_with(start) && error.ends_with(end), "{error}");
    }
    let error = read(r#"[{"number": 42}]"#).unwrap_err();
    assert_eq!(error.path(), Some("[0]"));
    // An event with a value of another type is one that was not transformed.
    let event = r#"{"id": 1, "source": "acs.shop", "type": "shop:Order"}"#;
    let error = read(event).unwrap_err().to_string();
    assert!(!error.contains("transforms"), "{error}");
}

#[test]
fn both_an_event_and_what_a_rule_makes_of_it_are_accepted() {
    type Event = Either<Batch<CloudEvent>, Batch<Json<Order>>>;
    let event = enveloped(&json!({"number": 42})).to_string();
    let read = Event::from_event(event.into()).unwrap();
    assert!(matches!(read, Either::Left(_)));
    let read = Event::from_event(r#"{"number": 42}"#.into()).unwrap();
    assert!(matches!(read, Either::Right(Batch(items)) if items[0].0.number == 42));
}
