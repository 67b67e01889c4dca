//! From the records of `tracing` to lines of the log.

use std::sync::Arc;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::{Entry, Fields, Format, Span, print};

/// The target of every record of the `log` crate. Its own target is in a field.
const LOG_CRATE: &str = "log";

/// The layer that writes every record whose level is enabled.
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
    // The `Debug` of a value may panic or log by itself. So it never runs while a span is locked,
    // which would poison or stop the log.

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = cx.span(id) {
            span.extensions_mut().insert(Arc::new(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        let mut newer = Fields::default();
        values.record(&mut newer);
        if let Some(span) = cx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Arc<Fields>>()
        {
            Arc::make_mut(fields).update(newer);
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.take("message").unwrap_or_default();
        let metadata = event.metadata();
        let mut target = None;
        if metadata.target() == LOG_CRATE {
            target = fields.take("log.target");
            fields.remove_all("log.");
        }
        let spans = cx.event_scope(event).into_iter().flat_map(Scope::from_root);
        let spans: Vec<_> = spans
            .map(|span| Span {
                name: span.name(),
                fields: span.extensions().get().cloned().unwrap_or_default(),
            })
            .collect();
        print(&self.format.write(&Entry {
            level: *metadata.level(),
            target: target.as_deref().unwrap_or(metadata.target()),
            message: &message,
            fields: &fields,
            spans: &spans,
        }));
    }
}
