//! A function of a project as `dev` and `invoke` deploy it on this machine: with the settings of
//! `s.yaml`, and the program that was built here.

use std::path::Path;
use std::time::Duration;

use super::project::{Project, ProjectFunction};
use crate::deployment::TriggerKind;
use crate::emulator::{Definition, Launch, Rest, Settings};
use crate::text::printable;

/// The time limit of a call that `s.yaml` does not limit, as Serverless Devs sets it.
const TIMEOUT: Duration = Duration::from_secs(3);

/// What is deployed.
pub(super) fn definition(
    project: &Project,
    function: &ProjectFunction,
    program: &Path,
    rest: Rest,
) -> Definition {
    let config = &function.config;
    let settings = Settings {
        code_dir: Some(project.dir().to_owned()),
        ..settings(function)
    };
    let mut triggers = config.triggers.iter();
    Definition {
        concurrency: config.concurrency.unwrap_or(1),
        initializer: config.initializer.is_some(),
        pre_stop: config.pre_stop.is_some(),
        health: config.health_check.clone(),
        affinity: config.session_affinity.clone(),
        http: triggers.find_map(|trigger| match &trigger.kind {
            TriggerKind::Http(http) => Some(http.clone()),
            TriggerKind::Timer(_) | TriggerKind::Other(_) => None,
        }),
        asynchronous: config.asynchronous.clone(),
        rest,
        ..Definition::new(Launch::new(program), settings)
    }
}

/// The settings of an instance.
fn settings(function: &ProjectFunction) -> Settings {
    let config = &function.config;
    let default = Settings::default();
    Settings {
        function_name: config.name.clone(),
        region: config.region.clone().unwrap_or(default.region),
        memory_mb: config.memory_mb.unwrap_or(default.memory_mb),
        timeout: config.timeout.unwrap_or(TIMEOUT),
        initializer_timeout: config.initializer.unwrap_or(default.initializer_timeout),
        pre_stop_timeout: config.pre_stop.unwrap_or(default.pre_stop_timeout),
        env: function.variables.set.clone().into_iter().collect(),
        ..Settings::default()
    }
}

/// Says which variables of `s.yaml` have no value on this machine, each in a hint.
pub(super) fn missing(function: &ProjectFunction) -> impl Iterator<Item = String> {
    let missing = function.variables.missing.iter();
    missing.map(|(name, expression)| {
        format!(
            "`{}` does not get `{}`: `{}` has no value here; set it in `.env` or in the environment",
            printable(&function.config.name),
            printable(name),
            printable(expression),
        )
    })
}
