//! What must never be seen: keys in logs and answers, and log lines that a caller wrote.

use serde_json::json;

use super::Level::{Must, Should};
use super::ask::{After, cut, ended_logs, ensure, question, succeeded};
use super::{Rule, Target, Verdict};
use crate::contract::{env, header, marker, page};
use crate::local::{Credentials, Hook};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "secrets-hidden",
        page::CONTEXT,
        "the keys of the role stand in a log or an answer for others to use",
        hidden,
    )
    .probe(),
    Rule::new(
        Should,
        "request-id-is-one-word",
        page::SPECIFICATION,
        "a request id that holds other text forges log lines of other calls",
        one_word,
    )
    .probe(),
];

fn hidden(target: &Target) -> Verdict {
    let role = Credentials {
        access_key_id: "STS.hush-key-id".into(),
        access_key_secret: "hush-key-secret".into(),
        security_token: "hush-security-token".into(),
    };
    let instance = target.start_with(|settings| {
        settings.credentials = Some(role);
        // Whatever the function can be made to log, it logs.
        settings.env.push(("RUST_LOG".into(), "trace".into()));
        settings.env.push((env::LOG_MARKERS.into(), "on".into()));
    })?;
    let mut seen = String::new();
    for request in [
        instance.hook(Hook::Initialize),
        question(&instance, &json!({ "probe": "debug" })),
        question(&instance, &json!({ "probe": "secret-error" })),
        question(
            &instance,
            &json!({ "probe": "panic", "message": "at the disco" }),
        ),
        instance.invocation(b"plain"),
        instance.client("GET", "/nowhere"),
        instance.hook(Hook::PreStop),
    ] {
        let done = format!("sent {} {}", request.method, request.target);
        let answer = instance.call(&request).after(&done)?;
        seen.push_str(&answer.to_string());
        seen.push_str(&answer.text());
    }
    let logs = ended_logs(instance)?;
    seen.push_str(&logs.text());
    for secret in ["hush-key-id", "hush-key-secret", "hush-security-token"] {
        let place = seen.find(secret);
        ensure(place.is_none(), || {
            let end = place.unwrap_or_default() + secret.len();
            format!(
                "sent keys and asked for errors: `{secret}` came out: {}",
                cut(&seen[..end])
            )
        })?;
    }
    Ok(())
}

fn one_word(target: &Target) -> Verdict {
    const LONGEST: usize = 256;
    let instance = target.start_with(|settings| {
        settings.env.push((env::LOG_MARKERS.into(), "on".into()));
    })?;
    let ids = [
        "1-a, Error: Unhandled function error".into(),
        "1-b FC Invoke End RequestId: 1-c".into(),
        "1-d [ERROR] forged".into(),
        "2026-01-01T00:00:00.000 \u{4f60} \u{2028}".into(),
        "x".repeat(5000),
    ];
    for id in &ids {
        let done = format!("sent the request id `{}`", &id[..id.len().min(40)]);
        let asked = json!({ "probe": "log", "text": "a record" });
        let request = question(&instance, &asked).with(header::REQUEST_ID, id);
        succeeded(&done, &instance.call(&request).after(&done)?)?;
    }
    let logs = ended_logs(instance)?;
    for line in logs.lines() {
        let text = &line.text;
        let of_invoke = text.strip_prefix(marker::INVOKE_START);
        let id = match of_invoke.or_else(|| text.strip_prefix(marker::INVOKE_END)) {
            Some(id) => id,
            None if text.contains("a record") => text.split(' ').nth(1).unwrap_or_default(),
            None => continue,
        };
        let plain = |c: char| c.is_ascii_graphic() && c != ',' && c != '[';
        let record = text.ends_with(" [INFO] a record");
        let whole = of_invoke.is_some() || text.starts_with(marker::INVOKE_END) || record;
        ensure(
            whole && id.len() <= LONGEST && id.chars().all(plain),
            || format!("sent request ids with other text in them, which came in the log: `{text}`"),
        )?;
    }
    ensure(logs.count("a record") == ids.len(), || {
        format!("logged {} records:\n{}", ids.len(), cut(&logs.text()))
    })
}
