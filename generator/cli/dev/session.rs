//! One run of `dev`: the first build, and what follows each edit.

mod attach;

use std::time::{Duration, Instant};

use serde_json::json;

use super::Dev;
use super::build::{self, Outcome};
use super::console::Shown;
use super::functions::{definitions, tell_gaps};
use super::lines::milliseconds;
use super::program::Programs;
use super::talk::Talk;
use super::timers::Timers;
use super::watch::{Change, Changed, Watcher};
use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{Announcement, Project, ProjectFunctions, Running};
use crate::console::Console;
use crate::emulator::FunctionCompute;
use crate::stop::Stop;

/// The longest time between two looks at signals.
const PAUSE: Duration = Duration::from_millis(100);

/// What a run of `dev` works with.
pub(super) struct Session<'a> {
    flags: &'a Dev,
    project: &'a Project,
    service: &'a FunctionCompute,
    talk: &'a Talk,
    console: &'a Console<Shown>,
    stop: &'a Stop,
}

/// What is deployed now, or by the next build that works.
struct Deployed {
    programs: Programs,
    functions: ProjectFunctions,
    timers: Timers,
    /// Whether the functions are to be deployed even if the program stays the same.
    is_due: bool,
    /// The names that were deployed, each with its address.
    served: Vec<(String, String)>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        flags: &'a Dev,
        project: &'a Project,
        service: &'a FunctionCompute,
        talk: &'a Talk,
        console: &'a Console<Shown>,
        stop: &'a Stop,
    ) -> Self {
        Self {
            flags,
            project,
            service,
            talk,
            console,
            stop,
        }
    }

    /// Serves until a signal comes.
    pub(super) fn run(&self) -> anyhow::Result<()> {
        if let Some(attach) = &self.flags.attach {
            return self.serve_attached(attach);
        }
        // It looks at the files before they are read, so that no edit is missed.
        let mut watcher = (!self.flags.watch.no_watch).then(|| self.watcher());
        let functions = self.project.functions()?;
        let mut announcement = self.announce(&functions)?;
        self.show_console();
        self.show_functions(&functions);
        tell_gaps(&functions);
        let mut deployed = Deployed {
            programs: Programs::new(self.project.dir()),
            functions,
            timers: Timers::new(self.service, self.flags.timers),
            is_due: true,
            served: Vec::new(),
        };
        self.set_timers(&mut deployed);
        self.build(&mut deployed, watcher.as_mut())?;
        self.renew(&mut announcement, &self.running(&deployed.functions));
        match &mut watcher {
            Some(watcher) => self.watch(watcher, &mut deployed, &mut announcement),
            None if deployed.programs.last().is_none() && self.stop.signal().is_none() => {
                return Err(Failure::new(Exit::Failed, "`cargo build` failed").into());
            }
            None => self.wait(),
        }
        Ok(())
    }

    fn watcher(&self) -> Watcher {
        let settings = self.project.settings_files();
        let mut watcher = Watcher::new(self.project.dir(), &settings, self.flags.watch.poll);
        self.tell_polling(&mut watcher);
        watcher
    }

    /// Tells once why files are looked at regularly, if nobody asked for that.
    fn tell_polling(&self, watcher: &mut Watcher) {
        if let Some((reason, remedy)) = watcher.take_no_events() {
            self.talk.text(&reason);
            if let Some(remedy) = remedy {
                self.talk.hint(remedy);
            }
        }
    }

    fn announce(&self, functions: &ProjectFunctions) -> anyhow::Result<Announcement> {
        let running = Running {
            is_building: true,
            ..self.running(functions)
        };
        let announcement = Announcement::new(self.project.dir(), &running)?;
        announcement.ok_or_else(|| {
            let running = Running::find(self.project.dir());
            let port = running.map_or_else(String::new, |running| {
                format!(" on port {}", running.address.port())
            });
            Failure::new(
                Exit::Usage,
                format!("another `dev` of this project runs{port}"),
            )
            .hint("use that one, or end it first")
            .into()
        })
    }

    fn running(&self, functions: &ProjectFunctions) -> Running {
        let names = functions.own.iter();
        let names = names.map(|function| function.config.name.clone());
        Running::new(self.service.address(), names.collect())
    }

    /// Waits for a signal.
    fn wait(&self) {
        // It is what ends `dev`, so it is no failure.
        let _signal = self.stop.poll(|| None::<()>);
    }

    fn watch(
        &self,
        watcher: &mut Watcher,
        deployed: &mut Deployed,
        announcement: &mut Announcement,
    ) {
        while self.stop.signal().is_none() {
            let change = watcher.next(PAUSE);
            if let Some(change) = &change {
                self.tell(change);
            }
            match change.map(|change| change.what) {
                // Somebody has removed the target directory.
                None if deployed.programs.forget_missing() => self.build_again(deployed, watcher),
                None => continue,
                Some(Changed::Settings) => {
                    self.read_functions(deployed);
                    self.deploy_due(deployed);
                }
                Some(Changed::Code) => self.build_again(deployed, watcher),
                Some(Changed::Both) => {
                    self.read_functions(deployed);
                    self.build_again(deployed, watcher);
                }
            }
            self.renew(announcement, &self.running(&deployed.functions));
        }
    }

    /// Builds after an edit. What is deployed goes on, even if cargo cannot be run at this moment.
    fn build_again(&self, deployed: &mut Deployed, watcher: &mut Watcher) {
        if let Err(error) = self.build(deployed, Some(watcher)) {
            let unexpected =
                |error: anyhow::Error| Failure::new(Exit::Machine, format!("{error:#}"));
            let failure = error.downcast::<Failure>().unwrap_or_else(unexpected);
            self.talk.failure(&failure);
        }
    }

    /// Announces it again: its file goes with the target directory, and the functions may be others now.
    fn renew(&self, announcement: &mut Announcement, running: &Running) {
        match announcement.renew(running) {
            Ok(true) => {}
            Ok(false) => {
                let text = "another `dev` of this project has started, and `invoke` calls that one";
                self.talk.hint(text);
            }
            // A full disk, say. What is deployed is served all the same.
            Err(error) => self.talk.hint(format!(
                "`cargo fc3 invoke` may not find this `dev`: cannot write to `target`: {error}"
            )),
        }
    }

    fn tell(&self, change: &Change) {
        let fields = json!({ "file": change.file, "more": change.more });
        self.talk
            .did("changed", fields, "Changed", &change.to_string());
    }

    /// Builds the program, and deploys it if that works.
    fn build(&self, deployed: &mut Deployed, watcher: Option<&mut Watcher>) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut more = self.flags.cargo.clone();
        if self.flags.release {
            more.insert(0, "--release".into());
        }
        self.talk.note(json!({ "event": "building" }));
        let outcome = build::build(self.project.dir(), &more, self.stop, &mut |progress| {
            self.talk.progress(progress);
        });
        self.talk.end_progress();
        // A signal is what ends `dev`, so it is no failure.
        if self.stop.signal().is_some() {
            return Ok(());
        }
        let inputs = match outcome? {
            Outcome::Built(built) => {
                self.talk.text(&built.warnings);
                let took = begun.elapsed();
                let fields = json!({ "duration_ms": took.as_secs_f64() * 1000.0 });
                let took = format!("the program in {}", milliseconds(took));
                self.talk.did("built", fields, "Built", &took);
                deployed.is_due |= deployed.programs.take(&built.program, built.is_fresh);
                self.deploy_due(deployed);
                built.inputs
            }
            Outcome::Failed(failed) => {
                self.talk.text(&failed.words);
                if let Some(reason) = &failed.reason {
                    self.talk.failure(reason);
                }
                let rest = match deployed.programs.last() {
                    Some(_) => "to build; the last program goes on",
                    None => "to build; waiting for an edit",
                };
                self.talk.did("build_failed", json!({}), "Failed", rest);
                failed.inputs
            }
        };
        if let Some(watcher) = watcher {
            watcher.replace(inputs);
            self.tell_polling(watcher);
        }
        Ok(())
    }

    /// Reads what `s.yaml` and `.env` say now, unless that is a mistake.
    fn read_functions(&self, deployed: &mut Deployed) {
        match self.project.functions() {
            Ok(functions) => {
                tell_gaps(&functions);
                deployed.functions = functions;
                deployed.is_due = true;
                self.set_timers(deployed);
            }
            Err(failure) => self.talk.failure(&failure),
        }
    }

    fn set_timers(&self, deployed: &mut Deployed) {
        let functions = deployed.functions.own.iter();
        deployed.timers.set(functions, self.service, self.talk);
    }

    /// Deploys all functions if anything is new and there is a program.
    fn deploy_due(&self, deployed: &mut Deployed) {
        let Some(program) = deployed.programs.last().filter(|_| deployed.is_due) else {
            return;
        };
        let functions = &deployed.functions;
        let definitions = definitions(self.project, functions, program, self.flags);
        let names = functions.own.iter().map(|function| &*function.config.name);
        let names: Vec<_> = names.collect();
        for (gone, _) in &deployed.served {
            if !names.contains(&&**gone) {
                self.service.remove(gone);
            }
        }
        self.talk.set_functions(names.len());
        for definition in definitions {
            self.service.deploy_soon(definition);
        }
        let address = |name: &str| Some((name.to_owned(), self.service.url(name)?));
        let served: Vec<_> = names.into_iter().filter_map(address).collect();
        for (name, url) in &served {
            if !deployed
                .served
                .iter()
                .any(|known| (&known.0, &known.1) == (name, url))
            {
                self.show_address(name, url);
            }
        }
        deployed.served = served;
        deployed.is_due = false;
        self.show_functions(&deployed.functions);
    }

    fn show_console(&self) {
        let url = format!("{}{}", self.service.base_url(), self.console.path());
        let fields = json!({ "url": url });
        self.talk
            .did("console", fields, "Console", &format!("at {url}"));
    }

    /// Shows the functions in the console.
    fn show_functions(&self, functions: &ProjectFunctions) {
        let shown = self.console.source();
        shown.replace(functions, |name| self.service.url(name));
        self.talk.note(json!({ "event": "functions" }));
    }

    fn show_address(&self, name: &str, url: &str) {
        let fields = json!({ "function": name, "url": url });
        self.talk
            .did("serving", fields, "Serving", &format!("`{name}` at {url}"));
    }
}
