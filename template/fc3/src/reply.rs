//! The reply to an event.

use bytes::Bytes;
use serde::Serialize;

use crate::{Json, Result};

/// A type that can be the reply to an event.
///
/// ```
/// use fc3::{Bytes, IntoReply, Json, Result};
///
/// struct Receipt {
///     order: u64,
/// }
///
/// impl IntoReply for Receipt {
///     fn into_reply(self) -> Result<Bytes> {
///         Ok(format!("received order {}", self.order).into())
///     }
/// }
///
/// assert_eq!(Receipt { order: 42 }.into_reply()?, "received order 42");
/// assert_eq!(Json([1, 2]).into_reply()?, "[1,2]");
/// # Ok::<(), fc3::Error>(())
/// ```
///
/// The caller receives these bytes and nothing else: neither a status nor headers.
#[diagnostic::on_unimplemented(
    message = "a function cannot reply with `{Self}`",
    label = "not a reply",
    note = "reply with `()`, `Bytes`, `String`, or `Json<T>` where `T` implements `serde::Serialize`"
)]
pub trait IntoReply: Send {
    /// Writes the reply.
    ///
    /// # Errors
    /// The value cannot be written. The call then fails.
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
