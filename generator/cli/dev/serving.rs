//! What a run of `dev` serves: the functions of each project, with the last program that was built.

use super::announced::{Announced, names_of};
use super::build::Built;
use super::functions::{definitions, ensure_distinct, read, tell_gaps};
use super::program::Programs;
use super::session::Session;
use super::timers::Timers;
use crate::cli::failure::Failure;
use crate::cli::project::{Project, ProjectFunctions};

/// The functions of all projects.
pub(super) struct Serving<'a> {
    session: &'a Session<'a>,
    projects: Vec<Served<'a>>,
    timers: Timers,
    deployed: Vec<Deployed>,
    announced: Announced,
}

/// A project as it is served.
struct Served<'a> {
    project: &'a Project,
    programs: Programs,
    functions: ProjectFunctions,
    /// Whether the functions are to be deployed even if the program stays the same.
    is_due: bool,
    /// Whether its first build is over.
    is_built: bool,
    /// Whether what `s.yaml` says now was refused because of another project.
    is_refused: bool,
}

/// A function that was deployed.
struct Deployed {
    project: usize,
    function: String,
    url: Option<String>,
}

impl<'a> Serving<'a> {
    /// Reads what `s.yaml` of each project says, and announces this run.
    pub(super) fn new(session: &'a Session<'a>) -> anyhow::Result<Self> {
        let all = session.projects.all();
        let functions = read(all)?;
        ensure_distinct(functions.iter())?;
        // Before anything of another run is removed, which may still go on.
        let announced = Announced::begin(session, &names_of(&functions))?;
        let projects = all.iter().zip(functions);
        let projects = projects.map(|(project, functions)| Served {
            project,
            programs: Programs::new(project.dir()),
            functions,
            is_due: true,
            is_built: false,
            is_refused: false,
        });
        Ok(Self {
            session,
            projects: projects.collect(),
            timers: Timers::new(session.service, session.flags.timers),
            deployed: Vec::new(),
            announced,
        })
    }

    /// Reads what `s.yaml` and `.env` of these projects say now. If that is a mistake, what was read before
    /// stays. Returns the projects whose settings are new.
    pub(super) fn read(&mut self, changed: &[usize]) -> Vec<usize> {
        let talk = self.session.talk;
        let mut new = Vec::new();
        for (at, served) in self.projects.iter_mut().enumerate() {
            // The other project may be right now.
            let was_refused = std::mem::take(&mut served.is_refused);
            if !was_refused && !changed.contains(&at) {
                continue;
            }
            match read(std::slice::from_ref(served.project)) {
                Ok(functions) => new.extend(functions.into_iter().map(|functions| (at, functions))),
                Err(failure) => talk.failure(&failure),
            }
        }
        // Two projects may have swapped a name, which is right only if both are new.
        let fits = self.ensure_distinct_with(&new).is_ok();
        let mut read = Vec::new();
        for new in new {
            let refused = if fits {
                None
            } else {
                self.ensure_distinct_with(std::slice::from_ref(&new)).err()
            };
            let (at, functions) = new;
            let served = &mut self.projects[at];
            served.is_refused = refused.is_some();
            match refused {
                Some(failure) if changed.contains(&at) => talk.failure(&failure),
                // It was told before.
                Some(_) => {}
                None => {
                    served.functions = functions;
                    served.is_due = true;
                    read.push(at);
                }
            }
        }
        self.tell(&read);
        read
    }

    /// Refuses two functions of the same name, once these projects have these functions.
    fn ensure_distinct_with(&self, new: &[(usize, ProjectFunctions)]) -> Result<(), Failure> {
        let all = self.projects.iter().enumerate().map(|(at, served)| {
            let mut new = new.iter();
            let new = new.find(|(of, _)| *of == at);
            new.map_or(&served.functions, |(_, functions)| functions)
        });
        ensure_distinct(all)
    }

    /// Tells what of these projects does not run, or runs without some variables, and sets the timers.
    pub(super) fn tell(&mut self, projects: &[usize]) {
        let talk = self.session.talk;
        let all = self.projects.iter();
        let own = || all.clone().flat_map(|served| &served.functions.own);
        let is_known = |name: &str| own().any(|own| own.config.name == name);
        for at in projects {
            tell_gaps(&self.projects[*at].functions, is_known, talk);
        }
        talk.set_functions(own().count());
        self.timers.set(own(), self.session.service, talk);
    }

    /// Takes the program of a build.
    pub(super) fn take(&mut self, at: usize, built: &Built) {
        let served = &mut self.projects[at];
        served.is_due |= served.programs.take(&built.program, built.is_fresh);
    }

    /// Whether a project has a program.
    pub(super) fn has_program(&self, at: usize) -> bool {
        self.projects[at].programs.last().is_some()
    }

    /// Forgets programs that somebody has removed, and returns whose they were.
    pub(super) fn forget_missing(&mut self) -> Vec<usize> {
        let projects = self.projects.iter_mut().enumerate();
        let missing =
            projects.filter_map(|(at, served)| served.programs.forget_missing().then_some(at));
        missing.collect()
    }

    /// Deploys the functions of a project if anything is new and there is a program.
    pub(super) fn deploy_due(&mut self, at: usize) {
        let served = &mut self.projects[at];
        let Some(program) = served.programs.last().filter(|_| served.is_due) else {
            return;
        };
        let service = self.session.service;
        let (project, functions) = (served.project, &served.functions);
        let definitions = definitions(project, functions, program, self.session);
        served.is_due = false;
        let names: Vec<_> = definitions
            .iter()
            .map(|one| one.name().to_owned())
            .collect();
        let before = self.deployed.iter().filter(|before| before.project == at);
        for gone in before.filter(|before| !names.contains(&before.function)) {
            service.remove(&gone.function);
        }
        for definition in definitions {
            service.deploy_soon(definition);
        }
        let others = self.deployed.iter();
        let others = others.filter(|other| other.project != at && !names.contains(&other.function));
        let others = others.map(|other| (other.project, other.function.clone()));
        let own = names.iter().map(|name| (at, name.clone()));
        self.show_addresses(others.chain(own).collect());
        self.show_functions();
    }

    /// Shows where these functions are reached, as far as that is new. Which of them is reached without
    /// its name depends on all.
    fn show_addresses(&mut self, functions: Vec<(usize, String)>) {
        let session = self.session;
        let now = functions.into_iter().map(|(project, function)| Deployed {
            url: session.service.url(&function),
            project,
            function,
        });
        let now: Vec<_> = now.collect();
        let before = std::mem::replace(&mut self.deployed, now);
        for Deployed { function, url, .. } in &self.deployed {
            let mut before = before.iter();
            let is_known = before.any(|before| (&before.function, &before.url) == (function, url));
            if let (Some(url), false) = (url, is_known) {
                session.show_address(function, url);
            }
        }
    }

    /// Shows the functions of all projects in the console.
    pub(super) fn show_functions(&self) {
        let functions = self.projects.iter().map(|served| &served.functions);
        self.session.show_functions(functions);
    }

    /// Notes that a build of a project is over, so that `invoke` does not wait for it.
    pub(super) fn end_build(&mut self, at: usize) {
        self.projects[at].is_built = true;
    }

    /// Announces the run again: the files of that go with the target directories, and the functions may
    /// be others now.
    pub(super) fn renew(&mut self) {
        let is_building = self.projects.iter().map(|served| !served.is_built);
        let is_building: Vec<_> = is_building.collect();
        let functions = self.projects.iter().map(|served| &served.functions);
        let names = names_of(functions);
        self.announced.renew(self.session, &names, &is_building);
    }
}
