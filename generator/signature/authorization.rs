//! Which key a request names, and whether the request is signed with it.

use hyper::HeaderMap;

use super::base::Hash;
use super::{
    AccessKey, Cause, Malformed, Mismatch, Target, Verified, acs3, fc2, malformed, oss, oss_url,
    oss_v4,
};
use crate::platform::header;

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `ACS3-HMAC-SHA256`, of the API.
    Acs3,
    /// `FC`, of version 2.0 of the API.
    Fc2,
    /// `OSS`, of Object Storage Service.
    Oss,
    /// The parameters of a URL of Object Storage Service.
    OssUrl,
    /// `OSS4-HMAC-SHA256`, of Object Storage Service.
    OssV4,
}

/// What a request says about its signature. Nothing of it is checked yet.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// The id of the key.
    pub(super) key_id: String,
    /// The signature; without a byte if it cannot be read, which never is the right one.
    pub(super) signature: Vec<u8>,
    /// The token of a temporary key.
    pub(super) token: Option<Vec<u8>>,
    /// What else is needed to know the text that is signed.
    pub(super) form: Form,
    /// What is known of the request once its signature is right.
    pub(super) claims: Verified,
}

/// What a scheme needs, besides the request, to know the text that is signed.
#[derive(Clone, Debug)]
pub(super) enum Form {
    Acs3(acs3::SignedHeaders),
    Fc2,
    Oss,
    OssUrl(oss_url::Expires),
    OssV4(oss_v4::Scope),
}

/// A text that is signed.
pub(super) struct Message {
    pub(super) string_to_sign: Vec<u8>,
    /// The request in its canonical form, if the text has only a digest of it.
    pub(super) canonical_request: Option<Vec<u8>>,
}

impl Authorization {
    /// Reads what a request says about its signature: its header, or the parameters of a signed
    /// URL. `None` if it is not signed.
    ///
    /// # Errors
    /// The scheme is unknown, a part is missing or invalid, or a header that must be signed is not.
    pub fn read(target: &Target<'_>) -> Result<Option<Self>, Malformed> {
        let Some(text) = malformed::text(target.headers, header::AUTHORIZATION)? else {
            return oss_url::read(target);
        };
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let read = match scheme {
            acs3::NAME => acs3::read(rest, target.headers),
            fc2::NAME => fc2::read(rest, target.headers),
            oss::NAME => oss::read(rest, target.headers),
            oss_v4::NAME => oss_v4::read(rest, target.headers),
            unknown => Err(Malformed::UnknownScheme(unknown.to_owned())),
        };
        read.map(Some)
    }

    /// The id of the key that the request names.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// How the request is signed.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.claims.scheme
    }

    /// Checks the signature of the request that this was read from, in a time that does not depend
    /// on the signature. The caller has found the key by its id.
    ///
    /// # Errors
    /// The signature or the token is wrong.
    pub fn verify(&self, target: &Target<'_>, key: &AccessKey) -> Result<Verified, Mismatch> {
        let messages = self.messages(target);
        let (hash, signing_key) = self.signing_key(key);
        let is_right = messages
            .iter()
            .any(|message| hash.is_right(&signing_key, &message.string_to_sign, &self.signature));
        let same_token = self.token.as_deref() == key.token.as_deref().map(str::as_bytes);
        let cause = match (is_right && self.key_id == key.id, same_token) {
            (true, true) => return Ok(self.claims.clone()),
            (true, false) => Cause::Token,
            (false, _) => Cause::Signature,
        };
        let lossy = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        let shown = &messages[0];
        Err(Mismatch {
            cause,
            string_to_sign: lossy(&shown.string_to_sign),
            canonical_request: shown.canonical_request.as_deref().map(lossy),
        })
    }

    /// The texts of which one has to be signed. The first is the documented one; clients differ in
    /// whether they encode a path.
    fn messages(&self, target: &Target<'_>) -> Vec<Message> {
        match &self.form {
            Form::Acs3(signed) => acs3::messages(signed, target),
            Form::Fc2 => fc2::messages(target),
            Form::Oss => vec![oss::message(target)],
            Form::OssUrl(expires) => vec![oss_url::message(expires, target)],
            Form::OssV4(scope) => vec![oss_v4::message(scope, target)],
        }
    }

    fn signing_key(&self, key: &AccessKey) -> (Hash, Vec<u8>) {
        let secret = key.secret.as_bytes();
        match &self.form {
            Form::Acs3(_) | Form::Fc2 => (Hash::Sha256, secret.to_vec()),
            Form::Oss | Form::OssUrl(_) => (Hash::Sha1, secret.to_vec()),
            Form::OssV4(scope) => (Hash::Sha256, scope.signing_key(secret)),
        }
    }
}

/// The claims of a request that says only when it was signed.
pub(super) fn claims(scheme: Scheme) -> Verified {
    Verified {
        scheme,
        at: None,
        expires: None,
        nonce: None,
        body_sha256: None,
    }
}

/// The token that a header carries. An empty one is none, since some clients send it so.
pub(super) fn token(headers: &HeaderMap, name: &'static str) -> Result<Option<Vec<u8>>, Malformed> {
    let token = malformed::once(headers, name)?;
    Ok(token.filter(|token| !token.is_empty()).map(<[u8]>::to_vec))
}

/// One field of `Name=value,Name=value`.
pub(super) fn field<'a>(text: &'a str, name: &'static str) -> Result<&'a str, Malformed> {
    let mut fields = text
        .split(',')
        .filter_map(|field| field.trim().split_once('='));
    let field = fields.find(|(found, _)| *found == name);
    field
        .map(|(_, value)| value)
        .ok_or(Malformed::Missing(name))
}

/// The key id and the signature of `id:signature`.
pub(super) fn id_and_signature(text: &str) -> Result<(&str, &str), Malformed> {
    let invalid = || Malformed::invalid(header::AUTHORIZATION, text);
    text.rsplit_once(':').ok_or_else(invalid)
}
