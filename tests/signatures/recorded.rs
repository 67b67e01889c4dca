//! Requests as real clients have sent them, whose secret was `secret`.

use std::collections::BTreeMap;

use cargo_fc3::signature::{AccessKey, Authorization, Cause, Target};
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::key;

/// One request.
#[derive(Deserialize)]
pub(crate) struct Request {
    pub(crate) client: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn headers(&self) -> HeaderMap {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| {
            let name: HeaderName = name.parse().expect("a name");
            (name, HeaderValue::from_str(value).expect("a value"))
        });
        headers.collect()
    }

    /// The signature is right; with another secret, token, method, path or query it is not.
    pub(crate) fn is_verified(&self) {
        let headers = self.headers();
        let target = Target {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
        };
        let shown = format!(
            "{}: {} {}?{}",
            self.client, self.method, self.path, self.query
        );
        let read = Authorization::read(&target);
        let read = read.unwrap_or_else(|malformed| panic!("{shown}: {malformed}"));
        let authorization = read.unwrap_or_else(|| panic!("{shown}: not signed"));
        assert_eq!(authorization.key_id(), "the-id", "{shown}");
        let texts = self.headers.values().chain([&self.query]);
        let has_token = texts.into_iter().any(|text| text.contains("the-token"));
        let right = key(has_token);
        let verified = authorization.verify(&target, &right);
        let verified = verified.unwrap_or_else(|mismatch| panic!("{shown}: {mismatch:?}"));
        assert!(
            verified.at.is_some() || verified.expires.is_some(),
            "{shown}"
        );
        if let Some(digest) = verified.body_sha256 {
            assert_eq!(digest[..], Sha256::digest(&self.body)[..], "{shown}");
        }

        let cause = |target: &Target<'_>, key: &AccessKey| {
            let refused = authorization.verify(target, key);
            refused.expect_err(&format!("{shown} is refused")).cause
        };
        let mut wrong = right.clone();
        wrong.secret.push('x');
        assert_eq!(cause(&target, &wrong), Cause::Signature, "{shown}");
        assert_eq!(cause(&target, &key(!has_token)), Cause::Token, "{shown}");
        let path = format!("{}x", self.path);
        assert_eq!(
            cause(
                &Target {
                    path: &path,
                    ..target
                },
                &right
            ),
            Cause::Signature
        );
        let method = "PATCH";
        assert_eq!(
            cause(&Target { method, ..target }, &right),
            Cause::Signature
        );
    }
}

/// The signatures of all clients are right.
pub(crate) fn are_right() {
    let lines = include_str!("recorded.jsonl").lines();
    let requests = lines.map(|line| serde_json::from_str(line).expect("a request"));
    let requests: Vec<Request> = requests.collect();
    assert!(requests.len() > 50, "{} requests", requests.len());
    for request in requests {
        request.is_verified();
    }
}
