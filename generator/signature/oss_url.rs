//! Signed URLs of Object Storage Service, which need no header.

use std::time::SystemTime;

use super::authorization::{Authorization, Form, Message, Scheme, claims};
use super::base::{Hash, from_base64, to_base64};
use super::{AccessKey, Malformed, Object, Target, Verified, canonical, instant, malformed, oss};

const KEY_ID: &str = "OSSAccessKeyId";
const EXPIRES: &str = "Expires";
const SIGNATURE: &str = "Signature";
const TOKEN: &str = "security-token";

/// The parameter that says when a URL expires, as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Expires(Vec<u8>);

/// Reads the parameters of a signed URL. `None` if the request has none.
pub(super) fn read(target: &Target<'_>) -> Result<Option<Authorization>, Malformed> {
    let Some(key_id) = canonical::parameter(target.query, KEY_ID) else {
        return Ok(None);
    };
    let required = |name| canonical::parameter(target.query, name).ok_or(Malformed::Missing(name));
    let (expires, mut signature) = (required(EXPIRES)?, required(SIGNATURE)?);
    // A `+` that was not encoded has been read as a space.
    for byte in &mut signature {
        *byte = if *byte == b' ' { b'+' } else { *byte };
    }
    let at = instant::seconds(EXPIRES, malformed::text_of(EXPIRES, &expires)?)?;
    let token = canonical::parameter(target.query, TOKEN);
    Ok(Some(Authorization {
        key_id: malformed::text_of(KEY_ID, &key_id)?.to_owned(),
        signature: from_base64(&signature).unwrap_or_default(),
        token: token.filter(|token| !token.is_empty()),
        form: Form::OssUrl(Expires(expires)),
        claims: Verified {
            expires: Some(at),
            ..claims(Scheme::OssUrl)
        },
    }))
}

/// The text that is signed.
pub(super) fn message(expires: &Expires, target: &Target<'_>) -> Message {
    oss::message_at(&expires.0, target)
}

/// A URL with which anyone may `GET` an object until it expires. `base` is the scheme and the host,
/// such as `http://127.0.0.1:9000`; the bucket becomes the first segment of the path.
#[must_use]
pub fn signed_url(base: &str, object: &Object, key: &AccessKey, expires: SystemTime) -> String {
    let path = format!("/{}/{}", object.bucket, object.name);
    let encoded = path
        .split('/')
        .map(|part| canonical::encoded(part.as_bytes()));
    let encoded = encoded.collect::<Vec<_>>().join("/");
    let expires = instant::to_seconds(expires);
    let mut resource = path;
    let mut query = String::new();
    if let Some(token) = key.token.as_ref().filter(|token| !token.is_empty()) {
        resource = format!("{resource}?{TOKEN}={token}");
        query = format!("&{TOKEN}={}", canonical::encoded(token.as_bytes()));
    }
    let text = format!("GET\n\n\n{expires}\n{resource}");
    let signature = Hash::Sha1.sign(key.secret.as_bytes(), text.as_bytes());
    let signature = canonical::encoded(to_base64(&signature).as_bytes());
    let key_id = canonical::encoded(key.id.as_bytes());
    format!("{base}{encoded}?{KEY_ID}={key_id}&{EXPIRES}={expires}&{SIGNATURE}={signature}{query}")
}
