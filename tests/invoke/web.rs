//! Requests to web functions.

use crate::stage::{Stage, text};

const AGENT: &str = concat!("User-Agent: cargo-fc3/", env!("CARGO_PKG_VERSION"));

fn request(args: &[&str]) -> String {
    let reply = Stage::new("web").run(args).reply();
    // The platform adds where the client is.
    let is_own = |line: &&str| !line.starts_with("Host: ") && !line.starts_with("X-Forwarded-");
    let own = reply.lines().filter(is_own);
    own.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_web_function_is_asked_for_its_first_page() {
    assert_eq!(
        request(&[]),
        format!("GET / HTTP/1.1\nAccept: */*\n{AGENT}\n")
    );
}

#[test]
fn requests_are_those_of_curl() {
    let sent = request(&["--get", "/a?b=c"]);
    assert!(sent.starts_with("GET /a?b=c HTTP/1.1\n"), "{sent}");
    assert_eq!(
        request(&[
            "--request",
            "put",
            "/a",
            "-H",
            "Accept: text/html",
            "-H",
            "X-A: 1",
            "--data",
            "body"
        ]),
        format!(
            "PUT /a HTTP/1.1\n{AGENT}\nContent-Type: application/x-www-form-urlencoded\n\
             Accept: text/html\nX-A: 1\nContent-Length: 4\n\nbody"
        )
    );
    let sent = request(&["--data", "body"]);
    assert!(sent.starts_with("POST / HTTP/1.1\n"), "{sent}");
    let stage = Stage::new("web");
    let sent = stage.pipe(&["-X", "PATCH", "/", "-f", "-"], b"\0\xff");
    assert!(sent.stdout.ends_with(b"\n\n\0\xff"), "{sent:?}");
}

/// As `InvokeFunction` and each trigger but HTTP do.
#[test]
fn a_web_function_receives_events_too() {
    let stage = Stage::new("web");
    assert_eq!(
        stage.run(&["-e", "header x-fc-control-path"]).reply(),
        "/invoke"
    );
    let sample = std::fs::read_to_string(stage.dir().join("events/invoke.json"));
    let sample = sample.expect("every kind has it");
    assert_eq!(stage.run(&["--sample", "invoke"]).reply(), sample);
    assert_eq!(stage.run(&["-f", "events/invoke.json"]).reply(), sample);
}

#[test]
fn an_error_of_the_function_is_told_by_the_exit_code() {
    let stage = Stage::new("web");
    let ended = stage.run(&["--get", "/500"]);
    assert_eq!(
        (ended.code, &*ended.stdout),
        (Some(1), &b"broken"[..]),
        "{ended:?}"
    );
    let error = "error: the function failed: status 500\n\
                 hint: it logged nothing; see `src/handler.rs`\n";
    assert!(ended.stderr.ends_with(error), "{ended:?}");
    let ended = stage.run(&["--get", "/404"]);
    assert_eq!(ended.reply(), "missing");
    assert_eq!(ended.stderr, "");
}

#[test]
fn a_response_that_breaks_off_is_an_error() {
    let ended = Stage::new("web").run(&["--get", "/half"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let error = "error: the function failed: UnhandledInvocationError: ";
    assert!(ended.stderr.starts_with(error), "{ended:?}");
}

#[test]
fn status_and_headers_are_shown_on_demand() {
    let ended = Stage::new("web").run(&["--get", "/404", "-v"]);
    assert_eq!(text(&ended.stdout), "missing");
    let head = "< HTTP/1.1 404\n< Content-Length: 7\n< X-Kind: missing\n< X-Fc-Request-Id: 1-";
    assert!(ended.stderr.contains(head), "{ended:?}");
}

#[test]
fn an_event_function_refuses_requests() {
    let stage = Stage::new("oss");
    for (flag, args) in [
        ("--get", &["--get", "/"][..]),
        ("--request", &["-X", "PUT", "/"]),
        ("--header", &["-H", "A: b", "-e", "x"]),
        ("--data", &["-d", "x"]),
    ] {
        stage.run(args).refused(&format!(
            "error: `{flag}` is for web functions; this function is of kind `oss`\n\
             hint: send an event with `-e TEXT`, `-f FILE` or `--sample NAME`\n"
        ));
    }
}

#[test]
fn invalid_requests_are_refused() {
    let stage = Stage::new("web");
    stage.run(&["--get", "a b"]).refused(
        "error: invalid value `a b` for `--get`\n\
         hint: pass a path that begins with `/`, and encode spaces and other characters: `%20`\n",
    );
    stage.run(&["-X", "PUT", "a"]).refused(
        "error: invalid path `a` for `--request`\n\
         hint: pass a path that begins with `/`, and encode spaces and other characters: `%20`\n",
    );
    stage.run(&["-X", "TRACE", "/"]).refused(
        "error: invalid method `TRACE` for `--request`\n\
         hint: choose one of `GET`, `POST`, `PUT`, `DELETE`, `HEAD`, `PATCH`, `OPTIONS`\n",
    );
    stage.run(&["-H", "Accept"]).refused(
        "error: invalid value `Accept` for `--header`\n\
         hint: pass a name, `:` and a value, for example `-H 'Accept: text/html'`\n",
    );
    stage.run(&["-d", "@body.json"]).refused(
        "error: invalid value `@body.json` for `--data`\n\
         hint: send the file with `-f body.json`\n",
    );
    stage.run(&["--get", "/", "-e", "x"]).refused(
        "error: `--get` sends an HTTP request, and `-e` belongs to an event\n\
         hint: leave out `--get` or `-e`\n",
    );
}
