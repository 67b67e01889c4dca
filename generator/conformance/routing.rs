//! The kind of a call: the control path decides first, then the request path.

use super::calls::{After, ensure, fail, inits, succeeded, wait_line, works};
use super::rule::Level::{Info, Must, Should};
use super::rule::Rule;
use super::target::{FunctionKind, Target};
use super::verdict::Verdict;
use crate::emulator::{Request, Signal};
use crate::platform::{header, page, path};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Info,
        "control-path-invoke",
        page::CONTEXT,
        "the control path identifies an event, whatever its request path; the platform is only \
         known to send events to /invoke",
        event_by_control_path,
    )
    .hint(CONTROL_PATH_HINT)
    .probe(),
    Rule::new(
        Info,
        "control-path-initialize",
        page::CONTEXT,
        "the control path identifies the initializer, whatever its request path; the platform is \
         only known to send it to /initialize",
        initialize_by_control_path,
    )
    .hint(CONTROL_PATH_HINT)
    .probe(),
    Rule::new(
        Should,
        "no-control-path",
        page::WEB,
        "the function does not understand callers that send no control path, such as older \
         platforms and tools",
        by_path_alone,
    )
    .hint(CONTROL_PATH_HINT)
    .probe(),
    Rule::new(
        Info,
        "client-of-event-function",
        page::CONTEXT,
        "once the function gets an HTTP trigger, it treats requests of HTTP clients as events",
        client_of_event_function,
    )
    .hint(
        "respond with 404 to a request whose `x-fc-control-path` is `/http-invoke`, and to paths \
         that the platform does not use",
    )
    .only(FunctionKind::Event),
    Rule::new(
        Must,
        "client-paths-are-free",
        page::CONTEXT,
        "a web function mistakes a client's /invoke, /initialize or /pre-stop for the platform's, \
         so a client can stop the instance",
        client_paths,
    )
    .hint(
        "pass every request whose `x-fc-control-path` is `/http-invoke` to the routes of the web \
         function, whatever its path; clients cannot set that header themselves",
    )
    .probe()
    .only(FunctionKind::Web),
];

const CONTROL_PATH_HINT: &str = "distinguish calls by the header `x-fc-control-path` (`/invoke`, \
                                 `/initialize`, `/http-invoke`), and by the request path if the \
                                 header is missing";

fn event_by_control_path(target: &Target) -> Verdict {
    let instance = target.start()?;
    for target_path in ["/", "/some/where?a=b"] {
        let mut request = instance.invocation(b"an event");
        request.target = target_path.into();
        let done = format!(
            "sent the event `an event` as POST {target_path} with the control path /invoke"
        );
        let answer = instance.call(&request).after(&done)?;
        succeeded(&done, &answer)?;
        is_echo(&done, b"an event", &answer.body)?;
    }
    Ok(())
}

/// Checks that the event came back.
fn is_echo(done: &str, sent: &[u8], came: &[u8]) -> Verdict {
    let shown = came[..came.len().min(200)].escape_ascii();
    ensure(
        came == sent,
        done,
        format_args!("expected the event itself, got `{shown}`"),
    )
}

fn initialize_by_control_path(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = Request::new("POST", "/")
        .with(header::HOST, "function")
        .with(header::CONTROL_PATH, path::INITIALIZE)
        .with(header::REQUEST_ID, "a")
        .body("no event");
    let done = "sent POST / with the control path /initialize and the body `no event`";
    let answer = instance.call(&request).after(done)?;
    succeeded(done, &answer)?;
    if answer.body == b"no event" {
        return fail(
            done,
            format_args!("the function treated it as an event: {answer}"),
        );
    }
    wait_line(&instance, "probe init").map(drop)
}

fn by_path_alone(target: &Target) -> Verdict {
    let instance = target.start()?;
    let bare = |method, path| Request::new(method, path).with(header::HOST, "function");
    let done = "sent POST /initialize without the platform's headers";
    let request = bare("POST", path::INITIALIZE).body("");
    succeeded(done, &instance.call(&request).after(done)?)?;
    wait_line(&instance, "probe init")?;
    let done = "sent the event `an event` as POST /invoke without the platform's headers";
    let request = bare("POST", path::INVOKE).body("an event");
    let answer = instance.call(&request).after(done)?;
    succeeded(done, &answer)?;
    is_echo(done, b"an event", &answer.body)?;
    let done = "sent GET /pre-stop without the platform's headers";
    let answer = instance.call(&bare("GET", path::PRE_STOP)).after(done)?;
    ensure(answer.is_success(), done, &answer)?;
    wait_line(&instance, "probe stop").map(drop)
}

fn client_of_event_function(target: &Target) -> Verdict {
    let instance = target.start()?;
    for (method, path) in [("POST", path::INVOKE), ("GET", "/"), ("POST", "/other")] {
        let mut request = instance.client(method, path);
        if method == "POST" {
            request = request.body(&*target.event);
        }
        let done =
            format!("sent {method} {path} as an HTTP client does (control path /http-invoke)");
        let answer = instance.call(&request).after(&done)?;
        ensure(
            !answer.is_success(),
            &done,
            format_args!("the response reports success: {answer}"),
        )?;
    }
    works(target, &instance, "sent requests of HTTP clients")
}

fn client_paths(target: &Target) -> Verdict {
    let instance = target.start()?;
    let before = inits(&instance)?;
    let done = "sent POST /invoke as an HTTP client does (control path /http-invoke)";
    let request = instance.client("POST", path::INVOKE).body("from a client");
    let answer = instance.call(&request).after(done)?;
    // A web function may or may not have a route with this path for its clients.
    let routed = answer.status == 404 || (answer.status == 200 && answer.body == b"from a client");
    let marked = answer.headers.get(header::STATUS).is_some();
    ensure(
        routed && !marked,
        done,
        format_args!("expected the response of a route, without `x-fc-status`: {answer}"),
    )?;
    for (method, path) in [
        ("GET", path::PRE_STOP),
        ("GET", path::PRE_FREEZE),
        ("POST", path::INITIALIZE),
        ("GET", path::INVOKE),
    ] {
        let done =
            format!("sent {method} {path} as an HTTP client does (control path /http-invoke)");
        let answer = instance.call(&instance.client(method, path)).after(&done)?;
        let routed = answer.status == 404 || (path == path::INVOKE && answer.status == 405);
        ensure(
            routed,
            &done,
            format_args!("expected the router's 404 for an unknown route: {answer}"),
        )?;
    }
    let count = inits(&instance)? - before;
    ensure(
        count == 0,
        "sent POST /initialize as an HTTP client does",
        format_args!("`init` ran {count} times, although the platform did not ask for it"),
    )?;
    let done = "sent GET /pre-stop as an HTTP client does";
    let logs = instance.logs().clone();
    instance.signal(Signal::Kill).after(done)?;
    let whole = logs.wait_end(instance.patience());
    ensure(
        whole,
        done,
        "the log did not end when the function was killed",
    )?;
    ensure(
        logs.count("probe stop") == 0,
        done,
        "`stop` ran, although the platform did not ask for it",
    )
}
