//! What happens to functions, as lines of JSON for a program.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::emulator::{End, Event, Invocation, Outcome, Stream, Trigger};

/// An event as a JSON object. Durations are in milliseconds, sizes in bytes.
pub(super) fn object(event: &Event) -> Value {
    match event {
        Event::Started {
            function,
            instance,
            took,
        } => json!({
            "event": "started",
            "function": function,
            "instance": instance,
            "duration_ms": milliseconds(*took),
        }),
        Event::Attached { function, port } => json!({
            "event": "attached",
            "function": function,
            "port": port,
        }),
        Event::NotStarted { function, reason } => json!({
            "event": "not_started",
            "function": function,
            "reason": reason,
        }),
        Event::Unhealthy {
            function,
            instance,
            reason,
        } => json!({
            "event": "unhealthy",
            "function": function,
            "instance": instance,
            "reason": reason,
        }),
        Event::Healthy { function, instance } => json!({
            "event": "healthy",
            "function": function,
            "instance": instance,
        }),
        Event::Log { function, line } => json!({
            "event": "log",
            "function": function,
            "stream": match line.stream {
                Stream::Stdout => "stdout",
                Stream::Stderr => "stderr",
            },
            "line": line.text,
        }),
        Event::Invoked(call) => invoked(call),
        Event::QualifierIgnored {
            function,
            qualifier,
        } => json!({
            "event": "qualifier_ignored",
            "function": function,
            "qualifier": qualifier,
        }),
        Event::Retried {
            request_id,
            after,
            attempts,
        } => json!({
            "event": "retried",
            "request_id": request_id,
            "after_ms": after.map(milliseconds),
            "attempts": attempts,
        }),
        Event::Delivered {
            request_id,
            destination,
        } => json!({
            "event": "delivered",
            "request_id": request_id,
            "destination": destination,
        }),
        Event::Stopped {
            function,
            instance,
            why,
            status,
        } => json!({
            "event": "stopped",
            "function": function,
            "instance": instance,
            "why": match why {
                End::Idle => "idle",
                End::Replaced => "replaced",
                End::TimedOut => "timed_out",
                End::OutOfMemory { .. } => "out_of_memory",
                End::Cancelled => "cancelled",
                End::Unhealthy => "unhealthy",
                End::Exited => "exited",
                End::Detached => "detached",
                End::Shutdown => "shutdown",
            },
            "exit": status.map(|status| status.to_string()),
        }),
    }
}

fn invoked(call: &Invocation) -> Value {
    let (status, error) = match &call.outcome {
        Outcome::Succeeded => (json!("succeeded"), None),
        Outcome::Status(status) => (json!(status), None),
        Outcome::Failed {
            error_type,
            message,
        } => {
            let error = json!({ "type": error_type, "message": message });
            (json!("failed"), Some(error))
        }
        Outcome::Cancelled => (json!("cancelled"), None),
    };
    let (trigger, target) = match &call.trigger {
        Trigger::Sync => ("sync", None),
        Trigger::Async => ("async", None),
        Trigger::Http { method, target } => ("http", Some(format!("{method} {target}"))),
        Trigger::Timer(name) => ("timer", Some(name.clone())),
    };
    json!({
        "event": "invoked",
        "request_id": call.request_id,
        "function": call.function,
        "trigger": trigger,
        "target": target,
        "began_ms": since_epoch(call.began),
        "duration_ms": milliseconds(call.duration),
        "peak_memory_bytes": call.peak_memory,
        "cold": call.cold,
        "status": status,
        "error": error,
    })
}

/// A time in milliseconds since the beginning of 1970.
pub(super) fn since_epoch(time: SystemTime) -> f64 {
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
        assert_eq!(object(&Event::Invoked(call)), expected);
    }
}
