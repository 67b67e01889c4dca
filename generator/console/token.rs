//! The secret of one run, which the page sends with each of its requests.

use std::hint::black_box;
use std::io;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The number of random bytes, more than anybody can guess.
const SIZE: usize = 24;

/// A secret, as text that fits a URL.
pub(super) struct Token(String);

impl Token {
    pub(super) fn random() -> io::Result<Self> {
        let mut bytes = [0; SIZE];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the secret. It takes the same time wherever the two differ.
    pub(super) fn is(&self, given: &[u8]) -> bool {
        let own = self.0.as_bytes();
        let pairs = own.iter().zip(given);
        let difference = pairs.fold(0, |bits, (one, other)| black_box(bits | (one ^ other)));
        own.len() == given.len() && difference == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn only_the_whole_secret_is_accepted() {
        let token = Token::random().expect("random bytes");
        let text = token.as_str().to_owned();
        assert_eq!(text.len(), 32);
        assert!(token.is(text.as_bytes()));
        let other = Token::random().expect("random bytes");
        let longer = format!("{text}x");
        for wrong in ["", &text[..31], &longer, other.as_str()] {
            assert!(!token.is(wrong.as_bytes()), "{wrong}");
        }
    }
}
