//! A function of a project as `dev` and `invoke` deploy it on this machine: with the settings of
//! `s.yaml`, and the program that was built here.

use std::path::Path;

use super::project::{Project, ProjectFunction};
use crate::emulator::{Definition, Launch, Rest};
use crate::text::printable;

/// What is deployed.
pub(super) fn definition(
    project: &Project,
    function: &ProjectFunction,
    program: &Path,
    rest: Rest,
) -> Definition {
    let (launch, code) = (Launch::new(program), project.dir().to_owned());
    let mut definition = Definition::of_config(&function.config, launch, code, rest);
    definition.settings.env = function.variables.set.clone().into_iter().collect();
    definition
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
