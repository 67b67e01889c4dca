//! A function that computes for 300 ms if an event asks for it, on the thread that serves the call.

use std::hint::black_box;
use std::time::{Duration, Instant};

use fc3::{Bytes, Context, Function, Result};

/// It has no state.
pub struct Handler;

impl Function for Handler {
    type Event = Bytes;
    type Reply = Bytes;

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    async fn handle(&self, event: Bytes, _cx: &Context) -> Result<Bytes> {
        if &event[..] == b"compute" {
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(300) {
                black_box(&event);
            }
        }
        Ok(event)
    }
}
