//! Responses without a body, and the next response on the same connection.

use crate::conformance::calls::{After, ensure, not_checked};
use crate::conformance::target::Target;
use crate::conformance::verdict::Verdict;

pub(super) fn no_body(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let mut left_out = None;
    for (method, path, bodiless) in [
        ("GET", "/status/204", Some(204)),
        ("GET", "/status/304", Some(304)),
        ("HEAD", "/status/200", None),
        ("HEAD", "/status/404", None),
        ("HEAD", "/stream", None),
    ] {
        let done = format!("sent {method} {path}");
        let request = instance.client(method, path);
        let mut connection = instance.connect().after(&done)?;
        connection.send(&request.to_bytes(), limit).after(&done)?;
        if path == "/stream" {
            // A router may run the `GET` route and discard the body.
            let mut beside = instance.connect().after(&done)?;
            for _ in 0..2 {
                let next = instance.client("POST", "/stream/next").body("");
                beside.call(&next, limit).after(&done)?;
            }
        }
        let answer = connection.answer_to(method, limit).after(&done)?;
        // A response to `HEAD` has no body, whether the router knows the path or not.
        if let Some(status) = bodiless
            && answer.status != status
        {
            left_out = Some(format!(
                "the function responds to GET {path} with {}, which may have a body (see \
                 `web-answers`)",
                answer.status
            ));
            continue;
        }
        if answer.closes {
            let rest = connection.until_closed(limit).after(&done)?;
            ensure(
                rest.is_empty(),
                &done,
                format_args!("a body follows the headers: `{}`", rest.escape_ascii()),
            )?;
            continue;
        }
        let done = format!("{done}, then sent GET /status/418 on the connection");
        let next = instance.client("GET", "/status/418");
        let next = connection.call(&next, limit).after(&done)?;
        ensure(next.status == 418, &done, &next)?;
    }
    left_out.map_or(Ok(()), not_checked)
}
