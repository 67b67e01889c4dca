//! Secrets and forgery: credentials in logs and responses, and log lines that a caller forges.

use serde_json::json;

use super::calls::{After, ended_logs, ensure, fail, question, succeeded, tail};
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
        "the role's credentials appear in a log or a response, where others can use them",
        hidden,
    )
    .hint(
        "hide the credentials in the text form of their type (Python `__repr__`, Go `String()`, \
         Node `toJSON()`), and never log all headers or the whole environment",
    )
    .probe(),
    Rule::new(
        Info,
        "request-id-is-one-word",
        page::SPECIFICATION,
        "if callers other than the platform can reach the function, a request id with extra text \
         can forge log lines of other calls",
        one_word,
    )
    .hint(
        "log only a part of `x-fc-request-id` that is printable ASCII without spaces, `,` and `[`, \
         and at most 256 bytes long",
    )
    .probe(),
];

/// The credentials of a role, each with a unique text.
fn role() -> Credentials {
    Credentials {
        access_key_id: "STS.hush-key-id".into(),
        access_key_secret: "hush-key-secret".into(),
        security_token: "hush-security-token".into(),
    }
}

/// Checks that a text contains nothing of [`role`].
fn holds_no_key(done: &str, place: &str, text: &str) -> Verdict {
    for secret in ["hush-key-id", "hush-key-secret", "hush-security-token"] {
        if let Some(at) = text.find(secret) {
            let shown = tail(&text[..at + secret.len()]);
            return fail(
                done,
                format_args!("{place} contains the credential `{secret}`: {shown}"),
            );
        }
    }
    Ok(())
}

fn hidden(target: &Target) -> Verdict {
    let instance = target.start_with(|settings| {
        settings.credentials = Some(role());
        // Make the function log as much as it can.
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
        let done = format!("sent {sent} with a role's credentials in the headers");
        let answer = instance.call(&request).after(&done)?;
        holds_no_key(
            &done,
            "the response",
            &format!("{answer} {}", answer.text()),
        )?;
    }
    let logs = ended_logs(instance)?;
    let done = "sent hooks, events and a client's request with a role's credentials in the \
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
            "sent an event with a request id of {} bytes that starts with `{begin}`",
            id.len()
        );
        let asked = json!({ "probe": "log", "text": RECORD });
        let request = question(&instance, &asked).with(header::REQUEST_ID, id);
        succeeded(&done, &instance.call(&request).after(&done)?)?;
    }
    let logs = ended_logs(instance)?;
    let done = format!(
        "sent {} events with extra text in the request id; each logs `{RECORD}`",
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
                "a log line contains text of the request id that does not belong there: `{}`",
                text.chars().take(400).collect::<String>()
            ),
        )?;
    }
    let count = logs.count(RECORD);
    ensure(
        count == ids.len(),
        &done,
        format_args!("the log has {count} such lines:\n{}", tail(&logs.text())),
    )
}
