//! Who may use the API: those who sign with the key of the account.
//!
//! What is deployed runs on this machine, so a request without a signature is refused, like one that was
//! sent before, or a long time ago.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use hyper::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::api_error::ApiError;
use super::control::{Account, HttpDoor};
use super::ids;
use crate::signature::{AccessKey, Authorization, Target, Verified};

/// The most requests that are remembered, so that none is sent twice.
const REMEMBERED: usize = 100_000;
/// The most uploads that are allowed at the same time.
const UPLOADS: usize = 100;

/// The keys, and the requests that were seen.
pub(super) struct Access {
    account: Account,
    is_required: bool,
    /// Requests are refused that were signed before.
    since: SystemTime,
    seen: Mutex<Seen>,
    uploads: Mutex<VecDeque<Upload>>,
}

/// The hash of the body that was signed, if it was.
pub(super) struct SignedBody(Option<[u8; 32]>);

impl SignedBody {
    /// Refuses a body that is not the one that was signed.
    ///
    /// # Errors
    /// See there.
    pub(super) fn check(&self, body: &[u8]) -> Result<(), ApiError> {
        match self.0 {
            Some(expected) if <[u8; 32]>::from(Sha256::digest(body)) != expected => {
                Err(mismatch("the body is not the one that was signed"))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// What requests had as their nonce, in the order of their arrival.
#[derive(Default)]
struct Seen {
    all: HashSet<String>,
    order: VecDeque<String>,
}

/// The right to upload one object.
struct Upload {
    key: AccessKey,
    bucket: String,
    object: String,
}

impl Access {
    pub(super) fn new(account: Account, is_required: bool) -> Self {
        Self {
            account,
            is_required,
            since: SystemTime::now(),
            seen: Mutex::default(),
            uploads: Mutex::default(),
        }
    }

    /// Refuses a request of the API that the account has not signed. Its body is still to be read.
    ///
    /// # Errors
    /// It has no signature, or one that is wrong, old, or seen before.
    pub(super) fn check(&self, target: &Target) -> Result<SignedBody, ApiError> {
        if !self.is_required {
            return Ok(SignedBody(None));
        }
        let verified = self.verified(target)?;
        self.is_now(&verified)?;
        // The older schemes have none, and two requests in the same second may have one signature.
        if let Some(nonce) = verified.nonce {
            self.is_new(&nonce)?;
        }
        Ok(SignedBody(verified.body_sha256))
    }

    /// Refuses a request of an HTTP client, if its trigger wants a signature.
    ///
    /// # Errors
    /// The trigger wants one, and there is none that is right.
    pub(super) fn check_trigger(&self, door: &HttpDoor, target: &Target) -> Result<(), ApiError> {
        match &*door.auth {
            "anonymous" => Ok(()),
            "function" if !self.is_required => Ok(()),
            "function" => self.is_now(&self.verified(target)?),
            other => {
                let message = format!("`cargo fc3 emulate` cannot check the `authType` `{other}`");
                Err(ApiError::new(
                    StatusCode::NOT_IMPLEMENTED,
                    "NotImplemented",
                    message,
                ))
            }
        }
    }

    fn verified(&self, target: &Target) -> Result<Verified, ApiError> {
        let authorization = Authorization::read(target)
            .map_err(|error| mismatch(&error.to_string()))?
            .ok_or_else(|| {
                let message = "the request is not signed; set the variables that `cargo fc3 emulate \
                               --env` prints";
                ApiError::new(StatusCode::BAD_REQUEST, "MissingRequiredHeader", message)
            })?;
        let key = &self.account.key;
        if authorization.key_id() != key.id {
            let message = "the access key is not the one of this `cargo fc3 emulate`; set the variables \
                           that `cargo fc3 emulate --env` prints";
            return Err(ApiError::forbidden("InvalidAccessKeyID", message));
        }
        let verified = authorization.verify(target, key);
        verified.map_err(|error| mismatch(&error.to_string()))
    }

    /// Refuses what was signed a long time ago, or will be, or before the start: nobody knows then
    /// whether it was sent before.
    fn is_now(&self, verified: &Verified) -> Result<(), ApiError> {
        let is_since = |at| at + Duration::from_secs(1) > self.since;
        if verified.is_current(SystemTime::now()) && verified.at.is_none_or(is_since) {
            return Ok(());
        }
        let message = "the date of the request is too far from the time of this machine, or before \
                       the start of this `cargo fc3 emulate`";
        Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "InvalidTimeStamp.Expired",
            message,
        ))
    }

    /// Refuses what was seen before.
    fn is_new(&self, nonce: &str) -> Result<(), ApiError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.all.insert(nonce.to_owned()) {
            let message = "the request was sent before; sign each one with a nonce of its own";
            return Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "SignatureNonceUsed",
                message,
            ));
        }
        seen.order.push_back(nonce.to_owned());
        if seen.order.len() > REMEMBERED
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.all.remove(&oldest);
        }
        Ok(())
    }

    /// The right to upload one object: a temporary key, the bucket and the name.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub(super) fn upload_token(&self) -> Result<Value, ApiError> {
        let key = Account::temporary_key();
        let key = key.map_err(|error| ApiError::internal(error.to_string()))?;
        // Clients put the id of their account before it.
        let name = ids::session();
        let upload = Upload {
            key,
            bucket: format!("fc-{}", self.account.region),
            object: format!("{}/{name}", self.account.id),
        };
        let token = json!({
            "credentials": {
                "AccessKeyId": upload.key.id,
                "AccessKeySecret": upload.key.secret,
                "SecurityToken": upload.key.token,
            },
            "ossRegion": self.account.region,
            "ossBucket": upload.bucket,
            "objectName": name,
        });
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        uploads.push_back(upload);
        if uploads.len() > UPLOADS {
            uploads.pop_front();
        }
        Ok(token)
    }

    /// The name of the object that a request may upload.
    ///
    /// # Errors
    /// The request is not signed with the key that was given out for it.
    pub(super) fn check_upload(&self, target: &Target, bucket: &str) -> Result<String, ApiError> {
        let denied = |message: &str| ApiError::forbidden("AccessDenied", message);
        let object = target.path.trim_start_matches('/').to_owned();
        let authorization = Authorization::read(target)
            .map_err(|error| denied(&error.to_string()))?
            .ok_or_else(|| denied("the upload is not signed"))?;
        let uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let upload = uploads
            .iter()
            .find(|upload| upload.key.id == authorization.key_id())
            .ok_or_else(|| {
                ApiError::forbidden("InvalidAccessKeyId", "the access key is not known")
            })?;
        let verified = authorization.verify(target, &upload.key);
        let verified = verified
            .map_err(|error| ApiError::forbidden("SignatureDoesNotMatch", error.to_string()))?;
        self.is_now(&verified)?;
        if upload.bucket != bucket || upload.object != object {
            return Err(denied("the key is for another object"));
        }
        Ok(object)
    }

    /// Refuses a download whose URL is not signed, or has expired.
    ///
    /// # Errors
    /// See there.
    pub(super) fn check_download(&self, target: &Target) -> Result<(), ApiError> {
        if !self.is_required || self.verified(target)?.is_current(SystemTime::now()) {
            return Ok(());
        }
        let message = "the URL has expired; ask for a new one";
        Err(ApiError::forbidden("AccessDenied", message))
    }
}

fn mismatch(message: &str) -> ApiError {
    ApiError::forbidden("SignatureNotMatch", message)
}
