//! Any request can be read, and a change of any signed part is found.

use std::time::{Duration, SystemTime};

use cargo_fc3::signature::{Authorization, Signer, Target};
use hyper::HeaderMap;
use hyper::header::HeaderValue;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

use crate::{check, key};

/// A request: its method, path, query and type, and whether its key is temporary.
type Parts = (String, String, String, String, bool);

fn parts() -> impl Strategy<Value = Parts> {
    let path = "(/[a-z%/é ~*+]{0,12}){1,3}";
    let query = "([a-c]{1,2}(=[a-z%&+/é ]{0,5})?){0,3}";
    (
        Just("POST".to_owned()),
        path,
        query,
        "[a-z/]{1,9}",
        any::<bool>(),
    )
        .prop_map(|(method, path, query, kind, is_temporary)| {
            (method, path, query, kind, is_temporary)
        })
}

/// The headers of a signed request.
fn signed((method, path, query, kind, is_temporary): &Parts) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("127.0.0.1:9000"));
    headers.insert("content-type", kind.parse().expect("a value"));
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let key = key(*is_temporary);
    let signer = Signer {
        key: &key,
        action: "GetFunction",
        at,
        nonce: "a-nonce",
    };
    let result = signer.sign(method, path, query, &mut headers, b"body");
    result.expect("valid values");
    headers
}

/// Whether a request is right.
fn is_right(parts: &Parts, headers: &HeaderMap) -> bool {
    let (method, path, query, _, is_temporary) = parts;
    let target = Target {
        method,
        path,
        query,
        headers,
    };
    let Ok(Some(authorization)) = Authorization::read(&target) else {
        return false;
    };
    authorization.verify(&target, &key(*is_temporary)).is_ok()
}

fn runner() -> TestRunner {
    TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

/// Requests that are nearly valid, and any bytes.
pub(crate) fn any_request_is_read_without_a_panic() {
    let scheme = "(ACS3-HMAC-SHA256|FC|OSS|OSS4-HMAC-SHA256|[A-Z]{0,4})";
    let field =
        "((Credential|SignedHeaders|Signature|AdditionalHeaders)=[a-z/;:=0-9]{0,20}|.{0,9}:.{0,9})";
    let header = "(x-acs-|x-oss-|x-fc-|content-|host|date)[a-z]{0,5}(date|md5|nonce)?: ?.{0,20}";
    let sent = "(GET|PUT) .{0,30}";
    let headers = (vec(field, 0..4), vec(header, 0..6));
    let requests = (scheme, headers, sent, vec(any::<u8>(), 0..99));
    let mut runner = runner();
    let result = runner.run(&requests, |(scheme, (fields, headers), sent, bytes)| {
        let authorization = format!("authorization: {scheme} {}", fields.join(","));
        let request = [sent, authorization, headers.join("\n")].join("\n");
        check::request(request.as_bytes());
        check::request(&bytes);
        Ok(())
    });
    result.expect("every request is read");
}

/// A signed request, of which then one part changes.
pub(crate) fn a_change_of_any_signed_part_is_a_mismatch() {
    let mut runner = runner();
    let result = runner.run(&(parts(), any::<Index>()), |(parts, which)| {
        let headers = signed(&parts);
        prop_assert!(is_right(&parts, &headers));
        for changed in changes(&parts) {
            prop_assert!(!is_right(&changed, &headers), "{changed:?}");
        }
        let names: Vec<_> = headers.keys().cloned().collect();
        let name = which.get(&names);
        let mut changed = headers.clone();
        let value = [headers[name].as_bytes(), b"0"].concat();
        changed.insert(name, HeaderValue::from_bytes(&value).expect("a value"));
        prop_assert!(!is_right(&parts, &changed), "{name} changed");
        changed.remove(name);
        prop_assert!(!is_right(&parts, &changed), "{name} removed");
        let mut more = headers.clone();
        more.insert("x-acs-more", HeaderValue::from_static("1"));
        prop_assert!(!is_right(&parts, &more), "a header added");
        Ok(())
    });
    result.expect("every change is found");
}

/// The parts with one of them changed.
fn changes(parts: &Parts) -> [Parts; 4] {
    let changed = |change: fn(&mut Parts)| {
        let mut parts = parts.clone();
        change(&mut parts);
        parts
    };
    [
        changed(|parts| parts.0.push('X')),
        changed(|parts| parts.1.push('x')),
        changed(|parts| parts.2.push_str("&x")),
        changed(|parts| parts.4 = !parts.4),
    ]
}
