//! The message of a failed call. Its JSON is in `tests/function`.

use std::error::Error;
use std::fmt;

use fc3::testing::Instance;
use fc3::{Context, Function, Json, Result};

/// An error that has the next one as its cause.
#[derive(Debug)]
struct Link(String, Option<Box<Link>>);

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Link {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

/// Fails with the texts in its event, each of which is the cause of the one before.
struct Failing;

impl Function for Failing {
    type Event = Json<Vec<String>>;
    type Reply = ();

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    async fn handle(&self, Json(texts): Self::Event, _cx: &Context) -> Result<()> {
        let mut texts = texts.into_iter().rev();
        let last = Link(texts.next().ok_or("no text")?, None);
        Err(texts
            .fold(last, |cause, text| Link(text, Some(Box::new(cause))))
            .into())
    }
}

async fn message(texts: &[&str]) -> String {
    let failing = Instance::<Failing>::start().await.unwrap();
    let event = serde_json::to_string(texts).unwrap();
    let error = failing.invoke(event).await.unwrap_err();
    assert_eq!(error.error_type(), "HandlerError");
    error.message().to_owned()
}

#[tokio::test]
async fn an_error_has_its_causes() {
    let message = message(&["cannot read the order", "invalid number", "a letter"]).await;
    assert_eq!(message, "cannot read the order: invalid number: a letter");
}

#[tokio::test]
async fn a_cause_in_the_text_above_it_is_written_once() {
    let whole = "cannot read: no connection: timed out";
    let repeated = [whole, "no connection: timed out", "timed out"];
    assert_eq!(message(&repeated).await, whole);
    let partly = ["cannot read: no connection", "no connection", "timed out"];
    assert_eq!(
        message(&partly).await,
        "cannot read: no connection: timed out"
    );
}

#[tokio::test]
async fn an_error_without_a_cause_is_its_text() {
    assert_eq!(message(&["no connection"]).await, "no connection");
    assert_eq!(message(&["no connection", ""]).await, "no connection");
}

#[tokio::test]
async fn a_long_error_keeps_its_ends() {
    let long = "ß".repeat(100_000);
    let message = message(&["cannot read the order", &long, "a letter"]).await;
    assert!(message.len() <= 2048, "{} bytes", message.len());
    assert!(
        message.starts_with("cannot read the order: ßß"),
        "{message}"
    );
    assert!(message.ends_with("ßß: a letter"), "{message}");
    assert!(message.contains(" […] "), "{message}");
}

#[tokio::test]
async fn an_error_that_fits_is_whole() {
    let fits = ["a".repeat(1000), "b".repeat(1000)];
    let expected = fits.join(": ");
    assert_eq!(message(&[&fits[0], &fits[1]]).await, expected);
}
