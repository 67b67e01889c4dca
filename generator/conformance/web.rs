//! Web functions: requests and responses must pass through unchanged.

mod no_body;
mod requests;

use no_body::no_body;
use requests::requests;

use super::calls::{After, ensure, json, tail, works};
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
        "the router sees a different method, path, query, header or body than the client sent",
        requests,
    )
    .hint(
        "pass requests to the router unchanged: do not decode or normalize paths, do not drop \
         methods, repeated headers or bytes of the body, and accept bodies of 3 MB",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Must,
        "web-answers",
        page::WEB,
        "the client sees a different status, header or body than the router sent",
        answers,
    )
    .hint("send the router's status, headers and body unchanged, including errors (4xx, 5xx)")
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Info,
        "web-answer-headers",
        page::WEB,
        "the platform reserves some response headers, and clients never see values that the \
         function sets there",
        answer_headers,
    )
    .hint(
        "set no `x-fc-` header in responses to clients. Do not rely on `Connection`, `Keep-Alive`, \
         `Server` or `Content-Disposition: attachment`; it does no harm if a server adds them by \
         itself",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Must,
        "web-no-body",
        page::WEB,
        "after a response without a body, the client misreads the next response on the connection",
        no_body,
    )
    .hint("send no bytes after the headers of a response to `HEAD` or with status 204 or 304")
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Must,
        "web-panic",
        page::CONCURRENCY,
        "one request that hits a bug ends the instance or never gets a response",
        panic,
    )
    .hint(
        "catch everything that a handler throws and respond with 500: put an error handler around \
         the router",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Should,
        "web-panic-told",
        page::CONCURRENCY,
        "the client sees internal error details, or the log does not show the error",
        panic_reported,
    )
    .hint(
        "log the error and respond with a plain 500: run Flask without `debug=True`, Express with \
         `NODE_ENV=production`",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Should,
        "web-context",
        page::CONTEXT,
        "the router cannot know the context of a request, such as its request id",
        context,
    )
    .hint("also read `x-fc-request-id` and `x-fc-function-memory` from requests of clients")
    .probe()
    .only(FunctionKind::Web),
];

fn answers(target: &Target) -> Verdict {
    let instance = target.start()?;
    for status in [
        200, 201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 418, 429, 500, 503,
    ] {
        let done = format!("sent GET /status/{status}");
        // A separate connection for each request keeps the responses independent.
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
            format_args!("expected status {status} with `x-probe: status` and {told}: {answer}"),
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
                "the response has `{}`, which is for events only: {answer}",
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
        format_args!("expected a server error (5xx): {answer}"),
    )?;
    works(target, &instance, done)
}

fn panic_reported(target: &Target) -> Verdict {
    const WHY: &str = "probe panicked";
    let instance = target.start()?;
    let done = format!("sent GET /panic, which fails with `{WHY}`");
    // `web-panic` checks whether there is a response at all.
    if let Ok(answer) = instance.call(&instance.client("GET", "/panic")) {
        let text = answer.text();
        ensure(
            !text.contains(WHY),
            &done,
            format_args!("the client can read it: {text}"),
        )?;
    }
    let logs = instance.logs();
    let line = logs.wait_for(instance.patience(), |line| line.text.contains(WHY));
    ensure(
        line.is_some(),
        &done,
        format_args!("the log does not contain it:\n{}", tail(&logs.text())),
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
