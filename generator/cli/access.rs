//! Whose access key signs a request to the deployed function: that of the environment, or of a profile of
//! Serverless Devs. No value of a key is ever printed, also not as part of an error.

mod profile;

use crate::cli::failure::{Exit, Failure};
use crate::platform::env::{
    ACCESS_KEY_ID, ACCESS_KEY_SECRET, S_ACCESS_KEY_ID, S_ACCESS_KEY_SECRET, S_ACCOUNT_ID,
    SECURITY_TOKEN,
};
use crate::signature::AccessKey;

/// The profile that Serverless Devs uses if nobody names one.
const DEFAULT: &str = "default";
/// The token of a temporary key, as Serverless Devs reads it.
const S_TOKEN: &str = "SecurityToken";
/// The id of the account, for keys that the SDKs read.
const ACCOUNT_ID: &str = "ALIBABA_CLOUD_ACCOUNT_ID";

/// An access key, and the account that it belongs to, where that is known.
pub(super) struct Access {
    pub(super) key: AccessKey,
    pub(super) account: Option<String>,
}

/// The key of a profile, or else of the environment, or else of the profile `default`.
///
/// # Errors
/// There is none, or it cannot be sent in a header.
pub(super) fn find(alias: Option<&str>) -> Result<Access, Failure> {
    let found = match alias {
        Some(alias) => profile::read(alias)?,
        None => match of_environment() {
            Some(access) => Some(access),
            None => profile::read(DEFAULT)?,
        },
    };
    let access = found.ok_or_else(|| {
        let alias = alias.unwrap_or(DEFAULT);
        let message = match alias {
            DEFAULT => "there is no access key".to_owned(),
            alias => format!("Serverless Devs has no profile `{alias}`"),
        };
        let hint = format!(
            "run `s config add -a {alias}`, or set `{S_ACCOUNT_ID}`, `{S_ACCESS_KEY_ID}` and \
             `{S_ACCESS_KEY_SECRET}`"
        );
        Failure::new(Exit::Usage, message).hint(hint)
    })?;
    let AccessKey { id, secret, token } = &access.key;
    let values = [id, secret].into_iter().chain(token);
    for value in values {
        if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = "the access key has a value that no header can have";
            return Err(Failure::new(Exit::Usage, message).hint("set it again, without spaces"));
        }
    }
    Ok(access)
}

fn of_environment() -> Option<Access> {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let own = || {
        Some(Access {
            account: Some(value(S_ACCOUNT_ID)?),
            key: AccessKey {
                id: value(S_ACCESS_KEY_ID)?,
                secret: value(S_ACCESS_KEY_SECRET)?,
                token: value(S_TOKEN),
            },
        })
    };
    let of_sdks = || {
        Some(Access {
            account: value(ACCOUNT_ID),
            key: AccessKey {
                id: value(ACCESS_KEY_ID)?,
                secret: value(ACCESS_KEY_SECRET)?,
                token: value(SECURITY_TOKEN),
            },
        })
    };
    own().or_else(of_sdks)
}
