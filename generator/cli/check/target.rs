//! Applies the flags to every function: the user's and its probe.

use std::collections::BTreeMap;

use super::arguments::{Limits, SubjectArgs, read_file};
use crate::cli::failure::Failure;
use crate::conformance::Target;
use crate::emulator::Settings;

/// Variables that a program may need on this machine: where its language finds packages.
const USER_VARIABLES: [&str; 5] = ["HOME", "TMPDIR", "VIRTUAL_ENV", "SystemRoot", "USERPROFILE"];

/// The event that the function rejects, if the user named one.
pub(super) fn failing_event(flags: &SubjectArgs) -> Result<Option<Vec<u8>>, Failure> {
    flags.failing_event.as_deref().map(read_file).transpose()
}

/// Applies the flags to a target, which may be the probe. A flag replaces one of the `variables`
/// that the project sets.
pub(super) fn prepare(
    target: &mut Target,
    flags: &SubjectArgs,
    limits: Limits,
    variables: &BTreeMap<String, String>,
) {
    target.idle = limits.idle;
    target.patience = limits.patience;
    let own = USER_VARIABLES.iter().filter_map(|name| {
        let value = std::env::var(name).ok()?;
        Some(((*name).to_owned(), value))
    });
    let set = variables.clone().into_iter();
    let given = flags
        .env
        .iter()
        .map(|one| (one.name.clone(), one.value.clone()));
    target.settings = Settings {
        env: own.chain(set).chain(given).collect(),
        ..Settings::default()
    };
}
