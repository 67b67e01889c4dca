//! A run of `dev` for a function that its author has started in a debugger. Nothing is built, started
//! or watched.

use serde_json::json;

use crate::cli::deployed::{definition, missing};
use crate::cli::dev::announced::{Announced, names_of};
use crate::cli::dev::attach::Attach;
use crate::cli::dev::functions::{ensure_distinct, read};
use crate::cli::dev::session::Session;
use crate::cli::dev::timers::Timers;
use crate::cli::failure::{Exit, Failure};
use crate::emulator::Rest;
use crate::text::printable;

impl Session<'_> {
    /// Serves the function until a signal comes.
    pub(super) fn serve_attached(&self, attach: &Attach) -> anyhow::Result<()> {
        let port = attach.port;
        if port == self.service.address().port() {
            let failure = Failure::new(Exit::Usage, format!("`dev` itself listens on port {port}"));
            return Err(failure
                .hint("choose another port for the function, or for `dev` with `--port`")
                .into());
        }
        let mut functions = read(self.projects.all())?;
        ensure_distinct(functions.iter())?;
        let at = attach.choose(&mut functions)?;
        let function = &functions[at].own[0];
        missing(function).for_each(|hint| self.talk.hint(hint));
        let name = &function.config.name;
        let names = names_of(&functions);
        let mut announced = Announced::begin(self, &names)?;
        self.show_console();
        let own = functions.iter().flat_map(|functions| &functions.own);
        Timers::new(self.service, self.flags.timers).set(own, self.service, self.talk);
        let project = &self.projects.all()[at];
        let mut definition = definition(project, function, "".as_ref(), Rest::default());
        let credentials = &mut definition.settings.credentials;
        credentials.clone_from(&self.credentials);
        self.service.deploy_soon(definition.attached(port));
        let rest = format!(
            "`{}` to port {port}; `dev` builds nothing and watches no files",
            printable(name)
        );
        let fields = json!({ "function": name, "port": port });
        self.talk.did("attaching", fields, "Attaching", &rest);
        self.tell_environment(function.variables.set.keys().map(String::as_str), port);
        if let Some(url) = self.service.url(name) {
            self.show_address(name, &url);
        }
        self.show_functions(functions.iter());
        announced.renew(self, &names, &vec![false; names.len()]);
        self.wait();
        Ok(())
    }

    /// Says which variables the function gets from its author this time.
    fn tell_environment<'a>(&self, names: impl Iterator<Item = &'a str>, port: u16) {
        let mut hint = format!("start the function in your debugger with `FC_SERVER_PORT={port}`");
        let names: Vec<_> = names.map(|name| format!("`{}`", printable(name))).collect();
        if !names.is_empty() {
            hint.push_str(", and with its own variables: ");
            hint.push_str(&names.join(", "));
        }
        self.talk.hint(hint);
    }
}
