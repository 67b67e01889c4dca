//! Does what its event names, so that the tests see the runtime from outside.

use std::env;
use std::error::Error;
use std::fmt;
use std::future::pending;
use std::panic::panic_any;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use fc3::{Batch, Context, Delivery, Function, Json, Result};
use serde_json::{Value, json};
use tokio::time::sleep;
use tracing::field::{Empty, debug};

static INITS: AtomicU64 = AtomicU64::new(0);

/// The number of the `init` that made it.
pub struct Handler(u64);

impl Function for Handler {
    type Event = Json<Value>;
    type Reply = Json<Value>;

    async fn init(_cx: &Context) -> Result<Self> {
        let number = INITS.fetch_add(1, Ordering::Relaxed) + 1;
        let Ok(how) = env::var("INIT") else {
            return Ok(Self(number));
        };
        println!("init {number}");
        match how.as_str() {
            "fail slowly" => {
                sleep(Duration::from_millis(300)).await;
                Err("no database".into())
            }
            "block and fail" => {
                thread::sleep(Duration::from_millis(300));
                Err("no database".into())
            }
            "hang" => pending().await,
            other => Err(format!("INIT must not be `{other}`").into()),
        }
    }

    async fn stop(&self) {
        tracing::info!("stop {}", self.0);
    }

    async fn handle(&self, Json(event): Json<Value>, cx: &Context) -> Result<Json<Value>> {
        match event["do"].as_str().unwrap_or_default() {
            "log in spans" => charge(42, "c-7").await,
            "record later" => record_later(),
            "use the log crate" => use_the_log_crate(),
            "log fields" => log_fields(),
            "log lines" => tracing::warn!("first\n2026-01-31 second\r\tend"),
            "log what is not seen" => tracing::info!("a\u{202e}b\u{2028}c\u{e0041}d\u{9b}e \u{1f468}\u{200d}\u{1f469}"),
            "log at length" => tracing::info!(count = 1, "{}", "é".repeat(50_000)),
            "log escapes at length" => tracing::info!("{}", "\u{1}".repeat(50_000)),
            "log a long field" => tracing::info!(field = "é".repeat(50_000), "short"),
            "log an error" => log_an_error(),
            "log at a level that is off" => tracing::debug!("not logged"),
            "panic" => panic!("as you wish"),
            "panic in a batch" => panic_in_a_batch(cx).await?,
            "panic with a payload that panics" => panic_any(Bomb),
            "panic while logging" => tracing::info!(value = ?Panics, "not logged"),
            "fail at length" => return Err(at_length().into()),
            "panic at length" => panic!("{}", at_length()),
            "fail" => return Err(Outer(Inner).into()),
            "show the keys" => return Ok(Json(show_the_keys(cx))),
            "handle a batch" => handle_a_batch(cx).await?,
            "never end" => never_end().await,
            "block" => block(),
            "leave an orphan" => drop(shell("sleep 0.3 &").status()?),
            "wait for a child" => return Ok(Json(wait_for_a_child()?.into())),
            "tell the state" => return Ok(Json(self.0.into())),
            "sleep" => sleep(Duration::from_millis(500)).await,
            other => return Err(format!("`{other}` is unknown").into()),
        }
        Ok(Json(Value::Null))
    }
}

/// A message with an event in it, and its cause at the end.
fn at_length() -> String {
    format!("cannot read {}: a letter", "ß".repeat(100_000))
}

#[tracing::instrument]
async fn charge(order: u64, customer: &str) {
    validate();
    tracing::info!(amount = 5, "charged");
}

#[tracing::instrument(level = "debug")]
fn validate() {
    tracing::warn!("validated");
}

/// A value whose `Debug` logs.
struct Logs;

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info!("while recording");
        f.write_str("Logs")
    }
}

fn record_later() {
    let span = tracing::info_span!("later", value = Empty, again = 1);
    let _entered = span.enter();
    span.record("value", debug(Logs));
    span.record("again", 2);
    tracing::info!("recorded");
}

fn use_the_log_crate() {
    log::info!("from log");
    log::debug!(target: "sqlx::query", "from sqlx");
    log::info!(target: "hyper", "from hyper");
}

fn log_fields() {
    tracing::info!(
        level = "mine",
        count = 7_u64,
        ratio = 0.5,
        none = f64::NAN,
        flag = true,
        r#type = %"shown",
        list = ?[1, 2],
        "fields"
    );
}

/// A value whose `Debug` panics.
struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("while logging")
    }
}

/// An error that repeats its cause.
#[derive(Debug)]
struct Outer(Inner);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot save: {}", self.0)
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[derive(Debug)]
struct Inner;

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("disk failed")
    }
}

impl Error for Inner {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&fmt::Error)
    }
}

fn log_an_error() {
    let error: fc3::Error = Outer(Inner).into();
    tracing::error!(error = &*error as &dyn Error, "logged");
}

fn show_the_keys(cx: &Context) -> Value {
    let keys = cx.credentials();
    keys.map_or(Value::Null, |keys| {
        json!([keys.access_key_id(), keys.access_key_secret(), keys.security_token()])
    })
}

async fn handle_a_batch(cx: &Context) -> Result<()> {
    let item = |data: Value| Delivery {
        envelope: None,
        data,
    };
    Batch(vec![item(1.into()), item(2.into())])
        .each(cx, async |item| match item.data.as_u64() {
            Some(1) => Err(Outer(Inner).into()),
            other => {
                tracing::info!("handled {other:?}");
                Ok(())
            }
        })
        .await
}

async fn panic_in_a_batch(cx: &Context) -> Result<()> {
    let item = Delivery {
        envelope: None,
        data: Value::Null,
    };
    Batch(vec![item]).each(cx, async |item| find(&item.data)).await
}

fn find(item: &Value) -> Result<()> {
    // A frame of the standard library is between this and the panic.
    item.as_str().expect("a text");
    Ok(())
}

/// A payload that panics when it is dropped, and so does the payload of that panic.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(Bomb);
    }
}

/// Logs when it is dropped.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        tracing::info!("dropped");
    }
}

fn shell(line: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line]);
    shell
}

/// The exit code of a child that ended a while ago.
fn wait_for_a_child() -> Result<Option<i32>> {
    let mut child = shell("exit 7").spawn()?;
    thread::sleep(Duration::from_millis(300));
    Ok(child.wait()?.code())
}

fn block() {
    println!("blocking");
    thread::sleep(Duration::from_secs(600));
}

async fn never_end() {
    let _guard = Guard;
    tracing::info!("waiting");
    pending::<()>().await;
}
