//! Requests as the router of a probe sees them.

use std::fmt::Write as _;

use serde_json::Value;

use crate::conformance::calls::{After, ensure, json};
use crate::conformance::target::Target;
use crate::conformance::verdict::{NotPassed, Verdict};
use crate::emulator::{Instance, Request};
use crate::platform::METHODS;

fn echoed(instance: &Instance, request: &Request, done: &str) -> Result<Value, NotPassed> {
    let answer = instance.call(request).after(done)?;
    ensure(answer.status == 200, done, &answer)?;
    json(done, &answer)
}

pub(super) fn requests(target: &Target) -> Verdict {
    const LENGTH: usize = 3 * 1024 * 1024;
    let instance = target.start()?;
    methods(&instance)?;
    targets(&instance)?;
    repeated_headers(&instance)?;
    let done = format!("sent POST /echo/a with {LENGTH} bytes");
    let request = instance.client("POST", "/echo/a").body(vec![b'x'; LENGTH]);
    let seen = echoed(&instance, &request, &done)?;
    let length = seen["bodyHex"].as_str().map_or(0, str::len) / 2;
    ensure(
        length == LENGTH,
        &done,
        format_args!("{length} bytes reached the router"),
    )
}

fn methods(instance: &Instance) -> Verdict {
    let body = (0..=255).collect::<Vec<u8>>();
    let hex = body.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    for method in METHODS {
        let request = instance.client(method, "/echo/a");
        if method == "HEAD" {
            let done = "sent HEAD /echo/a";
            let answer = instance.call(&request).after(done)?;
            ensure(answer.status == 200, done, &answer)?;
            continue;
        }
        let done = format!("sent {method} /echo/a with the 256 bytes 00 to ff");
        let seen = echoed(instance, &request.body(body.clone()), &done)?;
        ensure(
            seen["method"] == method && seen["bodyHex"] == *hex,
            &done,
            format_args!("the router saw {seen}"),
        )?;
    }
    Ok(())
}

fn targets(instance: &Instance) -> Verdict {
    for (path, query) in [
        ("/echo/a%2Fb%20c", Some("x=%26&y=+&x=2")),
        ("/echo/%E4%BD%A0%E5%A5%BD//", Some("")),
        ("/echo/~!$&'()*,;=:@", None),
        ("/echo/invoke", Some("a=b?c/d")),
    ] {
        let sent = query.map_or(path.to_owned(), |query| format!("{path}?{query}"));
        let done = format!("sent GET {sent}");
        let seen = echoed(instance, &instance.client("GET", &sent), &done)?;
        // Many routers treat an empty query like a missing one.
        let same = seen["query"].as_str().unwrap_or_default() == query.unwrap_or_default();
        ensure(
            seen["path"] == path && same,
            &done,
            format_args!(
                "the router saw the path {} and the query {}",
                seen["path"], seen["query"]
            ),
        )?;
    }
    Ok(())
}

fn repeated_headers(instance: &Instance) -> Verdict {
    let mut request = instance.client("GET", "/echo/a");
    for value in ["one", "two, three", "", "\u{e9}"] {
        request.headers.add("X-Own", value);
    }
    let done = "sent GET /echo/a with the header `X-Own` four times: `one`, `two, three`, empty \
                and `\u{e9}` in UTF-8";
    let seen = echoed(instance, &request, done)?;
    let pairs = seen["headers"].as_array().into_iter().flatten();
    let own = pairs.filter(|pair| {
        let name = pair[0].as_str();
        name.is_some_and(|name| name.eq_ignore_ascii_case("x-own"))
    });
    let values = own.filter_map(|pair| pair[1].as_str());
    let values = values.collect::<Vec<_>>();
    // HTTP allows a server to join the values with commas and to read them as Latin-1.
    let joined = values
        .join(",")
        .replace(", ", ",")
        .replace("\u{c3}\u{a9}", "\u{e9}");
    ensure(
        joined == "one,two,three,,\u{e9}",
        done,
        format_args!("the router saw the values {values:?}"),
    )
}
