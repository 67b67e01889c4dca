//! What passes through a web function: requests and answers as client and router wrote them.

mod no_body;
mod requests;

use no_body::no_body;
use requests::requests;

use super::calls::{After, cut, ensure, json, works};
use super::events::lean;
use super::rule::Level::{Info, Must, Should};
use super::rule::Rule;
use super::target::{FunctionKind, Target};
use super::verdict::Verdict;
use crate::platform::{header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "web-requests",
        page::WEB,
        "the router sees another method, path, query, header or body than the client sent",
        requests,
    )
    .hint(
        "hand requests to the router as they came: no path that is decoded or tidied up, no \
         method, repeated header or byte of the body left out, and bodies of 3 MB let in",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Must,
        "web-answers",
        page::WEB,
        "the client sees another status, header or body than the router answered",
        answers,
    )
    .hint("send the router's status, headers and body as they are, errors (4xx, 5xx) too")
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Info,
        "web-answer-headers",
        page::WEB,
        "the platform keeps some header fields to itself, and clients do not see what is set there",
        answer_headers,
    )
    .hint(
        "set no `x-fc-` header in answers to clients, and rely on no `Connection`, `Keep-Alive`, \
         `Server` or `Content-Disposition: attachment` to reach them: that a server adds some by \
         itself does no harm",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Must,
        "web-no-body",
        page::WEB,
        "after an answer without a body the connection is out of step",
        no_body,
    )
    .hint("send no byte after the headers of an answer to `HEAD`, and of a 204 and a 304")
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Must,
        "web-panic",
        page::CONCURRENCY,
        "one request that meets a bug ends the instance, or never gets an answer",
        panic,
    )
    .hint("catch what a handler throws, answer 500, and go on: an error handler around the router")
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Should,
        "web-panic-told",
        page::CONCURRENCY,
        "the client reads what went wrong inside, or the log has no word of it",
        panic_told,
    )
    .hint(
        "log what was thrown, and answer a plain 500: Flask without `debug=True`, Express with \
         `NODE_ENV=production`",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Should,
        "web-context",
        page::CONTEXT,
        "the router does not know the request it answers",
        context,
    )
    .hint("read `x-fc-request-id` and `x-fc-function-memory` from clients' requests too")
    .probe()
    .only(FunctionKind::Web),
];

fn answers(target: &Target) -> Verdict {
    let instance = target.start()?;
    for status in [
        200, 201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 418, 429, 500, 503,
    ] {
        let done = format!("sent GET /status/{status}");
        // On a connection of its own, each answer is judged by itself.
        let mut connection = instance.connect().after(&done)?;
        let request = instance.client("GET", &format!("/status/{status}"));
        let answer = connection
            .call(&request, instance.patience())
            .after(&done)?;
        let own = answer.headers.get("x-probe") == Some("status");
        let (body, told) = match status {
            204 | 304 => (String::new(), "no body".to_owned()),
            _ => (
                format!("status {status}"),
                format!("the body `status {status}`"),
            ),
        };
        ensure(
            answer.status == status && own && answer.body == body.as_bytes(),
            &done,
            format_args!("not the status {status} with `x-probe: status` and {told}: {answer}"),
        )?;
    }
    Ok(())
}

fn answer_headers(target: &Target) -> Verdict {
    let instance = target.start()?;
    for path in ["/echo/a", "/status/200", "/status/404", "/status/500"] {
        let done = format!("sent GET {path}");
        let answer = instance.call(&instance.client("GET", path)).after(&done)?;
        lean(&done, &answer)?;
        ensure(
            answer.headers.get(header::STATUS).is_none(),
            &done,
            format_args!(
                "the answer has `{}`, which is for events: {answer}",
                header::STATUS
            ),
        )?;
    }
    Ok(())
}

fn panic(target: &Target) -> Verdict {
    let instance = target.start()?;
    let done = "sent GET /panic";
    let answer = instance
        .call(&instance.client("GET", "/panic"))
        .after(done)?;
    ensure(
        (500..600).contains(&answer.status),
        done,
        format_args!("the status is none of an error of the server (5xx): {answer}"),
    )?;
    works(target, &instance, done)
}

fn panic_told(target: &Target) -> Verdict {
    const WHY: &str = "probe panicked";
    let instance = target.start()?;
    let done = format!("sent GET /panic, which fails with `{WHY}`");
    // Whether there is an answer at all is for `web-panic`.
    if let Ok(answer) = instance.call(&instance.client("GET", "/panic")) {
        let text = answer.text();
        ensure(
            !text.contains(WHY),
            &done,
            format_args!("the client was told: {text}"),
        )?;
    }
    let logs = instance.logs();
    let line = logs.wait_for(instance.patience(), |line| line.text.contains(WHY));
    ensure(
        line.is_some(),
        &done,
        format_args!("its log does not say so:\n{}", cut(&logs.text())),
    )
}

fn context(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = instance
        .client("GET", "/context")
        .with(header::FUNCTION_MEMORY, "1024");
    let done = format!(
        "sent GET /context with the request id {} and 1024 MB",
        request.id()
    );
    let context = json(&done, &instance.call(&request).after(&done)?)?;
    ensure(
        context["requestId"] == request.id() && context["memoryMb"] == 1024,
        &done,
        format_args!(
            "the router saw the request id {} and the memory {}",
            context["requestId"], context["memoryMb"]
        ),
    )
}
