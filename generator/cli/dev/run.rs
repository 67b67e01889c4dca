//! A run of `dev`: the first builds, and what follows each edit.

mod attach;

use std::time::{Duration, Instant};

use serde_json::json;

use super::build::{self, BuildFailed, Built, Outcome};
use super::serving::Serving;
use super::session::Session;
use super::watch::{Change, Changed, Watcher};
use crate::cli::failure::{Exit, Failure};
use crate::cli::talk::json::with_project;
use crate::cli::talk::lines::{milliseconds, program_of};

/// The longest time between two looks at signals.
const PAUSE: Duration = Duration::from_millis(100);

impl Session<'_> {
    /// Serves until a signal comes.
    pub(super) fn run(&self) -> anyhow::Result<()> {
        if let Some(attach) = &self.flags.attach {
            return self.serve_attached(attach);
        }
        // It looks at the files before they are read, so that no edit is missed.
        let mut watcher = (!self.flags.watch.no_watch).then(|| self.watcher());
        let mut serving = Serving::new(self)?;
        let all: Vec<_> = (0..self.projects.all().len()).collect();
        self.show_console();
        serving.show_functions();
        serving.tell(&all);
        for at in &all {
            self.build(*at, &mut serving, watcher.as_mut())?;
            serving.renew();
        }
        match &mut watcher {
            Some(watcher) => self.watch(watcher, &mut serving),
            None if self.stop.signal().is_some() => {}
            None if all.iter().any(|at| !serving.has_program(*at)) => {
                return Err(Failure::new(Exit::Failed, "`cargo build` failed").into());
            }
            None => self.wait(),
        }
        Ok(())
    }

    fn watcher(&self) -> Watcher {
        let projects = self.projects.all().iter();
        let projects = projects.map(|project| (project.dir(), project.settings_files()));
        // Files are named as the author would type them.
        let here = std::env::current_dir();
        let here = here.unwrap_or_else(|_| self.projects.root().to_owned());
        let projects: Vec<_> = projects.collect();
        let mut watcher = Watcher::new(&here, &projects, self.flags.watch.poll);
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

    /// Waits for a signal.
    fn wait(&self) {
        // It is what ends `dev`, so it is no failure.
        let _signal = self.stop.poll(|| None::<()>);
    }

    fn watch(&self, watcher: &mut Watcher, serving: &mut Serving) {
        while self.stop.signal().is_none() {
            let change = watcher.next(PAUSE);
            let to_build = match &change {
                Some(change) => self.follow(change, serving),
                // Somebody may have removed the target directory.
                None => serving.forget_missing(),
            };
            for at in &to_build {
                self.build_again(*at, serving, watcher);
            }
            if change.is_some() || !to_build.is_empty() {
                serving.renew();
            }
        }
    }

    /// Reads and deploys the settings that have changed. Returns the projects to build.
    fn follow(&self, change: &Change, serving: &mut Serving) -> Vec<usize> {
        let fields = json!({ "file": change.file, "more": change.more });
        self.talk
            .did("changed", fields, "Changed", &change.to_string());
        let with = |kinds: [Changed; 2]| {
            let all = 0..self.projects.all().len();
            let is_it = |at: &usize| change.of(*at).is_some_and(|what| kinds.contains(&what));
            all.filter(is_it).collect::<Vec<_>>()
        };
        let to_build = with([Changed::Code, Changed::Both]);
        let to_read = with([Changed::Settings, Changed::Both]);
        if !to_read.is_empty() {
            let read = serving.read(&to_read).into_iter();
            for at in read.filter(|at| !to_build.contains(at)) {
                serving.deploy_due(at);
            }
        }
        to_build
    }

    /// Builds after an edit. What is deployed goes on, even if cargo cannot be run at this moment.
    fn build_again(&self, at: usize, serving: &mut Serving, watcher: &mut Watcher) {
        if let Err(error) = self.build(at, serving, Some(watcher)) {
            let unexpected =
                |error: anyhow::Error| Failure::new(Exit::Machine, format!("{error:#}"));
            let failure = error.downcast::<Failure>().unwrap_or_else(unexpected);
            self.talk.failure(&failure);
        }
    }

    /// Builds the program of a project, and deploys it if that works.
    fn build(
        &self,
        at: usize,
        serving: &mut Serving,
        watcher: Option<&mut Watcher>,
    ) -> anyhow::Result<()> {
        // A signal is what ends `dev`, so it is no failure.
        if self.stop.signal().is_some() {
            return Ok(());
        }
        let begun = Instant::now();
        let mut more = self.flags.cargo.clone();
        if self.flags.release {
            more.insert(0, "--release".into());
        }
        let project = &self.projects.all()[at];
        let name = self.projects.name_of(project);
        self.talk.note(&json!({ "event": "building" }));
        let outcome = build::build(project.dir(), &more, self.stop, &mut |progress| {
            self.talk.progress(progress, name.as_deref());
        });
        self.talk.end_progress();
        if self.stop.signal().is_some() {
            return Ok(());
        }
        let inputs = match outcome? {
            Outcome::Built(built) => {
                self.tell_built(&built, name.as_deref(), begun.elapsed());
                serving.take(at, &built);
                serving.deploy_due(at);
                built.inputs
            }
            Outcome::Failed(failed) => {
                self.tell_failed(&failed, name.as_deref(), serving.has_program(at));
                // Settings that have changed at the same time need no build.
                serving.deploy_due(at);
                failed.inputs
            }
        };
        serving.end_build(at);
        if let Some(watcher) = watcher {
            watcher.replace(at, inputs);
            self.tell_polling(watcher);
        }
        Ok(())
    }

    fn tell_built(&self, built: &Built, name: Option<&str>, took: Duration) {
        self.talk.text(&built.warnings);
        let fields = json!({ "duration_ms": took.as_secs_f64() * 1000.0 });
        let rest = format!("{} in {}", program_of(name), milliseconds(took));
        self.talk
            .did("built", with_project(fields, name), "Built", &rest);
    }

    fn tell_failed(&self, failed: &BuildFailed, name: Option<&str>, has_program: bool) {
        self.talk.text(&failed.words);
        if let Some(reason) = &failed.reason {
            self.talk.failure(reason);
        }
        let which = name.map_or_else(String::new, |name| format!(" `{name}`"));
        let next = if has_program {
            "; the last program goes on"
        } else if self.flags.watch.no_watch {
            ""
        } else {
            "; waiting for an edit"
        };
        let fields = with_project(json!({}), name);
        let rest = format!("to build{which}{next}");
        self.talk.did("build_failed", fields, "Failed", &rest);
    }
}
