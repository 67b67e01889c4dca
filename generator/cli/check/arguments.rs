//! The values of `check`'s flags, understood before anything is started.

use std::str::FromStr;
use std::time::Duration;

use crate::conformance::{self, Rule};

/// A variable of the function.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !text.contains('\0') => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("give a name, `=` and a value, as in `--env STAGE=test`".to_owned()),
        }
    }
}

/// A rule by its id.
pub(super) fn rule(id: &str) -> Result<&'static Rule, String> {
    let named = conformance::rules().find(|rule| rule.id == id);
    named.ok_or_else(|| "`cargo fc3 check --list` names the rules".to_owned())
}

/// A port that can be listened on.
pub(super) fn port(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("give a number from 1 to 65535".to_owned()),
        Ok(port) => Ok(port),
    }
}

/// A path as clients send it.
pub(super) fn path(text: &str) -> Result<String, String> {
    if text.starts_with('/') && text.chars().all(|c| c.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("a path begins with `/`, and has no blanks".to_owned())
    }
}

/// A time in whole seconds, of at most a day.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    const DAY: u64 = 24 * 60 * 60;
    match text.parse() {
        Ok(seconds @ 1..=DAY) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("give a number of seconds from 1 to {DAY}")),
    }
}
