//! Bytes that travel as text.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;

use crate::EventError;

/// The bytes that a Base64 text stands for.
///
/// # Errors
/// A text that is not in the standard alphabet, or that lacks its padding.
pub fn from_base64(text: &str) -> Result<Bytes, EventError> {
    let bytes = BASE64_STANDARD.decode(text).map_err(EventError::new)?;
    Ok(bytes.into())
}

/// The Base64 text of bytes.
#[must_use]
pub fn to_base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}
