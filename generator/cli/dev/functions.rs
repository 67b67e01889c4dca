//! What `dev` deploys: the functions of `s.yaml`, with the program of this project.

use std::path::Path;
use std::time::Duration;

use super::Dev;
use crate::cli::deployed::{definition, tell_missing};
use crate::cli::output::hint;
use crate::cli::project::{Project, ProjectFunctions};
use crate::emulator::{Definition, Rest};
use crate::text::printable;

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
    let own = functions.own.iter();
    own.map(|function| {
        let mut definition = definition(project, function, program, rest);
        let settings = &mut definition.settings;
        settings.memory_limiter.clone_from(&flags.rest.limiter);
        settings.credentials.clone_from(&flags.read_credentials);
        definition
    })
    .collect()
}

/// Tells what of `s.yaml` has no value on this machine, and what does not run.
pub(super) fn tell_gaps(functions: &ProjectFunctions) {
    functions.own.iter().for_each(tell_missing);
    for name in &functions.others {
        hint(&format!(
            "`{}` does not run here: its code is not of this project",
            printable(name)
        ));
    }
}
