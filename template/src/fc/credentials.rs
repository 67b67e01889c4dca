//! The keys of the function's role.

use std::fmt;

use hyper::HeaderMap;

const ID: &str = "x-fc-access-key-id";
const SECRET: &str = "x-fc-access-key-secret";
const TOKEN: &str = "x-fc-security-token";

/// The temporary keys of the role that the function runs as.
///
/// Neither `Debug` nor an error shows them.
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

    /// The token that temporary keys are valid with.
    #[must_use]
    pub fn security_token(&self) -> Option<&str> {
        self.security_token.as_deref()
    }

    /// Takes the call's keys when they are complete, else the environment's: `custom.debian11`
    /// no longer sends the token, without which the other two are worth nothing.
    pub(super) fn find<'a>(
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

/// Keeps the keys out of what a router may show: their headers print as `Sensitive`.
pub(super) fn hide(headers: &mut HeaderMap) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn header(token: Option<&'static str>) -> impl Fn(&str) -> Option<&'static str> {
        move |name| {
            if name == "x-fc-security-token" {
                token
            } else {
                Some("from-call")
            }
        }
    }

    #[test]
    fn a_call_without_a_token_falls_back_to_the_environment() {
        let keys = Credentials::find(header(None), |_| Some("from-environment".into())).unwrap();
        assert_eq!(keys.access_key_id(), "from-environment");
        let keys = Credentials::find(header(None), |_| None).unwrap();
        assert_eq!(
            (keys.access_key_id(), keys.security_token()),
            ("from-call", None)
        );
    }

    #[test]
    fn a_call_with_all_three_is_taken() {
        let keys = Credentials::find(header(Some("t")), |_| Some("from-environment".into()));
        let keys = keys.unwrap();
        assert_eq!(
            (keys.access_key_secret(), keys.security_token()),
            ("from-call", Some("t"))
        );
        assert_eq!(format!("{keys:?}"), "Credentials { .. }");
    }

    #[test]
    fn a_request_does_not_show_them() {
        let mut headers = HeaderMap::new();
        headers.insert(SECRET, "hush".parse().unwrap());
        hide(&mut headers);
        assert!(!format!("{headers:?}").contains("hush"));
    }

    #[test]
    fn no_keys_are_none() {
        assert!(Credentials::find(|_| None, |_| Some(String::new())).is_none());
    }
}
