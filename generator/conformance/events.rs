//! An event and its answer: bytes unchanged, success marked, headers lean.

use super::Level::{Must, Should};
use super::ask::{After, ensure, is_plain, plain, send, succeeded};
use super::{Kind, Rule, Target, Unmet, Verdict};
use crate::contract::{STATUS_OK, header, page};
use crate::local::Answer;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "event-bytes",
        page::WEB,
        "events that are no plain text reach the handler altered, or not at all",
        unchanged,
    )
    .probe(),
    Rule::new(
        Must,
        "any-content-type",
        page::WEB,
        "the platform calls every event `application/octet-stream`, whatever it is",
        any_content_type,
    ),
    Rule::new(
        Should,
        "success-marked",
        page::WEB,
        "an event that is not answered with `x-fc-status: 200` is not known to have succeeded",
        success_marked,
    ),
    Rule::new(
        Must,
        "answer-headers",
        page::WEB,
        "the platform refuses answers with over 8 KB of headers or with fields of its own (502)",
        answer_headers,
    ),
];

fn unchanged(target: &Target) -> Verdict {
    let instance = target.start()?;
    let every = (0..=255).collect::<Vec<u8>>();
    let events: [&[u8]; 8] = [
        b"",
        b"\0",
        &every,
        b"\xff\xfe not UTF-8 \xc3\x28",
        b"line\r\n\r\nline\n",
        b"{\"probe\": 1}",
        "\u{feff}\u{4f60}\u{597d}".as_bytes(),
        &every.repeat(1024),
    ];
    for event in events {
        for chunked in [false, true] {
            let mut request = instance.invocation(event);
            if chunked {
                request = request.chunked();
            }
            let framing = if chunked {
                "in chunks"
            } else {
                "with its length"
            };
            let begin = event[..event.len().min(40)].escape_ascii();
            let done = format!("sent {} bytes {framing}: `{begin}`", event.len());
            let answer = send(&instance, &request, &done)?;
            ensure(answer.body == event, || format!("{done}: {answer}"))?;
        }
    }
    Ok(())
}

fn any_content_type(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = plain(target, &instance);
    for sent in [
        None,
        Some("application/octet-stream"),
        Some("text/plain"),
        Some("nonsense"),
    ] {
        let request = match sent {
            None => request.clone().without(header::CONTENT_TYPE),
            Some(sent) => request.clone().with(header::CONTENT_TYPE, sent),
        };
        let done = format!("sent a call with the content type {sent:?}");
        is_plain(target, &done, &instance.call(&request).after(&done)?)?;
    }
    Ok(())
}

fn success_marked(target: &Target) -> Verdict {
    let instance = target.start()?;
    let answer = instance.invoke(&target.event).after("sent an event")?;
    if target.kind == Kind::Web && !answer.is_success() {
        return Err(Unmet::NotChecked(
            "it takes no events, only clients' requests".into(),
        ));
    }
    succeeded("sent an event", &answer)?;
    ensure(
        answer.headers.get(header::STATUS) == Some(STATUS_OK),
        || format!("sent an event, and the answer has no `x-fc-status: 200`: {answer}"),
    )
}

fn answer_headers(target: &Target) -> Verdict {
    let instance = target.start()?;
    let mut answers = vec![
        instance.initialize().after("sent POST /initialize")?,
        instance
            .call(&plain(target, &instance))
            .after("sent a call")?,
    ];
    if target.probe {
        for probe in ["fail", "panic"] {
            let event = serde_json::json!({ "probe": probe, "message": "wanted" }).to_string();
            answers.push(
                instance
                    .invoke(event.as_bytes())
                    .after("sent a call that fails")?,
            );
        }
    }
    answers
        .iter()
        .try_for_each(|answer| lean("sent a call", answer))
}

/// Checks that the headers of an answer are few, and none of them the platform's own.
pub(super) fn lean(done: &str, answer: &Answer) -> Verdict {
    let size: usize = answer
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    ensure(size <= crate::contract::ANSWER_HEADER_LIMIT, || {
        format!("{done}: {size} bytes of headers: {answer}")
    })?;
    for (name, value) in answer.headers.iter() {
        let name = name.to_ascii_lowercase();
        let reserved = header::RESERVED_IN_ANSWERS.contains(&&*name)
            || (name.starts_with(header::PREFIX) && name != header::STATUS)
            || (name == header::CONTENT_DISPOSITION && value.starts_with("attachment"));
        ensure(!reserved, || {
            format!("{done}: `{name}` is the platform's own: {answer}")
        })?;
    }
    Ok(())
}
