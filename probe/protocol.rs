//! What a probe does, whatever kind of function it is.
//!
//! The protocol is told at the head of the conformance suite that asks for it.

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use fc3::{Bytes, Context, Credentials, Result};

static INITS: AtomicU64 = AtomicU64::new(0);
static STOPS: AtomicU64 = AtomicU64::new(0);

/// Begins as `PROBE_INIT` says.
///
/// # Errors
/// When it says so.
pub(crate) async fn init() -> Result<()> {
    println!("probe init");
    let first = INITS.fetch_add(1, Ordering::Relaxed) == 0;
    let how = env::var("PROBE_INIT").unwrap_or_default();
    match how.as_str() {
        "fail" => Err("probe init failed".into()),
        "fail-once" if first => Err("probe init failed once".into()),
        "panic-once" if first => panic!("probe init panicked"),
        how => slow(how).await,
    }
}

/// Ends as `PROBE_STOP` says.
pub(crate) async fn stop() {
    println!("probe stop");
    STOPS.fetch_add(1, Ordering::Relaxed);
    let how = env::var("PROBE_STOP").unwrap_or_default();
    if let Err(error) = slow(&how).await {
        tracing::error!("PROBE_STOP: {error}");
    }
}

/// Waits for the milliseconds in `slow:MS`.
async fn slow(how: &str) -> Result<()> {
    if let Some(ms) = how.strip_prefix("slow:") {
        tokio::time::sleep(Duration::from_millis(ms.parse()?)).await;
    }
    Ok(())
}

/// Does what the event asks for; an event that asks for nothing comes back as it is.
///
/// # Errors
/// When the event asks for one.
pub(crate) async fn answer(event: Bytes, cx: &Context) -> Result<Bytes> {
    // No question is this long, and a large event need not be read twice.
    const LONGEST: usize = 1024 * 1024;
    let asked = if event.len() < LONGEST {
        serde_json::from_slice(&event).ok()
    } else {
        None
    };
    let asked: Value = asked.unwrap_or_default();
    let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| asked[name].as_u64().unwrap_or_default();
    match asked["probe"].as_str() {
        Some("echo") => Ok(text("text").into()),
        Some("fail") => Err(text("message").into()),
        Some("panic") => panic!("{}", text("message")),
        Some("sleep") => {
            println!("probe sleeps {}", cx.request_id());
            tokio::time::sleep(Duration::from_millis(number("ms"))).await;
            println!("probe slept {}", cx.request_id());
            Ok("slept".into())
        }
        Some("block") => {
            println!("probe blocks {}", cx.request_id());
            std::thread::sleep(Duration::from_millis(number("ms")));
            Ok("blocked".into())
        }
        Some("meet") => Ok(meet(number("count"), cx).await?.to_string().into()),
        Some("context") => Ok(context(cx).to_string().into()),
        Some("debug") => {
            let shown = debug(cx);
            tracing::info!("{shown}");
            Ok(shown.into())
        }
        Some("secret-error") => Err(debug(cx).into()),
        Some("log") => {
            for _ in 0..asked["times"].as_u64().unwrap_or(1) {
                tracing::info!("{}", text("text"));
                // The other calls get their turn, so that lines could mix.
                tokio::task::yield_now().await;
            }
            Ok("logged".into())
        }
        Some("print") => {
            println!("{}", text("text"));
            Ok("printed".into())
        }
        Some("counts") => {
            let (init, stop) = (INITS.load(Ordering::Relaxed), STOPS.load(Ordering::Relaxed));
            Ok(json!({ "init": init, "stop": stop }).to_string().into())
        }
        Some(other) => Err(format!("the probe knows no `{other}`").into()),
        None => Ok(event),
    }
}

/// Waits until so many calls do this, and gives the context before and after.
///
/// # Errors
/// When the count is more than memory holds.
async fn meet(count: u64, cx: &Context) -> Result<Value> {
    static CAME: AtomicU64 = AtomicU64::new(0);
    static ALL_CAME: Semaphore = Semaphore::const_new(0);
    let before = context(cx);
    println!("probe meets {}", cx.request_id());
    let came = CAME.fetch_add(1, Ordering::Relaxed) + 1;
    if came.checked_rem(count) == Some(0) {
        ALL_CAME.add_permits(usize::try_from(count)?);
    }
    ALL_CAME.acquire().await?.forget();
    tracing::info!("probe met {}", cx.request_id());
    Ok(json!({ "before": before, "after": context(cx) }))
}

/// Every value of the context.
pub(crate) fn context(cx: &Context) -> Value {
    let keys = |keys: Credentials| {
        json!({
            "accessKeyId": keys.access_key_id(),
            "accessKeySecret": keys.access_key_secret(),
            "securityToken": keys.security_token(),
        })
    };
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    json!({
        "requestId": cx.request_id(),
        "functionName": cx.function_name(),
        "region": cx.region(),
        "accountId": cx.account_id(),
        "memoryMb": cx.memory_mb(),
        "timeoutSeconds": cx.timeout().map(|time| time.as_secs()),
        "remainingMs": cx.remaining().map(millis),
        "qualifier": cx.qualifier(),
        "versionId": cx.version_id(),
        "retryCount": cx.retry_count(),
        "traceParent": cx.trace_parent(),
        "traceState": cx.trace_state(),
        "baggage": cx.baggage(),
        "logProject": cx.log_project(),
        "logStore": cx.log_store(),
        "taskId": cx.task_id(),
        "credentials": cx.credentials().map(keys),
    })
}

fn debug(cx: &Context) -> String {
    format!("{cx:?} {:?}", cx.credentials())
}
