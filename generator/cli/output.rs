//! Output of all commands: data to stdout, messages to stderr, and the colours of both.
//!
//! Colours carry no information that the words do not.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::builder::Styles;

use super::failure::{Exit, Failure};
use crate::text::printable_json;

/// The style of errors.
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The style of warnings.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
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

/// Prints a line to stderr.
pub(super) fn message(line: impl Display) {
    messages(&format!("{line}\n"));
}

/// Prints whole lines to stderr. If stderr cannot be written, nobody can be told, and the command goes
/// on.
pub(super) fn messages(lines: &str) {
    static COLOURS: OnceLock<ColorChoice> = OnceLock::new();
    let colours = *COLOURS.get_or_init(|| AutoStream::choice(&io::stderr()));
    // In one piece, so that the lines of two threads do not mix.
    let _ = match colours {
        ColorChoice::Never => io::stderr().write_all(plain(lines).as_bytes()),
        _ => anstream::stderr().write_all(lines.as_bytes()),
    };
}

/// Lines without colours. An escape sequence that a function began in one line does not reach the next.
fn plain(lines: &str) -> String {
    let lines = lines.split_inclusive('\n');
    lines.fold(String::new(), |mut plain, line| {
        let (text, end) = line
            .strip_suffix('\n')
            .map_or((line, ""), |text| (text, "\n"));
        plain += &anstream::adapter::strip_str(text).to_string();
        plain += end;
        plain
    })
}

/// A completed step: the verb in colour, then the rest of the sentence.
pub(super) fn done_line(verb: &str, rest: &str) -> String {
    format!("{DONE}{verb}{DONE:#} {rest}")
}

/// Prints a completed step.
pub(super) fn done(verb: &str, rest: &str) {
    message(done_line(verb, rest));
}

/// A hint that does not belong to an error.
pub(super) fn hint_line(text: &str) -> String {
    format!("{HINT}hint{HINT:#}: {text}")
}

/// Prints a hint that does not belong to an error.
pub(super) fn hint(text: &str) {
    message(hint_line(text));
}

/// Writes data to stdout unchanged, and adds a newline if the last line has none.
pub(super) fn print(data: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let data = data.as_ref();
    let ends = data.last().is_none_or(|last| *last == b'\n');
    let end: &[u8] = if ends { b"" } else { b"\n" };
    let mut stdout = io::stdout().lock();
    let write = stdout.write_all(data).and_then(|()| stdout.write_all(end));
    Ok(written(write.and_then(|()| stdout.flush()))?)
}

/// Writes data to stdout unchanged.
pub(super) fn print_unchanged(data: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    let write = stdout.write_all(data);
    Ok(written(write.and_then(|()| stdout.flush()))?)
}

/// Writes text to stdout, with its colours if stdout is a terminal.
pub(super) fn print_coloured(text: &str) -> anyhow::Result<()> {
    let mut stdout = anstream::stdout().lock();
    let write = stdout.write_all(text.as_bytes());
    Ok(written(write.and_then(|()| stdout.flush()))?)
}

/// The result of writing to stdout. A reader that is gone, such as `head`, needs no more data; that
/// is not a failure, and the command goes on to its own result.
pub(super) fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let message = format!("cannot write to standard output: {error}");
            Err(Failure::new(Exit::Machine, message)
                .hint("send the output to a place with enough free space"))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes data as JSON to stdout.
pub(super) fn print_json(data: &impl serde::Serialize) -> anyhow::Result<()> {
    print(printable_json(&serde_json::to_string_pretty(data)?))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn an_unfinished_escape_sequence_ends_with_its_line() {
        let lines = "a\u{1b}[32mb\u{1b}[0m\nc\u{1b}]0;d\ne\u{1b}[\nf\n";
        assert_eq!(plain(lines), "ab\nc\ne\nf\n");
    }
}
