//! Whose access key signs a request to the deployed function: that of the environment, or of a profile of
//! Serverless Devs. No value of a key is ever printed, also not as part of an error.

mod profile;

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::Project;
use crate::platform::env::{
    ACCESS_KEY_ID, ACCESS_KEY_SECRET, ACCOUNT_ID as FC_ACCOUNT_ID, S_ACCESS_KEY_ID,
    S_ACCESS_KEY_SECRET, S_ACCOUNT_ID, SECURITY_TOKEN,
};
use crate::signature::AccessKey;
use crate::text::printable;

/// The token of a temporary key, as Serverless Devs reads it.
const S_TOKEN: &str = "SecurityToken";
/// The id of the account, for keys that the SDKs read.
const ACCOUNT_ID: &str = "ALIBABA_CLOUD_ACCOUNT_ID";

/// An access key, and the account that it belongs to, where that is known.
pub(super) struct Access {
    pub(super) key: AccessKey,
    pub(super) account: Option<String>,
    /// Where it is from, for a person.
    pub(super) source: String,
}

/// The key of a profile that is named. Otherwise it is that of the environment, or else of the profile in
/// `s.yaml`, or else of the default profile.
///
/// # Errors
/// There is none, it is not whole, or it cannot be sent in a header.
pub(super) fn find(alias: Option<&str>, project: &Project) -> Result<Access, Failure> {
    let variable = |name: &str| project.variable(name);
    let access = match alias {
        Some(alias) => profile::read(Some(alias), variable)?,
        None => match of_environment(variable)? {
            Some(access) => access,
            None => profile::read(of_project(project)?.as_deref(), variable)?,
        },
    };
    let AccessKey { id, secret, token } = &access.key;
    let values = [
        (S_ACCESS_KEY_ID, Some(id)),
        (S_ACCESS_KEY_SECRET, Some(secret)),
        (S_TOKEN, token.as_ref()),
    ];
    for (name, value) in values {
        if value.is_some_and(|value| !value.bytes().all(|byte| byte.is_ascii_graphic())) {
            let source = &access.source;
            let message =
                format!("the `{name}` of {source} has a character that no header can have");
            return Err(Failure::new(Exit::Usage, message).hint("set it again, without spaces"));
        }
    }
    Ok(access)
}

/// The alias that `s.yaml` names.
fn of_project(project: &Project) -> Result<Option<String>, Failure> {
    let alias = project.alias();
    match alias {
        Some(alias) if alias.contains("${") => {
            let alias = printable(&alias);
            let message = format!("only Serverless Devs knows the access key of `access: {alias}`");
            let hint = "name a profile with `-a ALIAS`, or set the key in the environment";
            Err(Failure::new(Exit::Usage, message).hint(hint))
        }
        alias => Ok(alias),
    }
}

/// The key of the environment: that of Serverless Devs, or else that of the SDKs. A part of a key is an
/// error, since another key would be a surprise.
fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Access>, Failure> {
    let source = "the environment".to_owned();
    let s = [S_ACCOUNT_ID, S_ACCESS_KEY_ID, S_ACCESS_KEY_SECRET];
    if let Some([account, id, secret]) = whole(s, 1, &variable)? {
        let token = variable(S_TOKEN);
        let key = AccessKey { id, secret, token };
        return Ok(Some(Access {
            key,
            account: Some(account),
            source,
        }));
    }
    let Some([id, secret]) = whole([ACCESS_KEY_ID, ACCESS_KEY_SECRET], 0, &variable)? else {
        return Ok(None);
    };
    let token = variable(SECURITY_TOKEN);
    let mut accounts = [ACCOUNT_ID, FC_ACCOUNT_ID, S_ACCOUNT_ID].into_iter();
    Ok(Some(Access {
        key: AccessKey { id, secret, token },
        account: accounts.find_map(variable),
        source,
    }))
}

/// The values of variables, or `None` if none of them from `first` on is set.
fn whole<const N: usize>(
    names: [&str; N],
    first: usize,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<[String; N]>, Failure> {
    let values = names.map(|name| variable(name).ok_or(name));
    let Some(set) = (first..N).find(|&at| values[at].is_ok()) else {
        return Ok(None);
    };
    if let Some(missing) = values.iter().find_map(|value| value.as_ref().err()) {
        let message = format!("`{}` is set, but `{missing}` is not", names[set]);
        let hint = format!("set `{missing}` too, or name a profile with `-a ALIAS`");
        return Err(Failure::new(Exit::Usage, message).hint(hint));
    }
    Ok(Some(values.map(Result::unwrap_or_default)))
}

#[cfg(test)]
mod tests {
    use super::{Access, of_environment};

    fn found(set: &[(&str, &str)]) -> Result<Option<(String, Option<String>)>, String> {
        let variable = |name: &str| {
            let mut set = set.iter();
            Some(set.find(|(known, _)| *known == name)?.1.to_owned())
        };
        let told = |Access { key, account, .. }| (key.id, account);
        let found = of_environment(variable).map(|access| access.map(told));
        found.map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_key_of_the_environment_is_whole_or_an_error() {
        let s = [
            ("AccountID", "1"),
            ("AccessKeyID", "s"),
            ("AccessKeySecret", "x"),
        ];
        let sdk = [
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "sdk"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "x"),
        ];
        let expected =
            |id: &str, account: Option<&str>| Ok(Some((id.into(), account.map(Into::into))));
        assert_eq!(found(&s), expected("s", Some("1")));
        assert_eq!(found(&[&s[..], &sdk].concat()), expected("s", Some("1")));
        assert_eq!(found(&sdk), expected("sdk", None));
        assert_eq!(found(&[&s[..1], &sdk].concat()), expected("sdk", Some("1")));
        assert_eq!(found(&s[..1]), Ok(None));
        assert_eq!(found(&[]), Ok(None));
        for (set, expected) in [
            (
                &[&s[1..], &sdk].concat()[..],
                "`AccessKeyID` is set, but `AccountID` is not",
            ),
            (
                &s[..2],
                "`AccessKeyID` is set, but `AccessKeySecret` is not",
            ),
            (
                &sdk[1..],
                "`ALIBABA_CLOUD_ACCESS_KEY_SECRET` is set, but `ALIBABA_CLOUD_ACCESS_KEY_ID` is not",
            ),
        ] {
            assert_eq!(found(set), Err(expected.to_owned()));
        }
    }
}
