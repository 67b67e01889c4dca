//! The `curl` command that makes the same call.

use std::ffi::OsStr;

use super::call::Call;
use super::client;
use super::content::{Content, Origin};
use super::http::HttpRequest;
use crate::cli::project::Running;
use crate::cli::shell;
use crate::platform::{DEFAULT_PORT, EVENT_TYPE, header, path};

/// A command to paste, and the program that must run meanwhile.
pub(super) struct Curl {
    pub(super) line: String,
    pub(super) runs: &'static str,
}

impl Curl {
    /// The call to a running `dev`, or else to `cargo run`.
    pub(super) fn of(call: &Call, running: Option<&Running>) -> Self {
        let usual = || format!("127.0.0.1:{DEFAULT_PORT}");
        let address = running.map_or_else(usual, |dev| dev.address.to_string());
        let base = format!("http://{address}");
        let words = match call {
            Call::Http(request) => http(request, &base, running.and_then(client::host)),
            Call::Event { event, is_async } => {
                let mut words = vec![match running {
                    Some(dev) => format!("{base}{}", client::invocations(dev)),
                    None => format!("{base}{}", path::INVOKE),
                }];
                if *is_async {
                    words.extend(["-H".to_owned(), "X-Fc-Invocation-Type: Async".to_owned()]);
                }
                words.extend(["-H".to_owned(), format!("Content-Type: {EVENT_TYPE}")]);
                words.extend(body(event));
                words
            }
        };
        Self {
            line: shell::command_line(OsStr::new("curl"), words.iter().map(OsStr::new)),
            runs: if running.is_some() {
                "cargo fc3 dev"
            } else {
                "cargo run"
            },
        }
    }
}

fn http(request: &HttpRequest, base: &str, host: Option<String>) -> Vec<String> {
    let mut words = Vec::new();
    let usual = if request.body.is_some() {
        "POST"
    } else {
        "GET"
    };
    match &*request.method {
        // With `-X HEAD`, curl would wait for a body.
        "HEAD" if request.body.is_none() => words.push("--head".to_owned()),
        method if method == usual => {}
        method => words.extend(["-X".to_owned(), method.to_owned()]),
    }
    if request.target.contains(['[', ']', '{', '}']) {
        words.push("--globoff".to_owned());
    }
    if request.target.contains("/.") {
        words.push("--path-as-is".to_owned());
    }
    words.push(format!("{base}{}", request.target));
    if let (Some(host), false) = (host, request.values(header::HOST).next().is_some()) {
        words.extend(["-H".to_owned(), format!("Host: {host}")]);
    }
    for header in &request.headers {
        words.extend([
            "-H".to_owned(),
            format!("{}: {}", header.name, header.value),
        ]);
    }
    words.extend(request.body.iter().flat_map(body));
    words
}

/// The flag with a body. A text that no file has is written out, if an argument can be so long.
fn body(content: &Content) -> [String; 2] {
    const LONGEST: usize = 64 * 1024;
    let file = match &content.origin {
        Origin::File(path) => format!("@{}", path.display()),
        Origin::Text | Origin::Stream(_) => match str::from_utf8(&content.bytes) {
            Ok(text) if text.len() <= LONGEST && !text.contains('\0') => {
                return ["--data-raw".to_owned(), text.to_owned()];
            }
            _ => "@-".to_owned(),
        },
    };
    ["--data-binary".to_owned(), file]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running() -> Running {
        let functions = vec!["hello".to_owned()];
        Running::new(([127, 0, 0, 1], 4000).into(), functions)
    }

    #[test]
    fn each_call_has_its_command() {
        let event = |content| Call::Event {
            event: content,
            is_async: false,
        };
        let file = |path: &str| Content {
            bytes: Vec::new(),
            origin: Origin::File(path.into()),
        };
        let type_of = "-H 'Content-Type: application/octet-stream'";
        let line = |call: Call| Curl::of(&call, None).line;
        assert_eq!(
            line(event(file("events/it's.json"))),
            format!(
                "curl http://127.0.0.1:9000/invoke {type_of} --data-binary \"@events/it's.json\""
            )
        );
        assert_eq!(
            line(event(Content::text("@\"$HOME\"\n"))),
            format!("curl http://127.0.0.1:9000/invoke {type_of} --data-raw '@\"$HOME\"\n'")
        );
        let call = Call::Event {
            event: Content::text(""),
            is_async: true,
        };
        let curl = Curl::of(&call, Some(&running()));
        assert_eq!(curl.runs, "cargo fc3 dev");
        assert_eq!(
            curl.line,
            format!(
                "curl http://127.0.0.1:4000/2023-03-30/functions/hello/invocations \
                 -H 'X-Fc-Invocation-Type: Async' {type_of} --data-raw ''"
            )
        );
    }

    #[test]
    fn each_request_has_its_command() {
        for (method, target, body, line) in [
            ("GET", "/?a=1&b=2", None, "'http://127.0.0.1:9000/?a=1&b=2'"),
            ("HEAD", "/", None, "--head http://127.0.0.1:9000/"),
            (
                "HEAD",
                "/",
                Some("x"),
                "-X HEAD http://127.0.0.1:9000/ --data-raw x",
            ),
            (
                "POST",
                "/",
                Some("x"),
                "http://127.0.0.1:9000/ --data-raw x",
            ),
            ("POST", "/", None, "-X POST http://127.0.0.1:9000/"),
            (
                "GET",
                "/a/../b",
                Some("x"),
                "-X GET --path-as-is http://127.0.0.1:9000/a/../b --data-raw x",
            ),
            ("GET", "/[a]", None, "--globoff 'http://127.0.0.1:9000/[a]'"),
        ] {
            let call = Call::Http(HttpRequest {
                method: method.to_owned(),
                target: target.to_owned(),
                headers: Vec::new(),
                body: body.map(Content::text),
            });
            assert_eq!(Curl::of(&call, None).line, format!("curl {line}"));
        }
    }
}
