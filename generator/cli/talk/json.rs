//! What happens to functions, as JSON objects for a program and for the console.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{Value, json};

use crate::emulator::{self, End, Invocation, Outcome, Stream, Trigger};

/// An event as a JSON object. Durations are in milliseconds, sizes in bytes.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(in crate::cli) enum Object<'a> {
    Started {
        function: &'a str,
        instance: &'a str,
        duration_ms: f64,
    },
    Attached {
        function: &'a str,
        port: u16,
    },
    NotStarted {
        function: &'a str,
        reason: &'a str,
    },
    Unhealthy {
        function: &'a str,
        instance: &'a str,
        reason: &'a str,
    },
    Healthy {
        function: &'a str,
        instance: &'a str,
    },
    Log {
        function: &'a str,
        stream: &'static str,
        line: &'a str,
    },
    Invoked(Call<'a>),
    Deployed {
        function: &'a str,
        warnings: &'a [String],
    },
    Removed {
        function: &'a str,
    },
    QualifierIgnored {
        function: &'a str,
        qualifier: &'a str,
    },
    Retried {
        request_id: &'a str,
        after_ms: Option<f64>,
        attempts: u32,
    },
    Delivered {
        request_id: &'a str,
        destination: &'a str,
    },
    Stopped {
        function: &'a str,
        instance: &'a str,
        why: &'static str,
        exit: Option<String>,
    },
}

/// A call that has ended.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Call<'a> {
    request_id: &'a str,
    function: &'a str,
    trigger: &'static str,
    target: Option<Cow<'a, str>>,
    began_ms: f64,
    duration_ms: f64,
    peak_memory_bytes: Option<u64>,
    cold: bool,
    status: Status,
    error: Option<Error<'a>>,
}

/// What a call came to: a word, or the status of a web function's response.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Status {
    Word(&'static str),
    Http(u16),
}

#[derive(Debug, Serialize)]
struct Error<'a> {
    r#type: &'a str,
    message: &'a str,
}

impl<'a> From<&'a emulator::Event> for Object<'a> {
    fn from(event: &'a emulator::Event) -> Self {
        use emulator::Event;
        match event {
            Event::Started {
                function,
                instance,
                took,
            } => Self::Started {
                function,
                instance,
                duration_ms: milliseconds(*took),
            },
            Event::Attached { function, port } => Self::Attached {
                function,
                port: *port,
            },
            Event::NotStarted { function, reason } => Self::NotStarted { function, reason },
            Event::Unhealthy {
                function,
                instance,
                reason,
            } => Self::Unhealthy {
                function,
                instance,
                reason,
            },
            Event::Healthy { function, instance } => Self::Healthy { function, instance },
            Event::Log { function, line } => Self::Log {
                function,
                stream: match line.stream {
                    Stream::Stdout => "stdout",
                    Stream::Stderr => "stderr",
                },
                line: &line.text,
            },
            Event::Invoked(call) => Self::Invoked(call.into()),
            Event::Deployed { function, warnings } => Self::Deployed { function, warnings },
            Event::Removed { function } => Self::Removed { function },
            Event::QualifierIgnored {
                function,
                qualifier,
            } => Self::QualifierIgnored {
                function,
                qualifier,
            },
            Event::Retried {
                request_id,
                after,
                attempts,
            } => Self::Retried {
                request_id,
                after_ms: after.map(milliseconds),
                attempts: *attempts,
            },
            Event::Delivered {
                request_id,
                destination,
            } => Self::Delivered {
                request_id,
                destination,
            },
            Event::Stopped {
                function,
                instance,
                why,
                status,
            } => Self::Stopped {
                function,
                instance,
                why: match why {
                    End::Idle => "idle",
                    End::Replaced => "replaced",
                    End::TimedOut => "timed_out",
                    End::Cancelled => "cancelled",
                    End::Unhealthy => "unhealthy",
                    End::Exited => "exited",
                    End::Detached => "detached",
                    End::Shutdown => "shutdown",
                    End::OutOfMemory { .. } => "out_of_memory",
                },
                exit: status.map(|status| status.to_string()),
            },
        }
    }
}

impl<'a> From<&'a Invocation> for Call<'a> {
    fn from(call: &'a Invocation) -> Self {
        let (status, error) = match &call.outcome {
            Outcome::Succeeded => (Status::Word("succeeded"), None),
            Outcome::Status(status) => (Status::Http(*status), None),
            Outcome::Failed {
                error_type,
                message,
            } => {
                let error = Error {
                    r#type: error_type,
                    message,
                };
                (Status::Word("failed"), Some(error))
            }
            Outcome::Cancelled => (Status::Word("cancelled"), None),
        };
        let (trigger, target) = match &call.trigger {
            Trigger::Sync => ("sync", None),
            Trigger::Async => ("async", None),
            Trigger::Http { method, target } => ("http", Some(format!("{method} {target}").into())),
            Trigger::Timer(name) => ("timer", Some(name.into())),
        };
        Self {
            request_id: &call.request_id,
            function: &call.function,
            trigger,
            target,
            began_ms: since_epoch(call.began),
            duration_ms: milliseconds(call.duration),
            peak_memory_bytes: call.peak_memory,
            cold: call.cold,
            status,
            error,
        }
    }
}

/// The fields of an event of a project, which has a name if there are several.
pub(in crate::cli) fn with_project(mut fields: Value, project: Option<&str>) -> Value {
    if let Some(name) = project {
        fields["project"] = json!(name);
    }
    fields
}

/// A time in milliseconds since the beginning of 1970.
pub(in crate::cli) fn since_epoch(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).map_or(0.0, milliseconds)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_everything_that_a_program_asks_for() {
        let call = Invocation {
            request_id: "1-2-3-4".into(),
            function: "hello".into(),
            trigger: Trigger::Http {
                method: "GET".into(),
                target: "/x".into(),
            },
            began: SystemTime::UNIX_EPOCH + Duration::from_millis(1500),
            duration: Duration::from_micros(2500),
            peak_memory: Some(4096),
            cold: true,
            outcome: Outcome::Status(418),
        };
        let expected = json!({
            "event": "invoked",
            "request_id": "1-2-3-4",
            "function": "hello",
            "trigger": "http",
            "target": "GET /x",
            "began_ms": 1500.0,
            "duration_ms": 2.5,
            "peak_memory_bytes": 4096,
            "cold": true,
            "status": 418,
            "error": null,
        });
        let event = emulator::Event::Invoked(call);
        let object = serde_json::to_value(Object::from(&event)).expect("JSON");
        assert_eq!(object, expected);
    }
}
