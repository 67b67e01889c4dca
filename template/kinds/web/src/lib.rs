//! The function: [`handler`] says what it does, [`fc`] serves it.

pub mod error;
pub mod fc;
#[allow(
    clippy::unused_async,
    reason = "a hook is async even if it waits for nothing"
)]
pub mod handler;
