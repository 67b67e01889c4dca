//! The encoding of a text, which must be UTF-8.

use crate::EventError;

/// The text without the byte order mark that some editors and shells write before it.
///
/// # Errors
/// The text is in another encoding of Unicode, such as what `>` writes in Windows `PowerShell`.
pub(crate) fn without_mark(text: &[u8]) -> Result<&[u8], EventError> {
    // Without a mark, it is the zeros beside an ASCII character that show the encoding. JSON begins
    // with such a character.
    let encoding = match text {
        [0xef, 0xbb, 0xbf, text @ ..] => return Ok(text),
        [0xff, 0xfe, 0, 0, ..] | [_, 0, 0, 0, ..] | [0, 0, ..] => "UTF-32",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, ..] => "UTF-16",
        _ => return Ok(text),
    };
    let message = format!("expected a text in UTF-8, found {encoding}");
    Err(EventError::new(message))
}
