//! The functions that a project is deployed as, with the variables of each.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{DEPLOYMENT, IMAGE_DEPLOYMENT, PACKAGE, Project, Variables, dot_env, relative};
use crate::cli::failure::{Exit, Failure};
use crate::deployment::{Deployment, FunctionConfig, is_function_name};
use crate::platform::NAME_LIMIT;
use crate::text::{printable, printable_path};

/// A function that runs the program of a project.
pub(in crate::cli) struct ProjectFunction {
    /// What `s.yaml` says of it.
    pub(in crate::cli) config: FunctionConfig,
    /// Its environment variables.
    pub(in crate::cli) variables: Variables,
}

/// The functions of a deployment configuration.
pub(in crate::cli) struct ProjectFunctions {
    /// The file that configures them.
    pub(in crate::cli) file: PathBuf,
    /// Those that run the program of the project, at least one.
    pub(in crate::cli) own: Vec<ProjectFunction>,
    /// The names of those whose code is elsewhere.
    pub(in crate::cli) others: Vec<String>,
}

impl ProjectFunctions {
    /// The names of those that run the program of the project.
    pub(in crate::cli) fn names(&self) -> impl Iterator<Item = String> {
        self.own.iter().map(|own| own.config.name.clone())
    }
}

impl Project {
    /// Its functions as `s.yaml` has them, or else `s.container.yaml`. Without either, there is one
    /// with the name of the project's directory.
    pub(in crate::cli) fn functions(&self) -> Result<ProjectFunctions, Failure> {
        let shown = |name: &str| printable_path(&relative(&self.0.join(name)));
        let text = |name: &str| match fs::read_to_string(self.0.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let message = format!("cannot read `{}`: {error}", shown(name));
                Err(Failure::new(Exit::Failed, message)
                    .hint("make it a text file that you can read"))
            }
        };
        let (name, deployment) = match (text(DEPLOYMENT)?, text(IMAGE_DEPLOYMENT)?) {
            (Some(deployment), _) => (DEPLOYMENT, deployment),
            (None, Some(deployment)) => (IMAGE_DEPLOYMENT, deployment),
            (None, None) => (DEPLOYMENT, self.assumed()),
        };
        let file = shown(name);
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
        if let Some(nameless) = own.iter().find(|own| !is_function_name(&own.name)) {
            return Err(without_name(nameless, &file));
        }
        let own = own.into_iter().map(|config| {
            let environment = config.environment.clone();
            let variables = Variables::new(&deployment, set.clone(), environment);
            ProjectFunction { config, variables }
        });
        Ok(ProjectFunctions {
            file: self.0.join(name),
            own: own.collect(),
            others: others.into_iter().map(|config| config.name).collect(),
        })
    }

    /// A configuration for a project without one.
    fn assumed(&self) -> String {
        let name = self.0.file_name().unwrap_or_default().to_string_lossy();
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "_-".contains(char);
        let mut name = name.replace(|char| !is_plain(char), "-");
        if !is_function_name(&name) {
            name.insert(0, '_');
            name.truncate(NAME_LIMIT);
        }
        let triggers = match self.kind().as_deref() {
            Some("web") => "[{ triggerName: http, triggerType: http, triggerConfig: {} }]",
            _ => "[]",
        };
        format!("resources:\n  \"{name}\": {{ props: {{ triggers: {triggers} }} }}\n")
    }
}

/// What is wrong with a function whose name is not known here.
fn without_name(function: &FunctionConfig, file: &str) -> Failure {
    let (line, resource) = (function.line, printable(&function.resource));
    let message = format!(
        "{file}:{line}: the `functionName` of `{resource}` has no valid value here, and no function can \
         be named `{resource}`"
    );
    let hint = "set it in `.env` or in the environment: a letter or `_`, then up to 63 letters, digits, \
                `_` and `-`";
    Failure::new(Exit::Failed, message).hint(hint)
}
