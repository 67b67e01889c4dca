//! Whose functions these are.

use serde::{Deserialize, Serialize};

use crate::signature::AccessKey;

/// An account, and the key that signs its requests.
#[derive(Debug, Clone)]
pub struct Account {
    /// The id of the account.
    pub id: String,
    /// The id of the region.
    pub region: String,
    /// The key.
    pub key: AccessKey,
}

/// An account as it is kept in a file.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptAccount {
    id: String,
    access_key_id: String,
    access_key_secret: String,
}

impl Account {
    /// An account of a region with a new random key.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub(crate) fn new(region: &str) -> std::io::Result<Self> {
        Ok(Self {
            id: "1234567890123456".to_owned(),
            region: region.to_owned(),
            key: AccessKey {
                // Alibaba Cloud's own begin like this. `s` hides every text that equals a part of a
                // key in what it prints, so they are long.
                id: format!("LTAI{}", random(20)?),
                secret: random(32)?,
                token: None,
            },
        })
    }

    /// A key that nobody else has, for a while.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub(crate) fn temporary_key() -> std::io::Result<AccessKey> {
        Ok(AccessKey {
            id: format!("STS.{}", random(20)?),
            secret: random(32)?,
            token: Some(random(64)?),
        })
    }

    /// The same as it is kept.
    pub(crate) fn kept(&self) -> KeptAccount {
        KeptAccount {
            id: self.id.clone(),
            access_key_id: self.key.id.clone(),
            access_key_secret: self.key.secret.clone(),
        }
    }

    /// The account of a file, in a region.
    pub(crate) fn of_kept(kept: KeptAccount, region: &str) -> Self {
        Self {
            id: kept.id,
            region: region.to_owned(),
            key: AccessKey {
                id: kept.access_key_id,
                secret: kept.access_key_secret,
                token: None,
            },
        }
    }

    /// The name of a function, or of one of its versions or aliases, across all of Alibaba Cloud.
    pub(crate) fn function_arn(&self, name: &str, qualifier: Option<&str>) -> String {
        let (region, id) = (&self.region, &self.id);
        let arn = format!("acs:fc:{region}:{id}:functions/{name}");
        match qualifier {
            Some(qualifier) => format!("{arn}/{qualifier}"),
            None => arn,
        }
    }

    /// The function that such a name, or the name alone, means.
    pub(crate) fn function_of(arn: &str) -> &str {
        let name = arn.rsplit_once(":functions/").map_or(arn, |(_, name)| name);
        let name = name.strip_prefix("functions/").unwrap_or(name);
        name.split_once('/').map_or(name, |(name, _)| name)
    }
}

/// Random letters and digits.
fn random(length: usize) -> std::io::Result<String> {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    let letters = bytes.iter();
    let letters = letters.map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()]);
    Ok(letters.map(char::from).collect())
}
