//! Digests, codes that authenticate a message, and the texts that they are sent as.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The hash function below an HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    /// SHA-1, which only the first version of Object Storage Service's signature uses.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl Hash {
    /// The HMAC of a message.
    pub(super) fn sign(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1(key, message).finalize().into_bytes().to_vec(),
            Self::Sha256 => hmac_sha256(key, message).to_vec(),
        }
    }

    /// Whether this is the HMAC of a message. The time that it takes says nothing about where the
    /// two differ.
    pub(super) fn is_right(self, key: &[u8], message: &[u8], code: &[u8]) -> bool {
        match self {
            Self::Sha1 => sha1(key, message).verify_slice(code).is_ok(),
            Self::Sha256 => sha256(key, message).verify_slice(code).is_ok(),
        }
    }
}

fn sha1(key: &[u8], message: &[u8]) -> Hmac<Sha1> {
    Hmac::new_from_slice(key)
        .expect("a key of any length is valid")
        .chain_update(message)
}

fn sha256(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key)
        .expect("a key of any length is valid")
        .chain_update(message)
}

/// The HMAC of a message with SHA-256.
pub(super) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    sha256(key, message).finalize().into_bytes().into()
}

/// The SHA-256 of some bytes, in lower-case hexadecimal digits.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal digits.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text grows");
        text
    })
}

/// The bytes of hexadecimal digits in lower or upper case.
pub(super) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|&[high, low]| byte_of_hex(high, low))
        .collect()
}

/// The byte that two hexadecimal digits denote.
pub(super) fn byte_of_hex(high: u8, low: u8) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(value(high)? * 16 + value(low)?).ok()
}

/// Bytes in Base64.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of a text in Base64.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::{from_hex, to_hex};

    #[test]
    fn hexadecimal_digits_are_read_in_either_case() {
        assert_eq!(from_hex(b"00fFa9"), Some(vec![0, 255, 0xa9]));
        assert_eq!(to_hex(&[0, 255, 0xa9]), "00ffa9");
        for wrong in ["0", "0g", "+1", "é"] {
            assert_eq!(from_hex(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
