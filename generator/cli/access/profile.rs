//! A profile of Serverless Devs: `s config add` writes it into `access.yaml`, each value encrypted with
//! a passphrase that every copy of that program has. So the file is as secret as its values.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use md5::{Digest, Md5};
use serde_json::{Map, Value};

use super::{Access, S_TOKEN};
use crate::cli::failure::{Exit, Failure};
use crate::platform::env::{S_ACCESS_KEY_ID, S_ACCESS_KEY_SECRET, S_ACCOUNT_ID};
use crate::signature::AccessKey;
use crate::text::{printable, printable_path};

/// The passphrase of Serverless Devs.
const PASSPHRASE: &[u8] = b"SecretKey123";
/// The file, below the home of Serverless Devs.
const FILE: &str = ".s/access.yaml";
/// The variable that moves that home.
const HOME: &str = "serverless_devs_config_home";
/// What follows the name of a profile in the variable that has it as JSON.
const SUFFIX: &str = "_serverless_devs_key";

/// The profile that Serverless Devs uses if nobody names one.
const DEFAULT: &str = "default";
/// What a profile has that the user chose in its place.
const IS_DEFAULT: &str = "__default";
/// How encrypted values begin, in Base64.
const SALTED: &str = "U2FsdGVkX1";

/// What `s config add` has written, by name.
type Values = Map<String, Value>;

/// The key of a profile, or without an alias, of the default one. `variable` has the environment.
///
/// # Errors
/// There is no such profile, it cannot be read, or it lacks a value.
pub(super) fn read(
    alias: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Access, Failure> {
    let named = alias.unwrap_or(DEFAULT);
    let name = format!("{named}{SUFFIX}");
    if let Some(json) = variable(&name) {
        let shown = printable(&name);
        // The words of the parser may contain a value.
        let values = serde_json::from_str::<Values>(&json).map_err(|_| {
            let message = format!("`{shown}` is not a JSON object");
            Failure::new(Exit::Usage, message).hint("set it to what `s config get` shows, as JSON")
        })?;
        return access(named, &format!("`{shown}`"), &values, Some);
    }
    let file = file()?;
    let shown = printable_path(&file);
    let mut profiles = profiles(&file)?;
    let chosen = || {
        let is_default = |values: &Value| {
            let chosen = values.get(IS_DEFAULT).and_then(Value::as_str)?;
            Some(plain(chosen.to_owned())? == "true")
        };
        let mut all = profiles.iter();
        let found = all.find(|(_, values)| is_default(values) == Some(true))?;
        Some(found.0.clone())
    };
    let chosen = match alias {
        Some(alias) => alias.to_owned(),
        None => chosen().unwrap_or_else(|| DEFAULT.to_owned()),
    };
    let Some(Value::Object(values)) = profiles.remove(&chosen) else {
        let alias = printable(&chosen);
        let message = format!("there is no access key: `{shown}` has no profile `{alias}`");
        let hint = format!(
            "run `s config add -a {alias}`, or set `{S_ACCOUNT_ID}`, `{S_ACCESS_KEY_ID}` and \
             `{S_ACCESS_KEY_SECRET}`"
        );
        return Err(Failure::new(Exit::Usage, message).hint(hint));
    };
    access(&chosen, &format!("`{shown}`"), &values, plain)
}

/// The profiles of a file. One that is missing has none.
fn profiles(file: &Path) -> Result<BTreeMap<String, Value>, Failure> {
    let shown = printable_path(file);
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        text => text.map_err(|error| {
            let message = format!("cannot read `{shown}`: {error}");
            Failure::new(Exit::Usage, message).hint("make it a file that you can read")
        })?,
    };
    if text.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    // The words of the parser may contain a value.
    serde_saphyr::from_str(&text).map_err(|_| {
        let message = format!("`{shown}` is not a file of Serverless Devs");
        Failure::new(Exit::Usage, message).hint("remove it, and run `s config add`")
    })
}

fn file() -> Result<PathBuf, Failure> {
    let home = std::env::var_os(HOME).filter(|home| !home.is_empty());
    let home = home.map(PathBuf::from).or_else(std::env::home_dir);
    let home = home.filter(|home| !home.as_os_str().is_empty());
    let home = home.ok_or_else(|| {
        let message = "the home directory is not known";
        Failure::new(Exit::Usage, message).hint("set `HOME` to it")
    })?;
    Ok(home.join(FILE))
}

/// The key that values are of. `place` has them.
fn access(
    alias: &str,
    place: &str,
    values: &Values,
    plain: impl Fn(String) -> Option<String>,
) -> Result<Access, Failure> {
    let alias = printable(alias);
    let value = |name: &str| {
        let value = match values.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        plain(value).filter(|value| !value.is_empty())
    };
    let needed = |name: &str| {
        value(name).ok_or_else(|| {
            let message = format!("the profile `{alias}` of {place} has no readable `{name}`");
            Failure::new(Exit::Usage, message).hint(format!("run `s config add -a {alias} -f`"))
        })
    };
    Ok(Access {
        account: value(S_ACCOUNT_ID),
        key: AccessKey {
            id: needed(S_ACCESS_KEY_ID)?,
            secret: needed(S_ACCESS_KEY_SECRET)?,
            token: value(S_TOKEN),
        },
        source: format!("the profile `{alias}` of {place}"),
    })
}

/// A value of the file. Serverless Devs encrypts what it writes, and reads other values as they are.
fn plain(value: String) -> Option<String> {
    if value.starts_with(SALTED) {
        decrypted(&value)
    } else {
        Some(value)
    }
}

/// What a value was before it was encrypted in the form of OpenSSL: `Salted__`, 8 bytes of salt, and
/// AES-256 in CBC mode, all in Base64.
fn decrypted(value: &str) -> Option<String> {
    const KEY: usize = 32;
    const BLOCK: usize = 16;
    let bytes = STANDARD.decode(value).ok()?;
    let (salt, data) = bytes.strip_prefix(b"Salted__")?.split_at_checked(8)?;
    // OpenSSL's own way from a passphrase to a key and an initialization vector.
    let mut derived = Vec::new();
    let mut last = Vec::new();
    while derived.len() < KEY + BLOCK {
        let digest = Md5::new()
            .chain_update(&last)
            .chain_update(PASSPHRASE)
            .chain_update(salt);
        last = digest.finalize().to_vec();
        derived.extend(&last);
    }
    let (key, vector) = derived.split_at(KEY);
    let cipher = Decryptor::<Aes256>::new_from_slices(key, &vector[..BLOCK]).ok()?;
    let mut data = data.to_vec();
    let plain = cipher.decrypt_padded::<Pkcs7>(&mut data).ok()?;
    String::from_utf8(plain.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::decrypted;

    /// Values that `s config add` of Serverless Devs 3.1.10 has written.
    #[test]
    fn what_serverless_devs_has_written_is_read() {
        for (written, expected) in [
            (
                "U2FsdGVkX1+fJsyWac+p6S5Qw5Yd9EGiArKhYSK+quU=",
                "LTAIexample",
            ),
            ("U2FsdGVkX1/5NaycCZ1lGFAMeuuerJ+Fxp7ZuCsNWtM=", "topsecret"),
            (
                "U2FsdGVkX1+92YKP0sGKyqcF4IHlXqomLPzIVjXOqTsp2P4kSan8Wf/UDeetuIKo",
                "1234567890123456",
            ),
        ] {
            assert_eq!(decrypted(written).as_deref(), Some(expected));
        }
        for wrong in ["", "plain", "U2FsdGVkX18=", "U2FsdGVkX1+fJsyWac+p6S5Qw5Yd"] {
            assert_eq!(decrypted(wrong), None, "{wrong}");
        }
    }
}
