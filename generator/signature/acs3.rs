//! `ACS3-HMAC-SHA256`, the signature of the API: [`page::SIGNATURE`](crate::platform::page::SIGNATURE).

use std::time::SystemTime;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use super::authorization::{Authorization, Form, Message, Scheme, claims, field, token};
use super::base::{from_hex, hmac_sha256, sha256_hex, to_hex};
use super::{AccessKey, Malformed, Target, Verified, canonical, instant, malformed};
use crate::platform::{API_VERSION, header};

/// The name of the scheme.
pub(super) const NAME: &str = "ACS3-HMAC-SHA256";

/// The names of the headers that are signed, in the order in which the request lists them.
#[derive(Clone, Debug)]
pub(super) struct SignedHeaders(Vec<String>);

/// Reads what follows the name of the scheme.
pub(super) fn read(rest: &str, headers: &HeaderMap) -> Result<Authorization, Malformed> {
    let key_id = field(rest, "Credential")?.to_owned();
    let signature = from_hex(field(rest, "Signature")?.as_bytes()).unwrap_or_default();
    let signed = field(rest, "SignedHeaders")?.split(';').map(str::to_owned);
    let signed: Vec<_> = signed.collect();
    let required = must_be_signed(headers);
    if let Some(missing) = required
        .iter()
        .find(|name| !signed.iter().any(|signed| signed == *name))
    {
        return Err(Malformed::NotSigned((*missing).to_owned()));
    }
    if let Some(missing) = signed.iter().find(|name| !headers.contains_key(*name)) {
        return Err(Malformed::NotSent(missing.clone()));
    }
    let nonce = malformed::text(headers, header::ACS_NONCE)?;
    let nonce = nonce.ok_or(Malformed::Missing(header::ACS_NONCE))?;
    let claims = Verified {
        at: Some(instant::iso(headers, header::ACS_DATE)?),
        nonce: Some(nonce.to_owned()),
        body_sha256: Some(body_sha256(headers)?),
        ..claims(Scheme::Acs3)
    };
    Ok(Authorization {
        key_id,
        signature,
        token: token(headers, header::ACS_SECURITY_TOKEN)?,
        form: Form::Acs3(SignedHeaders(signed)),
        claims,
    })
}

/// The names of the headers that have to be signed if they are sent, sorted. `host` always is.
fn must_be_signed(headers: &HeaderMap) -> Vec<&str> {
    let mut names = canonical::names(headers, header::ACS_PREFIX);
    names.push(header::HOST);
    names.extend(
        headers
            .contains_key(header::CONTENT_TYPE)
            .then_some(header::CONTENT_TYPE),
    );
    names.sort_unstable();
    names
}

fn body_sha256(headers: &HeaderMap) -> Result<[u8; 32], Malformed> {
    let name = header::ACS_CONTENT_SHA256;
    let text = malformed::text(headers, name)?.ok_or(Malformed::Missing(name))?;
    let bytes = from_hex(text.as_bytes()).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Malformed::invalid(name, text))
}

/// The texts of which one has to be signed: the path in its canonical form, or as it was sent. The
/// SDK for Python signs it as it was given.
pub(super) fn messages(signed: &SignedHeaders, target: &Target<'_>) -> Vec<Message> {
    let path = canonical::path(target.path);
    let names: Vec<_> = signed.0.iter().map(String::as_str).collect();
    let mut messages = vec![message(&path, &names, target)];
    if path != target.path {
        messages.push(message(target.path, &names, target));
    }
    messages
}

fn message(path: &str, names: &[&str], target: &Target<'_>) -> Message {
    let query = canonical::query(target.query, true);
    let mut request = format!("{}\n{path}\n{query}\n", target.method).into_bytes();
    request.extend(canonical::lines(target.headers, names.iter().copied()));
    request.extend(format!("\n{}\n", names.join(";")).into_bytes());
    request.extend(canonical::value_or_empty(
        target.headers,
        header::ACS_CONTENT_SHA256,
    ));
    Message {
        string_to_sign: format!("{NAME}\n{}", sha256_hex(&request)).into_bytes(),
        canonical_request: Some(request),
    }
}

/// Signs requests to the API.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The key that signs.
    pub key: &'a AccessKey,
    /// The name of the operation, such as `InvokeFunction`.
    pub action: &'a str,
    /// When the request is signed.
    pub at: SystemTime,
    /// A text that no other request of this key has.
    pub nonce: &'a str,
}

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSignable {
    /// A header cannot have this value. It is not shown, since it may be a secret.
    #[error("the value of the header `{0}` has characters that no header may have")]
    Header(&'static str),
    /// The header `host` is missing.
    #[error("a request without the header `host` cannot be signed")]
    NoHost,
    /// The time is out of any calendar.
    #[error("the time of the signature is out of range")]
    Time,
}

impl Signer<'_> {
    /// Signs a request: adds the headers that say who sends it, when and with which body, and the
    /// signature of the whole. What they had before is replaced. `headers` has `host` already.
    ///
    /// # Errors
    /// `host` is missing, or a value cannot be sent as a header.
    pub fn sign(
        &self,
        method: &str,
        path: &str,
        query: &str,
        headers: &mut HeaderMap,
        body: &[u8],
    ) -> Result<(), NotSignable> {
        if !headers.contains_key(header::HOST) {
            return Err(NotSignable::NoHost);
        }
        let date = instant::to_iso(self.at).ok_or(NotSignable::Time)?;
        set(headers, header::ACS_VERSION, API_VERSION)?;
        set(headers, header::ACS_ACTION, self.action)?;
        set(headers, header::ACS_DATE, &date)?;
        set(headers, header::ACS_NONCE, self.nonce)?;
        set(headers, header::ACS_CONTENT_SHA256, &sha256_hex(body))?;
        if let Some(token) = &self.key.token {
            set(headers, header::ACS_ACCESS_KEY_ID, &self.key.id)?;
            set(headers, header::ACS_SECURITY_TOKEN, token)?;
        } else {
            headers.remove(header::ACS_ACCESS_KEY_ID);
            headers.remove(header::ACS_SECURITY_TOKEN);
        }
        let authorization = self.authorization(&Target {
            method,
            path,
            query,
            headers,
        });
        set(headers, header::AUTHORIZATION, &authorization)
    }

    fn authorization(&self, target: &Target<'_>) -> String {
        let names = must_be_signed(target.headers);
        let message = message(&canonical::path(target.path), &names, target);
        let code = hmac_sha256(self.key.secret.as_bytes(), &message.string_to_sign);
        format!(
            "{NAME} Credential={},SignedHeaders={},Signature={}",
            self.key.id,
            names.join(";"),
            to_hex(&code)
        )
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), NotSignable> {
    let value = HeaderValue::from_str(value).map_err(|_| NotSignable::Header(name))?;
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

#[cfg(test)]
mod tests;
