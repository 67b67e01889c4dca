//! Requests whose signature cannot be checked at all.

use std::borrow::Cow;

use hyper::HeaderMap;

/// Why a request's authorization cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// A scheme that nothing here knows.
    #[error("`{0}` is not a scheme of signatures that is supported here")]
    UnknownScheme(String),
    /// A header or a parameter is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A header that may be sent once was sent twice.
    #[error("`{0}` is sent more than once")]
    Repeated(&'static str),
    /// A header or a parameter has an invalid value.
    #[error("`{value}` is not a valid `{name}`")]
    Invalid {
        /// The header or the parameter.
        name: &'static str,
        /// Its value; bytes that are not UTF-8 are replaced.
        value: String,
    },
    /// A header that has to be signed is not in the list of those that are.
    #[error("the header `{0}` is not signed")]
    NotSigned(String),
    /// A header is in the list of those that are signed, and was not sent.
    #[error("the signed header `{0}` is missing")]
    NotSent(String),
}

impl Malformed {
    pub(super) fn invalid(name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self::Invalid { name, value }
    }
}

/// A header that may be sent once, as bytes.
pub(super) fn once<'a>(
    headers: &'a HeaderMap,
    name: &'static str,
) -> Result<Option<&'a [u8]>, Malformed> {
    let mut values = headers.get_all(name).into_iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Malformed::Repeated(name));
    }
    Ok(first.map(|value| value.as_bytes().trim_ascii()))
}

/// A header that may be sent once, as text.
pub(super) fn text<'a>(
    headers: &'a HeaderMap,
    name: &'static str,
) -> Result<Option<&'a str>, Malformed> {
    let bytes = once(headers, name)?;
    bytes.map(|bytes| text_of(name, bytes)).transpose()
}

/// The value of a header or of a parameter as text.
pub(super) fn text_of<'a>(name: &'static str, bytes: &'a [u8]) -> Result<&'a str, Malformed> {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => Ok(text),
        Cow::Owned(replaced) => Err(Malformed::invalid(name, replaced)),
    }
}
