//! Everything the verbs print: data to stdout, messages to stderr, and the colours of both.
//!
//! Colours mean nothing that the words do not say.

use std::io::{self, Write};

use anstream::eprintln;
use anstyle::{AnsiColor, Style};
use clap::builder::Styles;

/// What went wrong.
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What to do about it.
pub(super) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// What was done.
pub(super) const DONE: Style = AnsiColor::Green.on_default().bold();
/// What to type.
pub(super) const LITERAL: Style = AnsiColor::Cyan.on_default();
/// The colours of help.
pub(super) const STYLES: Styles = Styles::styled()
    .header(DONE)
    .usage(DONE)
    .literal(HINT)
    .placeholder(LITERAL)
    .error(ERROR)
    .valid(HINT)
    .invalid(ERROR);

/// Tells the user what was done: the verb in colour, and the rest of the sentence.
pub(super) fn done(verb: &str, rest: &str) {
    eprintln!("{DONE}{verb}{DONE:#} {rest}");
}

/// Gives the user a hint that belongs to no error.
pub(super) fn hint(text: &str) {
    eprintln!("{HINT}hint{HINT:#}: {text}");
}

/// Writes data to stdout, as it is, and ends its last line where that has no end.
pub(super) fn print(data: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let data = data.as_ref();
    let mut stdout = io::stdout().lock();
    stdout.write_all(data)?;
    if data.last().is_some_and(|last| *last != b'\n') {
        stdout.write_all(b"\n")?;
    }
    Ok(stdout.flush()?)
}

/// Writes text to stdout, with the colours in it where somebody sees them.
pub(super) fn print_coloured(text: &str) -> anyhow::Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Writes data as JSON to stdout.
pub(super) fn print_json(data: &impl serde::Serialize) -> anyhow::Result<()> {
    print(serde_json::to_string_pretty(data)?)
}
