//! Bytes that travel as text.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;

use crate::EventError;

/// Decodes a Base64 text.
///
/// ```
/// assert_eq!(fc3::from_base64("aGVsbG8=")?, "hello");
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// # Errors
/// The text has characters outside of the standard alphabet, or its padding is missing.
pub fn from_base64(text: &str) -> Result<Bytes, EventError> {
    let bytes = BASE64_STANDARD.decode(text).map_err(EventError::new)?;
    Ok(bytes.into())
}

/// Encodes bytes as a Base64 text, in the standard alphabet and with padding.
///
/// ```
/// assert_eq!(fc3::to_base64(b"hello"), "aGVsbG8=");
/// ```
#[must_use]
pub fn to_base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}
