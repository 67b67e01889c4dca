//! The functions that a project is deployed as, with the variables of each.

use std::fs;
use std::io;
use std::path::Path;

use super::{DEPLOYMENT, IMAGE_DEPLOYMENT, PACKAGE, Project, Variables, dot_env};
use crate::cli::failure::{Exit, Failure};
use crate::deployment::{Deployment, FunctionConfig};
use crate::text::printable;

/// A function that runs the program of a project.
pub(in crate::cli) struct ProjectFunction {
    /// What `s.yaml` says of it.
    pub(in crate::cli) config: FunctionConfig,
    /// Its environment variables.
    pub(in crate::cli) variables: Variables,
}

/// The functions of a deployment configuration.
pub(in crate::cli) struct ProjectFunctions {
    /// Those that run the program of the project, at least one.
    pub(in crate::cli) own: Vec<ProjectFunction>,
    /// The names of those whose code is elsewhere.
    pub(in crate::cli) others: Vec<String>,
}

impl Project {
    /// Its functions as `s.yaml` has them, or else `s.container.yaml`. Without either, there is one
    /// with the name of the project's directory.
    pub(in crate::cli) fn functions(&self) -> Result<ProjectFunctions, Failure> {
        let text = |name: &str| match fs::read_to_string(self.0.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let message = format!("cannot read `{name}`: {error}");
                Err(Failure::new(Exit::Failed, message)
                    .hint("make it a text file that you can read"))
            }
        };
        let (file, deployment) = match (text(DEPLOYMENT)?, text(IMAGE_DEPLOYMENT)?) {
            (Some(deployment), _) => (DEPLOYMENT, deployment),
            (None, Some(deployment)) => (IMAGE_DEPLOYMENT, deployment),
            (None, None) => (DEPLOYMENT, self.assumed()),
        };
        let outside = |name: &str| std::env::var(name).ok();
        let set = dot_env::read(&text(".env")?.unwrap_or_default(), outside);
        let env = |name: &str| outside(name).or_else(|| set.get(name).cloned());
        let read = Deployment::read(&deployment).map_err(|mistake| {
            let (line, column) = (mistake.line(), mistake.column());
            let mistake = printable(&mistake.to_string());
            Failure::new(Exit::Failed, format!("{file}:{line}:{column}: {mistake}"))
                .hint("fix this line")
        })?;
        let is_own = |config: &FunctionConfig| {
            let code = config.code.as_deref();
            code.is_none_or(|code| code == Path::new(PACKAGE))
        };
        let (own, others): (Vec<_>, Vec<_>) = read.evaluated(env).into_iter().partition(is_own);
        if own.is_empty() {
            let message = format!("no function in `{file}` has its code in `./{PACKAGE}`");
            return Err(Failure::new(Exit::Failed, message)
                .hint("write `code: ./target/fc/bin` in the function that this project builds"));
        }
        let own = own.into_iter().map(|config| {
            let environment = config.environment.clone();
            let variables = Variables::new(&deployment, set.clone(), environment);
            ProjectFunction { config, variables }
        });
        Ok(ProjectFunctions {
            own: own.collect(),
            others: others.into_iter().map(|config| config.name).collect(),
        })
    }

    /// A configuration for a project without one.
    fn assumed(&self) -> String {
        let name = self.0.file_name().unwrap_or_default().to_string_lossy();
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "_-".contains(char);
        let name = name.replace(|char| !is_plain(char), "-");
        let triggers = match self.kind().as_deref() {
            Some("web") => "[{ triggerName: http, triggerType: http, triggerConfig: {} }]",
            _ => "[]",
        };
        format!("resources:\n  \"{name}\": {{ props: {{ triggers: {triggers} }} }}\n")
    }
}
