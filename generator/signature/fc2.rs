//! The `FC` scheme of version 2.0, which Serverless Devs uses to ask where to upload.

use hyper::HeaderMap;

use super::authorization::{Authorization, Form, Message, Scheme, claims, id_and_signature, token};
use super::base::from_base64;
use super::{Malformed, Target, Verified, canonical, instant};
use crate::platform::{header, path};

/// The name of the scheme.
pub(super) const NAME: &str = "FC";
/// Below the version of the API: the paths of HTTP triggers, whose queries are signed, too.
const PROXY: &str = "proxy/";

/// Reads what follows the name of the scheme.
pub(super) fn read(rest: &str, headers: &HeaderMap) -> Result<Authorization, Malformed> {
    let (key_id, signature) = id_and_signature(rest)?;
    let dates = [header::DATE, header::FC_DATE];
    let claims = Verified {
        at: Some(instant::rfc1123(headers, dates)?),
        ..claims(Scheme::Fc2)
    };
    Ok(Authorization {
        key_id: key_id.to_owned(),
        signature: from_base64(signature.as_bytes()).unwrap_or_default(),
        token: token(headers, header::SECURITY_TOKEN)?,
        form: Form::Fc2,
        claims,
    })
}

/// The texts of which one has to be signed: the path decoded, or as it was sent, since the SDK for
/// Node.js does not encode it.
pub(super) fn messages(target: &Target<'_>) -> Vec<Message> {
    let decoded = canonical::decoded(target.path.as_bytes());
    let mut messages = vec![message(&decoded, target)];
    if decoded != target.path.as_bytes() {
        messages.push(message(target.path.as_bytes(), target));
    }
    messages
}

fn message(path: &[u8], target: &Target<'_>) -> Message {
    let headers = target.headers;
    let mut text = target.method.as_bytes().to_vec();
    for name in [header::CONTENT_MD5, header::CONTENT_TYPE, header::DATE] {
        text.push(b'\n');
        text.extend(canonical::value_or_empty(headers, name));
    }
    text.push(b'\n');
    text.extend(canonical::lines(
        headers,
        canonical::names(headers, header::PREFIX),
    ));
    text.extend_from_slice(path);
    if is_proxy(target.path) {
        let parameters = canonical::parameters(target.query).into_iter();
        let mut parameters: Vec<_> = parameters
            .map(|(name, value)| [name, value].join(&b'='))
            .collect();
        parameters.sort();
        text.push(b'\n');
        text.extend(parameters.join(&b'\n'));
    }
    Message {
        string_to_sign: text,
        canonical_request: None,
    }
}

fn is_proxy(path: &str) -> bool {
    let below = path.strip_prefix(path::API_2);
    below.is_some_and(|below| below.starts_with(PROXY))
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;
    use hyper::header::{HeaderName, HeaderValue};

    use super::super::{AccessKey, Authorization, Target};

    /// What `@alicloud/fc2` 2.6.6 sends with the secret `secret`.
    #[test]
    fn the_sdk_for_node_is_right() {
        let calls = [
            (
                "/2016-08-15/tempBucketToken",
                "",
                "J4+kzgDdNUjvBU0fiIXTOKu5FsZiwwXBRFhQjSWBgx8=",
            ),
            (
                "/2016-08-15/proxy/s/f/a%20b",
                "b=1&a=x+y&a=%2F",
                "u1mYPyTHISmCaypP6GeAVGvzaRAIjs6ACwm9NAhRXbw=",
            ),
        ];
        for (path, query, signature) in calls {
            let mut headers = HeaderMap::new();
            let authorization = format!("FC the-id:{signature}");
            for (name, value) in [
                ("date", "Sun, 22 Nov 2026 21:52:16 GMT"),
                ("x-fc-account-id", "1234567890123456"),
                ("x-fc-security-token", "the-token"),
                ("authorization", &authorization),
            ] {
                let value = HeaderValue::from_str(value).expect("a value");
                headers.insert(HeaderName::from_static(name), value);
            }
            let target = Target {
                method: "GET",
                path,
                query,
                headers: &headers,
            };
            let read = Authorization::read(&target)
                .expect("valid")
                .expect("signed");
            let (id, secret) = ("the-id".to_owned(), "secret".to_owned());
            let key = AccessKey {
                id,
                secret,
                token: Some("the-token".into()),
            };
            let verified = read.verify(&target, &key).expect("a right signature");
            assert!(verified.at.is_some(), "{path}");
        }
    }
}
