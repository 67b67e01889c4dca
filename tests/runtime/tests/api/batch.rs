//! Batches: their forms, and what becomes of their items.

use std::borrow::Cow;
use std::cell::RefCell;
use std::time::Duration;

use fc3::{Batch, Context, EventError, FromEvent, FromItem, Result, decode, testing};
use serde_json::Value;

/// An item with a name.
#[derive(Debug)]
struct Named(String);

impl FromItem for Named {
    fn from_item(item: Value) -> Result<Self, EventError> {
        decode(&item["name"]).map(Self)
    }

    fn id(&self) -> Option<Cow<'_, str>> {
        Some(self.0.as_str().into())
    }
}

fn read(event: &'static str) -> Result<Batch<Named>, EventError> {
    Batch::from_event(event.into())
}

fn names(event: &'static str) -> Result<Vec<String>, EventError> {
    Ok(read(event)?.into_iter().map(|item| item.0).collect())
}

/// Three items.
fn three() -> Batch<Named> {
    read(r#"[{"name": "a"}, {"name": "b"}, {"name": "c"}]"#).unwrap()
}

/// A call with so much time left.
fn with_time(timeout: Duration) -> Context {
    testing::context().timeout(timeout).build()
}

/// The items that were started, and how the batch ended.
async fn handled(cx: &Context, failing: &[&str]) -> (Vec<String>, Result<()>) {
    let started = RefCell::new(Vec::new());
    let ended = three().each(cx, async |item| {
        started.borrow_mut().push(item.0.clone());
        if failing.contains(&item.0.as_str()) {
            return Err("cannot be handled".into());
        }
        Ok(())
    });
    let ended = ended.await;
    (started.into_inner(), ended)
}

#[test]
fn every_form_gives_the_same_items() {
    for event in [
        r#"[{"name": "a"}]"#,
        r#"{"name": "a"}"#,
        r#"["{\"name\": \"a\"}"]"#,
        r#""{\"name\": \"a\"}""#,
    ] {
        assert_eq!(names(event).unwrap(), ["a"], "{event}");
    }
}

#[test]
fn an_error_has_the_place_of_its_item() {
    let error = names(r#"[{"name": "a"}, {"name": 1}]"#).unwrap_err();
    assert_eq!(error.path(), Some("[1]"));
    assert_eq!(names(r#"["{"]"#).unwrap_err().path(), Some("[0]"));
}

#[test]
fn an_empty_list_is_rejected() {
    let error = names("[]").unwrap_err();
    assert_eq!(error.to_string(), "the list of events is empty");
}

#[test]
fn a_batch_is_a_collection() {
    let batch = three();
    assert_eq!(batch.iter().count(), 3);
    let borrowed: Vec<_> = (&batch).into_iter().map(|item| &item.0).collect();
    assert_eq!(borrowed, ["a", "b", "c"]);
}

#[tokio::test]
async fn all_items_are_handled_in_their_order() {
    let (started, ended) = handled(&Context::default(), &[]).await;
    assert_eq!(started, ["a", "b", "c"]);
    ended.unwrap();
}

#[tokio::test]
async fn an_item_that_fails_does_not_stop_the_others() {
    let (started, ended) = handled(&Context::default(), &["a", "b"]).await;
    assert_eq!(started, ["a", "b", "c"]);
    assert_eq!(ended.unwrap_err().to_string(), "2 of 3 items failed");
}

#[tokio::test]
async fn without_time_no_item_is_started_and_all_count_as_failed() {
    let (started, ended) = handled(&with_time(Duration::ZERO), &[]).await;
    assert!(started.is_empty());
    assert_eq!(ended.unwrap_err().to_string(), "3 of 3 items failed");
}

#[tokio::test]
async fn a_second_is_kept_in_reserve() {
    let started = RefCell::new(Vec::new());
    // The first item leaves less than a second of the two.
    let cx = with_time(Duration::from_secs(2));
    let ended = three().each(&cx, async |item| {
        started.borrow_mut().push(item.0);
        tokio::time::sleep(Duration::from_millis(1100)).await;
        Ok(())
    });
    assert_eq!(ended.await.unwrap_err().to_string(), "2 of 3 items failed");
    assert_eq!(started.into_inner(), ["a"]);
}

#[tokio::test]
async fn with_time_left_all_items_are_handled() {
    let (started, ended) = handled(&with_time(Duration::from_secs(60)), &[]).await;
    assert_eq!(started.len(), 3);
    ended.unwrap();
}
