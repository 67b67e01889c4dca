//! What checking a signature finds.

use std::fmt;
use std::time::SystemTime;

use super::Scheme;
use crate::platform::SIGNATURE_AGE;

/// A request whose signature is right. What is left to check is in here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How the request is signed.
    pub scheme: Scheme,
    /// When it was signed. A signed URL does not say that.
    pub at: Option<SystemTime>,
    /// When a signed URL expires.
    pub expires: Option<SystemTime>,
    /// What makes this request unlike every other one of its key.
    pub nonce: Option<String>,
    /// The SHA-256 that the body must have. `None` if the body is not signed.
    pub body_sha256: Option<[u8; 32]>,
}

impl Verified {
    /// Whether the request may be answered at this time.
    #[must_use]
    pub fn is_current(&self, now: SystemTime) -> bool {
        let is_near = self.at.is_none_or(|at| {
            let apart = now.duration_since(at);
            apart.unwrap_or_else(|before| before.duration()) <= SIGNATURE_AGE
        });
        is_near && self.expires.is_none_or(|expires| now <= expires)
    }
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is not that of this request with this key.
    Signature,
    /// The token is not that of this key.
    Token,
}

/// A request whose signature is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What is wrong.
    pub cause: Cause,
    /// The text that was signed here, to be compared with the client's own.
    pub string_to_sign: String,
    /// The request in its canonical form, of which `string_to_sign` has a digest. Some schemes
    /// sign the request itself.
    pub canonical_request: Option<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Cause::Signature => write!(
                formatter,
                "the signature does not match `{}`",
                self.string_to_sign
            ),
            Cause::Token => formatter.write_str("the security token is not that of the access key"),
        }
    }
}

impl std::error::Error for Mismatch {}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Scheme, Verified};

    #[test]
    fn a_request_is_current_for_fifteen_minutes_and_a_url_until_it_expires() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let verified = |at, expires| Verified {
            scheme: Scheme::Acs3,
            at,
            expires,
            nonce: None,
            body_sha256: None,
        };
        let apart = Duration::from_secs(900);
        let more = apart + Duration::from_secs(1);
        assert!(verified(Some(now - apart), None).is_current(now));
        assert!(verified(Some(now + apart), None).is_current(now));
        assert!(!verified(Some(now - more), None).is_current(now));
        assert!(!verified(Some(now + more), None).is_current(now));
        assert!(verified(None, Some(now)).is_current(now));
        assert!(!verified(None, Some(now - more)).is_current(now));
    }
}
