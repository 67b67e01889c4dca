//! The error of a function, and the text that people read of it.

use std::fmt;

/// Any error: `?` converts every type that implements [`std::error::Error`], and `.into()` converts a
/// text.
///
/// ```
/// fn port(text: &str) -> fc3::Result<u16> {
///     if text.is_empty() {
///         return Err("the port is empty".into());
///     }
///     Ok(text.parse()?)
/// }
/// assert_eq!(port("").unwrap_err().to_string(), "the port is empty");
/// ```
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// A value or any [`Error`].
///
/// ```
/// async fn handle(text: String) -> fc3::Result<u64> {
///     Ok(text.trim().parse()?)
/// }
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Writes an error with its causes, such as `cannot read the order: invalid digit`.
///
/// Some errors repeat their cause in their own text. A cause that is part of the text before it is
/// therefore left out, so that each is written once.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn std::error::Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = self.0.to_string();
        f.write_str(&written)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !written.contains(&text) {
                write!(f, ": {text}")?;
                written = text;
            }
            cause = error.source();
        }
        Ok(())
    }
}
