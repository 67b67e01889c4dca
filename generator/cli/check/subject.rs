//! The subject of a check: a program, the function of a project, or a package.

use std::time::Duration;

use super::arguments::{Limits, SubjectArgs, read_file};
use super::first_call::Unanswered;
use super::function::Function;
use super::{command, project_function};
use crate::cli::failure::{Exit, Failure};
use crate::cli::interrupt::interruptible;
use crate::conformance::{Needs, Outcome, Rule, START};
use crate::package::Package;
use crate::stop::Stop;
use crate::text::printable_path;

/// The subject of a check.
pub(super) struct Subject {
    /// A description of the subject.
    pub(super) name: String,
    /// The time to spend on rules with long time limits.
    pub(super) idle: Duration,
    function: Option<Function>,
    package: Option<Package>,
}

/// Finds the subject that the flags name, builds it if necessary, and checks that it can be called.
pub(super) fn find(flags: &SubjectArgs, limits: Limits, stop: &Stop) -> anyhow::Result<Subject> {
    if flags.zip.is_some() && flags.command.is_none() {
        refuse_useless_flags(flags)?;
    }
    let package = flags.zip.as_deref().map(read_file).transpose()?;
    let package = package.map(|bytes| interruptible(stop, move || Package::read(&bytes)));
    let package = package.transpose()?;
    let zip = flags
        .zip
        .as_deref()
        .map(|file| format!("`{}`", printable_path(file)));
    let found = match (&flags.command, &zip) {
        (Some(command), _) => Some(command::start(command, flags, limits, stop)?),
        (None, Some(_)) => None,
        (None, None) => Some(project_function::build_and_start(flags, limits, stop)?),
    };
    let (name, function) = found.unzip();
    let names: Vec<_> = name.into_iter().chain(zip).collect();
    Ok(Subject {
        name: names.join("; "),
        idle: limits.idle,
        function,
        package,
    })
}

/// Rejects flags that do not apply to a package.
fn refuse_useless_flags(flags: &SubjectArgs) -> Result<(), Failure> {
    let given = [
        ("--event", flags.event.is_some()),
        ("--failing-event", flags.failing_event.is_some()),
        ("--env", !flags.env.is_empty()),
    ];
    match given.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((flag, _)) => {
            let message = format!("`{flag}` does not apply to a package");
            Err(Failure::new(Exit::Usage, message)
                .hint("leave it out, or also pass a program, for example `--cmd 'python3 app.py'`"))
        }
    }
}

impl Subject {
    /// Whether a rule applies to the subject.
    pub(super) fn is_about(&self, rule: &Rule) -> bool {
        match rule.needs {
            Needs::Package => self.package.is_some(),
            _ => self.function.is_some(),
        }
    }

    /// Whether it is already known that the subject fails this rule.
    pub(super) fn fails(&self, rule: &Rule) -> bool {
        let is_callable = matches!(self.function, None | Some(Function::Ready { .. }));
        rule.id == START && !is_callable
    }

    /// The reason why the function does not answer, if it starts.
    pub(super) fn unanswered(&self) -> Option<&Unanswered> {
        match &self.function {
            Some(Function::Unanswered(unanswered)) => Some(unanswered),
            _ => None,
        }
    }

    /// A hint for a failed rule, if more is known than the rule says.
    pub(super) fn hint(&self, rule: &Rule) -> Option<String> {
        match &self.function {
            _ if rule.id != START => None,
            Some(Function::Unanswered(unanswered)) => Some(unanswered.hint.clone()),
            Some(Function::Broken { hint, .. }) => hint.clone(),
            Some(Function::Ready { .. }) | None => None,
        }
    }

    /// Whether only one instance can run at the same time.
    pub(super) fn has_one_port(&self) -> bool {
        self.function.as_ref().is_some_and(Function::has_one_port)
    }

    /// Checks a rule on the subject.
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
