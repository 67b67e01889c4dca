//! What must never be seen: keys in logs and answers, and log lines that a caller wrote.

use serde_json::json;

use super::calls::{After, cut, ended_logs, ensure, fail, question, succeeded};
use super::rule::Level::{Info, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::Verdict;
use crate::emulator::{Credentials, Hook};
use crate::platform::{env, header, marker, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "secrets-hidden",
        page::CONTEXT,
        "the keys of the role stand in a log or an answer for others to use",
        hidden,
    )
    .hint(
        "give the type that holds the keys a text form without them (Python `__repr__`, Go \
         `String()`, Node `toJSON()`), and log neither all headers nor the whole environment",
    )
    .probe(),
    Rule::new(
        Info,
        "request-id-is-one-word",
        page::SPECIFICATION,
        "a request id that holds other text forges log lines of other calls, where anything but \
         the platform reaches the function",
        one_word,
    )
    .hint(
        "log of `x-fc-request-id` only what is printable ASCII without spaces, `,` and `[`, and at \
         most 256 bytes",
    )
    .probe(),
];

/// The keys of a role, each with a text that nothing else has.
fn role() -> Credentials {
    Credentials {
        access_key_id: "STS.hush-key-id".into(),
        access_key_secret: "hush-key-secret".into(),
        security_token: "hush-security-token".into(),
    }
}

/// Checks that a text holds nothing of [`role`].
fn holds_no_key(done: &str, place: &str, text: &str) -> Verdict {
    for secret in ["hush-key-id", "hush-key-secret", "hush-security-token"] {
        if let Some(at) = text.find(secret) {
            let shown = cut(&text[..at + secret.len()]);
            return fail(
                done,
                format_args!("{place} has the key `{secret}`: {shown}"),
            );
        }
    }
    Ok(())
}

fn hidden(target: &Target) -> Verdict {
    let instance = target.start_with(|settings| {
        settings.credentials = Some(role());
        // Whatever the function can be made to log, it logs.
        settings.env.push(("RUST_LOG".into(), "trace".into()));
        settings.env.push((env::LOG_MARKERS.into(), "on".into()));
    })?;
    let ask = |asked| question(&instance, &asked);
    for (sent, request) in [
        ("POST /initialize", instance.hook(Hook::Initialize)),
        ("the event `debug`", ask(json!({ "probe": "debug" }))),
        (
            "the event `secret-error`",
            ask(json!({ "probe": "secret-error" })),
        ),
        (
            "the event `panic`",
            ask(json!({ "probe": "panic", "message": "at the disco" })),
        ),
        ("a plain event", instance.invocation(b"plain")),
        ("GET /nowhere", instance.client("GET", "/nowhere")),
        ("GET /pre-stop", instance.hook(Hook::PreStop)),
    ] {
        let done = format!("sent {sent} with the keys of a role in its headers");
        let answer = instance.call(&request).after(&done)?;
        holds_no_key(&done, "the answer", &format!("{answer} {}", answer.text()))?;
    }
    let logs = ended_logs(instance)?;
    let done = "sent hooks, events and a client's request with the keys of a role in their \
                headers, then SIGTERM";
    holds_no_key(done, "the log", &logs.text())
}

fn one_word(target: &Target) -> Verdict {
    const LONGEST: usize = 256;
    const RECORD: &str = "a record";
    let instance = target.start_with(|settings| {
        settings.env.push((env::LOG_MARKERS.into(), "on".into()));
    })?;
    let ids: [String; 5] = [
        "1-a, Error: Unhandled function error".into(),
        "1-b FC Invoke End RequestId: 1-c".into(),
        "1-d [ERROR] forged".into(),
        "2026-01-01T00:00:00.000 \u{4f60} \u{2028}".into(),
        "x".repeat(5000),
    ];
    for id in &ids {
        let begin = id.chars().take(40).collect::<String>();
        let done = format!(
            "sent an event with a request id of {} bytes, `{begin}`",
            id.len()
        );
        let asked = json!({ "probe": "log", "text": RECORD });
        let request = question(&instance, &asked).with(header::REQUEST_ID, id);
        succeeded(&done, &instance.call(&request).after(&done)?)?;
    }
    let logs = ended_logs(instance)?;
    let done = format!(
        "sent {} events with other text in the request id, each of which logs `{RECORD}`",
        ids.len()
    );
    for line in logs.lines() {
        let text = &line.text;
        let of_marker = [marker::INVOKE_START, marker::INVOKE_END]
            .iter()
            .find_map(|marker| text.strip_prefix(marker));
        let in_form = text.ends_with(&format!(" [INFO] {RECORD}"));
        let id = of_marker.or_else(|| in_form.then(|| text.split(' ').nth(1)).flatten());
        let plain = |c: char| c.is_ascii_graphic() && c != ',' && c != '[';
        let one_word = |id: &str| id.len() <= LONGEST && id.chars().all(plain);
        let as_sent = ids.iter().any(|id| text.contains(id));
        ensure(
            !as_sent && id.is_none_or(one_word),
            &done,
            format_args!(
                "a line of its log has text of the id where one word belongs: `{}`",
                text.chars().take(400).collect::<String>()
            ),
        )?;
    }
    let count = logs.count(RECORD);
    ensure(
        count == ids.len(),
        &done,
        format_args!("its log has {count} lines with it:\n{}", cut(&logs.text())),
    )
}
