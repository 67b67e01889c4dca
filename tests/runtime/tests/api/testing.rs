//! `fc3::testing` calls a function as the server does.

use std::sync::atomic::{AtomicU32, Ordering};

use fc3::testing::{Instance, InvokeError, Sample, context, sample, samples};
use fc3::{Context, EVENT_LIMIT, Function, Json, Result};
use serde::{Deserialize, Serialize};

#[derive(Default)]
struct Counter {
    calls: AtomicU32,
}

#[derive(Deserialize)]
struct Event {
    wish: String,
}

#[derive(Serialize)]
struct Reply {
    calls: u32,
    request_id: String,
    #[serde(serialize_with = "written")]
    wish: String,
}

/// A reply that cannot be written, if that is the wish.
fn written<S: serde::Serializer>(wish: &str, to: S) -> Result<S::Ok, S::Error> {
    match wish {
        "no reply" => Err(serde::ser::Error::custom("cannot be written")),
        wish => to.serialize_str(wish),
    }
}

impl Function for Counter {
    type Event = Json<Event>;
    type Reply = Json<Reply>;

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self::default())
    }

    async fn handle(&self, Json(event): Json<Event>, cx: &Context) -> Result<Json<Reply>> {
        let calls = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        match event.wish.as_str() {
            "error" => return Err("as you wish".into()),
            "panic" => panic!("as you {}", event.wish),
            _ => {}
        }
        let (request_id, wish) = (cx.request_id().to_owned(), event.wish);
        Ok(Json(Reply {
            calls,
            request_id,
            wish,
        }))
    }

    async fn stop(&self) {
        self.calls.store(0, Ordering::Relaxed);
    }
}

async fn counter() -> Instance<Counter> {
    Instance::start().await.unwrap()
}

async fn failed(event: impl Into<fc3::Bytes>) -> InvokeError {
    counter().await.invoke(event).await.unwrap_err()
}

#[tokio::test]
async fn a_call_gives_the_bytes_of_its_reply() {
    let cx = context().request_id("1-a").build();
    let reply = counter().await.invoke_with(r#"{"wish": "a"}"#, &cx).await;
    let expected = r#"{"calls":1,"request_id":"1-a","wish":"a"}"#;
    assert_eq!(reply.unwrap(), expected);
}

#[tokio::test]
async fn calls_share_the_state_which_a_panic_does_not_end() {
    let counter = counter().await;
    for wish in ["error", "panic"] {
        let event = format!(r#"{{"wish": "{wish}"}}"#);
        counter.invoke(event).await.unwrap_err();
    }
    counter.invoke(r#"{"wish": ""}"#).await.unwrap();
    assert_eq!(counter.function().calls.load(Ordering::Relaxed), 3);
    counter.stop().await;
}

#[tokio::test]
async fn a_panic_is_an_error_of_its_call() {
    let error = failed(r#"{"wish": "panic"}"#).await;
    assert_eq!(error.error_type(), "Panic");
    assert_eq!(error.message(), "as you panic");
    assert_eq!(error.to_string(), "Panic: as you panic");
}

#[tokio::test]
async fn an_unreadable_event_has_its_path() {
    let error = failed(r#"{"wish": 1}"#).await;
    assert_eq!(
        (&*error.error_type(), error.path()),
        ("EventError", Some("wish"))
    );
    assert!(error.to_string().ends_with("(at `wish`)"), "{error}");
    let error = failed("{").await;
    assert_eq!((&*error.error_type(), error.path()), ("EventError", None));
}

#[tokio::test]
async fn an_error_of_the_handler_and_of_the_reply_differ() {
    let error = failed(r#"{"wish": "error"}"#).await;
    assert_eq!(
        (&*error.error_type(), error.message()),
        ("HandlerError", "as you wish")
    );
    let error = failed(r#"{"wish": "no reply"}"#).await;
    assert_eq!(
        (&*error.error_type(), error.message()),
        ("ReplyError", "cannot be written")
    );
}

#[tokio::test]
async fn an_event_over_the_limit_is_rejected() {
    let error = failed(vec![b' '; EVENT_LIMIT + 1]).await;
    assert_eq!(error.error_type(), "EventTooLarge");
    assert_eq!(error.message(), "the event is larger than 33554432 bytes");
}

#[tokio::test]
async fn an_error_of_init_is_that_of_start() {
    struct Broken;

    impl Function for Broken {
        type Event = fc3::Bytes;
        type Reply = ();

        async fn init(_cx: &Context) -> Result<Self> {
            Err("no database".into())
        }

        async fn handle(&self, _event: fc3::Bytes, _cx: &Context) -> Result<()> {
            Ok(())
        }
    }

    let error = Instance::<Broken>::start().await.err().unwrap();
    assert_eq!(error.to_string(), "no database");
}

#[test]
fn samples_come_in_the_order_of_their_names() -> Result<()> {
    let samples = samples()?;
    let named = |name: &str, event: &'static str| Sample {
        name: name.to_owned(),
        event: event.into(),
    };
    let expected = [
        named("a.json", "\"first\"\n"),
        named("b.json", "\"second\"\n"),
    ];
    assert_eq!(samples, expected);
    assert_eq!(sample("b.json")?, expected[1].event);
    Ok(())
}

#[test]
fn a_missing_sample_is_named() {
    let error = sample("c.json").unwrap_err().to_string();
    assert!(error.starts_with("cannot read `"), "{error}");
    assert!(error.contains("c.json`: "), "{error}");
}

#[test]
#[should_panic(expected = "a valid header name")]
fn a_name_that_no_header_has_is_a_mistake_of_the_test() {
    let _ = context().header("x fc", "");
}
