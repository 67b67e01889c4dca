//! What kind of call a request is: its control path decides, before its path does.

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
        "an event is known by its control path, wherever it is sent; the platform is only known to \
         send it to /invoke",
        event_by_control_path,
    )
    .hint(CONTROL_PATH_HINT)
    .probe(),
    Rule::new(
        Info,
        "control-path-initialize",
        page::CONTEXT,
        "the initializer is known by its control path, wherever it is sent; the platform is only \
         known to send it to /initialize",
        initialize_by_control_path,
    )
    .hint(CONTROL_PATH_HINT)
    .probe(),
    Rule::new(
        Should,
        "no-control-path",
        page::WEB,
        "a caller that sends no control path, as older platforms and tools, is not understood",
        by_path_alone,
    )
    .hint(CONTROL_PATH_HINT)
    .probe(),
    Rule::new(
        Info,
        "client-of-event-function",
        page::CONTEXT,
        "a request of an HTTP client is taken for an event, once somebody gives the function an \
         HTTP trigger",
        client_of_event_function,
    )
    .hint(
        "answer 404 to a request whose `x-fc-control-path` is `/http-invoke`, and to paths that are \
         not the platform's",
    )
    .only(FunctionKind::Event),
    Rule::new(
        Must,
        "client-paths-are-free",
        page::CONTEXT,
        "a client of a web function that sends /invoke, /initialize or /pre-stop is taken for the \
         platform, and can stop the instance",
        client_paths,
    )
    .hint(
        "give a request whose `x-fc-control-path` is `/http-invoke` to the routes of the web \
         function, whatever its path; clients cannot send that header themselves",
    )
    .probe()
    .only(FunctionKind::Web),
];

const CONTROL_PATH_HINT: &str = "tell calls apart by the header `x-fc-control-path` (`/invoke`, \
                                 `/initialize`, `/http-invoke`), and by the path where it is \
                                 missing";

fn event_by_control_path(target: &Target) -> Verdict {
    let instance = target.start()?;
    for target_path in ["/", "/some/where?a=b"] {
        let mut request = instance.invocation(b"an event");
        request.target = target_path.into();
        let done = format!(
            "sent the event `an event` to POST {target_path} with the control path /invoke"
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
        format_args!("the event did not come back, but `{shown}`"),
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
        return fail(done, format_args!("it was taken for an event: {answer}"));
    }
    wait_line(&instance, "probe init").map(drop)
}

fn by_path_alone(target: &Target) -> Verdict {
    let instance = target.start()?;
    let bare = |method, path| Request::new(method, path).with(header::HOST, "function");
    let done = "sent POST /initialize without any header of the platform";
    let request = bare("POST", path::INITIALIZE).body("");
    succeeded(done, &instance.call(&request).after(done)?)?;
    wait_line(&instance, "probe init")?;
    let done = "sent the event `an event` to POST /invoke without any header of the platform";
    let request = bare("POST", path::INVOKE).body("an event");
    let answer = instance.call(&request).after(done)?;
    succeeded(done, &answer)?;
    is_echo(done, b"an event", &answer.body)?;
    let done = "sent GET /pre-stop without any header of the platform";
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
            format_args!("it was answered with success: {answer}"),
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
    // A web function may have a route of that name for its clients, or none.
    let routed = answer.status == 404 || (answer.status == 200 && answer.body == b"from a client");
    let marked = answer.headers.get(header::STATUS).is_some();
    ensure(
        routed && !marked,
        done,
        format_args!("not the answer of a route, which has no `x-fc-status`: {answer}"),
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
            format_args!("not the 404 of a router that has no such route: {answer}"),
        )?;
    }
    let count = inits(&instance)? - before;
    ensure(
        count == 0,
        "sent POST /initialize as an HTTP client does",
        format_args!("`init` ran {count} times, though the platform did not ask for it"),
    )?;
    let done = "sent GET /pre-stop as an HTTP client does";
    let logs = instance.logs().clone();
    instance.signal(Signal::Kill).after(done)?;
    let whole = logs.wait_end(instance.patience());
    ensure(whole, done, "its log did not end when it was killed")?;
    ensure(
        logs.count("probe stop") == 0,
        done,
        "`stop` ran, though the platform did not ask for it",
    )
}
