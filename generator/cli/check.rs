//! `cargo fc3 check`: the platform is played against a function, in any language, and its author told
//! what would break in production.

mod arguments;
mod candidate;
mod first_call;
mod junit;
mod list;
mod probe;
mod report;
mod run;
mod start;
mod subject;
mod table;
mod watch;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::failure::{Exit, Failure};
use super::{print, print_coloured, print_json};
use crate::conformance::{Level, Rule};
use crate::stop::Stop;
use arguments::{Variable, path, port, rule, seconds};
use first_call::Unanswered;
use report::Report;

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
    of: Of,

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

/// What is checked, and how it is called.
#[derive(Debug, Args)]
struct Of {
    /// Start the function by COMMAND, in this directory and without a shell
    ///
    /// It is started again for nearly every rule, and called some thousand times in all.
    #[arg(long = "cmd", value_name = "COMMAND")]
    command: Option<String>,

    /// The port that it listens on, if it does not read `FC_SERVER_PORT` or `FC_CUSTOM_LISTEN_PORT`
    #[arg(long, requires = "command", value_parser = port)]
    port: Option<u16>,

    /// Set a variable of the function; may be repeated
    #[arg(long = "env", value_name = "K=V")]
    env: Vec<Variable>,

    /// An event that it answers with success, instead of `{}` or the project's own sample
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,

    /// An event that it fails, to see what is told of it
    #[arg(long, value_name = "FILE")]
    failing_event: Option<PathBuf>,

    /// It is a web function, and answers a client's GET of PATH
    #[arg(long, value_name = "PATH", requires = "command", value_parser = path)]
    path: Option<String>,

    /// It speaks the probe protocol, so that every rule can be checked
    #[arg(long, requires = "command", conflicts_with_all = ["event", "failing_event"])]
    probe: bool,

    /// Check a package, as it is uploaded, alone or beside `--cmd`
    #[arg(long, value_name = "FILE")]
    zip: Option<PathBuf>,
}

/// For how long rules are held that the platform states for longer, and how long anything that should
/// take no time is waited for.
#[derive(Debug, Clone, Copy)]
struct Times {
    idle: Duration,
    patience: Duration,
}

impl Check {
    fn times(&self) -> Times {
        Times {
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
        let subject = subject::find(&self.of, self.times(), &stop)?;
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
