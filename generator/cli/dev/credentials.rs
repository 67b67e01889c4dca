//! `--credentials`: the credentials that the function gets, from the environment or from a profile of
//! the Alibaba Cloud CLI. No value of them is ever printed, also not as part of an error.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::json;

use crate::cli::failure::{Exit, Failure};
use crate::cli::output::WARNING;
use crate::cli::talk::Talk;
use crate::emulator::Credentials;
use crate::platform::env::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, SECURITY_TOKEN};
use crate::text::printable;

/// The configuration of the Alibaba Cloud CLI, below the home directory.
const FILE: &str = ".aliyun/config.json";

/// That file, as far as it matters here. It has no `Debug`, since that would print secrets.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    profiles: Vec<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    name: String,
    #[serde(default)]
    mode: String,
    #[serde(default)]
    access_key_id: String,
    #[serde(default)]
    access_key_secret: String,
    #[serde(default)]
    sts_token: String,
}

/// Reads the credentials of a profile, or with an empty name those of the environment, and says where
/// they are from.
///
/// # Errors
/// Something of them is missing, or cannot be sent in a header.
pub(super) fn read(profile: &str, talk: &Talk) -> Result<Credentials, Failure> {
    let profile = Some(profile).filter(|name| !name.is_empty());
    let (credentials, source) = match profile {
        Some(name) => (
            of_profile(name)?,
            format!("the profile `{}`", printable(name)),
        ),
        None => (of_environment()?, "the environment".to_owned()),
    };
    for (name, value) in [
        ("AccessKey id", &credentials.access_key_id),
        ("AccessKey secret", &credentials.access_key_secret),
        ("security token", &credentials.security_token),
    ] {
        if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("the {name} of {source} has a character that no header can have");
            return Err(Failure::new(Exit::Usage, message).hint("set it again, without spaces"));
        }
    }
    let is_temporary = !credentials.security_token.is_empty();
    talk.did(
        "credentials",
        json!({ "profile": profile, "temporary": is_temporary }),
        "Passing",
        &format!("the credentials of {source} to the functions"),
    );
    if !is_temporary {
        talk.text(&format!(
            "{WARNING}warning{WARNING:#}: these credentials have no security token, so the function \
             gets a long-lived AccessKey; use temporary credentials of a role with few permissions"
        ));
    }
    Ok(credentials)
}

fn of_environment() -> Result<Credentials, Failure> {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let needed = |name: &str| {
        value(name).ok_or_else(|| {
            let hint = format!(
                "set `{ACCESS_KEY_ID}`, `{ACCESS_KEY_SECRET}` and `{SECURITY_TOKEN}`, or name a \
                 profile of `~/{FILE}` with `--credentials NAME`"
            );
            Failure::new(Exit::Usage, format!("`{name}` is not set")).hint(hint)
        })
    };
    Ok(Credentials {
        access_key_id: needed(ACCESS_KEY_ID)?,
        access_key_secret: needed(ACCESS_KEY_SECRET)?,
        security_token: value(SECURITY_TOKEN).unwrap_or_default(),
    })
}

fn of_profile(name: &str) -> Result<Credentials, Failure> {
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    let home = home.ok_or_else(|| {
        let failure = Failure::new(Exit::Usage, "the home directory is not known");
        failure.hint("set `HOME` to it")
    })?;
    let file: PathBuf = home.join(FILE);
    let text = fs::read(&file).map_err(|error| {
        let message = format!("cannot read `{}`: {error}", file.display());
        let name = printable(name);
        let hint = format!("create it with `aliyun configure --mode StsToken --profile {name}`");
        Failure::new(Exit::Usage, message).hint(hint)
    })?;
    in_config(&text, name, &file)
}

fn in_config(text: &[u8], name: &str, file: &Path) -> Result<Credentials, Failure> {
    let failure = |message: String, hint: String| Failure::new(Exit::Usage, message).hint(hint);
    let shown = file.display();
    let name = printable(name);
    // The words of the parser may contain a value.
    let config: Config = serde_json::from_slice(text).map_err(|error| {
        failure(
            format!(
                "{shown}:{}:{}: not a configuration of the Alibaba Cloud CLI",
                error.line(),
                error.column()
            ),
            "write it again with `aliyun configure`".to_owned(),
        )
    })?;
    let names = config
        .profiles
        .iter()
        .map(|profile| format!("`{}`", printable(&profile.name)));
    let names = names.collect::<Vec<_>>().join(", ");
    let mut profiles = config.profiles.into_iter();
    let Some(profile) = profiles.find(|profile| printable(&profile.name) == name) else {
        let hint = match &*names {
            "" => format!("create it with `aliyun configure --mode StsToken --profile {name}`"),
            names => format!("pass one of its profiles: {names}"),
        };
        return Err(failure(format!("`{shown}` has no profile `{name}`"), hint));
    };
    let needs_token = match &*profile.mode {
        "" | "AK" => false,
        "StsToken" => true,
        mode => {
            return Err(failure(
                format!(
                    "the profile `{name}` has the mode `{}`, which `dev` cannot use",
                    printable(mode)
                ),
                format!(
                    "pass a profile with the mode `StsToken` or `AK`, or get temporary credentials \
                     and set `{ACCESS_KEY_ID}`, `{ACCESS_KEY_SECRET}` and `{SECURITY_TOKEN}`"
                ),
            ));
        }
    };
    for (field, value, is_needed) in [
        ("access_key_id", &profile.access_key_id, true),
        ("access_key_secret", &profile.access_key_secret, true),
        ("sts_token", &profile.sts_token, needs_token),
    ] {
        if is_needed && value.is_empty() {
            return Err(failure(
                format!("the profile `{name}` of `{shown}` has no `{field}`"),
                format!("set it with `aliyun configure --profile {name}`"),
            ));
        }
    }
    Ok(Credentials {
        access_key_id: profile.access_key_id,
        access_key_secret: profile.access_key_secret,
        security_token: if needs_token {
            profile.sts_token
        } else {
            String::new()
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::Settings;

    const CONFIG: &str = r#"{
        "current": "work",
        "profiles": [
            { "name": "work", "mode": "StsToken", "access_key_id": "id", "access_key_secret": "secret",
              "sts_token": "token", "region_id": "cn-hangzhou" },
            { "name": "key", "mode": "AK", "access_key_id": "id", "access_key_secret": "secret",
              "sts_token": "" },
            { "name": "role", "mode": "RamRoleArn", "access_key_id": "id" },
            { "name": "expired", "mode": "StsToken", "access_key_id": "id",
              "access_key_secret": "secret" }
        ]
    }"#;

    fn read(text: &str, name: &str) -> Result<(String, String, String), String> {
        let read = in_config(text.as_bytes(), name, Path::new("config.json"));
        let all = |read: Credentials| {
            (
                read.access_key_id,
                read.access_key_secret,
                read.security_token,
            )
        };
        read.map(all).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_profile_has_temporary_credentials_or_a_key() {
        let expected = |token: &str| Ok(("id".into(), "secret".into(), token.into()));
        assert_eq!(read(CONFIG, "work"), expected("token"));
        assert_eq!(read(CONFIG, "key"), expected(""));
    }

    #[test]
    fn they_are_not_printed_for_a_developer() {
        let settings = Settings {
            credentials: in_config(CONFIG.as_bytes(), "work", Path::new("config.json")).ok(),
            ..Settings::default()
        };
        let printed = format!("{settings:?}");
        assert!(printed.contains("Credentials { .. }"), "{printed}");
        assert!(!printed.contains("secret\""), "{printed}");
    }

    #[test]
    fn an_error_has_no_secret() {
        for (text, name, expected) in [
            (CONFIG, "other", "`config.json` has no profile `other`"),
            (
                CONFIG,
                "role",
                "the profile `role` has the mode `RamRoleArn`, which `dev` cannot use",
            ),
            (
                CONFIG,
                "expired",
                "the profile `expired` of `config.json` has no `sts_token`",
            ),
            (
                r#"{ "profiles": "secret" }"#,
                "work",
                "config.json:1:22: not a configuration of the Alibaba Cloud CLI",
            ),
            (
                "secret",
                "work",
                "config.json:1:1: not a configuration of the Alibaba Cloud CLI",
            ),
            ("{}", "work", "`config.json` has no profile `work`"),
        ] {
            assert_eq!(read(text, name), Err(expected.to_owned()));
        }
    }
}
