//! What the console shows of an emulator: the functions that are deployed.

use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use crate::console::Source;
use crate::emulator::Control;

/// The functions of an emulator, once it has started.
#[derive(Default)]
pub(super) struct Deployed(OnceLock<Arc<Control>>);

impl Deployed {
    /// Shows the functions of an emulator.
    pub(super) fn show(&self, control: &Arc<Control>) {
        let _first = self.0.set(Arc::clone(control));
    }
}

impl Source for Deployed {
    fn state(&self) -> Value {
        let control = self.0.get();
        let functions = control.map_or_else(Vec::new, |control| control.deployed());
        let functions = functions.iter().map(|function| {
            json!({
                "name": function.config.name,
                "project": 0,
                "is_http": function.url.is_some(),
                "url": function.url,
                "memory_mb": function.config.memory_mb,
                "timeout_ms": function.config.timeout.map(|timeout| timeout.as_millis()),
                "concurrency": function.config.concurrency,
            })
        });
        let timers = control.map_or_else(Vec::new, |control| control.next_timers());
        let timers = timers.iter().map(|timer| {
            let next = timer
                .next
                .and_then(|next| next.duration_since(UNIX_EPOCH).ok());
            json!({
                "function": timer.function,
                "name": timer.trigger,
                "next_ms": next.map(|next| next.as_millis()),
            })
        });
        json!({
            "project": "emulate",
            "version": env!("CARGO_PKG_VERSION"),
            "functions": functions.collect::<Vec<_>>(),
            "samples": [],
            "timers": timers.collect::<Vec<_>>(),
            "timers_fire": true,
        })
    }

    fn sample(&self, _path: &str) -> Option<Vec<u8>> {
        None
    }
}
