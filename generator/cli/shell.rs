//! Commands and paths as a shell reads them, so that they can be pasted.

use std::ffi::OsStr;
use std::path::Path;

/// A command as a line for a shell.
pub(super) fn command_line<'a>(
    program: &'a OsStr,
    args: impl IntoIterator<Item = &'a OsStr>,
) -> String {
    let words = std::iter::once(program).chain(args);
    let words: Vec<_> = words.map(|word| quote(&word.to_string_lossy())).collect();
    words.join(" ")
}

/// A path as one word of a shell, and never a flag.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.starts_with('-') {
        quote(&format!("./{text}"))
    } else {
        quote(&text)
    }
}

fn quote(text: &str) -> String {
    // Only a NUL cannot be quoted, and neither a path nor an argument holds one.
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}
