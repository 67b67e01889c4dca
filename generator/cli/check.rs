//! `cargo fc3 check`: acts as the platform towards a function, in any language, and reports what
//! would break in production.

mod arguments;
mod command;
mod crash;
mod first_call;
mod function;
mod list;
mod port;
mod probe;
mod project_function;
mod report;
mod run;
mod start;
mod subject;
mod target;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::failure::{Exit, Failure};
use super::output::{print_coloured, print_json};
use super::s_yaml;
use crate::conformance::{Level, Rule};
use crate::emulator;
use crate::stop::Stop;
use crate::text::printable;
use arguments::{Limits, SubjectArgs, rule, seconds};
use first_call::Unanswered;
use report::{Report, junit, table};

const EXIT_CODES: &str = "\
Exit codes:
  0  no required rule (`must`) failed
  1  a required rule failed, a rule given by `--rule` could not be checked,
     `s.yaml` has a mistake, or the function could not be built or called
  2  invalid arguments
  3  something is missing on this machine, such as a tool or a free port";

/// Check a function against the Function Compute contract
///
/// `check` starts, calls, freezes and stops the function as the platform does, and reports what
/// would break in production. In a project created with `cargo fc3 new`, it builds and checks the
/// function, and also a test function (the probe) that uses the project's own `fc3` crate. Use
/// `--cmd` to check any other program, in any language.
///
/// Without `--event`, `--path` and `--probe`, `check` sends the event `{}` and a client's `GET /`.
/// A program that answers `GET /` is treated as a web function (the report says so). If it also
/// rejects the event with a status other than 404 or 405, `check` cannot tell what it is and stops:
/// pass `--path` for a web function or `--event` for an event function.
#[derive(Debug, Args)]
#[command(after_long_help = EXIT_CODES)]
pub(super) struct Check {
    #[command(flatten)]
    of: SubjectArgs,

    /// Check only the rule with this id; may be repeated
    ///
    /// If it cannot be checked, that is an error.
    #[arg(long = "rule", value_name = "ID", value_parser = rule)]
    rules: Vec<&'static Rule>,

    /// How long idle connections, slow calls and freezes last in the checks
    ///
    /// The platform keeps connections open for 15 minutes and more. The report says how long each
    /// rule was checked.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    idle: Duration,

    /// How long to wait for a response
    ///
    /// For the start of the function, `check` waits 120 seconds, like the platform.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,

    /// Print the report as JSON
    #[arg(long, conflicts_with = "junit")]
    json: bool,

    /// Also write a JUnit XML report to FILE
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// Check only the deployment configuration: FILE, or the project's `s.yaml` and
    /// `s.container.yaml`
    ///
    /// `check` and `build` also do this in a project before they build anything.
    #[arg(long, value_name = "FILE", num_args = 0.., exclusive = true)]
    s_yaml: Option<Vec<PathBuf>>,

    /// List the rules without checking anything
    #[arg(long)]
    list: bool,
}

impl Check {
    fn limits(&self) -> Limits {
        Limits {
            idle: self.idle,
            patience: self.timeout,
        }
    }

    pub(super) fn run(self) -> anyhow::Result<()> {
        if let Some(files) = self.s_yaml {
            return s_yaml::check(files);
        }
        if self.list {
            return list::print(&self.rules, self.json);
        }
        if let Some(file) = &self.junit {
            junit::can_be_written(file)?;
        }
        let stop = Stop::on_all_signals()?;
        emulator::end_leftovers();
        let subject = subject::find(&self.of, self.limits(), &stop)?;
        let unanswered = subject.unanswered().map(Unanswered::error);
        if let Some(failure) = unanswered {
            // A person gets the reason as an error; a program that expects a report still gets one.
            if self.json || self.junit.is_some() {
                self.write(&run::run(subject, &self.rules, &stop)?)?;
            }
            return Err(failure.into());
        }
        let report = run::run(subject, &self.rules, &stop)?;
        self.write(&report)?;
        if !self.json {
            print_coloured(&table::of(&report))?;
        }
        verdict(&report, &self.rules)
    }

    /// Writes the report for programs, if the user asked for one.
    fn write(&self, report: &Report) -> anyhow::Result<()> {
        if let Some(file) = &self.junit {
            junit::write(report, file)?;
        }
        if self.json {
            print_json(report)?;
        }
        Ok(())
    }
}

/// Fails if the function broke a required rule, or if a selected rule was not checked.
fn verdict(report: &Report, selected: &[&Rule]) -> anyhow::Result<()> {
    let broken = report.failed(Level::Must);
    if broken > 0 {
        let rules = if broken == 1 { "rule" } else { "rules" };
        let message = format!("{broken} required {rules} failed");
        return Err(Failure::new(Exit::Failed, message).into());
    }
    if selected.is_empty() {
        return Ok(());
    }
    let mut unchecked = report.unchecked();
    let Some((id, why, unsupported)) = unchecked.next() else {
        return Ok(());
    };
    let others = unchecked.map(|(_, _, unsupported)| unsupported);
    let others: Vec<_> = others.collect();
    // What the user can change comes first.
    let exit = if unsupported && others.iter().all(|unsupported| *unsupported) {
        Exit::Machine
    } else {
        Exit::Failed
    };
    let more = match others.len() {
        0 => String::new(),
        1 => ", and 1 more rule was not".to_owned(),
        count => format!(", and {count} more rules were not"),
    };
    let message = format!("`{id}` was not checked: {}{more}", printable(why));
    Err(Failure::new(exit, message)
        .hint(format!(
            "provide what it needs, or leave out `--rule {id}`; see `cargo fc3 check --help`"
        ))
        .into())
}

#[cfg(test)]
mod tests {
    use super::report::Row;
    use super::*;
    use crate::conformance::{Outcome, rules};

    fn exit_of(outcomes: &[Outcome], is_selected: bool) -> Option<Exit> {
        let all: Vec<_> = rules().collect();
        let rows = all.iter().zip(outcomes);
        let rows = rows.map(|(rule, outcome)| Row::new("", rule, outcome.clone(), Duration::ZERO));
        let report = Report {
            subject: String::new(),
            rules: rows.collect(),
        };
        let selected = if is_selected { &all[..] } else { &[] };
        let error = verdict(&report, selected).err()?;
        error.downcast_ref().map(Failure::exit)
    }

    #[test]
    fn only_a_machine_that_lacks_something_is_to_blame_for_a_rule_that_it_cannot_check() {
        let unsupported = || Outcome::Unsupported("needs `/proc`".to_owned());
        let unchecked = || Outcome::NotChecked("needs a probe".to_owned());
        let passed = Outcome::Passed;
        assert_eq!(exit_of(std::slice::from_ref(&passed), true), None);
        assert_eq!(exit_of(&[unsupported(), unchecked()], false), None);
        let machine = Some(Exit::Machine);
        assert_eq!(exit_of(&[unsupported()], true), machine);
        assert_eq!(
            exit_of(&[passed, unsupported(), unsupported()], true),
            machine
        );
        let author = Some(Exit::Failed);
        assert_eq!(exit_of(&[unchecked()], true), author);
        assert_eq!(exit_of(&[unsupported(), unchecked()], true), author);
        assert_eq!(exit_of(&[unchecked(), unsupported()], true), author);
    }
}
