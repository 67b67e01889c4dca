//! An event and its answer: bytes unchanged, success marked, headers lean.

use super::calls::{After, ensure, is_plain, not_checked, plain, send, succeeded};
use super::rule::Level::{Info, Must, Should};
use super::rule::Rule;
use super::target::{FunctionKind, Target};
use super::verdict::Verdict;
use crate::emulator::{Answer, Hook};
use crate::platform::{ANSWER_HEADER_LIMIT, EVENT_LIMIT, STATUS_OK, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "event-bytes",
        page::WEB,
        "events that are no plain text reach the handler altered, or not at all",
        unchanged,
    )
    .hint(
        "read the body as bytes and answer bytes, without a character set in between: Flask \
         `request.get_data()`, Express `express.raw({ type: () => true })`, Go `io.ReadAll`",
    )
    .probe(),
    Rule::new(
        Should,
        "event-in-chunks",
        page::WEB,
        "a body that comes in chunks, as HTTP/1.1 allows, reaches the handler altered or empty",
        in_chunks,
    )
    .hint(
        "do not read only as much as `Content-Length` says: where it is missing, read to the end of \
         the chunks, or let a server do so that speaks HTTP/1.1 in full",
    )
    .probe(),
    Rule::new(
        Should,
        "any-content-type",
        page::WEB,
        "the platform calls every event `application/octet-stream`, whatever it is, and other \
         callers call it what they like: a function that insists on a type refuses calls",
        any_content_type,
    )
    .hint(
        "read the body whatever its type: Flask `request.get_data()` or \
         `request.get_json(force=True)`, Express `express.raw({ type: () => true })`",
    ),
    Rule::new(
        Info,
        "success-marked",
        page::WEB,
        "an event without `x-fc-status` counts as a success whatever came of it; the page advises \
         to mark each answer",
        success_marked,
    )
    .hint("answer an event that succeeded with the status 200 and the header `x-fc-status: 200`"),
    Rule::new(
        Must,
        "answer-headers",
        page::WEB,
        "the platform answers 502 in the place of an answer with over 8 KB of headers",
        |target| each_answer(target, lean),
    )
    .hint(
        "keep the names and values of all headers of an answer below 8,192 bytes together: what is \
         long, as a trace or a token, belongs in the body",
    ),
    Rule::new(
        Info,
        "answer-fields",
        page::WEB,
        "the platform takes some header fields for its own, so what a function sets in them never \
         reaches its caller",
        |target| each_answer(target, unreserved),
    )
    .hint(
        "set no `x-fc-…` but `x-fc-status`, and do not count on `Server`, `Connection`, \
         `Keep-Alive`, `Upgrade` or `Content-Disposition: attachment`, which many servers add by \
         themselves",
    ),
];

/// Sends each event, which must come back as it is.
fn echoed(target: &Target, chunked: bool, events: &[&[u8]]) -> Verdict {
    let instance = target.start()?;
    for event in events {
        let mut request = instance.invocation(event);
        if chunked {
            request = request.chunked();
        }
        let framing = if chunked {
            "in chunks"
        } else {
            "with `Content-Length`"
        };
        let begin = event[..event.len().min(40)].escape_ascii();
        let done = format!(
            "sent an event of {} bytes {framing}: `{begin}`, for the same to come back",
            event.len()
        );
        let answer = send(&instance, &request, &done)?;
        ensure(
            answer.body == **event,
            &done,
            format_args!("other bytes came: {answer}"),
        )?;
    }
    Ok(())
}

/// Sends bytes of every value, text in no and in other encodings, and what looks like lines of HTTP.
fn echoed_bytes(target: &Target, chunked: bool) -> Verdict {
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
    echoed(target, chunked, &events)
}

fn unchanged(target: &Target) -> Verdict {
    echoed_bytes(target, false)
}

fn in_chunks(target: &Target) -> Verdict {
    echoed_bytes(target, true)?;
    echoed(target, true, &[&largest_event()])
}

/// The largest event that the platform takes.
pub(super) fn largest_event() -> Vec<u8> {
    (0..=250).cycle().take(EVENT_LIMIT).collect()
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
        let (request, done) = match sent {
            None => (
                request.clone().without(header::CONTENT_TYPE),
                "sent a call without `Content-Type`".to_owned(),
            ),
            Some(sent) => (
                request.clone().with(header::CONTENT_TYPE, sent),
                format!("sent a call with `Content-Type: {sent}`"),
            ),
        };
        is_plain(target, &done, &instance.call(&request).after(&done)?)?;
    }
    Ok(())
}

/// Says that a web function cannot be tried, if this is its answer to an event.
pub(super) fn takes_events(target: &Target, answer: &Answer) -> Verdict {
    if target.kind == FunctionKind::Web && !answer.is_success() {
        return not_checked("it takes no events, only clients' requests");
    }
    Ok(())
}

fn success_marked(target: &Target) -> Verdict {
    let instance = target.start()?;
    let done = "sent an event";
    let answer = instance.invoke(&target.event).after(done)?;
    takes_events(target, &answer)?;
    succeeded(done, &answer)?;
    ensure(
        answer.headers.get(header::STATUS) == Some(STATUS_OK),
        done,
        format_args!("the answer has no `x-fc-status: 200`: {answer}"),
    )
}

/// Checks the answers to a hook, to a plain call, and to calls that fail.
fn each_answer(target: &Target, check: fn(&str, &Answer) -> Verdict) -> Verdict {
    let instance = target.start()?;
    let mut requests = vec![
        ("sent POST /initialize", instance.hook(Hook::Initialize)),
        ("sent a call", plain(target, &instance)),
    ];
    if target.kind == FunctionKind::Web {
        requests.push(("sent a client's GET", instance.client("GET", &target.path)));
    }
    if target.probe {
        for (done, probe) in [
            ("sent an event that asks to fail", "fail"),
            ("sent an event that asks to panic", "panic"),
        ] {
            let event = serde_json::json!({ "probe": probe, "message": "wanted" }).to_string();
            requests.push((done, instance.invocation(event.as_bytes())));
        }
    } else if let Some(event) = &target.failing_event {
        requests.push(("sent the event that fails", instance.invocation(event)));
    }
    let limit = instance.patience();
    requests.iter().try_for_each(|(done, request)| {
        let answer = instance.call_within(request, limit).after(done)?;
        check(done, &answer)
    })
}

/// Checks that the headers of an answer are few.
pub(super) fn lean(done: &str, answer: &Answer) -> Verdict {
    let sizes = answer.headers.iter();
    let size: usize = sizes.map(|(name, value)| name.len() + value.len()).sum();
    ensure(
        size <= ANSWER_HEADER_LIMIT,
        done,
        format_args!("{size} bytes of headers, of the {ANSWER_HEADER_LIMIT} allowed: {answer}"),
    )
}

/// Checks that no header of an answer is the platform's own.
fn unreserved(done: &str, answer: &Answer) -> Verdict {
    for (name, value) in answer.headers.iter() {
        let name = name.to_ascii_lowercase();
        let reserved = header::RESERVED_IN_ANSWERS.contains(&&*name)
            || (name.starts_with(header::PREFIX) && name != header::STATUS)
            || (name == header::CONTENT_DISPOSITION && value.starts_with("attachment"));
        ensure(
            !reserved,
            done,
            format_args!("`{name}: {value}` is the platform's own field: {answer}"),
        )?;
    }
    Ok(())
}
