//! From the records of `tracing` to lines of the log.

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::{Entry, Fields, Format, print};

/// The layer that writes every record which the levels let through.
///
/// The `fmt` layer of `tracing-subscriber` is not used: it keeps the fields of a span as text, so
/// JSON lines would need other crates and a second implementation of the request id.
pub(super) struct Lines {
    pub(super) format: Format,
}

impl<S> Layer<S> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        if let Some(span) = cx.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        if let Some(span) = cx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let spans = cx.event_scope(event).into_iter().flat_map(Scope::from_root);
        let spans: Vec<_> = spans
            .map(|span| {
                let fields = span.extensions().get::<Fields>().cloned();
                (span.name(), fields.unwrap_or_default())
            })
            .collect();
        let metadata = event.metadata();
        print(&self.format.write(&Entry {
            level: *metadata.level(),
            target: metadata.target(),
            spans: &spans,
            fields: &fields,
        }));
    }
}
