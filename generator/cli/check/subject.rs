//! What is held to the rules: a program, the function of a project, a package.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::candidate::{self, Function};
use super::first_call::Unanswered;
use super::watch::watched;
use super::{Of, Times};
use crate::cli::failure::{Exit, Failure};
use crate::conformance::{Needs, Outcome, Rule, START};
use crate::package::Package;
use crate::stop::Stop;
use crate::text::shown_path;

/// What is checked.
pub(super) struct Subject {
    /// What it is, in words.
    pub(super) name: String,
    /// For how long rules are held that the platform states for longer.
    pub(super) idle: Duration,
    function: Option<Function>,
    package: Option<Package>,
}

/// Finds what the flags name, builds what has to be built, and sees that it can be called.
pub(super) fn find(of: &Of, times: Times, stop: &Stop) -> anyhow::Result<Subject> {
    if of.zip.is_some() && of.command.is_none() {
        of_no_package(of)?;
    }
    let package = of.zip.as_deref().map(read).transpose()?;
    let package = package.map(|bytes| watched(stop, move || Package::read(&bytes)));
    let package = package.transpose()?;
    let zip = of
        .zip
        .as_deref()
        .map(|file| format!("`{}`", shown_path(file)));
    let found = match (&of.command, &zip) {
        (Some(command), _) => Some(candidate::of_command(command, of, times, stop)?),
        (None, Some(_)) => None,
        (None, None) => Some(candidate::of_project(of, times, stop)?),
    };
    let (name, function) = found.unzip();
    let names: Vec<_> = name.into_iter().chain(zip).collect();
    Ok(Subject {
        name: names.join("; "),
        idle: times.idle,
        function,
        package,
    })
}

/// Refuses what a package has no use for.
fn of_no_package(of: &Of) -> Result<(), Failure> {
    let given = [
        ("--event", of.event.is_some()),
        ("--failing-event", of.failing_event.is_some()),
        ("--env", !of.env.is_empty()),
    ];
    match given.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((flag, _)) => {
            let message = format!("`{flag}` says nothing of a package");
            Err(Failure::new(Exit::Usage, message)
                .hint("leave it out, or name a program too, as in `--cmd 'python3 app.py'`"))
        }
    }
}

/// A file that a flag names.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| {
        let message = format!("cannot read `{}`: {error}", shown_path(path));
        Failure::new(Exit::Usage, message).hint("name a file that is there")
    })
}

impl Subject {
    /// Whether a rule is about what is there to be checked.
    pub(super) fn is_about(&self, rule: &Rule) -> bool {
        match rule.needs {
            Needs::Package => self.package.is_some(),
            _ => self.function.is_some(),
        }
    }

    /// Whether it is known before any rule is checked that it fails this one.
    pub(super) fn fails(&self, rule: &Rule) -> bool {
        let is_callable = matches!(self.function, None | Some(Function::Ready { .. }));
        rule.id == START && !is_callable
    }

    /// Why its function cannot be called, where it starts and cannot.
    pub(super) fn unanswered(&self) -> Option<&Unanswered> {
        match &self.function {
            Some(Function::Unanswered(unanswered)) => Some(unanswered),
            _ => None,
        }
    }

    /// What its author can do about a rule that failed, where more is known than the rule says.
    pub(super) fn hint(&self, rule: &Rule) -> Option<String> {
        let unanswered = self.unanswered().filter(|_| rule.id == START);
        unanswered.map(|unanswered| unanswered.hint.clone())
    }

    /// Whether only one instance can run at a time.
    pub(super) fn has_one_port(&self) -> bool {
        self.function.as_ref().is_some_and(Function::has_one_port)
    }

    /// Holds it to a rule.
    pub(super) fn check(&self, rule: &Rule) -> Outcome {
        match (&self.package, &self.function) {
            (Some(package), _) if rule.needs == Needs::Package => rule.check_package(package),
            (None, _) if rule.needs == Needs::Package => {
                Outcome::NotChecked("needs `--zip FILE`".to_owned())
            }
            (_, Some(function)) => function.check(rule),
            (_, None) => Outcome::NotChecked("needs `--cmd COMMAND`".to_owned()),
        }
    }
}
