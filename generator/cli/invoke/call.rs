//! What to call a function with, from the flags.

use std::path::PathBuf;

use clap::Args;

use super::content::{Content, Origin};
use super::http::{HttpArgs, HttpRequest};
use super::set::{self, Override};
use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{Project, Samples, samples};
use crate::platform::{ASYNC_EVENT_LIMIT, EVENT_LIMIT};
use crate::text::printable;

/// The kind of project whose function serves HTTP.
const WEB: &str = "web";

/// The flags of events.
#[derive(Debug, Args)]
#[expect(
    clippy::option_option,
    reason = "what clap makes of a flag whose value may be left out"
)]
pub(super) struct EventArgs {
    /// Send TEXT as the event
    #[arg(
        long,
        short,
        value_name = "TEXT",
        group = "source",
        allow_hyphen_values = true
    )]
    event: Option<String>,

    /// Send the content of FILE, or of stdin if FILE is `-`
    #[arg(long, short, value_name = "FILE", group = "source")]
    file: Option<PathBuf>,

    /// Send the sample event NAME from `events/`; without NAME, list the samples
    #[arg(long, value_name = "NAME", num_args = 0..=1, group = "source")]
    sample: Option<Option<String>>,

    /// Change a field of the JSON event; may be repeated
    ///
    /// VALUE has the type of the field: in a string field, `5` stays a string. For example:
    /// `--set 'events[0].oss.object.key=a/b.png'`.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<Override>,

    /// Queue the event as an asynchronous call, which needs a running `cargo fc3 dev` or `--remote`
    #[arg(long = "async")]
    is_async: bool,
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    /// An event, sent like `InvokeFunction` sends it.
    Event { event: Content, is_async: bool },
    /// A request of an HTTP client.
    Http(HttpRequest),
}

impl EventArgs {
    /// Whether the user asked for the list of samples.
    pub(super) fn lists_samples(&self) -> bool {
        self.sample == Some(None)
    }

    /// The call of a project's function.
    pub(super) fn into_call(self, http: HttpArgs, project: &Project) -> Result<Call, Failure> {
        let kind = project.kind();
        let is_web = kind.as_deref() == Some(WEB);
        if let (false, Some(kind), Some(flag)) = (is_web, &kind, http.used()) {
            let kind = printable(kind);
            let message =
                format!("`{flag}` is for web functions; this function is of kind `{kind}`");
            return Err(Failure::new(Exit::Usage, message)
                .hint("send an event with `-e TEXT`, `-f FILE` or `--sample NAME`"));
        }
        let flag = [
            ("-e", self.event.is_some()),
            ("--sample", self.sample.is_some()),
            ("--set", !self.set.is_empty()),
            ("--async", self.is_async),
        ];
        let flag = flag
            .into_iter()
            .find_map(|(flag, is_used)| is_used.then_some(flag));
        match (http.used(), flag) {
            (Some(http), Some(event)) => {
                let message =
                    format!("`{http}` sends an HTTP request, and `{event}` belongs to an event");
                Err(Failure::new(Exit::Usage, message)
                    .hint(format!("leave out `{http}` or `{event}`")))
            }
            (Some(_), None) => http.into_request(self.file).map(Call::Http),
            (None, None) if is_web && self.file.is_none() => {
                http.into_request(None).map(Call::Http)
            }
            (None, _) => self.into_event(project),
        }
    }

    fn into_event(self, project: &Project) -> Result<Call, Failure> {
        let samples = Samples::of(project);
        let content = match (self.event, self.file, self.sample.flatten()) {
            (Some(text), ..) => Content::text(text),
            (_, Some(file), _) => Content::file(&file)?,
            (.., Some(name)) => Content::file(&samples.find(&name)?.file)?,
            (None, None, None) => match samples.get(samples::FIRST) {
                Some(sample) => Content::file(&sample.file)?,
                None => Content::text(""),
            },
        };
        let name = content.name();
        let content = if self.set.is_empty() {
            content
        } else {
            Content {
                bytes: set::apply(content.bytes, &self.set, &name)?,
                origin: Origin::Text,
            }
        };
        let limit = if self.is_async {
            ASYNC_EVENT_LIMIT
        } else {
            EVENT_LIMIT
        };
        Ok(Call::Event {
            event: content.within(limit)?,
            is_async: self.is_async,
        })
    }
}
