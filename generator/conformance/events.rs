//! Events and their responses: unchanged bytes, marked successes, few headers.

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
        "events that are not plain text reach the handler altered or not at all",
        unchanged,
    )
    .hint(
        "read the body as bytes and return bytes, without decoding them as text: Flask \
         `request.get_data()`, Express `express.raw({ type: () => true })`, Go `io.ReadAll`",
    )
    .probe(),
    Rule::new(
        Should,
        "event-in-chunks",
        page::WEB,
        "a chunked body, which HTTP/1.1 allows, reaches the handler altered or empty",
        in_chunks,
    )
    .hint(
        "do not rely on `Content-Length`: without it, read to the end of the chunks, or use a \
         server that fully supports HTTP/1.1",
    )
    .probe(),
    Rule::new(
        Should,
        "any-content-type",
        page::WEB,
        "the platform sends every event as `application/octet-stream`, and other callers send any \
         type; a function that requires a certain type rejects their calls",
        any_content_type,
    )
    .hint(
        "read the body regardless of its type: Flask `request.get_data()` or \
         `request.get_json(force=True)`, Express `express.raw({ type: () => true })`",
    ),
    Rule::new(
        Info,
        "success-marked",
        page::WEB,
        "an event without `x-fc-status` counts as a success whatever the result; the platform's \
         documentation recommends marking each response",
        success_marked,
    )
    .hint("respond to a successful event with status 200 and the header `x-fc-status: 200`"),
    Rule::new(
        Must,
        "answer-headers",
        page::WEB,
        "the platform replaces a response that has more than 8 KB of headers with a 502",
        |target| each_answer(target, lean),
    )
    .hint(
        "keep the names and values of all headers of a response below 8,192 bytes in total; put \
         long values, such as a trace or a token, into the body",
    ),
    Rule::new(
        Info,
        "answer-fields",
        page::WEB,
        "the platform reserves some response headers, so values that a function sets there never \
         reach its caller",
        |target| each_answer(target, unreserved),
    )
    .hint(
        "set no `x-fc-…` header except `x-fc-status`. Do not rely on `Server`, `Connection`, \
         `Keep-Alive`, `Upgrade` or `Content-Disposition: attachment`; many servers add these by \
         themselves, which does no harm",
    ),
];

/// Sends each event, which must come back unchanged.
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
            "sent an event of {} bytes {framing} that must come back unchanged: `{begin}`",
            event.len()
        );
        let answer = send(&instance, &request, &done)?;
        ensure(
            answer.body == **event,
            &done,
            format_args!("different bytes came back: {answer}"),
        )?;
    }
    Ok(())
}

/// Sends all byte values, text in several encodings or none, and text that looks like HTTP.
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

/// The largest event that the platform accepts.
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

/// Skips a rule if this response shows that a web function accepts no events.
pub(super) fn takes_events(target: &Target, answer: &Answer) -> Verdict {
    if target.kind == FunctionKind::Web && !answer.is_success() {
        return not_checked("the function accepts only requests of clients, not events");
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
        format_args!("the response has no `x-fc-status: 200`: {answer}"),
    )
}

/// Checks the responses to a hook, to a plain call, and to calls that fail.
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
        requests.push(("sent the failing event", instance.invocation(event)));
    }
    let limit = instance.patience();
    requests.iter().try_for_each(|(done, request)| {
        let answer = instance.call_within(request, limit).after(done)?;
        check(done, &answer)
    })
}

/// Checks that the headers of a response are within the limit.
pub(super) fn lean(done: &str, answer: &Answer) -> Verdict {
    let sizes = answer.headers.iter();
    let size: usize = sizes.map(|(name, value)| name.len() + value.len()).sum();
    ensure(
        size <= ANSWER_HEADER_LIMIT,
        done,
        format_args!("the headers have {size} bytes; the limit is {ANSWER_HEADER_LIMIT}: {answer}"),
    )
}

/// Checks that a response sets no header that the platform reserves.
fn unreserved(done: &str, answer: &Answer) -> Verdict {
    for (name, value) in answer.headers.iter() {
        let name = name.to_ascii_lowercase();
        let reserved = header::RESERVED_IN_ANSWERS.contains(&&*name)
            || (name.starts_with(header::PREFIX) && name != header::STATUS)
            || (name == header::CONTENT_DISPOSITION && value.starts_with("attachment"));
        ensure(
            !reserved,
            done,
            format_args!("the platform reserves the header `{name}: {value}`: {answer}"),
        )?;
    }
    Ok(())
}
