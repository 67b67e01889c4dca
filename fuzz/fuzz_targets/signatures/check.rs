//! Properties of signatures that hold for any request. The fuzzer and a test use them.

use std::time::{Duration, SystemTime};

use hyper::HeaderMap;
use hyper::header::{HOST, HeaderName, HeaderValue};

use crate::signature::{AccessKey, Authorization, Object, Signer, Target, signed_url};

/// More headers than a server accepts.
const MOST_HEADERS: usize = 200;

/// Reads a request: a line with the method and the target, then a line for each header. Nothing
/// panics, and the request is right once it is signed.
///
/// # Panics
/// The property does not hold.
pub(crate) fn request(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let first = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let (method, sent) = first.split_once(' ').unwrap_or(("GET", &first));
    let (path, query) = sent.split_once('?').unwrap_or((sent, ""));
    let headers = lines.take(MOST_HEADERS).filter_map(header);
    let mut headers: HeaderMap = headers.collect();
    let key = key();
    let target = Target {
        method,
        path,
        query,
        headers: &headers,
    };
    if let Ok(Some(authorization)) = Authorization::read(&target) {
        let _ = authorization.verify(&target, &key);
    }
    let object = Object::of(&target);

    headers
        .entry(HOST)
        .or_insert(HeaderValue::from_static("127.0.0.1"));
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let signer = Signer {
        key: &key,
        action: "GetFunction",
        at,
        nonce: "n",
    };
    let result = signer.sign(method, path, query, &mut headers, bytes);
    result.expect("valid values");
    is_right(&Target {
        method,
        path,
        query,
        headers: &headers,
    });
    if let Some(object) = object {
        url(&object);
    }
}

/// A header of a line; `None` if it could not be sent.
fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    let name = HeaderName::from_bytes(name).ok()?;
    Some((name, HeaderValue::from_bytes(value).ok()?))
}

fn key() -> AccessKey {
    let token = Some("the token+/=&".to_owned());
    AccessKey {
        id: "the-id".to_owned(),
        secret: "secret".to_owned(),
        token,
    }
}

fn is_right(target: &Target<'_>) {
    let read = Authorization::read(target).expect("it can be read");
    let verified = read.expect("it is signed").verify(target, &key());
    assert!(verified.is_ok(), "{target:?}: {verified:?}");
}

fn url(object: &Object) {
    let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let url = signed_url("", object, &key(), expires);
    let (path, query) = url.split_once('?').expect("a query");
    let headers = [(HOST, HeaderValue::from_static("127.0.0.1:9000"))];
    let headers = headers.into_iter().collect();
    let target = Target {
        method: "GET",
        path,
        query,
        headers: &headers,
    };
    is_right(&target);
    assert_eq!(Object::of(&target).as_ref(), Some(object), "{url}");
}
