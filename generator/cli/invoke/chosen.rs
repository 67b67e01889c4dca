//! The function to call: that of the project, or the one that the user names.

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{Project, ProjectFunction, ProjectFunctions, Running};
use crate::cli::projects::Projects;
use crate::deployment::is_function_name;
use crate::stop::Stop;
use crate::text::printable;

/// A project, and which of its functions to call.
pub(super) struct Chosen {
    pub(super) project: Project,
    /// Without a name, it is the first one.
    name: Option<String>,
}

impl Chosen {
    /// Finds the project of a function in the project or the workspace of the current directory.
    pub(super) fn here(name: Option<String>) -> anyhow::Result<Self> {
        // There is nothing to clean up yet, so a signal may end everything.
        let mut projects = Projects::here(&Stop::never())?.into_all();
        if projects.len() == 1 && name.is_none() {
            let project = projects.remove(0);
            return Ok(Self { project, name });
        }
        if let Some(name) = &name {
            // What runs counts, whatever `s.yaml` says by now.
            let serves = |project: &Project| {
                let running = Running::find(project.dir());
                running.is_some_and(|running| running.functions.contains(name))
            };
            if let Some(at) = projects.iter().position(serves) {
                let (project, name) = (projects.swap_remove(at), Some(name.clone()));
                return Ok(Self { project, name });
            }
        }
        let (mut known, mut failure) = (Vec::new(), None);
        for (at, project) in projects.iter().enumerate() {
            match project.functions() {
                Ok(functions) => known.extend(functions.names().map(|name| (at, name))),
                // Another project may have the function.
                Err(mistake) => failure = failure.or(Some(mistake)),
            }
        }
        let found = match (&name, &*known, &failure) {
            (Some(name), ..) => known.iter().find(|(_, known)| known == name),
            (None, [one], None) => Some(one),
            (None, ..) => None,
        };
        let Some((at, name)) = found.cloned() else {
            return Err(failure.unwrap_or_else(|| unknown(name, &known)).into());
        };
        Ok(Self {
            project: projects.swap_remove(at),
            name: Some(name),
        })
    }

    /// As [`Self::here`]. If no function here has that name, it is returned, with the project whose events
    /// and whose region count.
    pub(super) fn here_or_elsewhere(
        name: Option<String>,
    ) -> anyhow::Result<(Self, Option<String>)> {
        match (Self::here(name.clone()), name) {
            (Err(error), Some(name)) if is_function_name(&name) => match Self::here(None) {
                Ok(chosen) => Ok((chosen, Some(name))),
                Err(_) => Err(error),
            },
            (chosen, _) => Ok((chosen?, None)),
        }
    }

    /// The function as it is configured. It may have gone since it was chosen.
    pub(super) fn of<'a>(
        &self,
        functions: &'a ProjectFunctions,
    ) -> Result<&'a ProjectFunction, Failure> {
        let mut own = functions.own.iter();
        let is_it = |own: &&ProjectFunction| {
            let mut name = self.name.iter();
            name.all(|name| own.config.name == *name)
        };
        let names = || functions.names().map(|name| (0, name)).collect::<Vec<_>>();
        own.find(is_it)
            .ok_or_else(|| unknown(self.name.clone(), &names()))
    }

    /// The running `dev` of the project, with this function as the first one.
    pub(super) fn running(&self) -> Result<Option<Running>, Failure> {
        let Some(mut running) = Running::find(self.project.dir()) else {
            return Ok(None);
        };
        if let Some(name) = &self.name {
            let at = running.functions.iter().position(|known| known == name);
            let at = at.ok_or_else(|| not_served(name, &running))?;
            running.functions.swap(0, at);
        }
        Ok(Some(running))
    }
}

fn unknown(name: Option<String>, known: &[(usize, String)]) -> Failure {
    let known = known.iter();
    let known: Vec<_> = known
        .map(|(_, name)| format!("`{}`", printable(name)))
        .collect();
    let known = known.join(", ");
    let (message, hint) = match name {
        Some(name) => (
            format!("no function here is named `{}`", printable(&name)),
            format!("pass one of {known}"),
        ),
        None => (
            format!("this workspace has several functions: {known}"),
            "name one with `--function NAME`, or run this command in the directory of its project"
                .to_owned(),
        ),
    };
    Failure::new(Exit::Usage, message).hint(hint)
}

fn not_served(name: &str, running: &Running) -> Failure {
    let (name, port) = (printable(name), running.address.port());
    let message = format!("`cargo fc3 dev` on port {port} does not serve `{name}`");
    let hint = "restart it if `s.yaml` or `--attach` is to name another function";
    Failure::new(Exit::Failed, message).hint(hint)
}
