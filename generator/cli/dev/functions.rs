//! What `dev` deploys: the functions of `s.yaml`, with the program of their project.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::session::Session;
use crate::cli::deployed::{definition, missing};
use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{Project, ProjectFunctions, relative};
use crate::cli::s_yaml;
use crate::cli::talk::Talk;
use crate::emulator::{Definition, Rest};
use crate::text::{printable, printable_path};

/// What is deployed, with this program.
pub(super) fn definitions(
    project: &Project,
    functions: &ProjectFunctions,
    program: &Path,
    session: &Session,
) -> Vec<Definition> {
    let flags = session.flags;
    let rest = Rest {
        freezes: flags.rest.freeze,
        idle: flags.rest.idle.map(Duration::from_secs),
    };
    let own = functions.own.iter();
    own.map(|function| {
        let mut definition = definition(project, function, program, rest);
        let settings = &mut definition.settings;
        settings.memory_limiter.clone_from(&session.limiter);
        settings.credentials.clone_from(&session.credentials);
        definition
    })
    .collect()
}

/// The functions of each project, unless a deployment would fail.
pub(super) fn read(projects: &[Project]) -> Result<Vec<ProjectFunctions>, Failure> {
    s_yaml::ensure_valid(projects)?;
    projects.iter().map(Project::functions).collect()
}

/// Refuses two functions of the same name, which could not be told apart in a call.
pub(super) fn ensure_distinct<'a>(
    projects: impl Iterator<Item = &'a ProjectFunctions>,
) -> Result<(), Failure> {
    let mut places = BTreeMap::<_, Vec<_>>::new();
    for functions in projects {
        let file = printable_path(&relative(&functions.file));
        for function in &functions.own {
            let config = &function.config;
            let (line, resource) = (config.line, printable(&config.resource));
            let place = format!("\n  {file}:{line}: resource `{resource}`");
            places.entry(&config.name).or_default().push(place);
        }
    }
    let Some((name, places)) = places.iter().find(|(_, places)| places.len() > 1) else {
        return Ok(());
    };
    let count = match places.len() {
        2 => "two".to_owned(),
        count => count.to_string(),
    };
    let message = format!(
        "{count} functions are named `{}`{}",
        printable(name),
        places.concat()
    );
    Err(Failure::new(Exit::Failed, message)
        .hint("give each of them a `functionName` of its own, since all are called on one port"))
}

/// Tells what of `s.yaml` has no value on this machine, and what does not run. `is_known` says whether a
/// function runs as that of another project.
pub(super) fn tell_gaps(
    functions: &ProjectFunctions,
    is_known: impl Fn(&str) -> bool,
    talk: &Talk,
) {
    let missing = functions.own.iter().flat_map(missing);
    missing.for_each(|hint| talk.hint(hint));
    for name in functions.others.iter().filter(|name| !is_known(name)) {
        talk.hint(format!(
            "`{}` does not run here: its code is not of this project",
            printable(name)
        ));
    }
}
