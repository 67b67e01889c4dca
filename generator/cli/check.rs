//! `cargo fc3 check`: the platform is played against a function, in any language, and its author told
//! what would break in production.

mod arguments;
mod command;
mod first_call;
mod function;
mod interrupt;
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
use crate::conformance::{Level, Rule};
use crate::stop::Stop;
use arguments::{Limits, SubjectArgs, rule, seconds};
use first_call::Unanswered;
use report::{Report, junit, table};

const EXIT_CODES: &str = "\
Exit codes:
  0  all that must be kept is kept
  1  a rule that must be kept failed, or the function cannot be built or called
  2  the flags ask for what cannot be done
  3  this machine lacks something, as a program or a free port";

/// Hold a function to the contract of Function Compute
///
/// It is started, called, frozen and ended as the platform does it, and each rule tells what would
/// break in production. In a project of `cargo fc3 new`, its program is built and checked, and a
/// probe with the same server for what no handler shows. Any other program, in any language, is
/// named by `--cmd`.
///
/// Without `--event`, `--path` and `--probe`, a program is sent `{}` as an event, and `GET /` as a client
/// sends it. One with a page is taken for a web function, and the report says so; one that has a page and
/// fails the event, but for 404 and 405, is not guessed at.
#[derive(Debug, Args)]
#[command(after_long_help = EXIT_CODES)]
pub(super) struct Check {
    #[command(flatten)]
    of: SubjectArgs,

    /// Check only this rule, by its id; may be repeated
    #[arg(long = "rule", value_name = "ID", value_parser = rule)]
    rules: Vec<&'static Rule>,

    /// How long connections are left idle, calls drawn out, and instances frozen
    ///
    /// The platform keeps connections for 15 minutes and more. The report says what was held.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    idle: Duration,

    /// How long any answer is waited for
    ///
    /// A start is waited for as long as the platform waits, which is 120 seconds.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,

    /// Print the report as JSON
    #[arg(long, conflicts_with = "junit")]
    json: bool,

    /// Write the report to FILE too, as XML of `JUnit`
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// List the rules, and check nothing
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
        if self.list {
            return list::print(&self.rules, self.json);
        }
        if let Some(file) = &self.junit {
            junit::can_be_written(file)?;
        }
        let stop = Stop::on_signals()?;
        let subject = subject::find(&self.of, self.limits(), &stop)?;
        let unanswered = subject.unanswered().map(Unanswered::error);
        if let Some(failure) = unanswered {
            // People are told why, and programs that would read a report get one.
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
        verdict(&report)
    }

    /// Writes the report for programs, where one is asked for.
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

/// A failure when a function broke a rule that it must keep.
fn verdict(report: &Report) -> anyhow::Result<()> {
    let broken = report.failed(Level::Must);
    if broken == 0 {
        return Ok(());
    }
    let rules = if broken == 1 { "rule" } else { "rules" };
    let message = format!("{broken} {rules} that must be kept failed");
    Err(Failure::new(Exit::Failed, message).into())
}
