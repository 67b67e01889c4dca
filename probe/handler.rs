//! The probe: an event function that does what the conformance rules ask of it.

mod protocol;

use crate::fc::{Bytes, Context, Function, Result};

/// The probe has no state but its counts.
pub struct Handler;

impl Function for Handler {
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
