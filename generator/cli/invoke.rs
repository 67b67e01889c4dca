//! `cargo fc3 invoke`: calls the function of a project once.

mod call;
mod content;
mod curl;
mod dev;
mod http;
mod outcome;
mod own;
mod samples;
mod set;

use clap::Args;

use super::failure::{Exit, Failure};
use super::interrupt::interruptible;
use super::output::{LITERAL, done, hint, message};
use super::project::{Project, Running, Variables};
use super::s_yaml;
use super::tool::cargo;
use crate::emulator::{self, Settings};
use crate::stop::Stop;
use crate::text::{excerpt, printable};
use call::{Call, EventArgs};
use curl::Curl;
use http::HttpArgs;
use outcome::Outcome;
use own::Plan;
use samples::Samples;

/// Build, start and call the function of this project
///
/// `invoke` starts the function as Function Compute does, sends it one event, and stops it. If
/// `cargo fc3 dev` runs for this project, `invoke` calls the function there. The reply goes to
/// stdout unchanged, the log to stderr. The exit code is 1 if the function failed.
///
/// Without a flag for the event, `invoke` sends the sample `events/invoke.json`, or an empty event if
/// there is none. To a web function, it sends `GET /`.
///
/// A web function receives an event as `POST /invoke`. With a flag for web functions, `-f FILE` is the
/// body of the request.
#[derive(Debug, Args)]
pub(super) struct Invoke {
    #[command(flatten)]
    event: EventArgs,

    /// Print the reply, the log and the duration as a JSON document
    #[arg(long)]
    json: bool,

    /// Also print the `curl` command that makes the same call, the duration, and the status and the
    /// headers of an HTTP response
    #[arg(long, short)]
    verbose: bool,

    #[command(flatten)]
    http: HttpArgs,
}

impl Invoke {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let project = Project::here()?;
        if self.event.lists_samples() {
            return Samples::of(&project).list(self.json);
        }
        let call = self.event.into_call(self.http, &project)?;
        let is_queued = matches!(call, Call::Event { is_async: true, .. });
        let running = Running::find(project.dir());
        if is_queued && running.is_none() {
            let message = "`--async` needs a running `cargo fc3 dev`";
            return Err(Failure::new(Exit::Usage, message)
                .hint("start `cargo fc3 dev` in another terminal, then run this command again")
                .into());
        }
        let curl = self.verbose.then(|| Curl::of(&call, running.as_ref()));
        let stop = Stop::on_all_signals()?;
        let outcome = match running {
            Some(running) => {
                curl.iter().for_each(show);
                let shows_log = !self.json;
                interruptible(&stop, move || dev::call(&running, &call, shows_log))??
            }
            None => own(&project, call, curl.as_ref(), !self.json, &stop)?,
        };
        if self.json {
            outcome.print_json(is_queued)?;
        } else {
            outcome.print(self.verbose, is_queued)?;
        }
        Ok(outcome.verdict()?)
    }
}

/// Builds the function, and calls an instance of it.
fn own(
    project: &Project,
    call: Call,
    curl: Option<&Curl>,
    shows_log: bool,
    stop: &Stop,
) -> anyhow::Result<Outcome> {
    emulator::end_leftovers();
    s_yaml::ensure_valid(project)?;
    let variables = project.variables();
    announce_missing(&variables);
    let plan = plan(project, variables);
    let program = cargo::build(project.dir(), false, &[], stop)?;
    curl.into_iter().for_each(show);
    let called = interruptible(stop, move || own::call(&program, &plan, &call, shows_log));
    Ok(called??)
}

/// The settings of the function, as `s.yaml` has them.
fn plan(project: &Project, variables: Variables) -> Plan {
    let mut settings = Settings {
        code_dir: Some(project.dir().to_owned()),
        env: variables.set.into_iter().collect(),
        ..Settings::default()
    };
    let Some(function) = project.function() else {
        return Plan {
            settings,
            has_initializer: true,
        };
    };
    settings.function_name = function.name;
    settings.region = function.region.unwrap_or(settings.region);
    settings.memory_mb = function.memory_mb.unwrap_or(settings.memory_mb);
    settings.timeout = function.timeout.unwrap_or(settings.timeout);
    let initializer = function.initializer;
    settings.initializer_timeout = initializer.unwrap_or(settings.initializer_timeout);
    Plan {
        settings,
        has_initializer: initializer.is_some(),
    }
}

/// Prints a hint about the variables that the deployed function gets, and this one does not.
fn announce_missing(variables: &Variables) {
    for (name, expression) in &variables.missing {
        hint(&format!(
            "`s.yaml` sets `{}` to `{}`, which has no value here: set it in `.env`",
            printable(name),
            excerpt(expression)
        ));
    }
}

fn show(curl: &Curl) {
    done(
        "Calling",
        &format!("it, as this command does while `{}` runs:", curl.runs),
    );
    message(format_args!("  {LITERAL}{}{LITERAL:#}", curl.line));
}
