//! What a function can answer with.

use bytes::Bytes;
use serde::Serialize;

use crate::{Json, Result};

/// A type that can be the reply to an event.
///
/// The caller gets its bytes and nothing else: neither a status nor headers.
#[diagnostic::on_unimplemented(
    message = "a function cannot reply with `{Self}`",
    label = "not a reply",
    note = "reply with `()`, `Bytes`, `String`, or `Json<T>` where `T` implements `serde::Serialize`"
)]
pub trait IntoReply: Send {
    /// Writes the reply.
    ///
    /// # Errors
    /// A value that cannot be written. The call fails.
    fn into_reply(self) -> Result<Bytes>;
}

impl IntoReply for () {
    fn into_reply(self) -> Result<Bytes> {
        Ok(Bytes::new())
    }
}

impl IntoReply for Bytes {
    fn into_reply(self) -> Result<Bytes> {
        Ok(self)
    }
}

impl IntoReply for String {
    fn into_reply(self) -> Result<Bytes> {
        Ok(self.into())
    }
}

impl<T: Serialize + Send> IntoReply for Json<T> {
    fn into_reply(self) -> Result<Bytes> {
        Ok(serde_json::to_vec(&self.0)?.into())
    }
}
