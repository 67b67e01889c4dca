//! The log, on stdout, in the [form that the platform recommends][form] or as JSON.
//!
//! Every write consists of whole lines, so that lines of concurrent calls never mix.
//!
//! [form]: https://help.aliyun.com/en/functioncompute/fc-2-0/user-guide/custom-runtime-specification-details

mod fields;
mod json;
mod lines;
mod output;
mod text;
mod trace;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::env;
use std::fmt::Write as _;

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use fields::{Fields, Span};
use lines::Lines;
use output::print;

use crate::excerpt;
use crate::failure::LOG_LIMIT;

/// The longest entry that the platform accepts, in bytes. [Limits of
/// usage](https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage).
const ENTRY_LIMIT: usize = 32 * 1024;

/// The form of an entry.
#[derive(Clone, Copy)]
enum Format {
    Text,
    Json,
}

/// One entry before it is written.
struct Entry<'a> {
    level: Level,
    /// The module that wrote it, or any other name that its author chose.
    target: &'a str,
    message: &'a str,
    fields: &'a Fields,
    /// The spans around it, the outermost first.
    spans: &'a [Span],
}

impl Format {
    fn write(self, entry: &Entry<'_>) -> String {
        match self {
            Self::Text => text::write(entry),
            Self::Json => json::write(entry),
        }
    }
}

/// Sends the records of `tracing`, of the `log` crate and of panics to stdout.
///
/// `RUST_LOG` chooses the levels, and `FUNCTION_LOG_FORMAT` the form.
pub(crate) fn install() {
    let wanted = variable("RUST_LOG");
    let levels = wanted.as_deref().unwrap_or("info").parse::<Targets>();
    let format = variable("FUNCTION_LOG_FORMAT");
    let (format, unknown) = match format.as_deref() {
        Some("json") => (Format::Json, None),
        None | Some("text") => (Format::Text, None),
        Some(other) => (Format::Text, Some(other)),
    };
    output::open(format);
    let misread = levels.as_ref().err().map(ToString::to_string);
    let levels = levels.unwrap_or_else(|_| Targets::new().with_default(Level::INFO));
    let subscriber = tracing_subscriber::registry()
        .with(levels)
        .with(Lines { format });
    // This fails if the author has installed a subscriber or a logger. Theirs stays.
    let _ = subscriber.try_init();
    if let Some(error) = misread {
        let wanted = wanted.unwrap_or_default();
        tracing::warn!("cannot read RUST_LOG `{wanted}`, so `info` is used: {error}");
    }
    if let Some(other) = unknown {
        tracing::warn!("FUNCTION_LOG_FORMAT is `{other}`, but must be `text` or `json`");
    }

    std::panic::set_hook(Box::new(move |panic| {
        let trace = Backtrace::capture();
        let mut text = excerpt::ends(&panic.to_string(), LOG_LIMIT).into_owned();
        if trace.status() == BacktraceStatus::Captured {
            let trace = trace.to_string();
            let is_full = variable("RUST_BACKTRACE").as_deref() == Some("full");
            let shown = if is_full { trace } else { trace::trim(&trace) };
            let _ = write!(text, "\n{shown}");
        }
        print(&format.write(&Entry {
            level: Level::ERROR,
            target: "panic",
            message: text.trim_end(),
            fields: &Fields::default(),
            spans: &[],
        }));
    }));
}

/// Whether the lines `FC Invoke Start` and `FC Invoke End` are written.
///
/// `FUNCTION_LOG_MARKERS` decides (`on` or `off`), else `by_default`. For a web function, Function
/// Compute 3.0 may write them itself.
pub(crate) fn markers(by_default: bool) -> bool {
    match variable("FUNCTION_LOG_MARKERS").as_deref() {
        Some("on") => true,
        Some("off") => false,
        None => by_default,
        Some(other) => {
            tracing::warn!("FUNCTION_LOG_MARKERS is `{other}`, but must be `on` or `off`");
            by_default
        }
    }
}

/// Writes the line by which the platform finds the start or the end of a call, which is the same in
/// every format.
pub(crate) fn marker(name: &str, point: &str, request_id: &str, error: &str) {
    let id = or_dash(request_id);
    let mut line = String::with_capacity(128);
    for part in ["FC ", name, " ", point, " RequestId: ", id, error, "\n"] {
        line.push_str(part);
    }
    print(&line);
}

/// Whether a character would act on a terminal or hide a part of a line instead of being seen: controls,
/// marks of the direction of text, separators of lines, and characters without a width. The joiners of
/// emoji and of some scripts are not among them.
fn is_unseen(c: char) -> bool {
    let has_no_shape = |c| {
        matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    c.is_control() || has_no_shape(c)
}

/// The value of an environment variable; an empty one counts as unset.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The request id of an entry, which is `-` outside of a call.
fn or_dash(request_id: &str) -> &str {
    if request_id.is_empty() {
        "-"
    } else {
        request_id
    }
}
