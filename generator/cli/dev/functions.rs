//! What `dev` deploys: the functions of `s.yaml`, with the program of this project.

use std::path::Path;
use std::time::Duration;

use super::Dev;
use crate::cli::output::hint;
use crate::cli::project::{Project, ProjectFunction, ProjectFunctions};
use crate::deployment::TriggerKind;
use crate::emulator::{Definition, Launch, Rest, Settings};
use crate::text::printable;

/// The time limit of a call that `s.yaml` does not limit, as Serverless Devs sets it.
const TIMEOUT: Duration = Duration::from_secs(3);

/// What is deployed, with this program.
pub(super) fn definitions(
    project: &Project,
    functions: &ProjectFunctions,
    program: &Path,
    flags: &Dev,
) -> Vec<Definition> {
    let rest = Rest {
        freezes: flags.rest.freeze,
        idle: flags.rest.idle.map(Duration::from_secs),
    };
    let definition = |function: &ProjectFunction| {
        let config = &function.config;
        let settings = Settings {
            code_dir: Some(project.dir().to_owned()),
            ..settings(function)
        };
        Definition {
            concurrency: config.concurrency.unwrap_or(1),
            initializer: config.initializer.is_some(),
            pre_stop: config.pre_stop.is_some(),
            health: config.health_check.clone(),
            http: config
                .triggers
                .iter()
                .find_map(|trigger| match &trigger.kind {
                    TriggerKind::Http(http) => Some(http.clone()),
                    TriggerKind::Timer(_) | TriggerKind::Other(_) => None,
                }),
            asynchronous: config.asynchronous.clone(),
            rest,
            ..Definition::new(Launch::new(program), settings)
        }
    };
    functions.own.iter().map(definition).collect()
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

/// Tells what of `s.yaml` has no value on this machine, and what does not run.
pub(super) fn tell_gaps(functions: &ProjectFunctions) {
    for function in &functions.own {
        for (name, expression) in &function.variables.missing {
            hint(&format!(
                "the function does not get `{}`: `{}` has no value here; set it in `.env` or in the \
                 environment",
                printable(name),
                printable(expression),
            ));
        }
    }
    for name in &functions.others {
        hint(&format!(
            "`{}` does not run here: its code is not of this project",
            printable(name)
        ));
    }
}
