//! The probe protocol: does as an event asks.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Server;
use super::context::Context;
use super::gate::lock;
use super::wire::Wire;
use crate::faults::Fault;

/// Answers an event; one that asks for nothing comes back as it is.
pub(super) fn answer(
    server: &Server,
    wire: &Wire,
    event: &[u8],
    context: &Context,
) -> Result<Vec<u8>, String> {
    // No question is this long, and a large event need not be read twice.
    const LONGEST: usize = 1024 * 1024;
    let asked: Option<Value> = if event.len() < LONGEST {
        serde_json::from_slice(event).ok()
    } else {
        None
    };
    let asked = asked.unwrap_or_default();
    let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| asked[name].as_u64();
    let id = &context.id;
    match asked["probe"].as_str() {
        Some("echo") => Ok(text("text").into()),
        Some("fail") => Err(text("message")),
        Some("panic") => panic!("{}", text("message")),
        Some("sleep") => {
            server.logs.line(&format!("probe sleeps {id}"));
            let ms = Duration::from_millis(number("ms").unwrap_or_default());
            if server.has(Fault::StopsWorkWhenTheClientLeaves) {
                sleep_while_heard(wire, ms)?;
            } else {
                thread::sleep(ms);
            }
            server.logs.line(&format!("probe slept {id}"));
            Ok("slept".into())
        }
        Some("block") => {
            let _blocked = lock(&server.blocked);
            server.logs.line(&format!("probe blocks {id}"));
            thread::sleep(Duration::from_millis(number("ms").unwrap_or_default()));
            Ok("blocked".into())
        }
        Some("meet") => Ok(meet(server, number("count").unwrap_or(1), context)),
        Some("context") => Ok(context.shown(server).to_string().into()),
        Some("debug") => {
            let shown = format!("{context:?}");
            server.logs.record(id, "INFO", &shown);
            Ok(shown.into())
        }
        Some("secret-error") => Err(format!("{context:?}")),
        Some("log") => {
            for _ in 0..number("times").unwrap_or(1) {
                server
                    .logs
                    .record(&context.log_id(server), "INFO", &text("text"));
                // The other calls get their turn, so that lines could mix.
                thread::sleep(Duration::from_millis(1));
            }
            Ok("logged".into())
        }
        Some("print") => {
            server.logs.line(&text("text"));
            Ok("printed".into())
        }
        Some("counts") => {
            let (init, stop) = server.life.counts();
            Ok(json!({ "init": init, "stop": stop }).to_string().into())
        }
        Some(other) => Err(format!("the probe knows no `{other}`")),
        None if server.has(Fault::ReadsEventsAsText) => {
            Ok(String::from_utf8_lossy(event).into_owned().into())
        }
        None => Ok(event.to_owned()),
    }
}

/// Waits until so many calls do this, and gives the context before and after.
fn meet(server: &Server, count: u64, context: &Context) -> Vec<u8> {
    let before = context.shown(server);
    server.logs.line(&format!("probe meets {}", context.id));
    let came = server.came.fetch_add(1, Ordering::Relaxed) + 1;
    if came.checked_rem(count) == Some(0) {
        server.met.add(count);
    }
    server.met.pass();
    let met = format!("probe met {}", context.id);
    server.logs.record(&context.log_id(server), "INFO", &met);
    let after = context.shown(server);
    json!({ "before": before, "after": after })
        .to_string()
        .into()
}

/// Sleeps while the client is there to hear of it.
fn sleep_while_heard(wire: &Wire, ms: Duration) -> Result<(), String> {
    let due = Instant::now() + ms;
    while Instant::now() < due {
        if wire.has_ended() {
            return Err("cancelled".into());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
