//! The fourth signature of Object Storage Service.

use hyper::HeaderMap;

use super::authorization::{Authorization, Form, Message, Scheme, claims, field, token};
use super::base::{from_hex, hmac_sha256, sha256_hex};
use super::{Malformed, Target, Verified, canonical, instant, object};
use crate::platform::header;

/// The name of the scheme.
pub(super) const NAME: &str = "OSS4-HMAC-SHA256";
/// The last part of a credential.
const REQUEST: &str = "aliyun_v4_request";
/// What stands for the digest of a body that is not signed.
const UNSIGNED: &[u8] = b"UNSIGNED-PAYLOAD";
/// What precedes the secret in the first key.
const PREFIX: &str = "aliyun_v4";

/// What a signature is valid for, and which headers are signed besides those that always are.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    date: String,
    region: String,
    product: String,
    /// In lower case, sorted.
    additional: Vec<String>,
}

impl Scope {
    /// The key that signs, which is made from the secret.
    pub(super) fn signing_key(&self, secret: &[u8]) -> Vec<u8> {
        let first = [PREFIX.as_bytes(), secret].concat();
        let parts = [&self.date, &self.region, &self.product, REQUEST];
        parts.iter().fold(first, |key, part| {
            hmac_sha256(&key, part.as_bytes()).to_vec()
        })
    }
}

/// Reads what follows the name of the scheme.
pub(super) fn read(rest: &str, headers: &HeaderMap) -> Result<Authorization, Malformed> {
    let credential = field(rest, "Credential")?;
    let invalid = || Malformed::invalid("Credential", credential);
    // The id comes first, and may have slashes.
    let mut parts = credential.rsplitn(5, '/');
    let mut next = || parts.next().ok_or_else(invalid);
    let (request, product, region, date, key_id) = (next()?, next()?, next()?, next()?, next()?);
    let sent = canonical::value_or_empty(headers, header::OSS_DATE);
    if request != REQUEST || !sent.starts_with(date.as_bytes()) || date.len() != 8 {
        return Err(invalid());
    }
    let additional = match field(rest, "AdditionalHeaders") {
        Ok(names) => names.split(';').map(str::to_ascii_lowercase).collect(),
        Err(_) => Vec::new(),
    };
    let mut additional: Vec<String> = additional;
    additional.retain(|name| !name.is_empty());
    additional.sort();
    if let Some(missing) = additional.iter().find(|name| !headers.contains_key(*name)) {
        return Err(Malformed::NotSent(missing.clone()));
    }
    let body = canonical::value_or_empty(headers, header::OSS_CONTENT_SHA256);
    let claims = Verified {
        at: Some(instant::iso(headers, header::OSS_DATE)?),
        body_sha256: from_hex(&body).and_then(|bytes| bytes.try_into().ok()),
        ..claims(Scheme::OssV4)
    };
    Ok(Authorization {
        key_id: key_id.to_owned(),
        signature: from_hex(field(rest, "Signature")?.as_bytes()).unwrap_or_default(),
        token: token(headers, header::OSS_SECURITY_TOKEN)?,
        form: Form::OssV4(Scope {
            date: date.to_owned(),
            region: region.to_owned(),
            product: product.to_owned(),
            additional,
        }),
        claims,
    })
}

/// The text that is signed.
pub(super) fn message(scope: &Scope, target: &Target<'_>) -> Message {
    let headers = target.headers;
    let path = canonical::path(&object::path(target));
    let query = canonical::query(target.query, false);
    let mut request = format!("{}\n{path}\n{query}\n", target.method).into_bytes();
    let mut names = canonical::names(headers, header::OSS_PREFIX);
    let always = [header::CONTENT_MD5, header::CONTENT_TYPE];
    names.extend(
        always
            .into_iter()
            .filter(|name| headers.contains_key(*name)),
    );
    names.extend(scope.additional.iter().map(String::as_str));
    names.sort_unstable();
    names.dedup();
    request.extend(canonical::lines(headers, names));
    request.extend(format!("\n{}\n", scope.additional.join(";")).into_bytes());
    let body = canonical::value(headers, header::OSS_CONTENT_SHA256);
    request.extend(body.unwrap_or_else(|| UNSIGNED.to_vec()));
    let mut text = format!("{NAME}\n").into_bytes();
    text.extend(canonical::value_or_empty(headers, header::OSS_DATE));
    let Scope {
        date,
        region,
        product,
        ..
    } = scope;
    let digest = sha256_hex(&request);
    text.extend(format!("\n{date}/{region}/{product}/{REQUEST}\n{digest}").into_bytes());
    Message {
        string_to_sign: text,
        canonical_request: Some(request),
    }
}
