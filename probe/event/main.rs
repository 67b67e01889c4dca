//! The probe: an event function that does what the conformance rules ask of it.

mod protocol;

use std::process::ExitCode;

use fc3::{Bytes, Context, Function, Result};

fn main() -> ExitCode {
    fc3::run::<Probe>()
}

/// The probe has no state but its counts.
struct Probe;

impl Function for Probe {
    type Event = Bytes;
    type Reply = Bytes;

    async fn init(_cx: &Context) -> Result<Self> {
        protocol::init().await?;
        Ok(Self)
    }

    async fn handle(&self, event: Bytes, cx: &Context) -> Result<Bytes> {
        protocol::answer(event, cx).await
    }

    async fn stop(&self) {
        protocol::stop().await;
    }
}
