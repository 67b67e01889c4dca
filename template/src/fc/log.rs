//! The log, on stdout, in the form that the platform recommends:
//! <https://help.aliyun.com/en/functioncompute/fc-2-0/user-guide/custom-runtime-specification-details>.
//!
//! Every write holds whole lines only, so that those of concurrent calls never mix.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::Context;

/// The longest entry that the platform takes, in bytes.
const ENTRY_LIMIT: usize = 32 * 1024;

/// What the lines of an entry after its first begin with: a line with a date in its first
/// characters would begin an entry of its own.
const CONTINUED: &str = "\n    ";

/// Sends the lines of `tracing` and of panics to stdout, at the levels in `RUST_LOG`, as in
/// `debug` or `info,hyper=warn`; without it, from `info` up.
pub(super) fn install() {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let levels = if wanted.is_empty() { "info" } else { &wanted };
    let (levels, misread) = match levels.parse() {
        Ok(levels) => (levels, None),
        Err(error) => (Targets::new().with_default(Level::INFO), Some(error)),
    };
    let lines = tracing_subscriber::fmt::layer().event_format(Entries);
    let subscriber = tracing_subscriber::registry().with(levels).with(lines);
    // It fails where one is set already, which may stay.
    let _ = tracing::subscriber::set_global_default(subscriber);
    if let Some(error) = misread {
        tracing::warn!("RUST_LOG is `{wanted}`, which is not understood: {error}");
    }

    std::panic::set_hook(Box::new(|panic| {
        let trace = Backtrace::capture();
        let mut text = panic.to_string();
        if trace.status() == BacktraceStatus::Captured {
            let _ = write!(text, "\n{trace}");
        }
        print(&entry(Level::ERROR, text.trim_end()));
    }));
}

/// Whether `FC Invoke Start` and its like are written: as `FUNCTION_LOG_MARKERS` (`on` or `off`)
/// says, else `by_default`. Function Compute 3.0 may write them itself for a web function.
pub(super) fn markers(by_default: bool) -> bool {
    match std::env::var("FUNCTION_LOG_MARKERS").as_deref() {
        Ok("on") => true,
        Ok("off") => false,
        Ok("") | Err(_) => by_default,
        Ok(other) => {
            tracing::warn!("FUNCTION_LOG_MARKERS is `{other}`, and neither `on` nor `off`");
            by_default
        }
    }
}

/// Writes the line that the platform finds the start or the end of a call by.
pub(super) fn marker(name: &str, point: &str, request_id: &str, error: &str) {
    let id = shown(request_id);
    print(&["FC ", name, " ", point, " RequestId: ", id, error, "\n"].concat());
}

/// Writes whole lines at once. A log that nobody reads is no reason to fail a call.
fn print(lines: &str) {
    let _ = io::stdout().lock().write_all(lines.as_bytes());
}

/// How an event of `tracing` is written.
struct Entries;

impl<S, N> FormatEvent<S, N> for Entries
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        cx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut text = String::new();
        for span in cx.event_scope().into_iter().flat_map(Scope::from_root) {
            text.push_str(span.name());
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>()
                && !fields.is_empty()
            {
                write!(text, "{{{fields}}}")?;
            }
            text.push_str(": ");
        }
        cx.format_fields(Writer::new(&mut text), event)?;
        writer.write_str(&entry(*event.metadata().level(), &text))
    }
}

/// `text` as an entry of the running call, or as several where it is too long for one.
fn entry(level: Level, text: &str) -> String {
    let mut head = String::new();
    let _ = SystemTime.format_time(&mut Writer::new(&mut head));
    // The recommended form has milliseconds and no zone: `2026-01-31T08:00:00.000`.
    head.truncate(23);
    let cx = Context::current();
    let request_id = shown(cx.as_ref().map_or("", Context::request_id));
    let _ = write!(head, " {request_id} [{level}] ");
    let mut lines = String::with_capacity(head.len() + text.len() + 1);
    for part in parts(&one_entry(text), ENTRY_LIMIT - head.len() - 1) {
        lines.push_str(&head);
        lines.push_str(part);
        lines.push('\n');
    }
    lines
}

/// `text` without what would begin another entry or hide a part of this one.
fn one_entry(text: &str) -> String {
    let mut entry = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => entry.push_str(CONTINUED),
            c if c.is_control() && c != '\t' => entry.extend(c.escape_default()),
            c => entry.push(c),
        }
    }
    entry
}

/// Cuts `text` into parts of at most `limit` bytes, between characters.
fn parts(mut text: &str, limit: usize) -> impl Iterator<Item = &str> {
    let mut first = true;
    std::iter::from_fn(move || {
        if text.is_empty() && !first {
            return None;
        }
        first = false;
        let mut end = text.len().min(limit);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let (part, rest) = text.split_at(end);
        text = rest;
        Some(part)
    })
}

fn shown(request_id: &str) -> &str {
    if request_id.is_empty() {
        "-"
    } else {
        request_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_the_recommended_form() {
        let line = entry(Level::WARN, "low on paper");
        assert_eq!(line.as_bytes()[10], b'T', "{line}");
        assert_eq!(&line[23..], " - [WARN] low on paper\n");
    }

    #[test]
    fn only_the_first_line_begins_an_entry() {
        let line = entry(Level::INFO, "a\n2026-01-31 forged\r");
        assert_eq!(&line[23..], " - [INFO] a\n    2026-01-31 forged\\r\n");
    }

    #[test]
    fn a_long_entry_is_cut_between_characters() {
        let lines = entry(Level::INFO, &"é".repeat(40_000));
        assert_eq!(lines.lines().count(), 3);
        assert!(
            lines
                .lines()
                .all(|line| line.len() < ENTRY_LIMIT && line.contains("[INFO] é"))
        );
        assert_eq!(lines.matches('é').count(), 40_000);
    }
}
