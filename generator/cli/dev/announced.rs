//! The announcements of a run of `dev`, one in each project, by which `invoke` finds it.

use super::session::Session;
use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{Announcement, Project, ProjectFunctions, Running};

/// The announcements of a run, each with the number of its project. Dropping them withdraws them.
pub(super) struct Announced(Vec<(usize, Announcement)>);

impl Announced {
    /// Announces a run that builds for the first time, unless another one serves a project. `names` are
    /// those of the functions of each project; one without functions is not served.
    pub(super) fn begin(session: &Session, names: &[Vec<String>]) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        let projects = session.projects.all().iter().enumerate();
        for (at, project) in projects.filter(|(at, _)| !names[*at].is_empty()) {
            let running = running(session, names, at, true);
            let announcement = Announcement::new(project.dir(), &running)?;
            let announcement = announcement.ok_or_else(|| is_running(session, project))?;
            all.push((at, announcement));
        }
        Ok(Self(all))
    }

    /// Announces it again. `is_building` says of each project whether its first build goes on.
    pub(super) fn renew(&mut self, session: &Session, names: &[Vec<String>], is_building: &[bool]) {
        for (at, announcement) in &mut self.0 {
            match announcement.renew(&running(session, names, *at, is_building[*at])) {
                Ok(true) => {}
                Ok(false) => session.talk.hint(format!(
                    "another `dev` of {} has started, and `invoke` calls that one",
                    session.called(&session.projects.all()[*at])
                )),
                // A full disk, say. What is deployed is served all the same.
                Err(error) => session.talk.hint(format!(
                    "`cargo fc3 invoke` may not find this `dev`: cannot write to `target`: {error}"
                )),
            }
        }
    }
}

/// The names of the functions of each project.
pub(super) fn names_of<'a>(
    projects: impl IntoIterator<Item = &'a ProjectFunctions>,
) -> Vec<Vec<String>> {
    let projects = projects.into_iter();
    projects.map(|one| one.names().collect()).collect()
}

/// What a project announces.
fn running(session: &Session, names: &[Vec<String>], at: usize, is_building: bool) -> Running {
    let others = names.iter().enumerate().filter(|(other, _)| *other != at);
    Running {
        others: others.flat_map(|(_, names)| names.clone()).collect(),
        is_building,
        ..Running::new(session.service.address(), names[at].clone())
    }
}

fn is_running(session: &Session, project: &Project) -> Failure {
    let port = Running::find(project.dir()).map(|running| running.address.port());
    let port = port.map_or_else(String::new, |port| format!(" on port {port}"));
    let which = session.called(project);
    Failure::new(Exit::Usage, format!("another `dev` of {which} runs{port}"))
        .hint("use that one, or end it first")
}
