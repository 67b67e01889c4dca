//! The keys of the function's role.

use std::fmt;

use hyper::HeaderMap;

const ID: &str = "x-fc-access-key-id";
const SECRET: &str = "x-fc-access-key-secret";
const TOKEN: &str = "x-fc-security-token";

/// The temporary keys of the role that the function runs as.
///
/// ```
/// use fc3::{Context, Result};
///
/// fn sign(cx: &Context) -> Result<String> {
///     let keys = cx.credentials().ok_or("the function has no role")?;
///     Ok(format!("Credential={}", keys.access_key_id()))
/// }
/// ```
///
/// They expire, so ask the [`Context`](crate::Context) for them in every call. `Debug` does not show
/// them.
#[derive(Clone)]
pub struct Credentials {
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
}

impl Credentials {
    /// The id of the access key.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret of the access key.
    #[must_use]
    pub fn access_key_secret(&self) -> &str {
        &self.access_key_secret
    }

    /// The security token, without which temporary keys are not valid.
    #[must_use]
    pub fn security_token(&self) -> Option<&str> {
        self.security_token.as_deref()
    }

    /// Takes the call's keys if they are complete, else the environment's: `custom.debian11` no longer
    /// sends the token, and the other two are worth nothing without it.
    pub(crate) fn find<'a>(
        header: impl Fn(&str) -> Option<&'a str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let of_call = || {
            Some(Self {
                access_key_id: header(ID)?.to_owned(),
                access_key_secret: header(SECRET)?.to_owned(),
                security_token: header(TOKEN).map(str::to_owned),
            })
        };
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let of_environment = || {
            Some(Self {
                access_key_id: variable("ALIBABA_CLOUD_ACCESS_KEY_ID")?,
                access_key_secret: variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?,
                security_token: variable("ALIBABA_CLOUD_SECURITY_TOKEN"),
            })
        };
        of_call()
            .filter(|keys| keys.security_token.is_some())
            .or_else(of_environment)
            .or_else(of_call)
    }
}

/// Hides the keys from a router that prints its requests: the values appear as `Sensitive`.
pub(crate) fn hide(headers: &mut HeaderMap) {
    for name in [ID, SECRET, TOKEN] {
        if let Some(value) = headers.get_mut(name) {
            value.set_sensitive(true);
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}
