//! A profile of Serverless Devs: `s config add` writes it into `access.yaml`, each value encrypted with
//! a passphrase that every copy of that program has. So the file is as secret as its values.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use md5::{Digest, Md5};

use super::Access;
use crate::cli::failure::{Exit, Failure};
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

type Values = BTreeMap<String, String>;

/// The key of a profile, or `None` if there is no such profile.
///
/// # Errors
/// The file or the profile cannot be read, or lacks a value.
pub(super) fn read(alias: &str) -> Result<Option<Access>, Failure> {
    if let Ok(json) = std::env::var(format!("{alias}{SUFFIX}")) {
        // The words of the parser may contain a value.
        let values = serde_json::from_str::<Values>(&json).map_err(|_| {
            let message = format!("`{alias}{SUFFIX}` is not a JSON object of texts");
            Failure::new(Exit::Usage, message).hint("set it to what `s config get` shows, as JSON")
        })?;
        return access(alias, &values, |value| Some(value.to_owned())).map(Some);
    }
    let Some(file) = file() else {
        return Ok(None);
    };
    let shown = printable_path(&file);
    let text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| {
            let message = format!("cannot read `{shown}`: {error}");
            Failure::new(Exit::Usage, message).hint("make it a file that you can read")
        })?,
    };
    let mut profiles: BTreeMap<String, Values> = serde_saphyr::from_str(&text).map_err(|_| {
        let message = format!("`{shown}` is not a file of Serverless Devs");
        Failure::new(Exit::Usage, message).hint("remove it, and run `s config add`")
    })?;
    let values = profiles.remove(alias);
    values
        .map(|values| access(alias, &values, decrypted))
        .transpose()
}

fn file() -> Option<PathBuf> {
    let home = std::env::var_os(HOME).map(PathBuf::from);
    let home = home.or_else(std::env::home_dir);
    Some(home.filter(|home| home.is_absolute())?.join(FILE))
}

/// The key that values are of.
fn access(
    alias: &str,
    values: &Values,
    plain: impl Fn(&str) -> Option<String>,
) -> Result<Access, Failure> {
    let value = |name: &str| {
        let value = values.get(name).and_then(|value| plain(value));
        value.filter(|value| !value.is_empty())
    };
    let needed = |name: &str| {
        value(name).ok_or_else(|| {
            let alias = printable(alias);
            let message = format!("the profile `{alias}` of Serverless Devs has no `{name}`");
            Failure::new(Exit::Usage, message).hint(format!("run `s config add -a {alias} -f`"))
        })
    };
    Ok(Access {
        account: value("AccountID"),
        key: AccessKey {
            id: needed("AccessKeyID")?,
            secret: needed("AccessKeySecret")?,
            token: value("SecurityToken"),
        },
    })
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
