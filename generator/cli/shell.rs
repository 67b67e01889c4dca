//! Quotes commands and paths for a shell, so that they can be pasted.

use std::ffi::OsStr;
use std::path::Path;

/// A command as a shell line.
pub(super) fn command_line<'a>(
    program: &'a OsStr,
    args: impl IntoIterator<Item = &'a OsStr>,
) -> String {
    let words = std::iter::once(program).chain(args);
    let words: Vec<_> = words.map(|word| quote(&word.to_string_lossy())).collect();
    words.join(" ")
}

/// A path as one shell word, which never looks like a flag.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.starts_with('-') {
        quote(&format!("./{text}"))
    } else {
        quote(&text)
    }
}

fn quote(text: &str) -> String {
    // Only NUL cannot be quoted, and no path or argument can contain it.
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}
