//! What kind of call a request is: its control path decides, before its path does.

use super::Level::{Must, Should};
use super::ask::{After, LIMIT, ensure, failed, inits, succeeded, wait_line, works};
use super::{Kind, Rule, Target, Verdict};
use crate::contract::{header, page, path};
use crate::local::Request;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "control-path-invoke",
        page::CONTEXT,
        "an event is known by its control path, wherever it is sent",
        event_by_control_path,
    )
    .probe(),
    Rule::new(
        Must,
        "control-path-initialize",
        page::CONTEXT,
        "the initializer is known by its control path, wherever it is sent",
        initialize_by_control_path,
    )
    .probe(),
    Rule::new(
        Should,
        "no-control-path",
        page::WEB,
        "a caller that sends no control path, as older platforms and tools, is not understood",
        by_path_alone,
    )
    .probe(),
    Rule::new(
        Should,
        "client-of-event-function",
        page::CONTEXT,
        "a request of an HTTP client is taken for an event",
        |target| {
            let instance = target.start()?;
            for (method, path) in [("POST", path::INVOKE), ("GET", "/"), ("POST", "/other")] {
                let mut request = instance.client(method, path);
                if method == "POST" {
                    request = request.body(&*target.event);
                }
                let done = format!("sent {method} {path} as an HTTP client does");
                failed(&done, &instance.call(&request).after(&done)?)?;
            }
            works(target, &instance, "sent requests of HTTP clients")
        },
    )
    .only(Kind::Event),
    Rule::new(
        Must,
        "client-paths-are-free",
        page::CONTEXT,
        "a client of a web function that sends /invoke, /initialize or /pre-stop is taken for the \
         platform, and can stop the instance",
        client_paths,
    )
    .probe()
    .only(Kind::Web),
];

fn event_by_control_path(target: &Target) -> Verdict {
    let instance = target.start()?;
    for target_path in ["/", "/some/where?a=b"] {
        let mut request = instance.invocation(b"an event");
        request.target = target_path.into();
        let done = format!("sent POST {target_path} with the control path /invoke");
        let answer = instance.call(&request).after(&done)?;
        succeeded(&done, &answer)?;
        ensure(answer.body == b"an event", || format!("{done}: {answer}"))?;
    }
    Ok(())
}

fn initialize_by_control_path(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = Request::new("POST", "/")
        .with(header::HOST, "function")
        .with(header::CONTROL_PATH, path::INITIALIZE)
        .with(header::REQUEST_ID, "a")
        .body("");
    let done = "sent POST / with the control path /initialize";
    succeeded(done, &instance.call(&request).after(done)?)?;
    wait_line(&instance, "probe init").map(drop)
}

fn by_path_alone(target: &Target) -> Verdict {
    let instance = target.start()?;
    let bare = |method, path| Request::new(method, path).with(header::HOST, "function");
    let done = "sent POST /initialize without any header of the platform";
    succeeded(
        done,
        &instance
            .call(&bare("POST", path::INITIALIZE).body(""))
            .after(done)?,
    )?;
    wait_line(&instance, "probe init")?;
    let done = "sent POST /invoke without any header of the platform";
    let answer = instance
        .call(&bare("POST", path::INVOKE).body("an event"))
        .after(done)?;
    succeeded(done, &answer)?;
    ensure(answer.body == b"an event", || format!("{done}: {answer}"))?;
    let done = "sent GET /pre-stop without any header of the platform";
    let answer = instance.call(&bare("GET", path::PRE_STOP)).after(done)?;
    ensure(answer.is_success(), || format!("{done}: {answer}"))?;
    wait_line(&instance, "probe stop").map(drop)
}

fn client_paths(target: &Target) -> Verdict {
    let instance = target.start()?;
    let done = "sent POST /invoke as an HTTP client does";
    let request = instance.client("POST", path::INVOKE).body("from a client");
    let answer = instance.call(&request).after(done)?;
    let marked = answer.headers.get(header::STATUS).is_some();
    ensure(
        answer.status == 200 && answer.body == b"from a client" && !marked,
        || format!("{done}: {answer}"),
    )?;
    for (method, path) in [
        ("GET", path::PRE_STOP),
        ("GET", path::PRE_FREEZE),
        ("POST", path::INITIALIZE),
        ("GET", path::INVOKE),
    ] {
        let done = format!("sent {method} {path} as an HTTP client does");
        let answer = instance.call(&instance.client(method, path)).after(&done)?;
        let routed = if path == path::INVOKE { 405 } else { 404 };
        ensure(answer.status == routed, || {
            format!("{done}, for the router: {answer}")
        })?;
    }
    let count = inits(&instance)?;
    ensure(count == 1, || {
        format!("a client's POST /initialize ran `init`: {count}")
    })?;
    let logs = instance.logs().clone();
    instance.signal(crate::local::Signal::Kill)?;
    let whole = logs.wait_end(LIMIT);
    ensure(whole && logs.count("probe stop") == 0, || {
        "a client's GET /pre-stop ran `stop`".into()
    })
}
