//! Output of all commands: data to stdout, messages to stderr, and the colours of both.
//!
//! Colours carry no information that the words do not.

use std::io::{self, Write};

use anstream::eprintln;
use anstyle::{AnsiColor, Style};
use clap::builder::Styles;

/// The style of errors.
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The style of hints.
pub(super) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// The style of completed steps.
pub(super) const DONE: Style = AnsiColor::Green.on_default().bold();
/// The style of commands to type.
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

/// Prints a completed step: the verb in colour, then the rest of the sentence.
pub(super) fn done(verb: &str, rest: &str) {
    eprintln!("{DONE}{verb}{DONE:#} {rest}");
}

/// Prints a hint that does not belong to an error.
pub(super) fn hint(text: &str) {
    eprintln!("{HINT}hint{HINT:#}: {text}");
}

/// Writes data to stdout unchanged, and adds a newline if the last line has none.
pub(super) fn print(data: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let data = data.as_ref();
    let mut stdout = io::stdout().lock();
    stdout.write_all(data)?;
    if data.last().is_some_and(|last| *last != b'\n') {
        stdout.write_all(b"\n")?;
    }
    Ok(stdout.flush()?)
}

/// Writes text to stdout, with its colours if stdout is a terminal.
pub(super) fn print_coloured(text: &str) -> anyhow::Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Writes data as JSON to stdout.
pub(super) fn print_json(data: &impl serde::Serialize) -> anyhow::Result<()> {
    print(serde_json::to_string_pretty(data)?)
}
