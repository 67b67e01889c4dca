//! What a run of `dev` works with, and what it shows of it.

use serde_json::json;

use super::Dev;
use super::console::Shown;
use crate::cli::project::{Project, ProjectFunctions};
use crate::cli::projects::Projects;
use crate::cli::talk::Talk;
use crate::console::Console;
use crate::emulator::{Credentials, FunctionCompute, MemoryLimiter};
use crate::stop::Stop;
use crate::text::printable;

/// What a run of `dev` works with.
pub(super) struct Session<'a> {
    pub(super) flags: &'a Dev,
    pub(super) projects: &'a Projects,
    pub(super) service: &'a FunctionCompute,
    pub(super) talk: &'a Talk,
    pub(super) console: &'a Console<Shown>,
    pub(super) stop: &'a Stop,
    /// How the memory of instances is limited, if it is.
    pub(super) limiter: Option<MemoryLimiter>,
    /// The credentials that the functions get, if any.
    pub(super) credentials: Option<Credentials>,
}

impl Session<'_> {
    /// Shows the address of the console.
    pub(super) fn show_console(&self) {
        let url = format!("{}{}", self.service.base_url(), self.console.path());
        let fields = json!({ "url": url });
        self.talk
            .did("console", fields, "Console", &format!("at {url}"));
    }

    /// Shows the functions of each project in the console.
    pub(super) fn show_functions<'f>(&self, projects: impl Iterator<Item = &'f ProjectFunctions>) {
        let shown = self.console.source();
        shown.replace(projects, |name| self.service.url(name));
        self.talk.note(&json!({ "event": "functions" }));
    }

    /// Shows where a function is reached.
    pub(super) fn show_address(&self, name: &str, url: &str) {
        let fields = json!({ "function": name, "url": url });
        let rest = format!("`{}` at {url}", printable(name));
        self.talk.did("serving", fields, "Serving", &rest);
    }

    /// How to call a project in a message.
    pub(super) fn called(&self, project: &Project) -> String {
        let name = self.projects.name_of(project);
        name.map_or_else(|| "this project".to_owned(), |name| format!("`{name}`"))
    }
}
