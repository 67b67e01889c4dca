//! The first signature of Object Storage Service, in a header.

use hyper::HeaderMap;

use super::authorization::{Authorization, Form, Message, Scheme, claims, id_and_signature, token};
use super::base::from_base64;
use super::{Malformed, Target, Verified, canonical, instant, object};
use crate::platform::header;

/// The name of the scheme.
pub(super) const NAME: &str = "OSS";

/// The parameters that are signed, sorted. All others may be changed on the way.
const SUB_RESOURCES: [&str; 84] = [
    "acl",
    "append",
    "asyncFetch",
    "bucketInfo",
    "callback",
    "callback-var",
    "cloudboxes",
    "cname",
    "comp",
    "continuation-token",
    "cors",
    "delete",
    "encryption",
    "endTime",
    "img",
    "inventory",
    "inventoryId",
    "lifecycle",
    "live",
    "location",
    "logging",
    "metaQuery",
    "objectMeta",
    "partNumber",
    "policy",
    "position",
    "qos",
    "referer",
    "regionList",
    "replication",
    "replicationLocation",
    "replicationProgress",
    "requestPayment",
    "resourceGroup",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "responseHeader",
    "restore",
    "rtc",
    "security-token",
    "sequential",
    "startTime",
    "stat",
    "status",
    "style",
    "styleName",
    "symlink",
    "tagging",
    "transferAcceleration",
    "udf",
    "udfApplication",
    "udfApplicationLog",
    "udfId",
    "udfImage",
    "udfImageDesc",
    "udfName",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "vod",
    "website",
    "withHashContext",
    "worm",
    "wormExtend",
    "wormId",
    "x-oss-ac-forward-allow",
    "x-oss-ac-source-ip",
    "x-oss-ac-subnet-mask",
    "x-oss-ac-vpc-id",
    "x-oss-async-process",
    "x-oss-enable-md5",
    "x-oss-enable-sha1",
    "x-oss-enable-sha256",
    "x-oss-hash-ctx",
    "x-oss-md5-ctx",
    "x-oss-process",
    "x-oss-request-payer",
    "x-oss-traffic-limit",
];

/// Reads what follows the name of the scheme.
pub(super) fn read(rest: &str, headers: &HeaderMap) -> Result<Authorization, Malformed> {
    let (key_id, signature) = id_and_signature(rest)?;
    let dates = [header::OSS_DATE, header::DATE];
    let claims = Verified {
        at: Some(instant::rfc1123(headers, dates)?),
        ..claims(Scheme::Oss)
    };
    Ok(Authorization {
        key_id: key_id.to_owned(),
        signature: from_base64(signature.as_bytes()).unwrap_or_default(),
        token: token(headers, header::OSS_SECURITY_TOKEN)?,
        form: Form::Oss,
        claims,
    })
}

/// The text that is signed. `x-oss-date`, if it is there, takes the place of the date.
pub(super) fn message(target: &Target<'_>) -> Message {
    let date = canonical::value(target.headers, header::OSS_DATE);
    let date = date.unwrap_or_else(|| canonical::value_or_empty(target.headers, header::DATE));
    message_at(&date, target)
}

/// The text that is signed, with what it has at the place of the date.
pub(super) fn message_at(date: &[u8], target: &Target<'_>) -> Message {
    let headers = target.headers;
    let mut text = target.method.as_bytes().to_vec();
    for name in [header::CONTENT_MD5, header::CONTENT_TYPE] {
        text.push(b'\n');
        text.extend(canonical::value_or_empty(headers, name));
    }
    text.push(b'\n');
    text.extend_from_slice(date);
    text.push(b'\n');
    text.extend(canonical::lines(
        headers,
        canonical::names(headers, header::OSS_PREFIX),
    ));
    text.extend(canonical::decoded(object::path(target).as_bytes()));
    text.extend(sub_resources(target.query));
    Message {
        string_to_sign: text,
        canonical_request: None,
    }
}

/// The part of a query that is signed. An empty value has no `=`.
fn sub_resources(query: &str) -> Vec<u8> {
    let mut parameters = canonical::parameters(query);
    parameters.retain(|(name, _)| {
        let name = std::str::from_utf8(name);
        name.is_ok_and(|name| SUB_RESOURCES.binary_search(&name).is_ok())
    });
    parameters.sort();
    let mut text = Vec::new();
    for (name, value) in parameters {
        text.push(if text.is_empty() { b'?' } else { b'&' });
        text.extend(name);
        if !value.is_empty() {
            text.push(b'=');
            text.extend(value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::SUB_RESOURCES;

    #[test]
    fn sub_resources_are_sorted() {
        assert!(SUB_RESOURCES.is_sorted());
    }
}
